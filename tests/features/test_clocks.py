"""The promises of the default policy, as times a person can check on a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.clocks import Deadlines, deadlines, waited_hours
from features.errors import InputError
from features.policy import Policy
from features.records import Grade

POLICY = Policy.default()


def at(words: str) -> datetime:
    """A time in Shanghai."""
    return datetime.fromisoformat(f"{words}+08:00")


@pytest.mark.parametrize(
    ("grade", "received", "respond", "resolve"),
    [
        (Grade.P1, "2026-10-03T23:50", "2026-10-04T00:20", "2026-10-04T03:50"),  # holiday, night: no matter
        (Grade.P2, "2026-06-08T10:00", "2026-06-08T12:00", "2026-06-08T18:00"),
        (Grade.P2, "2026-06-05T17:00", "2026-06-08T10:00", "2026-06-08T16:00"),  # over a weekend
        (Grade.P2, "2026-09-30T17:00", "2026-10-08T10:00", "2026-10-08T16:00"),  # over National Day
        (Grade.P3, "2026-06-08T09:00", "2026-06-08T17:00", "2026-06-10T18:00"),
        (Grade.P3, "2026-10-09T12:00", "2026-10-10T11:00", "2026-10-13T12:00"),  # Saturday 10th is made up
        (Grade.P4, "2026-06-08T12:00", "2026-06-10T12:00", "2026-06-23T12:00"),  # Dragon Boat on the 19th
    ],
)
def test_deadlines_of_each_grade(grade: Grade, received: str, respond: str, resolve: str) -> None:
    assert deadlines(POLICY, grade, at(received)) == Deadlines(at(respond), at(resolve))


def test_deadlines_are_in_utc_whatever_the_offset_received() -> None:
    found = deadlines(POLICY, Grade.P3, at("2026-06-08T10:00"))
    same = deadlines(POLICY, Grade.P3, at("2026-06-08T10:00").astimezone(UTC))
    assert found == same
    for moment in (found.respond_by, found.resolve_by):
        assert moment is not None
        assert moment.tzinfo is UTC


def test_past_the_last_known_year_it_is_said() -> None:
    for grade, received, known in (
        (Grade.P4, "2026-12-10T10:00", True),
        (Grade.P4, "2026-12-28T10:00", False),
        (Grade.P1, "2026-12-31T23:50", True),
        (Grade.P3, "2027-03-01T10:00", False),
    ):
        found = deadlines(POLICY, grade, at(received))
        assert found.calendar_known is known
        assert found.last_known_year == (None if known else 2026)


def test_nothing_is_promised_without_a_time_or_without_a_promise() -> None:
    assert deadlines(POLICY, Grade.P1, None) == Deadlines(None, None)
    data = POLICY.as_data()
    data["deadlines"]["P4"] = {"respond": "2 days", "resolve": None, "clock": "working"}
    found = deadlines(Policy.of(data), Grade.P4, at("2026-06-08T12:00"))
    assert found == Deadlines(at("2026-06-10T12:00"), None)


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(InputError, match="no offset") as caught:
        deadlines(POLICY, Grade.P1, datetime(2026, 6, 8, 10))
    assert caught.value.field == "received_at"


@pytest.mark.parametrize("year", [1, 1960, 9500])
def test_a_time_centuries_away_is_refused(year: int) -> None:
    with pytest.raises(InputError, match="too far away"):
        deadlines(POLICY, Grade.P4, datetime(year, 6, 8, tzinfo=UTC))


def test_waiting_is_counted_in_working_hours() -> None:
    friday, monday = at("2026-06-05T16:00"), at("2026-06-08T10:30")
    assert waited_hours(POLICY, since=friday, now=monday) == 3.5
    assert waited_hours(POLICY, since=monday, now=friday) == 0


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)).map(lambda each: each.replace(tzinfo=UTC)),
    st.integers(0, 100_000),
    st.sampled_from(Grade),
)
def test_a_later_request_is_never_due_earlier(start: datetime, minutes: int, grade: Grade) -> None:
    one, other = (deadlines(POLICY, grade, each) for each in (start, start + timedelta(minutes=minutes)))
    for early, late in zip(one[:2], other[:2], strict=True):
        assert early is not None
        assert late is not None
        assert start < early <= late
    assert one.resolve_by is not None
    assert one.respond_by is not None
    assert one.respond_by <= one.resolve_by
