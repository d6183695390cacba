"""How often a key may call."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from features.errors import InputError, RateError
from serving.access.rates import BEYOND_LOOPBACK, Rates
from serving.processes import bounded
from serving.settings import Settings
from tests.databases import on_sqlite


def test_a_minutes_calls_pass_at_once_and_then_they_come_evenly(clock):
    rates = Rates(per_minute=60, clock=clock.seconds)
    for _ in range(60):
        rates.take("a")
    with pytest.raises(RateError, match="60 times a minute") as refused:
        rates.take("a")
    assert refused.value.seconds == 1
    rates.take("b")
    clock.passes(seconds=2)
    rates.take("a")
    rates.take("a")
    with pytest.raises(RateError):
        rates.take("a")


def test_no_call_slips_through_many_threads(clock):
    rates = Rates(per_minute=50, clock=clock.seconds)

    def passes(_):
        try:
            rates.take("a")
        except RateError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(passes, range(200))) == 50


@on_sqlite
def test_too_many_calls_are_told_so_and_when_to_come_back(start, settings):
    service = start(replace(settings, rate_per_minute=2))
    headers, other = service.headers("lead"), service.headers("lead")
    answers = [service.client.get("/v1/model", headers=headers) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["title"] == "Too Many Requests"
    assert service.client.get("/v1/model", headers=other).status_code == 200
    assert service.client.get("/healthz").status_code == 200


@on_sqlite
def test_there_is_no_bound_by_default_on_this_machine(service):
    headers = service.headers("lead")
    answers = [service.client.get("/v1/model", headers=headers) for _ in range(100)]
    assert {each.status_code for each in answers} == {200}


@pytest.mark.parametrize(
    ("host", "wish", "rate"),
    [("127.0.0.1", None, None), ("0.0.0.0", None, BEYOND_LOOPBACK), ("0.0.0.0", 0, 0), ("127.0.0.1", 5, 5)],  # noqa: S104 - that address is what is tested
)
def test_whoever_listens_beyond_this_machine_has_a_bound(host, wish, rate):
    with socket.socket() as bound:
        bound.bind((host, 0))
        assert bounded(Settings(rate_per_minute=wish), bound).rate_per_minute == rate


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIAGE_ROOT_PATH", "triage"),
        ("TRIAGE_ROOT_PATH", '/"x'),
        ("TRIAGE_ROOT_PATH", "//x"),
        ("TRIAGE_TRUSTED_PROXIES", "proxy.internal"),
        ("TRIAGE_TRUSTED_PROXIES", "10.0.0.1,*"),
        ("TRIAGE_RATE_PER_MINUTE", "-1"),
        ("TRIAGE_RETENTION_DAYS", "soon"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(InputError, match=name):
        Settings.read({name: value})


def test_settings_of_access_are_read():
    read = Settings.read(
        {
            "TRIAGE_ROOT_PATH": "/a/b/",
            "TRIAGE_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "TRIAGE_RETENTION_DAYS": "30",
        }
    )
    assert (read.root_path, read.retention_days, read.rate_per_minute) == ("/a/b", 30.0, None)
