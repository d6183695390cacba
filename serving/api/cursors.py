"""Where a list goes on: an identifier or a place, made opaque so that nobody builds on what is in it."""

from __future__ import annotations

import base64
import binascii
import struct
import uuid
from datetime import UTC, datetime, timedelta

from features.errors import InputError
from serving.store.queue import Position

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = struct.Struct(">q16s")
_NUMBER = struct.Struct(">q")


def write(request_id: str | None) -> str | None:
    """The cursor after this request; None at the end of the list."""
    if request_id is None:
        return None
    return base64.urlsafe_b64encode(uuid.UUID(request_id).bytes).decode().rstrip("=")


def read(cursor: str | None) -> str | None:
    """The request to go on after. Raises InputError where it is no cursor of ours."""
    if cursor is None:
        return None
    try:
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(cursor + "==")))
    except (ValueError, binascii.Error) as error:
        raise _unknown() from error


def write_place(place: Position | None) -> str | None:
    """The cursor after this place in the queue; None at the end of it."""
    if place is None:
        return None
    moment = (place.queue_key - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(_PLACE.pack(moment, uuid.UUID(place.id).bytes)).decode()


def read_place(cursor: str | None) -> Position | None:
    """The place to go on after. Raises InputError where it is no cursor of ours."""
    if cursor is None:
        return None
    try:
        moment, number = _PLACE.unpack(base64.urlsafe_b64decode(cursor))
        key = _EPOCH + timedelta(microseconds=moment)
    except (ValueError, OverflowError, struct.error) as error:  # binascii.Error is a ValueError
        raise _unknown() from error
    return Position(queue_key=key, id=str(uuid.UUID(bytes=number)))


def write_number(number: int | None) -> str | None:
    """The cursor after this entry of a search; None at the end of it."""
    if number is None:
        return None
    return base64.urlsafe_b64encode(_NUMBER.pack(number)).decode()


def read_number(cursor: str | None) -> int | None:
    """The entry to go on after. Raises InputError where it is no cursor of ours."""
    if cursor is None:
        return None
    try:
        return int(_NUMBER.unpack(base64.urlsafe_b64decode(cursor))[0])
    except (ValueError, struct.error) as error:
        raise _unknown() from error


def _unknown() -> InputError:
    return InputError("The cursor is not one this service gave; start without one.", field="cursor")
