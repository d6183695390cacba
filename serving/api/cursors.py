"""Where a list goes on: an identifier, made opaque so that nobody builds on what is in it."""

from __future__ import annotations

import base64
import binascii
import uuid

from features.errors import InputError


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
        raise InputError(
            "The cursor is not one this service gave; start without one.", field="cursor"
        ) from error
