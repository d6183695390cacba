"""Keys that end, are exchanged, and say when they were last used."""

from __future__ import annotations

from datetime import timedelta

import pytest

from features.errors import AccessError, NotFoundError
from serving.access import keys, sessions
from serving.access.roles import Role
from serving.store import keys as stored


def made(services, **more):
    return keys.create(services.store, services.tools, role=Role.LEAD, name="ann", **more)


def rotated(services, named, hours):
    overlap = timedelta(hours=hours)
    return keys.rotate(services.store, services.tools, named, overlap=overlap, stamp=services.revoked_stamp)


def all_of(services):
    with services.store.read() as connection:
        return stored.all_of(connection)


def test_a_key_ends_when_it_was_told_to_also_in_the_cache(services, clock):
    secret, _ = made(services, lasts=timedelta(seconds=10))
    assert services.keys.verify(secret).name == "ann"
    signed = sessions.sign_in_with_key(services, secret)
    clock.passes(seconds=9)
    assert services.keys.verify(secret).name == "ann"
    clock.passes(seconds=1)
    with pytest.raises(AccessError, match="is over"):
        services.keys.verify(secret)
    assert sessions.session_of(services, signed.secret) is None


@pytest.mark.parametrize("by", ["name", "id", "prefix"])
def test_both_keys_work_while_one_is_exchanged_for_the_other(services, clock, by):
    old, key = made(services)
    new, later = rotated(services, getattr(key, by), hours=1)
    assert (later.name, later.role) == ("ann", "lead")
    assert services.keys.verify(old).name == services.keys.verify(new).name == "ann"
    clock.passes(hours=1)
    assert services.keys.verify(new).name == "ann"
    with pytest.raises(AccessError, match="is over"):
        services.keys.verify(old)


def test_without_an_overlap_the_old_key_is_refused_at_once(services):
    old, _ = made(services)
    services.keys.verify(old)
    rotated(services, "ann", hours=0)
    with pytest.raises(AccessError):
        services.keys.verify(old)


def test_a_second_exchange_makes_no_key_last_longer(services, clock):
    old, _ = made(services)
    rotated(services, "ann", hours=1)
    rotated(services, "ann", hours=5)
    clock.passes(hours=2)
    with pytest.raises(AccessError):
        services.keys.verify(old)
    assert sum(each.lives(clock.now) for each in all_of(services)) == 2


def test_a_key_that_is_over_cannot_be_exchanged(services, clock):
    made(services, lasts=timedelta(hours=1))
    clock.passes(hours=1)
    with pytest.raises(NotFoundError, match="no live key"):
        rotated(services, "ann", hours=1)


def test_the_last_use_of_a_key_is_kept_to_the_hour(services, clock):
    secret, _ = made(services)
    first = clock.now
    services.keys.verify(secret)
    services.keys.note_uses()
    assert all_of(services)[0].last_used_at == first
    clock.passes(minutes=40)
    services.keys.verify(secret)
    services.keys.note_uses()
    assert all_of(services)[0].last_used_at == first
    clock.passes(minutes=40)
    services.keys.verify(secret)
    services.keys.note_uses()
    assert all_of(services)[0].last_used_at == clock.now
