"""Signing in to the pages: a link once, a key of staff, for a while."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from features.errors import AccessError
from serving.access import keys, sessions
from serving.access.roles import Role
from serving.services import Tools, build
from serving.store import schema
from tests.databases import on_sqlite


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def services(settings, clock):
    made = build(replace(settings, link_minutes=60, session_hours=12), tools=Tools(clock=clock))
    schema.upgrade(made.store)
    yield made
    made.store.close()


def test_a_link_signs_in_once(services):
    secret = sessions.create_link(services, name="ann", role=Role.LEAD)
    signed = sessions.redeem(services, secret)
    found = sessions.session_of(services, signed.secret)
    assert found == signed.session
    assert sessions.caller_of(found).role is Role.LEAD
    with pytest.raises(AccessError, match="used up"):
        sessions.redeem(services, secret)


def test_a_link_is_of_no_use_after_its_time(services, clock):
    secret = sessions.create_link(services, name="ann", role=Role.LEAD)
    clock.now += timedelta(minutes=61)
    with pytest.raises(AccessError):
        sessions.redeem(services, secret)


def test_a_session_ends_after_its_time_or_when_signed_out(services, clock):
    signed = sessions.redeem(services, sessions.create_link(services, name="ann", role=Role.LEAD))
    other = sessions.redeem(services, sessions.create_link(services, name="bob", role=Role.LEAD))
    sessions.sign_out(services, signed.secret)
    assert sessions.session_of(services, signed.secret) is None
    assert sessions.session_of(services, other.secret) is not None
    clock.now += timedelta(hours=13)
    assert sessions.session_of(services, other.secret) is None


def test_a_key_of_staff_signs_in_and_its_revocation_signs_out(services):
    key, made = keys.create(services.store, services.tools, role=Role.REVIEWER, name="ann")
    signed = sessions.sign_in_with_key(services, key)
    assert signed.session.name == "ann"
    keys.revoke(services.store, made.id, at=services.tools.clock(), stamp=services.revoked_stamp)
    assert sessions.session_of(services, signed.secret) is None


def test_a_key_of_a_system_signs_nobody_in(services):
    key, _ = keys.create(services.store, services.tools, role=Role.INTAKE)
    with pytest.raises(AccessError, match="for a system"):
        sessions.sign_in_with_key(services, key)


@pytest.mark.parametrize("secret", [None, "", "nonsense", "\ud800"])
def test_what_is_no_session_is_none(services, secret):
    assert sessions.session_of(services, secret) is None


@on_sqlite
def test_no_secret_is_in_the_database(services, settings):
    link = sessions.create_link(services, name="ann", role=Role.LEAD)
    signed = sessions.redeem(services, link)
    written = b"".join(path.read_bytes() for path in Path(settings.home).glob("triage.db*"))
    assert keys.hashed(link).encode() in written
    assert link.encode() not in written
    assert signed.secret.encode() not in written
