"""A taxonomy alone makes a working model that decides nothing; a few rows beside names make a better one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.errors import TrainingDataError
from features.records import Decision, Request
from features.taxonomy import Taxonomy, infer
from tests.conftest import Command
from training import few_rows
from training.coldstart import cold_start
from training.curve import learning_curve
from training.dataset import Dataset
from training.fit import fit
from training.folded import Evidence
from training.named import fit_named, linear, named

TAXONOMY = """
format: 1
version: 3
fields:
  type:
    name: {zh: 类型, en: Type}
    labels:
      printer_fault:
        name: {zh: 打印机故障, en: printer fault}
        description: {zh: 打印机卡纸或打不出来, en: a printer jams or prints nothing}
      invoice_error:
        name: {zh: 发票错误, en: invoice error}
        description: {zh: 发票金额或抬头有误, en: an invoice has the wrong sum or name}
      password_reset:
        name: {zh: 重置密码, en: password reset}
"""
NAMES = ("printer jam", "wrong invoice", "lost password")
TEXTS = ("my printer has a jam", "the invoice is wrong again", "I lost the password")


def rows(count: int) -> Dataset:
    """So many rows of each of three labels, whose names are words of theirs."""
    texts = [f"{TEXTS[i % 3]} {i}" for i in range(3 * count)]
    return Dataset(
        requests=tuple(Request(text=each) for each in texts),
        labels={"type": tuple(NAMES[i % 3] for i in range(3 * count))},
        split=None,
        times=None,
    )


def test_names_alone_tell_labels_apart_and_decide_nothing(tmp_path: Path) -> None:
    made = cold_start(Taxonomy.parse(TAXONOMY), encoder=HashEncoder(), seed=0)
    model = TriageModel.load(made.save(tmp_path / "bundle"))
    requests = [Request(text=words) for words in ("打印机又卡纸了，打不出来", "the invoice has a wrong name")]
    said = [each.fields["type"] for each in model.predict(requests)]
    assert [each.label for each in said] == ["printer_fault", "invoice_error"]
    assert {each.decision for each in said} == {Decision.REVIEW}
    assert sum(said[0].probabilities.values()) == pytest.approx(1)
    assert model.manifest.rows == {"type": 0}
    assert model.manifest.cold_start["type"]["calibrated"] is False


def test_labels_that_nothing_tells_apart_are_refused() -> None:
    words = TAXONOMY.replace("{zh: 重置密码, en: password reset}", "printer fault").replace(
        "{zh: 打印机故障, en: printer fault}", "printer fault"
    )
    alike = "\n".join(line for line in words.splitlines() if "description" not in line)
    with pytest.raises(TrainingDataError, match="'printer_fault' and 'password_reset' of 'type'"):
        cold_start(Taxonomy.parse(alike), encoder=HashEncoder(), seed=0)


def test_a_name_becomes_requests_of_its_language_and_a_description_stays() -> None:
    field = Taxonomy.parse(TAXONOMY).field("type")
    given = named(field, field.leaves)
    texts = [given.texts[i] for i in np.flatnonzero(given.owners == 0)]
    assert "How do I printer fault?" in texts
    assert "我想咨询打印机故障" in texts
    assert "a printer jams or prints nothing" in texts
    assert given.described.sum() == 4


def test_a_code_becomes_words_and_one_name_is_read_once() -> None:
    field = infer({"type": {"card_arrival", "lost_card"}}).field("type")
    assert named(field, ("card_arrival",)).texts == (
        "How do I card arrival?",
        "I have a question about card arrival",
        "my card arrival",
    )


def test_names_help_where_each_label_has_one_row() -> None:
    dataset, measured = rows(1), rows(10)
    field = infer({"type": set(NAMES)}).field("type")
    curve = learning_curve(dataset, measured, field, encoder=HashEncoder(), seed=0)
    found = {(point.rows_per_label, point.names): point.accuracy for point in curve.points}
    assert set(found) == {(0, True), (1, False), (1, True)}
    assert found[1, True] >= found[1, False]
    assert found[0, True] > 1 / 3
    assert curve.measured == 30


def test_few_rows_are_fitted_both_ways_and_the_better_is_kept() -> None:
    dataset = rows(4)
    model = fit(dataset, infer({"type": set(NAMES)}), encoder=HashEncoder(), seed=0)
    choice = model.manifest.cold_start["type"]
    assert choice["rows_per_label"] == 4
    assert choice["used"] == (choice["with_names"] > choice["rows_alone"])
    assert [each.fields["type"].label for each in model.predict(dataset.requests[:3])] == list(NAMES)


def test_a_label_that_no_row_has_yet_is_known_by_its_name() -> None:
    dataset = rows(4)
    reviewed = dataset.rows([i for i, label in enumerate(dataset.labels["type"]) if label != "lost password"])
    model = fit(reviewed, infer({"type": set(NAMES)}), encoder=HashEncoder(), seed=0)
    assert model.manifest.labels["type"] == sorted(NAMES)
    assert model.manifest.cold_start["type"]["unseen"] == 1
    assert [each.fields["type"].label for each in model.predict(dataset.requests[:3])] == list(NAMES)
    assert model.manifest.thresholds["type"]["lost password"] is None
    assert model.manifest.priors["type"]["lost password"] == 0.0


def test_labels_without_a_row_in_a_field_with_levels_are_left_to_the_label_above() -> None:
    field = infer({"type": {"print/jam", "print/paper", "password"}}).field("type")
    truth = np.repeat([0, 1], 2)
    given = Evidence(
        features=sparse.eye(4, format="csr"),
        labels=("password", "print/jam"),
        truth=truth,
        groups=np.arange(4),
        folds=[],
    )
    assert few_rows.with_unseen(given, field) is given


def test_many_rows_do_without_names() -> None:
    model = fit(rows(40), infer({"type": set(NAMES)}), encoder=HashEncoder(), seed=0)
    assert model.manifest.cold_start == {}


def test_names_and_rows_of_two_labels_give_two_scores() -> None:
    field = infer({"type": {"jam", "invoice"}}).field("type")
    given = named(field, ("invoice", "jam"))
    chance = np.random.default_rng(0)
    features = sparse.csr_matrix(chance.normal(size=(6, 8)) + np.repeat([[2.0], [-2.0]], 3, axis=0))
    of_names = sparse.csr_matrix(chance.normal(size=(len(given.texts), 8)))
    fitted = fit_named(features, np.repeat([0, 1], 3), given, of_names, width=6)
    assert fitted.decision_function(features).shape == (6, 2)
    assert fitted.decision_function(features).argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_linear_classifier_answers_by_its_weights() -> None:
    made = linear(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.0, 0.5]))
    assert made.decision_function(np.array([[1.0, 0.0]])).tolist() == [[1.0, 0.5]]


def test_train_without_data_starts_from_the_taxonomy(triage: Command, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(TAXONOMY, "utf-8")
    done = triage("train", "--taxonomy", "own.yaml", "--encoder", "hash", "--model", "own")
    assert done.returncode == 0, done.stderr
    assert "every request goes to review" in done.stdout
    assert "Registered own version 1 as champion" in done.stdout
    (tmp_path / "in.csv").write_text("text\n打印机卡纸了\n", "utf-8")
    scored = triage("score", "--data", "in.csv", "--out", "out.jsonl", "--model", "models:/own/1")
    assert scored.returncode == 0, scored.stderr
    assert '"type":"printer_fault"' in (tmp_path / "out.jsonl").read_text("utf-8")


def test_train_with_neither_rows_nor_a_taxonomy_says_what_to_give(triage: Command) -> None:
    done = triage("train", "--encoder", "hash")
    assert done.returncode == 2
    assert "neither --data nor a taxonomy file" in done.stderr
