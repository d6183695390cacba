"""Registered versions of a model, and the moves of its champion alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from features.records import ModelReference

RESULT_TAG, AGAINST_TAG = "gate.result", "gate.champion"
"""Tags of a version: what the gate said last, and of which champion it is said."""
DATA = ("rows", "rows_fitted", "rows_measured", "split", "as_of", "snapshot", "data_hash", "encoder")
"""The parameters of a run that tell of its data."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A registered version as MLflow has it. data: what its run was told of the data. verdict, against: the
    gate's last word, and of which champion it was said; empty where it was never judged."""

    reference: ModelReference
    aliases: tuple[str, ...]
    created_at: datetime
    run_id: str
    experiment_id: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    verdict: str = ""
    against: str = ""

    @classmethod
    def of(cls, found: Any, run: Any, aliases: Mapping[str, str] | None = None) -> Version:
        """From MLflow's ModelVersion and the run that made it; aliases: alias -> version, where the version's
        own list may be out of date."""
        named = [alias for alias, version in (aliases or {}).items() if str(version) == str(found.version)]
        return cls(
            reference=ModelReference(name=found.name, version=str(found.version)),
            aliases=tuple(named or found.aliases),
            created_at=datetime.fromtimestamp(found.creation_timestamp / 1000, UTC),
            run_id=found.run_id,
            experiment_id=str(run.info.experiment_id),
            metrics=dict(run.data.metrics),
            data={key: run.data.params[key] for key in DATA if key in run.data.params},
            verdict=found.tags.get(RESULT_TAG, ""),
            against=found.tags.get(AGAINST_TAG, ""),
        )


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

    @property
    def params(self) -> dict[str, str]:
        """What its run in MLflow keeps as parameters; the reason is a tag, since it may be long."""
        return {
            "model": self.name,
            "from": self.replaced or "",
            "to": self.version,
            "kind": self.kind,
            "actor": self.actor,
            "verdict": self.verdict,
        }

    @classmethod
    def of(cls, run: Any) -> Move:
        """From the run in MLflow that recorded it."""
        given = run.data.params
        return cls(
            name=given["model"],
            replaced=given["from"] or None,
            version=given["to"],
            kind=given["kind"],
            actor=given["actor"],
            reason=run.data.tags.get("reason", ""),
            verdict=given["verdict"],
            at=datetime.fromtimestamp(run.info.start_time / 1000, UTC),
        )


def standing(moves: Sequence[Move]) -> list[str]:
    """The champions one can go back through: a promotion goes on top, a rollback takes the top off."""
    stack: list[str] = []
    for move in moves:
        if move.kind == "rollback" and len(stack) > 1:
            stack.pop()
        else:
            stack.append(move.version)
    return stack


def spoken(version: str | None) -> str:
    """A version as a sentence names it."""
    return "none" if version is None else f"version {version}"
