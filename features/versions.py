"""Registered versions of a model, and the moves of its champion alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from features.records import ModelReference


@dataclass(frozen=True, kw_only=True)
class Version:
    """A registered version as MLflow has it."""

    reference: ModelReference
    aliases: tuple[str, ...]
    created_at: datetime
    run_id: str
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Move:
    """One move of the champion alias."""

    name: str
    replaced: str | None
    version: str
    kind: str
    actor: str
    reason: str
    verdict: str
    at: datetime


def standing(moves: Sequence[Move]) -> list[str]:
    """The champions one can go back through: a promotion goes on top, a rollback takes the top off."""
    stack: list[str] = []
    for move in moves:
        if move.kind == "rollback" and len(stack) > 1:
            stack.pop()
        else:
            stack.append(move.version)
    return stack
