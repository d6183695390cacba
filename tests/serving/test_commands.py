"""The commands: what they print, what they refuse, and that each refusal is one sentence and exit code 2."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from features.errors import TriageError
from serving import commands, db_commands, key_commands

COMMANDS = commands.commands | db_commands.commands | key_commands.commands


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in an empty home; an error of ours is raised."""
    monkeypatch.setenv("TRIAGE_HOME", str(tmp_path / "home"))
    for name in ("TRIAGE_DATABASE_URL", "TRIAGE_MODEL", "TRIAGE_POLICY", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(name, raising=False)

    def runs(name, *arguments):
        done = CliRunner().invoke(COMMANDS[name], arguments, catch_exceptions=True)
        if isinstance(done.exception, TriageError):
            raise done.exception
        return done

    return runs


def test_the_schema_is_told_and_upgraded(run):
    before = run("db", "status")
    assert (before.exit_code, before.stderr) == (1, "Run: triage db upgrade\n")
    assert "Upgraded the database from empty to schema 0" in run("db", "upgrade").stdout
    assert "already" in run("db", "upgrade").stdout
    assert run("db", "status").exit_code == 0


def test_a_key_is_alone_on_standard_output_and_never_shown_again(run):
    run("db", "upgrade")
    made = run("keys", "create", "--role", "intake", "--name", "web", "--trusted")
    key = made.stdout.strip()
    assert made.stdout == key + "\n"
    assert key.startswith("tri_")
    listed = run("keys", "list").stdout
    assert "web" in listed
    assert "intake trusted" in listed
    assert key not in listed
    assert "Revoked" in run("keys", "revoke", "web").stdout
    assert "revoked" in run("keys", "list").stdout


def test_keys_and_samples_ask_for_the_schema_first(run):
    for arguments in (("keys", "create", "--role", "admin"), ("keys", "list"), ("sample", "clear")):
        with pytest.raises(TriageError, match="triage db upgrade"):
            run(*arguments)


def test_serve_asks_for_the_schema_then_for_a_model_and_makes_nothing(run, tmp_path):
    with pytest.raises(TriageError, match="triage db upgrade"):
        run("serve", "--port", "0")
    run("db", "upgrade")
    with pytest.raises(TriageError, match="triage train --data"):
        run("serve", "--port", "0")
    assert run("keys", "list").stdout == ""
    assert not (tmp_path / "home" / "mlflow").exists()
    assert not (tmp_path / "home" / "first-keys.txt").exists()


def test_a_taken_port_is_refused(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(TriageError, match=f"Port {port} on 127.0.0.1 is taken"):
            run("serve", "--port", str(port))


def test_an_address_that_is_not_here_is_refused(run):
    with pytest.raises(TriageError, match=r"192\.0\.2\.1"):
        run("serve", "--host", "192.0.2.1", "--port", "0")


def test_samples_are_loaded_before_there_is_a_model_and_cleared(run, tmp_path):
    run("db", "upgrade")
    (tmp_path / "requests.csv").write_text("id,text\n1,hello\n2,你好\n", "utf-8")
    loaded = run("sample", "load", "--data", str(tmp_path))
    assert "Loaded 2 sample requests" in loaded.stdout
    assert "no model yet" in loaded.stderr
    assert "Cleared 2 sample requests" in run("sample", "clear").stdout


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({}, ["serve", "--port", "0"]),
        ({"TRIAGE_SWEEP_SECONDS": "soon"}, ["serve"]),
        ({"TRIAGE_DATABASE_URL": "mysql://x"}, ["db", "status"]),
        ({"TRIAGE_MODEL": "no/such"}, ["serve", "--port", "0"]),
        ({}, ["keys", "create", "--role", "king"]),
        ({"TRIAGE_DATABASE_URL": "sqlite:////proc/none/triage.db"}, ["db", "upgrade"]),
        ({"TRIAGE_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, ["db", "status"]),
    ],
)
def test_a_refusal_at_the_front_door_is_one_sentence_and_exit_code_2(tmp_path, environment, arguments):
    done = subprocess.run(
        [sys.executable, "triage.py", *arguments],
        env={"PATH": "/usr/bin:/bin", "TRIAGE_HOME": str(tmp_path / "home")} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_database_that_is_none_is_one_sentence(run, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "triage.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(TriageError, match="not a database"):
        run("db", "status")
