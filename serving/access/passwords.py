"""Passwords of staff: what is asked of them, and Argon2id, by which they are kept.

Argon2id with 19 MiB, two passes and one lane, as OWASP's Password Storage Cheat Sheet has it: some tens of
milliseconds. argon2-cffi writes the parameters into each hash, so they can be raised later and old hashes
still be checked; the standard library's scrypt would need a format of our own. Few are hashed at once, so
that a flood of sign-ins takes neither the memory nor the processors.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from features.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 200
FEWEST_CHARACTERS = 5
"""So many different ones are wanted."""
_TURNS = threading.BoundedSemaphore(4)


def check(password: str, *, name: str) -> None:
    """Raise InputError, saying what to do, where this may be no password of the account `name`."""
    if not SHORTEST <= len(password) <= LONGEST:
        told = f"password: it has {len(password)} characters; choose {SHORTEST} to {LONGEST}."
        raise InputError(told, field="password")
    if len(set(password)) < FEWEST_CHARACTERS:
        told = f"password: choose one of at least {FEWEST_CHARACTERS} different characters."
        raise InputError(told, field="password")
    if name.casefold() in password.casefold():
        raise InputError("password: leave the name of the account out of it.", field="password")


def hash_of(password: str) -> str:
    """What is kept of a password."""
    with _TURNS:
        return _hasher().hash(password)


def matches(password: str, *, kept: str | None) -> bool:
    """Whether it is the password that a hash was made of. kept: None where there is no account; that takes
    as long."""
    from argon2.exceptions import InvalidHashError, VerificationError

    fits = len(password) <= LONGEST
    with _TURNS:
        try:
            _hasher().verify(kept or _nobody(), password if fits else "")
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
    return fits and kept is not None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this one")
