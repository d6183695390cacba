"""Lines of the log, each in its format, and the identifier of a call."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from features.errors import InputError, PolicyError
from serving.logs import FIELDS, REQUEST_ID, LogFormat, formatter


def record(message="said", *args, exc_info=None, **fields):
    made = logging.LogRecord("serving.x", logging.WARNING, "x.py", 1, message, args, exc_info)
    setattr(made, FIELDS, fields)
    return made


def line(chosen, made):
    return formatter(chosen, stream=io.StringIO()).format(made)


def test_a_line_of_json_holds_the_fields_and_the_identifier_of_the_call():
    set_before = REQUEST_ID.set("abc-1")
    try:
        told = json.loads(line(LogFormat.JSON, record("%d of %s", 2, "甲", status=201)))
    finally:
        REQUEST_ID.reset(set_before)
    assert (told["message"], told["level"], told["status"]) == ("2 of 甲", "WARNING", 201)
    assert told["request_id"] == "abc-1"
    assert told["time"].endswith("+00:00")


def test_pairs_are_quoted_where_a_value_is_more_than_a_word():
    told = line(LogFormat.KEYVALUE, record('said "so"\nforged=1', route="/v1/x", caller="a b"))
    assert 'route=/v1/x caller="a b"' in told
    assert 'message="said \\"so\\"\\nforged=1"' in told
    assert "\n" not in told


def test_text_is_one_line_without_the_date():
    told = line(LogFormat.TEXT, record("said\nmore", status=200))
    assert told.endswith("WARNING serving.x: said more status=200")


@pytest.mark.parametrize(("tty", "first"), [(True, ""), (False, "{")])
def test_the_default_is_text_on_a_terminal_and_json_elsewhere(tty, first):
    class Stream(io.StringIO):
        def isatty(self):
            return tty

    told = formatter(LogFormat.AUTO, stream=Stream()).format(record())
    assert told.startswith(first)
    assert told.startswith("{") is not tty


def test_what_an_error_quotes_is_not_told_unless_an_operator_wrote_it():
    errors = InputError("'my words'", field="text"), ValueError("words")
    told = line(LogFormat.JSON, record("%s | %s", *errors))
    assert json.loads(told)["message"] == "InputError of text | ValueError"
    assert "P9" in line(LogFormat.JSON, record("%s", PolicyError("there is no grade 'P9'")))


def test_of_a_traceback_the_places_are_told():
    try:
        raise ValueError("my words")
    except ValueError:
        told = line(LogFormat.JSON, record("failed", exc_info=sys.exc_info()))
    assert "my words" not in told
    assert json.loads(told)["error"] == "ValueError"
    assert "test_logs.py" in json.loads(told)["where"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a1b2.c3:d-4_5", True), ("x" * 100, True), ("x" * 101, False), ("two words", False), ("", False)],
)
def test_a_sane_identifier_is_kept_and_any_other_made_anew(service, given, kept):
    answer = service.client.get("/healthz", headers={"X-Request-ID": given} if given else {})
    assert (answer.headers["X-Request-ID"] == given) is kept
    assert answer.headers["X-Request-ID"]


def test_the_identifier_is_that_of_the_lines_of_the_call_even_in_its_thread(service, caplog):
    seen = []
    caplog.handler.addFilter(lambda made: seen.append((made.getMessage(), REQUEST_ID.get())) or True)
    service.model.broken = True
    with caplog.at_level(logging.INFO):
        headers = service.headers() | {"X-Request-ID": "call-7"}
        assert service.client.post("/v1/requests", json={"text": "停产"}, headers=headers).status_code == 202
    assert [number for message, number in seen if "is assessed later" in message] == ["call-7"]
    assert ("answered", "call-7") in seen
