"""Versions, moves and a verdict as training leaves them on a disk, for what shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from features import ledger, verdicts
from features.ledger import Ledger
from features.records import ModelReference
from features.versions import Move, Version

NAME = "triage"
AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SENTENCES = {
    "en": ["Refused: the champion stays.", "Worse: <b>macro-F1</b> of Type goes from 0.812 to 0.701."],
    "zh": ["未通过：保留现用版本。", "更差：类型的宏平均 F1 由 0.812 变为 0.701。"],
}


def version(number: int, *aliases: str, verdict: str = "", against: str = "") -> Version:
    return Version(
        reference=ModelReference(name=NAME, version=str(number)),
        aliases=aliases,
        created_at=AT,
        run_id=f"run{number}",
        experiment_id="7",
        metrics={"type.macro_f1": 0.8, "urgency.kappa": 0.6},
        data={"rows": "1200", "as_of": "2026-03-01T07:00:00+00:00", "data_hash": "ab" * 32},
        verdict=verdict,
        against=against,
    )


def move(old: str | None, new: str, *, kind: str = "promotion", verdict: str = "none", reason: str) -> Move:
    return Move(
        name=NAME, replaced=old, version=new, kind=kind, actor="lin", reason=reason, verdict=verdict, at=AT
    )


def record(home: Path, numbers: Sequence[str]) -> None:
    """Version 2 is champion; 3 challenges it and was refused. numbers: requests that the two differ on."""
    kept = Ledger(
        at=AT,
        versions=(
            version(3, "challenger", verdict="refused", against="2"),
            version(2, "champion"),
            version(1),
        ),
        moves=(
            move(None, "1", reason="the first version"),
            move("1", "2", verdict="refused against 1, despite", reason="<i>better</i> on urgency"),
        ),
    )
    ledger.save(kept, home, name=NAME)
    judged(home, numbers)


def judged(home: Path, numbers: Sequence[str]) -> None:
    test = {
        "kind": "goal", "name": "macro_f1", "field": "type", "of": "", "rows": 240, "champion": 0.812,
        "challenger": 0.701, "low": -0.2, "high": -0.05, "margin": 0.0, "p": 1.0, "holds": False,
        "shown": False, "told": {"champion": "0.812", "challenger": "0.701"},
    }  # fmt: skip
    tally = {"rows": 240, "champion": 0.8, "challenger": 0.7}
    fields = [
        {
            "code": "type", **tally, "both": 150, "champion_only": 42, "challenger_only": 18, "neither": 30,
            "classes": [{"code": "billing", **tally}], "languages": [{"code": "zh", **tally}],
        }
    ]  # fmt: skip
    example = {
        "field": "type", "truth": "billing", "champion": "billing", "challenger": "incident",
        "champion_sure": 0.61, "challenger_sure": 0.52,
    }  # fmt: skip
    data = {
        "format": 2,
        "champion": "2",
        "challenger": "3",
        "as_of": "2026-03-01T07:00:00+00:00",
        "result": "refused",
        "rows": {"all": 240, "recent": 140, "frozen": 100},
        "sentences": SENTENCES,
        "tests": [test],
        "fields": fields,
        "examples": [example | {"request_id": number} for number in numbers],
    }
    path = verdicts.path_of(home, ModelReference(name=NAME, version="3"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), "utf-8")
