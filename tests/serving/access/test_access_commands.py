"""The commands on keys, accounts, the audit log and erasure."""

from __future__ import annotations

import getpass
import json
import uuid

import pytest
from click.testing import CliRunner

from features.errors import InputError, NotFoundError, TriageError
from serving import access_commands, db_commands, erase, key_commands
from serving.access import passwords

COMMANDS = access_commands.commands | db_commands.commands | key_commands.commands


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in a home with a database; an error of ours is raised."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    for name in ("TRIAGE_DATABASE_URL", "TRIAGE_MODEL", "TRIAGE_POLICY", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)

    def runs(name, *arguments, typed=None):
        done = CliRunner().invoke(COMMANDS[name], arguments, input=typed, catch_exceptions=True)
        if isinstance(done.exception, TriageError):
            raise done.exception
        return done

    runs("db", "upgrade")
    return runs


def test_an_account_is_made_listed_reset_disabled_and_enabled(run):
    made = run("users", "create", "ann", "--role", "lead")
    assert made.exit_code == 0
    first, second = made.stdout.strip(), run("users", "reset", "ann").stdout.strip()
    assert len(first) == len(second) == 20
    assert first != second
    run("users", "disable", "ann")
    listed = run("users", "list").stdout
    assert listed.startswith("ann  lead")
    assert "disabled" in listed
    assert "never signed in" in listed
    run("users", "enable", "ann")
    assert "live" in run("users", "list").stdout


def test_a_password_of_ones_own_is_read_and_not_shown(run):
    made = run("users", "create", "ann", "--role", "lead", "--password-stdin", typed="four words and more\n")
    assert (made.exit_code, made.stdout) == (0, "")
    with pytest.raises(InputError, match="password"):
        run("users", "reset", "ann", "--password-stdin", typed="short\n")


def test_an_account_has_a_role_of_staff(run):
    assert run("users", "create", "web", "--role", "intake").exit_code == 2


def test_a_key_is_exchanged_for_another(run):
    old = run("keys", "create", "--role", "intake", "--name", "web").stdout.strip()
    new = run("keys", "rotate", "web", "--hours", "1").stdout.strip()
    assert old != new
    first, second = run("keys", "list").stdout.splitlines()
    assert "live until" in first
    assert second.endswith("live  not used")
    with pytest.raises(NotFoundError):
        run("keys", "rotate", "nobody")


def test_a_key_may_end_by_itself(run):
    run("keys", "create", "--role", "intake", "--days", "30")
    assert "live until" in run("keys", "list").stdout


def test_every_role_and_route_is_in_the_table_that_is_printed(run):
    lines = run("keys", "roles").stdout.splitlines()
    assert lines[0] == "| route | intake | reviewer | lead | scientist | admin |"
    assert "| `GET /v1/audit` |  |  | yes |  | yes |" in lines
    assert "| `PUT /v1/customers/{customer_id}` | trusted |  | yes |  | yes |" in lines
    assert "| `GET /sign-in` | yes | yes | yes | yes | yes |" in lines


def test_what_was_done_here_is_in_the_log_under_the_users_name(run):
    run("keys", "create", "--role", "intake", "--name", "web")
    run("users", "create", "ann", "--role", "lead")
    line, _ = run("audit", "list").stdout.splitlines()
    assert f"{getpass.getuser()} (operator)  user.created" in line
    (entry,) = run("audit", "list", "--json", "--action", "key.created").stdout.splitlines()
    assert json.loads(entry)["details"]["name"] == "web"


@pytest.mark.parametrize("which", [(), ("--customer", "C1", "--request", "x")])
def test_erase_wants_a_customer_or_a_request(run, which):
    with pytest.raises(InputError, match="either"):
        run("erase", *which, "--reason", "asked")


def test_erase_says_what_is_not_there(run):
    with pytest.raises(NotFoundError, match="no request"):
        run("erase", "--request", str(uuid.uuid4()), "--reason", "asked")


def test_erase_says_how_many_and_whether_a_trace_is_left(run, monkeypatch):
    assert run("erase", "--customer", "C1").exit_code == 2
    done = erase.Erased(requests=2, scrubbed=False)
    monkeypatch.setattr(erase, "erase_customer", lambda *_, **__: done)
    told = run("erase", "--customer", "C1", "--reason", "asked")
    assert told.stdout == "Erased the words of 2 requests.\n"
    assert "again" in told.stderr
