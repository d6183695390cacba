"""Times as people and programs write them; what cannot be one for sure is refused with the reason."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from features.tables.dates import day_first, looks_like_time, open_zone, parse_moment, rfc3339

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def read(value: str, *, first: bool | None = None) -> str:
    return rfc3339(parse_moment(value, zone=SHANGHAI, day_first=first, now=NOW))


@pytest.mark.parametrize(
    "value",
    [
        "2024/3/5 下午3:20", "2024-03-05 15:20:00", "2024年3月5日 15时20分",
        "2024年3月5日 星期二 下午3点20分",
        "2024年3月5日（周二）15:20", "2024.03.05 15.20", "2024/03/05 03:20 PM", "2024-03-05 PM 3:20",
        "Mar 5, 2024 3:20 pm", "5 March 2024 15:20", "Tue, 05 Mar 2024 15:20:00 +0800",
        "202403051520", "20240305152000",
        "2024-03-05T07:20:00Z", "2024-03-05T15:20:00.123456+08:00", "2024-03-05 15:20 UTC+8",
        "45356.6388888889", "1709623200", "1709623200000", "２０２４－０３－０５　１５：２０",
    ],
)  # fmt: skip
def test_one_moment_written_in_many_ways(value: str) -> None:
    assert read(value) == "2024-03-05T07:20:00Z"


@pytest.mark.parametrize("value", ["2024年3月5日", "2024/3/5", "20240305", "45356", "5-Mar-2024"])
def test_a_day_is_its_midnight_in_the_zone(value: str) -> None:
    assert read(value) == "2024-03-04T16:00:00Z"


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("上午12:05", 0),
        ("凌晨1:05", 1),
        ("中午12:05", 12),
        ("中午1:05", 13),
        ("下午12:05", 12),
        ("晚上8:05", 20),
    ],
)
def test_halves_of_the_day(value: str, hour: int) -> None:
    moment = parse_moment(f"2024-3-5 {value}", zone=SHANGHAI, day_first=None, now=NOW)
    assert moment.astimezone(SHANGHAI).hour == hour


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1900/1/0", "no time"), ("1900-01-01", "a day of 1900"), ("1", "a day of 1900"),
        ("0", "a day of 1899"),
        ("60", "a day of 1900"), ("1899-12-30", "a day of 1899"), ("2099-01-01", "ahead of now"),
        ("2024-02-30", "no time"), ("2024-3-5 晚上12:05", "no time"), ("2024-3-5 上午15:00", "no time"),
        ("昨天", "no time"), ("N/A", "no time"), ("3/4/2024", "the day or the month"), ("9" * 400, "no time"),
    ],
)  # fmt: skip
def test_what_is_no_time_of_a_request_is_refused_with_the_reason(value: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(value)


def test_the_column_tells_whether_the_day_stands_first() -> None:
    assert day_first(["3/4/2024", "25/4/2024 15:20"]) is True
    assert day_first(["3/4/2024", "4.25.2024"]) is False
    assert day_first(["3/4/2024", "2024-03-05"]) is None
    assert day_first(["25/4/2024", "4/25/2024"]) is None
    assert read("3/4/2024", first=True) == "2024-04-02T16:00:00Z"
    assert read("3/4/2024 3:20 PM", first=False) == "2024-03-04T07:20:00Z"


def test_bare_numbers_do_not_look_like_times() -> None:
    assert looks_like_time("2024年3月5日")
    assert not looks_like_time("45356")


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(InputError, match="no time zone 'Mars/Phobos'"):
        open_zone("Mars/Phobos")


@settings(deadline=None)
@given(st.text(max_size=90))
def test_anything_is_read_or_refused(value: str) -> None:
    try:
        told = read(value)
    except InputError:
        return
    assert told.endswith("Z")
