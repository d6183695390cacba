"""Working days as China worked them, calendar files, and the year after which nobody knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError, PolicyError
from features.policy import Policy
from features.policy.calendar import last_known_year, work_calendar
from features.policy.parts import CalendarRules, CalendarYear

CHINA = work_calendar(Policy.default().calendar)
PLAIN = CalendarRules(timezone="Asia/Shanghai", country=None, opens=time(9), closes=time(18))
NOTICE = """
years:
  2027:
    holidays: [2027-01-01, 2027-02-05..2027-02-11]
    workdays: [2027-02-14]
"""


def at(words: str) -> datetime:
    """A time in Shanghai."""
    return datetime.fromisoformat(f"{words}+08:00")


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-02-14", True),  # a Saturday made up for the Spring Festival
        ("2026-02-17", False),  # Spring Festival
        ("2026-09-20", True),  # a Sunday made up for National Day
        ("2026-10-07", False),  # a Wednesday of the National Day week
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday made up
        ("2026-10-11", False),
        ("2025-04-27", True),
        ("2024-02-18", True),
    ],
)
def test_make_up_workdays_are_worked_and_holidays_are_not(day: str, worked: bool) -> None:
    assert CHINA.is_working_day(date.fromisoformat(day)) is worked


def test_the_year_2026_has_the_working_days_of_the_state_councils_notice() -> None:
    assert len(CHINA.openings(2026)) == 248


def test_the_last_known_year_is_found_by_the_data() -> None:
    assert last_known_year("CN") == 2026
    assert last_known_year("US") is None
    assert last_known_year(None) is None
    assert CHINA.knows(2026)
    assert not CHINA.knows(2027)


def test_a_country_whose_holidays_follow_rules_is_known_for_ever() -> None:
    america = CalendarRules(timezone="America/New_York", country="US", opens=time(9), closes=time(17))
    assert work_calendar(america).knows(2090)
    assert not work_calendar(america).is_working_day(date(2026, 7, 3))


def test_without_a_country_monday_to_friday_is_worked() -> None:
    assert [work_calendar(PLAIN).is_working_day(date(2026, 6, day)) for day in range(8, 15)] == [True] * 5 + [
        False
    ] * 2
    assert work_calendar(PLAIN).knows(2027)


def test_a_calendar_file_says_a_year_and_makes_it_known(tmp_path: Path) -> None:
    path = tmp_path / "calendar-2027.yaml"
    path.write_text(NOTICE, "utf-8")
    policy = Policy.default().with_calendar(path)
    calendar = work_calendar(policy.calendar)
    assert calendar.knows(2027)
    assert not calendar.knows(2028)
    assert calendar.last_known_year == 2027
    assert calendar.is_working_day(date(2027, 2, 14))
    assert not calendar.is_working_day(date(2027, 2, 9))
    assert calendar.is_working_day(date(2027, 2, 12))
    assert calendar.is_working_day(date(2026, 10, 10))


def test_a_policy_names_its_calendar_file_and_holds_it_ever_after(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text(NOTICE + 'hours: ["08:30", "17:30"]\n', "utf-8")
    words = (Path(__file__).parents[3] / "features" / "policy" / "policy.yaml").read_text("utf-8")
    named = words.replace("  country: CN\n", "  country: CN\n  file: calendar.yaml\n")
    (tmp_path / "policy.yaml").write_text(named, "utf-8")
    policy = Policy.load(tmp_path / "policy.yaml")
    assert policy.calendar.opens == time(8, 30)
    (tmp_path / "calendar.yaml").unlink()
    again = Policy.of(policy.as_data())
    assert again.calendar == policy.calendar
    assert again.hash == policy.hash
    with pytest.raises(PolicyError, match=r"calendar\.file: cannot read"):
        Policy.load(tmp_path / "policy.yaml")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "years: {2028: {holidays: []}}",
            "calendar.years: there is a gap: 2027 is missing between 2026 and 2028",
        ),
        (
            "years: {2027: {holidays: []}, 2030: {holidays: []}}",
            "2028 to 2029 is missing between 2027 and 2030",
        ),
        ("years: {2027: {}}", "calendar.years.2027.holidays: is missing"),
        (
            "years: {2027: {holidays: [2027-02-31]}}",
            "calendar.years.2027.holidays[0]: '2027-02-31' is no day",
        ),
        (
            "years: {2027: {holidays: [2027-01-02], workdays: [2027-01-02]}}",
            "calendar.years.2027.workdays: 2027-01-02 is a holiday and a workday at once",
        ),
        ("years: {soon: {holidays: []}}", "calendar.years.soon: 'soon' is not a year"),
        ("days: []", "calendar.days: unknown key 'days'"),
        ("[1, 2]", "holds no calendar"),
        ("years: [", "is not YAML"),
    ],
)
def test_a_fault_in_a_calendar_file_is_named(tmp_path: Path, words: str, told: str) -> None:
    path = tmp_path / "calendar.yaml"
    path.write_text(words, "utf-8")
    with pytest.raises(PolicyError) as caught:
        Policy.default().with_calendar(path)
    assert told in str(caught.value)


def test_a_gap_without_a_country_is_one_between_the_years_said() -> None:
    data = Policy.default().as_data()
    data["calendar"] |= {"country": None, "years": {"2026": {"holidays": []}, "2028": {"holidays": []}}}
    with pytest.raises(PolicyError, match="2027 is missing"):
        Policy.of(data)


def test_working_time_crosses_night_weekend_and_holiday() -> None:
    assert CHINA.after(CHINA.moment(at("2026-06-08T10:00")), 8 * 60) == at("2026-06-08T18:00")
    assert CHINA.after(CHINA.moment(at("2026-06-05T17:00")), 2 * 60) == at("2026-06-08T10:00")
    assert CHINA.after(CHINA.moment(at("2026-09-30T17:30")), 60) == at("2026-10-08T09:30")
    assert CHINA.after(CHINA.moment(at("2026-10-09T17:30")), 60) == at("2026-10-10T09:30")


def test_outside_of_working_time_the_clock_starts_at_the_next_opening() -> None:
    for words in ("2026-06-06T03:00", "2026-06-05T18:00", "2026-06-08T00:00", "2026-06-08T09:00"):
        assert CHINA.after(CHINA.moment(at(words)), 30) == at("2026-06-08T09:30")


def test_a_used_up_day_ends_at_its_closing() -> None:
    assert CHINA.after(CHINA.moment(at("2026-06-08T09:00")), 3 * 9 * 60) == at("2026-06-10T18:00")


def test_the_turn_of_the_year_is_crossed_in_any_zone() -> None:
    west = work_calendar(
        CalendarRules(timezone="America/Los_Angeles", country=None, opens=time(9), closes=time(18))
    )
    late = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)  # still 17:00 on 31 December there
    assert west.after(west.moment(late), 120) == datetime(2026, 1, 1, 18, 0, tzinfo=UTC)
    east = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)  # 07:00 on 1 January in Shanghai
    plain = work_calendar(PLAIN)
    assert plain.after(plain.moment(east), 60) == at("2027-01-01T10:00")


def test_a_year_of_nothing_but_holidays_is_passed_over() -> None:
    idle = CalendarYear(
        year=2026,
        holidays=frozenset(date(2026, 1, 1) + timedelta(days=each) for each in range(365)),
        workdays=frozenset(),
    )
    rules = CalendarRules(
        timezone="Asia/Shanghai", country=None, opens=time(9), closes=time(18), years=(idle,)
    )
    calendar = work_calendar(rules)
    assert calendar.after(calendar.moment(at("2026-06-08T10:00")), 60) == at("2027-01-01T10:00")


def test_a_year_that_no_calendar_reaches_is_refused() -> None:
    with pytest.raises(InputError, match="9001"):
        CHINA.openings(9001)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)).map(lambda each: each.replace(tzinfo=UTC))


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(moments, st.integers(1, 10_000))
def test_what_is_worked_until_the_deadline_is_what_was_promised(start: datetime, minutes: int) -> None:
    end = CHINA.after(CHINA.moment(start), minutes)
    assert end > start
    assert CHINA.minutes_between(start, end) == pytest.approx(minutes)
    local = end.astimezone(CHINA.zone)
    assert CHINA.is_working_day(local.date())
    assert time(9) <= local.time() <= time(18)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(moments, st.integers(0, 20_000))
def test_minutes_between_are_those_counted_one_by_one(start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    local = (start.astimezone(CHINA.zone) + timedelta(minutes=each) for each in range(minutes))
    counted = sum(time(9) <= each.time() < time(18) and CHINA.is_working_day(each.date()) for each in local)
    assert CHINA.minutes_between(start, end) == pytest.approx(counted)
