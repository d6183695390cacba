"""The promises of a policy as times: by when a request is answered and resolved, and how long it waited.

Nothing here knows what time it is: received_at and now are given.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from features.errors import InputError
from features.policy import Policy
from features.policy.calendar import FIRST_YEAR, LAST_YEAR, WorkCalendar, work_calendar
from features.policy.parts import Clock, Promise, Span
from features.records import Grade

_MINUTES_A_DAY = 24 * 60


class Deadlines(NamedTuple):
    """Both times are aware UTC, None where the policy promises nothing.

    calendar_known: whether the working days up to the later one are known; else last_known_year is the
    last year that is, and make-up workdays after it may move the deadline.
    """

    respond_by: datetime | None
    resolve_by: datetime | None
    calendar_known: bool = True
    last_known_year: int | None = None


def deadlines(policy: Policy, grade: Grade, received_at: datetime | None) -> Deadlines:
    """By when a request of a grade is to be answered and resolved.

    Raises InputError where received_at has no offset, or is centuries away.
    """
    if received_at is None:
        return Deadlines(None, None)
    _check(received_at, "received_at")
    promise = policy.deadlines[grade]
    if promise.clock is Clock.ALWAYS:
        return Deadlines(_later(received_at, promise.respond), _later(received_at, promise.resolve))
    return _in_working_time(promise, work_calendar(policy.calendar), received_at)


def _check(at: datetime, name: str) -> None:
    if at.utcoffset() is None:
        told = f"{name}: {at.isoformat()!r} has no offset; write it as 2026-01-31T09:00:00+08:00."
        raise InputError(told, field=name)
    if not FIRST_YEAR < at.year < LAST_YEAR:
        raise InputError(f"{name}: {at.isoformat()!r} is too far away to count working days.", field=name)


def _later(start: datetime, span: Span | None) -> datetime | None:
    if span is None:
        return None
    return start.astimezone(UTC) + timedelta(minutes=span.minutes(minutes_a_day=_MINUTES_A_DAY))


def _in_working_time(promise: Promise, calendar: WorkCalendar, received_at: datetime) -> Deadlines:
    moment, day = calendar.moment(received_at), calendar.rules.minutes_a_day
    respond, resolve = (
        None if span is None else calendar.after(moment, span.minutes(minutes_a_day=day))
        for span in (promise.respond, promise.resolve)
    )
    last = resolve or respond
    if last is None or calendar.knows(last.astimezone(calendar.zone).year):
        return Deadlines(respond, resolve)
    return Deadlines(respond, resolve, False, calendar.last_known_year)


def waited_hours(policy: Policy, *, since: datetime, now: datetime) -> float:
    """The working hours that a request has waited, for the order of work.

    Raises InputError where a time has no offset, or is centuries away.
    """
    _check(since, "since")
    _check(now, "now")
    return work_calendar(policy.calendar).minutes_between(since, now) / 60
