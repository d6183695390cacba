"""What the processes log: one line for each thing that happened, and never the words of a request.

Lines are JSON, `key=value`, or plain text for a person at a terminal. A line about a call carries the call's
identifier. An error's message may quote what someone wrote, so of errors that are not this project's own, and
of those about input, the class alone is logged, and of a traceback the places.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TextIO

from features.errors import EncoderNameError, InputError, PolicyError, TaxonomyError, TriageError

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""The identifier of the call that is being answered; empty outside of one. Threads of a handler have it."""
FIELDS = "fields"
"""The attribute of a record that holds what is told beside its message: name -> value."""
NOISY = ("uvicorn.error", "alembic", "httpx", "sentence_transformers", "transformers")
_OPERATORS = (PolicyError, TaxonomyError, EncoderNameError)
"""Errors of input that an operator gave, in files and settings: these may be told whole."""
_FRAMES = 20
_LINE = frozenset({"time", "level", "logger", "message"})


class LogFormat(StrEnum):
    """How a line is written. auto: text on a terminal, else JSON."""

    AUTO = "auto"
    JSON = "json"
    KEYVALUE = "keyvalue"
    TEXT = "text"


def log_to_stderr(chosen: LogFormat = LogFormat.AUTO) -> None:
    """Log to standard error from now on; uvicorn's own access log stays off: an address may hold a secret."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(chosen, stream=sys.stderr))
    logging.basicConfig(handlers=[handler], level=logging.INFO)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def formatter(chosen: LogFormat, *, stream: TextIO) -> logging.Formatter:
    """What writes the lines of a format on a stream."""
    if chosen is LogFormat.AUTO:
        chosen = LogFormat.TEXT if stream.isatty() else LogFormat.JSON
    made: Mapping[LogFormat, type[Discreet]] = {
        LogFormat.JSON: JsonLines,
        LogFormat.KEYVALUE: KeyValue,
        LogFormat.TEXT: PlainText,
    }
    return made[chosen]()


class Discreet(logging.Formatter):
    """Makes what is told of a record, without what someone wrote; the kinds below write it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        return self.written(self.told(record))

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        """Name -> value, in the order of the line."""
        lines = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if number := REQUEST_ID.get():
            lines["request_id"] = number
        lines |= getattr(record, FIELDS, {})
        if record.exc_info and record.exc_info[1] is not None:
            lines |= _fault(record.exc_info[1])
        return lines

    def written(self, told: Mapping[str, Any]) -> str:
        """The line."""
        raise NotImplementedError


class JsonLines(Discreet):
    """One JSON object a line."""

    def written(self, told: Mapping[str, Any]) -> str:
        """The line."""
        return json.dumps(told, ensure_ascii=False, default=str).encode("utf-8", "replace").decode("utf-8")


class KeyValue(Discreet):
    """`key=value` pairs, a value in JSON's quotes where it holds more than a word."""

    def written(self, told: Mapping[str, Any]) -> str:
        """The line."""
        return " ".join(f"{name}={_quoted(value)}" for name, value in told.items())


class PlainText(Discreet):
    """For reading at a terminal."""

    def written(self, told: Mapping[str, Any]) -> str:
        """The line."""
        rest = {
            name: value for name, value in told.items() if name not in ("time", "level", "logger", "message")
        }
        pairs = "".join(f" {name}={_quoted(value)}" for name, value in rest.items())
        words = str(told["message"]).replace("\n", " ")
        return f"{told['time'][11:23]} {told['level']} {told['logger']}: {words}{pairs}"


def _quoted(value: Any) -> str:
    words = str(value)
    plain = words.isascii() and words.isprintable() and not set(words) & set(' "=')
    return words if words and plain else json.dumps(words, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    args = record.args
    if isinstance(args, tuple) and args:
        return str(record.msg) % tuple(_discreet(each) for each in args)
    return record.getMessage() if args else str(_discreet(record.msg))


def _discreet(value: object) -> object:
    """The value, or the class alone of an error whose message may quote someone."""
    if isinstance(value, InputError) and not isinstance(value, _OPERATORS):
        return type(value).__name__ + (f" of {value.field}" if value.field else "")
    if isinstance(value, BaseException) and not isinstance(value, TriageError):
        return type(value).__name__
    return value


def _fault(error: BaseException) -> dict[str, str]:
    """The class of an error and where it was raised, the last place first; not its message."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
    where = " < ".join(f"{each.filename}:{each.lineno} {each.name}" for each in frames)
    return {"error": type(error).__name__, "where": where}
