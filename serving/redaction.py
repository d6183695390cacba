"""Personal data taken out of excerpts, where the settings say so.

An excerpt tells someone of a request that they did not open: of one like theirs, or in a list. A request that
is opened is given as it came, since whoever works on it must be able to call back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from features import redact
from features.errors import InputError

if TYPE_CHECKING:
    from serving.services import Services


READ = 2000
"""An excerpt is made of so many characters at most."""


class Output(StrEnum):
    """Where excerpts leave. similar: of requests like one. queue: of those to be worked."""

    SIMILAR = "similar"
    QUEUE = "queue"


def parse(name: str, value: str) -> frozenset[str]:
    """The outputs that a setting names, with commas; `none` for no output. Raises InputError."""
    if value.strip() == "none":
        return frozenset()
    wanted = {each.strip() for each in value.split(",")}
    unknown = sorted(wanted - {each.value for each in Output})
    if unknown:
        has = ", ".join(each.value for each in Output)
        raise InputError(
            f"{name} is {value!r}: there is no output {unknown[0]!r}; write {has} or none.", field=name
        )
    return frozenset(wanted)


def leaving(words: str, services: Services, *, output: Output) -> str:
    """The beginning of a text, as it leaves by an output."""
    if output.value not in services.settings.redact:
        return words
    return redact.redact(words[:READ])
