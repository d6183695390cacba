"""What a promotion needs: a verdict of the gate that passes, on the champion of now, or someone's word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.errors import ConflictError
from features.records import ModelReference
from features.versions import AGAINST_TAG, RESULT_TAG
from training.retrain import PASSED

if TYPE_CHECKING:
    from features.registry import Registry

NONE = "none"


def verdict_for(registry: Registry, reference: ModelReference, *, champion: str | None, despite: bool) -> str:
    """What the promotion's record says of the gate: `passed against 3`, `refused against 3, despite`, `none`.

    champion: of now; the first one replaces nothing and needs no verdict. despite: it is promoted whatever
    the gate says. Raises ConflictError where it may not be.
    """
    tags = registry.tags(reference)
    result, against = tags.get(RESULT_TAG), tags.get(AGAINST_TAG)
    if result is None:
        if champion is None or despite:
            return f"{NONE}, despite" if despite else NONE
        raise ConflictError(
            f"Version {reference.version} of {reference.name!r} was never judged: run `triage models judge "
            f"{reference.version}`, or say with --despite why it is to be champion all the same."
        )
    said = f"{result} against {against}"
    if result == PASSED and against == champion:
        return said
    if despite:
        return f"{said}, despite"
    if result == PASSED:
        raise ConflictError(
            f"Version {reference.version} of {reference.name!r} passed against version {against}, which is "
            "not champion any more: judge it again, or say with --despite why it is to be champion all the "
            "same."
        )
    raise ConflictError(
        f"The gate did not pass version {reference.version} of {reference.name!r} ({said}): `triage models "
        f"judge {reference.version}` says why; --despite says why it is to be champion all the same."
    )
