"""Working time: which days are worked, in which hours, and how far anyone knows.

Public holidays and make-up workdays come from the package `holidays`. Where a government moves weekends
by a yearly notice, as China does, the package knows the years whose notice is out; for later ones it gives
the holidays by rule and says nothing of it. last_known_year() finds that year by the data.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from features.errors import InputError
from features.policy.parts import CalendarRules, CalendarYear

WEEKEND = frozenset({5, 6})
FIRST_YEAR, LAST_YEAR = 1970, 9000
_SEARCHED = range(2000, 2061)


@lru_cache
def last_known_year(country: str | None) -> int | None:
    """The last year with make-up workdays on record; None for a country that has no such days, whose
    holidays follow rules and are known for ever."""
    if country is None:
        return None
    made_up = holidays.country_holidays(country, years=_SEARCHED).weekend_workdays
    return max((day.year for day in made_up), default=None)


class Moment(NamedTuple):
    """A moment in working time: a working day by year and place in it, and seconds after opening."""

    year: int
    place: int
    seconds: float


class WorkCalendar:
    """Working days and hours under a policy's calendar. The openings of a year are worked out once."""

    def __init__(self, rules: CalendarRules) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.timezone)
        self._said = {each.year: each for each in rules.years}
        self._openings: dict[int, list[datetime]] = {}
        self._seconds_a_day = rules.minutes_a_day * 60.0

    @cached_property
    def _country(self) -> holidays.HolidayBase | None:
        country = self.rules.country
        return None if country is None else holidays.country_holidays(country)

    @cached_property
    def last_known_year(self) -> int | None:
        """The last year whose working days are known; None where there is no such last one."""
        by_country = last_known_year(self.rules.country)
        if self.rules.country is not None and by_country is None:
            return None
        return max([*self._said, *([by_country] if by_country is not None else [])], default=None)

    def knows(self, year: int) -> bool:
        """Whether the working days of a year are known, rather than worked out by rule."""
        return year in self._said or self.last_known_year is None or year <= self.last_known_year

    def is_working_day(self, day: date) -> bool:
        """Whether a day is worked: as its calendar year says, else as the country's holidays have it."""
        said = self._said.get(day.year)
        if said is not None:
            return self._by_said(day, said)
        if self._country is None:
            return day.weekday() not in WEEKEND
        return self._country.is_working_day(day)

    def _by_said(self, day: date, said: CalendarYear) -> bool:
        weekend = WEEKEND if self._country is None else self._country.weekend
        return day in said.workdays or (day.weekday() not in weekend and day not in said.holidays)

    def openings(self, year: int) -> list[datetime]:
        """When the working days of a year open, in UTC and in order.

        Raises InputError for a year that no calendar reaches.
        """
        found = self._openings.get(year)
        if found is None:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise InputError(f"The year {year} is outside of the calendar's {FIRST_YEAR}..{LAST_YEAR}.")
            first = date(year, 1, 1)
            days = (first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days))
            found = [self._opening(day) for day in days if self.is_working_day(day)]
            self._openings[year] = found
        return found

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, self.rules.opens, tzinfo=self.zone).astimezone(UTC)

    def moment(self, at: datetime) -> Moment:
        """Where a time stands in working time; outside of it, the next opening. `at` is aware."""
        at = at.astimezone(UTC)
        year = at.year
        place = bisect_right(self.openings(year), at) - 1
        while place < 0:  # the last working day of the year before may still be open
            year -= 1
            place = len(self.openings(year)) - 1
        seconds = (at - self.openings(year)[place]).total_seconds()
        return Moment(year, place, seconds) if seconds < self._seconds_a_day else Moment(year, place + 1, 0.0)

    def after(self, moment: Moment, minutes: float) -> datetime:
        """The time, in UTC, when so many minutes have been worked since a moment.

        A day that is used up ends at its closing, not at the next opening.
        """
        year, place, seconds = moment
        whole, rest = divmod(seconds + minutes * 60, self._seconds_a_day)
        if rest == 0 and whole > 0:
            whole, rest = whole - 1, self._seconds_a_day
        place += int(whole)
        while place >= len(days := self.openings(year)):
            year, place = year + 1, place - len(days)
        return days[place] + timedelta(seconds=rest)

    def minutes_between(self, start: datetime, end: datetime) -> float:
        """The working minutes between two aware times; 0 where the second is not later."""
        one, other = self.moment(start), self.moment(end)
        days = sum(len(self.openings(year)) for year in range(one.year, other.year))
        seconds = (days + other.place - one.place) * self._seconds_a_day + other.seconds - one.seconds
        return max(seconds / 60, 0.0) if end > start else 0.0


@lru_cache(maxsize=16)
def work_calendar(rules: CalendarRules) -> WorkCalendar:
    """The calendar of these rules, made once a process."""
    return WorkCalendar(rules)
