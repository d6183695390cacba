"""Corrections that look poisoned wait for a lead, with the evidence; ordinary ones are left alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from features.bundle import TriageModel
from features.records import Decision, FieldPrediction, Prediction, Request
from features.set_aside import Quarantine
from features.taxonomy import Taxonomy
from training.labels import Labelled
from training.quarantine import Kind, Suspicion, suspicions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(model: TriageModel, *, count: int = 400, seed: int = 0) -> list[Labelled]:
    """Requests with labels drawn by the model's own probabilities: it is right as often as it says."""
    chance = np.random.default_rng(seed)
    words = (
        "发票金额不对",
        "the conveyor stopped",
        "无法登录",
        "please send a quotation",
        "要求道歉",
        "how to export",
    )
    texts = [f"{words[i % len(words)]} {chance.integers(10**6)} {words[(i * 5) % 6]}" for i in range(count)]
    said = model.predict([Request(text=text) for text in texts])
    found = []
    for i, (text, prediction) in enumerate(zip(texts, said, strict=True)):
        shares = prediction.fields["type"].probabilities
        label = str(chance.choice(list(shares), p=np.array(list(shares.values())) / sum(shares.values())))
        found.append(labelled(i, text, label, by=f"person {i % 4}"))
    return found


def labelled(number: int, text: str, label: str, *, by: str) -> Labelled:
    return Labelled(
        id=str(number),
        request=Request(text=text),
        labels={"type": label},
        reviews={"type": f"r{number}"},
        reviewers={"type": by},
    )


def found_in(model: TriageModel, given: list[Labelled], **more: object) -> list[Suspicion]:
    groups = [row.request.text for row in given]
    return suspicions(given, model, groups=groups, trusted=more.pop("trusted", {}), **more)  # type: ignore[arg-type]


def moved(model: TriageModel, given: list[Labelled], *, was: str, to: str) -> list[Labelled]:
    """Every row that the model calls one thing, called another."""
    said = model.predict([row.request for row in given])
    return [
        labelled(int(row.id), row.request.text, to, by=row.reviewers["type"])
        if each.fields["type"].label == was
        else row
        for row, each in zip(given, said, strict=True)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_corrections_are_left_alone(hash_model: TriageModel, seed: int) -> None:
    assert found_in(hash_model, rows(hash_model, seed=seed)) == []


def test_a_class_that_becomes_its_neighbour_is_set_aside(hash_model: TriageModel) -> None:
    clean = rows(hash_model)
    said = [each.fields["type"].label for each in hash_model.predict([row.request for row in clean])]
    was = max(set(said), key=said.count)
    to = "complaint" if was != "complaint" else "billing"
    (found,) = found_in(hash_model, moved(hash_model, clean, was=was, to=to))
    assert (found.kind, found.of, found.seen) == (Kind.CLASS, f"{was} > {to}", said.count(was))
    assert f"{said.count(was)}" in found.sentence("en")
    assert "条" in found.sentence("zh")
    assert found_in(hash_model, moved(hash_model, clean, was=was, to=to), released=found.reviews) == []


class Witness:
    """A champion that is sure of what it says, `billing`, and right nine times in ten."""

    taxonomy = Taxonomy.default()
    heads = ("type",)

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        shares = {"billing": 0.9, "complaint": 0.06, "question": 0.04}
        field = FieldPrediction(
            label="billing", confidence=0.9, decision=Decision.SUGGEST, threshold=None, probabilities=shares
        )
        return [
            Prediction(
                fields={"type": field}, language="en", truncated=False, model=None, text_version=1,
                taxonomy_version=1,
            )
            for _ in requests
        ]  # fmt: skip


def test_a_reviewer_far_from_the_others_is_set_aside() -> None:
    others = ("complaint", "question", "change", "service")
    given = [
        labelled(i, f"invoice {i}", others[i // 5 % 4], by="mallory")
        if i % 5 == 0
        else labelled(i, f"invoice {i}", "complaint" if i % 10 == 1 else "billing", by=f"person {i % 5}")
        for i in range(300)
    ]
    found = [each for each in found_in(Witness(), given) if each.kind is Kind.REVIEWER]  # type: ignore[arg-type]
    assert [(each.of, each.seen, each.among) for each in found] == [("mallory", 60, 60)]


def test_labels_against_those_of_the_same_texts_are_set_aside(hash_model: TriageModel) -> None:
    given = [labelled(i, f"the invoice {i}", "complaint", by="ann") for i in range(20)]
    trusted = {(f"the invoice {i}", "type"): "billing" for i in range(20)}
    found = [each for each in found_in(hash_model, given, trusted=trusted) if each.kind is Kind.DUPLICATES]
    assert [(each.of, each.seen, each.among) for each in found] == [("billing > complaint", 20, 20)]


def test_what_is_found_is_set_aside_and_told_the_same(tmp_path: Path) -> None:
    found = Suspicion(
        kind=Kind.CLASS, field="type", of="a > b", seen=12, among=20, expected=1.0, reviews=("r1", "r2")
    )
    store = Quarantine(tmp_path, "triage")
    assert store.hold([found], at=NOW, snapshot="s") == [found]
    (kept,) = store.batches()
    assert (kept.id, kept.kind, kept.reviews, kept.at) == (found.id, "class", found.reviews, NOW)
    for language in ("zh", "en"):
        assert kept.sentence(language, field="type", of="a > b") == found.sentence(language)
        assert kept.sentences[language] == found.sentence(language)
