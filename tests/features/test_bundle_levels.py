"""A model of labels on levels: what it answers, and by which names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.bundle import TriageModel
from features.records import Decision, FieldPrediction, Request
from features.taxonomy import Taxonomy
from features.taxonomy.changes import renamed
from tests.training import own_labels

REQUEST = Request(text="仓库的软件要咨询，第2号工位。")
DOUBTFUL = Request(text="软件，请帮忙")
EMOJI = Request(text="🙏🙏 12345")


@pytest.fixture(scope="module")
def model() -> TriageModel:
    """Sixty categories on three levels; one leaf has two rows."""
    return own_labels.fitted()


def said(model: TriageModel, request: Request) -> FieldPrediction:
    return model.predict([request])[0].fields["category"]


def with_cutoffs(model: TriageModel, **of_depth: float) -> TriageModel:
    """The model with a cutoff for each label of a level, by its name: top, middle, leaf."""
    names = ("top", "middle", "leaf")
    field = model.taxonomy.field("category")
    cutoffs = {code: of_depth.get(names[len(field.path(code)) - 1]) for code in field.codes}
    return replace(model, manifest=replace(model.manifest, thresholds={"category": cutoffs}))


def test_probabilities_are_of_the_trained_labels_and_parents_are_their_sums(model: TriageModel) -> None:
    found = said(model, REQUEST)
    assert found.label == "软件/仓库/咨询"
    assert sum(found.probabilities.values()) == pytest.approx(1)
    below = [share for code, share in found.probabilities.items() if code.startswith("软件/")]
    assert found.parents["软件"] == pytest.approx(sum(below))
    assert sum(found.parents[top] for top in own_labels.TOPS) == pytest.approx(1)


def test_a_leaf_of_two_rows_trained_its_parent(model: TriageModel) -> None:
    assert model.manifest.merged == {"category": {own_labels.THIN: "硬件/总部"}}
    assert own_labels.THIN not in model.heads["category"].labels
    assert "硬件/总部" in model.heads["category"].labels
    assert model.taxonomy.field("category").by_code[own_labels.THIN].rows == 2


def test_where_no_leaf_is_sure_enough_the_deepest_sure_parent_is_answered(model: TriageModel) -> None:
    plain = said(model, DOUBTFUL)
    middle = said(with_cutoffs(model, leaf=1.1, middle=0.0, top=0.0), REQUEST)
    assert (middle.label, middle.decision, middle.threshold) == ("软件/仓库", Decision.SUGGEST, 0.0)
    assert middle.confidence == middle.parents["软件/仓库"]
    top = said(with_cutoffs(model, leaf=1.1, middle=1.1, top=plain.parents["软件"]), DOUBTFUL)
    assert (top.label, top.confidence) == ("软件", plain.parents["软件"])
    assert top.probabilities == plain.probabilities


def test_a_sure_leaf_is_answered_and_without_any_sure_label_the_leaf_is_left_to_review(
    model: TriageModel,
) -> None:
    assert said(with_cutoffs(model, leaf=0.0, top=0.0), REQUEST).label == "软件/仓库/咨询"
    unsure = said(with_cutoffs(model, leaf=1.1, middle=1.1, top=1.1), REQUEST)
    assert (unsure.label, unsure.decision) == ("软件/仓库/咨询", Decision.REVIEW)
    assert said(with_cutoffs(model, leaf=0.0, top=0.0), EMOJI).decision is Decision.REVIEW


def test_cutoffs_and_parents_follow_a_rename(model: TriageModel) -> None:
    later = renamed(model.taxonomy, "category", old="软件", new="应用")
    later = renamed(later, "category", old="软件/仓库/咨询", new="应用/仓库/咨询")
    found = replace(with_cutoffs(model, leaf=0.01), taxonomy=later)
    labels = tuple(later.field("category").resolve(each) or each for each in found.heads["category"].labels)
    heads = {**found.heads, "category": replace(found.heads["category"], labels=labels)}
    answer = said(replace(found, heads=heads), REQUEST)
    assert (answer.label, answer.threshold, answer.decision) == ("应用/仓库/咨询", 0.01, Decision.SUGGEST)
    assert answer.parents["应用"] == pytest.approx(said(model, REQUEST).parents["软件"])


def test_two_labels_that_became_one_share_their_probability(hash_model: TriageModel, tmp_path) -> None:  # type: ignore[no-untyped-def]
    data = Taxonomy.default().as_data()
    labels = data["fields"]["type"]["labels"]
    labels["request"] = labels.pop("service") | {"aliases": ["service", "feature"]}
    del labels["feature"]
    folder = hash_model.save(tmp_path / "bundle")
    later = TriageModel.load(folder, taxonomy=Taxonomy.of(data | {"version": 2}))
    before, after = (each.predict([REQUEST])[0].fields["type"].probabilities for each in (hash_model, later))
    assert after["request"] == pytest.approx(before["service"] + before["feature"])
    assert sum(after.values()) == pytest.approx(1)
