"""Requests that chance takes: some are judged before the prediction is seen, some by two people.

Whether a request is taken follows from its identifier, hashed: what is in it has no say, the draw can be done
again, and nobody can choose. The probability is stored, since figures made of a slice are weighted by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.outcome import standing
from features.reviews import Purpose, Review
from serving.store import draws
from serving.store.draws import Draw
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services

FIRST = frozenset({Purpose.WORK, Purpose.BLIND})
"""The purposes of a first person's review."""


UNSEEN = frozenset({Purpose.BLIND, Purpose.SECOND})
"""Purposes for which nothing of what the model or others said is shown."""


class Stage(StrEnum):
    """What a drawn request waits for. conflict: for a lead, since two people disagree. done: for nothing."""

    BLIND = "blind"
    FIRST = "first"
    SECOND = "second"
    CONFLICT = "conflict"
    DONE = "done"


def draw(services: Services, connection: Connection, stored: Stored) -> None:
    """Take a request or leave it, in the transaction of its first assessment; samples are left."""
    shares = {"blind": services.settings.blind_share, "second": services.settings.second_share}
    taken = {kind: share for kind, share in shares.items() if is_taken(stored.id, kind=kind, share=share)}
    if stored.sample or not taken:
        return
    drawn = Draw(
        request_id=stored.id,
        at=services.tools.clock(),
        blind=taken.get("blind"),
        second=taken.get("second"),
        stage=(Stage.BLIND if "blind" in taken else Stage.FIRST).value,
    )
    draws.add(connection, drawn)


def is_taken(request_id: str, *, kind: str, share: float) -> bool:
    """Whether a slice of this share takes a request: in it, whatever larger share takes it too."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{request_id}".encode()).digest()[:8])
    return number < share * 2**64


def stage(drawn: Draw, kept: Sequence[Review]) -> Stage:
    """What a drawn request waits for. kept: its reviews."""
    stand = standing(kept)
    if any(each.purpose is Purpose.ADJUDICATION for each in stand):
        return Stage.DONE
    if not any(each.purpose in FIRST for each in stand):
        return Stage.FIRST if drawn.blind is None else Stage.BLIND
    if drawn.second is None:
        return Stage.DONE
    if not any(each.purpose is Purpose.SECOND for each in stand):
        return Stage.SECOND
    return Stage.CONFLICT if conflicts(stand) else Stage.DONE


def conflicts(kept: Sequence[Review]) -> dict[str, tuple[str, str]]:
    """Field -> (what the first person said, what the second said), where these are not the same.

    The first person's word is their first, since later ones may have been said knowing the second's.
    """
    stand = standing(kept)
    firsts = [each for each in stand if each.purpose in FIRST]
    second = next((each for each in stand if each.purpose is Purpose.SECOND), None)
    if second is None:
        return {}
    said: dict[str, str] = {}
    for each in firsts:
        if each.reviewer != second.reviewer:
            said = dict(each.labels) | said
    both = ((code, said[code], label) for code, label in second.labels.items() if code in said)
    return {code: (one, other) for code, one, other in both if one != other}


def purpose_for(drawn: Draw | None, kept: Sequence[Review], *, name: str, leads: bool) -> Purpose:
    """As what this person is asked to judge a request. leads: whether they may adjudicate."""
    if drawn is None:
        return Purpose.WORK
    now, theirs = stage(drawn, kept), {each.reviewer for each in standing(kept)}
    if now is Stage.BLIND:
        return Purpose.BLIND
    if now is Stage.SECOND and name not in theirs:
        return Purpose.SECOND
    if now is Stage.CONFLICT and leads and name not in theirs:
        return Purpose.ADJUDICATION
    return Purpose.WORK


def probability(drawn: Draw | None, purpose: Purpose) -> float | None:
    """With which probability chance asked for a review of this purpose; None where it did not."""
    if drawn is None:
        return None
    return {Purpose.BLIND: drawn.blind, Purpose.SECOND: drawn.second}.get(purpose)


def move_on(connection: Connection, drawn: Draw | None, kept: Sequence[Review]) -> None:
    """Note what a request waits for after a review."""
    if drawn is not None:
        draws.move(connection, drawn.request_id, stage(drawn, kept).value)
