"""Accounts of staff: sign-in by password, lock-out, and what ends a session."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from features.errors import AccessError, ConflictError, InputError, NotFoundError
from serving import users
from serving.access import keys, lockout, passwords, sessions
from serving.access.roles import Role
from serving.access.sessions import PasswordError
from serving.audit import Actor
from serving.jobs import housekeeping
from serving.store import audit
from serving.store import users as stored
from serving.store.audit import Wanted
from tests.databases import on_sqlite

BOSS = Actor("boss", "operator")
HERE, THERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def quick(monkeypatch):
    """Hashes of the least that Argon2 takes: how long it takes is no matter here."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture
def ann(services, quick):
    """Ann's password."""
    return users.create(services, "ann", role=Role.LEAD, actor=BOSS)


def enter(services, password, *, name="ann", address=HERE):
    return sessions.sign_in_with_password(services, name, password, address=address)


def test_the_right_password_lets_in_with_the_role_of_the_account(services, ann):
    session = enter(services, ann).session
    assert sessions.caller_of(session) == replace(sessions.caller_of(session), name="ann", role=Role.LEAD)
    with services.store.read() as connection:
        assert stored.by_name(connection, "ann").signed_in_at == services.tools.clock()


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "wrong"), ("bob", "wrong"), ("", ""), ("ann", "\ud800"), ("a\0", "x" * 10_000)],
)
def test_whatever_is_wrong_the_words_are_the_same(services, ann, name, password):
    with pytest.raises(PasswordError, match="let nobody in"):
        enter(services, password, name=name)


def test_an_account_that_is_not_there_takes_a_hash_as_well(services, ann, monkeypatch):
    asked = []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *a, **k: asked.append(a) or matches(*a, **k))
    for name in ("ann", "nobody"):
        with pytest.raises(PasswordError):
            enter(services, "wrong", name=name)
    assert len(asked) == 2
    assert passwords.matches("nobody has this one", kept=None) is False


def test_an_account_is_locked_after_so_many_failures_and_opens_by_itself(services, ann, clock):
    for _ in range(services.settings.lockout_failures):
        with pytest.raises(PasswordError):
            enter(services, "wrong")
    with pytest.raises(PasswordError):
        enter(services, ann, address=THERE)
    clock.passes(minutes=services.settings.lockout_minutes)
    assert enter(services, ann).session.name == "ann"
    with services.store.read() as connection:
        (entry,) = audit.newest(connection, Wanted(action="sign_in.locked"), limit=10)
        assert entry.about == f"user {stored.by_name(connection, 'ann').id}"


def test_an_address_is_locked_whatever_the_accounts_and_others_are_not(services, ann):
    for i in range(services.settings.lockout_address_failures):
        with pytest.raises(PasswordError):
            enter(services, "wrong", name=f"nobody-{i}")
    with pytest.raises(PasswordError):
        enter(services, ann)
    assert enter(services, ann, address=THERE).session.name == "ann"


def test_the_right_password_begins_the_count_of_the_account_anew(services, ann):
    for _ in range(3):
        for _ in range(services.settings.lockout_failures - 1):
            with pytest.raises(PasswordError):
                enter(services, "wrong")
        assert enter(services, ann)


def test_failures_long_ago_do_not_count(services, ann, clock):
    for _ in range(2 * services.settings.lockout_failures):
        with pytest.raises(PasswordError):
            enter(services, "wrong")
        clock.passes(minutes=services.settings.lockout_minutes / 2)
    clock.passes(minutes=services.settings.lockout_minutes)
    assert enter(services, ann)


def test_tries_at_once_are_no_more_tries(services, ann, monkeypatch):
    looked_at = []
    monkeypatch.setattr(passwords, "matches", lambda *_, **__: False)
    count = lockout.count

    def counted(*given, **named):
        found = count(*given, **named)
        looked_at.append((given[1].subject.split(":")[0], found[0]))
        return found

    monkeypatch.setattr(lockout, "count", counted)

    def attempt(_):
        with pytest.raises(PasswordError):
            enter(services, "wrong")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(24)))
    assert looked_at.count(("account", True)) == services.settings.lockout_failures


def test_a_disabled_account_lets_nobody_in_and_its_sessions_end(services, ann):
    signed = enter(services, ann)
    users.disable(services, "ann", actor=BOSS)
    assert sessions.session_of(services, signed.secret) is None
    with pytest.raises(PasswordError):
        enter(services, ann)
    users.enable(services, "ann", actor=BOSS)
    assert sessions.session_of(services, signed.secret) is None
    assert enter(services, ann)


def test_another_password_ends_sessions_and_the_lock(services, ann):
    signed = enter(services, ann)
    for _ in range(services.settings.lockout_failures):
        with pytest.raises(PasswordError):
            enter(services, "wrong")
    new = users.reset(services, "ann", actor=BOSS)
    assert sessions.session_of(services, signed.secret) is None
    with pytest.raises(PasswordError):
        enter(services, ann)
    assert enter(services, new)


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 201, "abababababab", "my name is ann", "MY NAME IS ANN"]
)
def test_a_password_that_will_not_do_is_refused(services, quick, password):
    with pytest.raises(InputError, match="password"):
        users.create(services, "ann", role=Role.LEAD, actor=BOSS, password=password)


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 101])
def test_a_name_that_cannot_be_shown_is_refused(services, quick, name):
    with pytest.raises(InputError, match="name"):
        users.create(services, name, role=Role.LEAD, actor=BOSS)


def test_a_system_gets_no_account(services, quick):
    with pytest.raises(InputError, match="person"):
        users.create(services, "web", role=Role.INTAKE, actor=BOSS)


def test_an_account_and_a_key_have_different_names(services, ann):
    with pytest.raises(ConflictError, match="account"):
        keys.create(services.store, services.tools, role=Role.LEAD, name="ann")
    keys.create(services.store, services.tools, role=Role.LEAD, name="bob")
    with pytest.raises(ConflictError, match="key"):
        users.create(services, "bob", role=Role.LEAD, actor=BOSS)
    with pytest.raises(ConflictError, match="already"):
        users.create(services, "ann", role=Role.LEAD, actor=BOSS)


@pytest.mark.parametrize("change", [users.reset, users.disable, users.enable])
def test_an_account_that_is_not_there_is_said(services, quick, change):
    with pytest.raises(NotFoundError, match="triage users list"):
        change(services, "nobody", actor=BOSS)


def test_everybody_sees_and_ends_their_own_sessions_and_an_admin_all(services, ann):
    bob = users.create(services, "bob", role=Role.ADMIN, actor=BOSS)
    mine, admins = enter(services, ann), enter(services, bob, name="bob")
    caller, admin = sessions.caller_of(mine.session), sessions.caller_of(admins.session)
    assert [each.id for each in sessions.listed(services, caller)] == [mine.session.id]
    assert len(sessions.listed(services, admin)) == 2
    with pytest.raises(NotFoundError):
        sessions.end(services, caller, admins.session.id)
    sessions.end(services, admin, mine.session.id)
    assert sessions.session_of(services, mine.secret) is None


def test_housekeeping_forgets_failures_of_long_ago(services, ann, clock):
    with pytest.raises(PasswordError):
        enter(services, "wrong")
    clock.passes(days=1)
    housekeeping.run(services, {})
    with services.store.write() as connection:
        for bound in lockout.bounds(services.settings, name="ann", address=HERE):
            assert stored.failures(connection, bound.subject, at=clock.now).count == 0


@on_sqlite
def test_a_password_is_in_no_file_and_no_log(services, ann, settings, caplog):
    caplog.set_level(logging.DEBUG)
    enter(services, ann)
    with pytest.raises(AccessError):
        enter(services, "a wrong password")
    written = b"".join(path.read_bytes() for path in settings.home.glob("triage.db*"))
    assert b"$argon2id$" in written
    for secret in (ann, "a wrong password"):
        assert secret.encode() not in written
        assert secret not in caplog.text


def test_the_hash_is_argon2id_as_written_down():
    kept = passwords.hash_of("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("correct horse battery", kept=kept)
    assert not passwords.matches("correct horse batterz", kept=kept)
