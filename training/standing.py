"""Whether a version may be champion: its labels and the policy that is to grade by them must meet."""

from __future__ import annotations

from pathlib import Path

from features.delivered import CHAMPION
from features.errors import PolicyError
from features.policy import meeting
from features.taxonomy import Taxonomy


def check(taxonomy: Taxonomy, *, policy: Path | None) -> list[str]:
    """What should be said of a champion with these labels under a policy's file, or the packaged policy.

    Raises PolicyError, naming the cell, where they do not meet.
    """
    read = meeting.read_for(policy, taxonomy)
    meeting.require(read, taxonomy)
    return meeting.never_held(read, taxonomy)


def notes(taxonomy: Taxonomy, *, policy: Path | None, alias: str | None) -> list[str]:
    """What should be said before a training. alias: what the version is to be; None where it is the first.

    Raises PolicyError where it is to be champion and may not. The first version of all is champion anyway,
    since evaluation starts from there, but will not be served: then that is said.
    """
    if alias not in (CHAMPION, None):
        return []
    try:
        return check(taxonomy, policy=policy)
    except PolicyError as error:
        if alias == CHAMPION:
            raise
        return [f"This first version becomes champion, but `triage serve` will refuse it. {error}"]
