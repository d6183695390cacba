"""What is set aside waits in a file that training and the pages agree on, and is released once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from features.errors import ConflictError, InputError, NotFoundError, RegistryError
from features.set_aside import Quarantine

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FILE = {
    "format": 1,
    "batches": [
        {
            "id": "0a1b2c3d4e5f", "kind": "class", "field": "type", "of": "billing > complaint", "seen": 12,
            "among": 20, "expected": 1.25, "sentences": {"zh": "旧句", "en": "as it was"},
            "reviews": ["r1", "r2"], "at": "2026-03-01T09:00:00+00:00", "snapshot": "ab", "released": None,
        }
    ],
}  # fmt: skip
"""As the first release wrote it."""


@dataclass(frozen=True)
class Found:
    """Something suspected. kind: one that this release knows, or not."""

    id: str
    kind: str = "reviewer"

    def as_data(self) -> dict[str, Any]:
        return dict(FILE["batches"][0], id=self.id, kind=self.kind, of="mallory")  # type: ignore[index]


@pytest.fixture
def store(tmp_path: Path) -> Quarantine:
    return Quarantine(tmp_path, "triage")


@pytest.fixture
def write(store: Quarantine) -> Callable[[str], None]:
    def written(words: str) -> None:
        store.path.parent.mkdir(exist_ok=True)
        store.path.write_text(words, "utf-8")

    return written


def test_what_is_held_waits_until_it_is_released_once(store: Quarantine) -> None:
    first, second = Found("b1"), Found("b2")
    assert store.hold([first], at=NOW, snapshot="s") == [first]
    assert store.hold([first, second], at=NOW, snapshot="s") == [second]
    with pytest.raises(InputError, match="reason is empty"):
        store.release("b1", by="lea", reason=" ", at=NOW)
    assert (store.held(), store.released()) == ({"r1", "r2"}, set())
    made = store.release("b1", by="lea", reason=" a real change ", at=NOW + timedelta(days=1))
    assert made.released is not None
    assert (made.released.by, made.released.reason) == ("lea", "a real change")
    assert store.batches()[0] == made
    assert (store.held(), store.released()) == ({"r1", "r2"}, {"r1", "r2"}), "the second batch still waits"
    with pytest.raises(ConflictError, match="released already, by 'lea'"):
        store.release("b1", by="leo", reason="again", at=NOW)
    with pytest.raises(NotFoundError, match="No batch 'zzz'"):
        store.release("zzz", by="lea", reason="x", at=NOW)


def test_a_file_of_the_first_release_is_read_and_kept(
    store: Quarantine, write: Callable[[str], None]
) -> None:
    write(json.dumps(FILE))
    (batch,) = store.batches()
    assert (batch.labels, batch.seen, batch.among, batch.expected) == (("billing", "complaint"), 12, 20, 1.25)
    assert batch.sentence("en", field="Type", of="Billing → Complaint").startswith("Type: of 20 requests")
    assert "1.2 条" in batch.sentence("zh", field="类型", of="账单 → 投诉")
    store.release(batch.id, by="lea", reason="right", at=NOW)
    kept = json.loads(store.path.read_text("utf-8"))
    released = {"by": "lea", "reason": "right", "at": NOW.isoformat()}
    assert kept == {"format": 1, "batches": [dict(FILE["batches"][0], released=released)]}  # type: ignore[index]


def test_a_kind_of_a_later_release_is_told_as_it_was_written(store: Quarantine) -> None:
    store.hold([Found("b1", kind="hour")], at=NOW, snapshot="s")
    (batch,) = store.batches()
    assert batch.sentence("en", field="Type", of="x") == "as it was"
    assert batch.labels is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"format": 1, "batches": [{"id": "x"}]}', "cannot be read"),
        ('{"format": 9, "batches": []}', "no format that this release reads"),
    ],
)
def test_a_damaged_file_is_named_and_never_written_over(
    store: Quarantine, write: Callable[[str], None], words: str, told: str
) -> None:
    write(words)
    for ask in (store.held, lambda: store.hold([Found("b1")], at=NOW, snapshot="s")):
        with pytest.raises(RegistryError, match=told):
            ask()
    assert store.path.read_text("utf-8") == words
