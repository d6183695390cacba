"""Times as people and programs write them, in Chinese and English, to moments in UTC.

Nothing is guessed: of `3/4/2024` somebody must say whether the day stands first, and what a spreadsheet
shows for an empty or broken cell (a day of 1900) is no time of a request.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from features.errors import InputError

EARLIEST_YEAR = 1990
"""Before it no request came in; what a file says of an earlier day is an empty cell read as a number."""
SLACK = timedelta(days=1)
"""How far ahead of now a time may lie: clocks and zones differ."""
LONGEST = 80
"""Characters of a value that are looked at: no time is longer."""
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_WEEKDAY = (
    r"(?:\s*[(,]?\s*(?:星期|周|礼拜)[一二三四五六日天]\)?|\s*\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\)?,?)?"
)
_HALF = r"(?:上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|夜间|[ap]\.?m\.?)"
_CLOCK = (
    rf"(?:[\sT,]*(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})\s*(?:[:.时点h]\s*(?P<minute>\d{{1,2}})?\s*分?)"
    rf"(?:[:.]?\s*(?P<second>\d{{1,2}})(?:[.,]\d+)?\s*秒?)?\s*(?P<after>{_HALF})?)?"
)
_ZONE = r"(?:\s*(?P<zone>z|utc|gmt|(?:utc|gmt)?\s*[+-]\d{1,2}:?(?:\d{2})?))?"
_END = rf"{_WEEKDAY}{_CLOCK}{_ZONE}\s*"
_WRITTEN = tuple(
    re.compile(start + _END, re.IGNORECASE)
    for start in (
        r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?",
        rf"(?:[a-z]{{3,9}},\s*)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(?P<year>\d{{4}})",
        rf"(?:[a-z]{{3,9}},\s*)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
    )
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[ T]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?"
)
_SHORT = re.compile(r"(?P<one>\d{1,2})[-/.](?P<two>\d{1,2})[-/.](?P<year>\d{4})" + _END, re.IGNORECASE)
_SERIAL = re.compile(r"\d{1,5}(?:\.\d+)?")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?(?:\.0)?")
_EARLY = ("上午", "早上", "早晨", "清晨", "凌晨", "am")
_LATE = ("下午", "傍晚", "pm")
_NIGHT = ("晚上", "夜间")


def open_zone(name: str) -> ZoneInfo:
    """A time zone by name. Raises InputError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        told = f"There is no time zone {name!r}; write it as Asia/Shanghai or UTC."
        raise InputError(told, field="zone") from error


def day_first(values: Iterable[str]) -> bool | None:
    """Whether `3/4/2024` means a day first, told by the values of its column; None where they do not tell."""
    found = [match for value in values if (match := _SHORT.fullmatch(_plain(value)))]
    over = {name for match in found for name in ("one", "two") if int(match[name]) > 12}
    return None if len(over) != 1 else over == {"one"}


def parse_moment(value: str, *, zone: tzinfo, day_first: bool | None, now: datetime) -> datetime:
    """A moment in UTC, to the second.

    zone: of times that name none; a day without a time is its midnight there. day_first: what `3/4/2024`
    means. now: nothing much later is believed.
    Raises InputError where the value is no time, is not one for sure, or cannot be a request's.
    """
    words = _plain(value[:LONGEST])
    try:
        moment = _counted(words) or _written(words, value, day_first)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{value!r} is no time that can be read.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if moment.year < EARLIEST_YEAR:
        raise InputError(f"{value!r} is a day of {moment.year}: an empty or broken date of a spreadsheet.")
    if moment > now + SLACK:
        raise InputError(f"{value!r} lies ahead of now.")
    return moment.astimezone(UTC)


def looks_like_time(value: str) -> bool:
    """Whether a value is written as a day or a time; bare numbers are not."""
    words = _plain(value[:LONGEST])
    return any(pattern.fullmatch(words) for pattern in (*_WRITTEN, _COMPACT, _SHORT))


def rfc3339(moment: datetime) -> str:
    """A moment as `2024-03-05T07:20:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _plain(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).split())


def _counted(words: str) -> datetime | None:
    """Days since 1899-12-30, as spreadsheets count, or seconds or milliseconds since 1970."""
    if _SERIAL.fullmatch(words):
        seconds = round(float(words) * 86400)
        if seconds < 60 * 86400:  # spreadsheets count a 29 February 1900 that never was
            seconds += 86400
        return _SPREADSHEET_EPOCH + timedelta(seconds=seconds)
    if _EPOCH.fullmatch(words):
        digits = words.partition(".")[0]
        return datetime.fromtimestamp(int(digits[:10]), UTC)
    return None


def _written(words: str, value: str, day_first: bool | None) -> datetime:
    for pattern in (*_WRITTEN, _COMPACT):
        if match := pattern.fullmatch(words):
            parts = match.groupdict()
            name = parts.get("name")
            month = _MONTHS.index(name.lower()) + 1 if name else int(parts["month"])
            return _moment(int(parts["year"]), month, int(parts["day"]), parts)
    if match := _SHORT.fullmatch(words):
        if day_first is None:
            told = f"{value!r} may begin with the day or the month: say which with day_first in the map."
            raise InputError(told)
        one, two = int(match["one"]), int(match["two"])
        day, month = (one, two) if day_first else (two, one)
        return _moment(int(match["year"]), month, day, match.groupdict())
    raise ValueError(value)


def _moment(year: int, month: int, day: int, parts: Mapping[str, str | None]) -> datetime:
    hour = int(parts.get("hour") or 0)
    half = parts.get("before") or parts.get("after")
    if half and parts.get("hour"):
        hour = _hour(hour, half.lower().replace(".", ""))
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    zone = _zone(parts.get("zone"))
    return datetime(year, month, day, hour, minute, second, tzinfo=zone)


def _hour(hour: int, half: str) -> int:
    """The hour of the day. Raises ValueError where the half of the day and the hour disagree."""
    if half in _EARLY and hour <= 12:
        return hour % 12
    if half in _LATE:
        return hour if hour >= 12 else hour + 12
    if half == "中午" and hour in (11, 12, 1, 2):
        return hour if hour > 2 else hour + 12
    if half in _NIGHT and hour != 12 and hour >= 5:
        return hour if hour > 12 else hour + 12
    raise ValueError(half)


def _zone(words: str | None) -> timezone | None:
    if not words:
        return None
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?", words)
    if offset is None:
        return UTC
    span = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return timezone(-span if offset[1] == "-" else span)
