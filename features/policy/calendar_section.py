"""The calendar section of a policy, and the calendar files it may name: years, holidays, make-up days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays as known_holidays

from features.errors import PolicyError
from features.policy.calendar import last_known_year
from features.policy.parts import CalendarRules, CalendarYear
from features.policy.reading import Reading, read_yaml

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def with_file(raw: Any, folder: Path) -> Any:
    """The policy's plain data with the calendar file it names read into it.

    The file says `years`, and may say `hours`, `timezone` and `country`; it wins over the policy.
    Raises PolicyError where it cannot be read.
    """
    calendar = raw.get("calendar") if isinstance(raw, dict) else None
    if not isinstance(calendar, dict) or calendar.get("file") is None:
        return raw
    path = folder / str(calendar["file"])
    try:
        found = read_yaml(path.read_text("utf-8"), what=f"calendar {str(path)!r}")
    except (OSError, UnicodeDecodeError) as error:
        message = f"calendar.file: cannot read {str(path)!r}: {error}."
        raise PolicyError(message, field="calendar.file") from error
    if not isinstance(found, dict):
        raise PolicyError(f"calendar.file: {str(path)!r} holds no calendar.", field="calendar.file")
    rest = {key: value for key, value in calendar.items() if key != "file"}
    years = {**(rest.get("years") or {}), **(found.get("years") or {})}
    return {**raw, "calendar": {**rest, **found, "years": years}}


def calendar_rules(reading: Reading, raw: Any) -> CalendarRules:
    """`calendar`: time zone, country, hours, and years that are said instead of looked up."""
    optional = ("years", "file")
    data = reading.keys(raw, "calendar", required=("timezone", "country", "hours"), optional=optional)
    if data.get("file") is not None:
        reading.fault("calendar.file", "a file is only read with Policy.load; put its years under years.")
    country = _country(reading, data.get("country"))
    years = _years(reading, data.get("years") or {})
    _check_gaps(reading, country, [each.year for each in years])
    opens, closes = _hours(reading, data.get("hours", ["09:00", "18:00"]))
    return CalendarRules(
        timezone=_timezone(reading, data.get("timezone", "UTC")),
        country=country,
        opens=opens,
        closes=closes,
        years=years,
    )


def _timezone(reading: Reading, raw: Any) -> str:
    name = reading.text(raw, "calendar.timezone")
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reading.fault("calendar.timezone", f"there is no time zone {name!r}; for example Asia/Shanghai.")
    return name


def _country(reading: Reading, raw: Any) -> str | None:
    if raw is None:
        return None
    name = reading.text(raw, "calendar.country")
    if name and name not in known_holidays.list_supported_countries():
        reading.fault("calendar.country", f"no holidays are known of {name!r}; say CN, US, ... or null.")
        return None
    return name or None


def _hours(reading: Reading, raw: Any) -> tuple[time, time]:
    path, otherwise = "calendar.hours", (time(9), time(18))
    given = reading.items(raw, path)
    if len(given) != 2:
        reading.fault(path, f'expected opening and closing time like ["09:00", "18:00"], found {raw!r}.')
        return otherwise
    opens, closes = (_time(reading, each, f"{path}[{index}]") for index, each in enumerate(given))
    if opens is None or closes is None:
        return otherwise
    if closes <= opens:
        reading.fault(path, f"it closes at {closes:%H:%M}, not after it opens at {opens:%H:%M}.")
        return otherwise
    return opens, closes


def _time(reading: Reading, raw: Any, path: str) -> time | None:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 24 * 60:
        return time(raw // 60, raw % 60)  # YAML 1.1 reads an unquoted 18:00 as 1080, minutes of the day
    found = _TIME.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        reading.fault(path, f'{raw!r} is no time of day; write it as "09:00", in quotes.')
        return None
    return time(int(found[1]), int(found[2]))


def _years(reading: Reading, raw: Any) -> tuple[CalendarYear, ...]:
    if not isinstance(raw, dict):
        reading.fault("calendar.years", f"expected years and their days, found {raw!r}.")
        return ()
    found = []
    for key, data in raw.items():
        path = f"calendar.years.{key}"
        if not str(key).isdecimal() or not 1970 <= int(key) <= 9000:
            reading.fault(path, f"{key!r} is not a year.")
        else:
            found.append(_year(reading, int(key), data, path))
    return tuple(sorted(found, key=lambda each: each.year))


def _check_gaps(reading: Reading, country: str | None, years: list[int]) -> None:
    """After the last year that is known of the country, and without one, no year may be left out."""
    known = last_known_year(country)
    if not years or (country is not None and known is None):
        return
    open_years = [known, *(year for year in years if year > known)] if known is not None else years
    for before, after in pairwise(open_years):
        if after != before + 1:
            gap = f"{before + 1}" if after == before + 2 else f"{before + 1} to {after - 1}"
            reading.fault("calendar.years", f"there is a gap: {gap} is missing between {before} and {after}.")


def _year(reading: Reading, year: int, raw: Any, path: str) -> CalendarYear:
    data = reading.keys(raw, path, required=("holidays",), optional=("workdays",))
    free = _days(reading, data.get("holidays") or [], f"{path}.holidays", year)
    worked = _days(reading, data.get("workdays") or [], f"{path}.workdays", year)
    for day in sorted(free & worked):
        reading.fault(f"{path}.workdays", f"{day} is a holiday and a workday at once.")
    return CalendarYear(year=year, holidays=free, workdays=worked)


def _days(reading: Reading, raw: Any, path: str, year: int) -> frozenset[date]:
    days: set[date] = set()
    for index, item in enumerate(reading.items(raw, path)):
        try:
            days |= set(_range(str(item)))
        except ValueError:
            reading.fault(
                f"{path}[{index}]", f"{item!r} is no day; write 2027-01-01 or 2027-02-05..2027-02-11."
            )
    for day in sorted(day for day in days if day.year != year):
        reading.fault(path, f"{day} is not in {year}.")
    return frozenset(days)


def _range(words: str) -> Iterator[date]:
    first, _, last = words.partition("..")
    start = date.fromisoformat(first.strip())
    end = date.fromisoformat(last.strip()) if last else start
    if not start <= end <= start + timedelta(days=366):
        raise ValueError(words)
    return (start + timedelta(days=each) for each in range((end - start).days + 1))
