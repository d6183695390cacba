"""A field without labels in the data is carried over from a base version, and goes on answering alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from features import grading
from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.errors import BundleError, InputError
from features.manifest import read_manifest
from features.policy import Policy
from features.records import Decision, ModelReference, Request
from features.registry import Registry
from tests.training import own_labels
from training import carried
from training.carried import Base

REQUESTS = (
    Request(text="总部的网络要更换，第3号工位。今天必须解决，否则停产。"),
    Request(text="The gate does not open any more and nobody can leave the site."),
)


class OtherEncoder(HashEncoder):
    """One of other vectors."""

    @property
    def fingerprint(self) -> str:
        return "another"


@pytest.fixture(scope="module")
def own() -> TriageModel:
    """Urgency and sixty categories from own data."""
    return own_labels.fitted()


@pytest.fixture
def base(champion_folder: Path) -> Base:
    return Base(
        folder=champion_folder,
        reference=ModelReference(name="triage", version="1"),
        manifest=read_manifest(champion_folder),
        asked=True,
    )


@pytest.fixture
def joined(own: TriageModel, base: Base, tmp_path: Path) -> TriageModel:
    """Both, saved and loaded as serving does."""
    inherited, told = carried.load(base, trained=list(own.heads), encoder=own_labels.ENCODER)
    assert inherited is not None
    assert told == [
        "Carried over from triage version 1, since the data have no labels of them: type, impact, difficulty."
    ]
    made = carried.joined(own, inherited)
    return TriageModel.load(
        made.save(tmp_path / "bundle"), reference=ModelReference(name="triage", version="2")
    )


def test_carried_fields_answer_as_in_the_base_and_trained_ones_as_trained(
    joined: TriageModel, own: TriageModel, champion_folder: Path
) -> None:
    before = TriageModel.load(champion_folder).predict(REQUESTS)
    trained = own.predict(REQUESTS)
    for after, base_says, own_says in zip(joined.predict(REQUESTS), before, trained, strict=True):
        for code in ("type", "impact", "difficulty"):
            assert after.fields[code] == base_says.fields[code]
        for code in ("urgency", "category"):
            assert after.fields[code].probabilities == pytest.approx(own_says.fields[code].probabilities)


def test_the_manifest_says_where_each_field_comes_from(joined: TriageModel, base: Base) -> None:
    manifest = joined.manifest
    assert set(manifest.carried) == {"type", "impact", "difficulty"}
    assert manifest.carried["impact"] == {
        "model": "triage", "version": "1", "data_hash": base.manifest.data_hash,
    }  # fmt: skip
    assert manifest.parts == dict.fromkeys(("type", "impact", "difficulty"), "triage/1")
    assert manifest.rows["impact"] == base.manifest.rows["impact"]
    assert list(joined.taxonomy.fields) == ["type", "urgency", "impact", "difficulty", "category"]


def test_own_urgency_and_carried_impact_make_a_grade_of_the_matrix(joined: TriageModel) -> None:
    prediction = joined.predict(REQUESTS)[0]
    assessed = grading.grade(Policy.default(), joined.taxonomy, prediction, value=None, received_at=None)
    assert assessed.reasons[0].code == "matrix"
    assert prediction.fields["category"].parents.keys() == {
        *own_labels.TOPS, *(f"{top}/{each}" for top in own_labels.TOPS for each in own_labels.MIDDLES),
    }  # fmt: skip


def test_what_was_carried_once_is_carried_again_under_its_first_origin(
    joined: TriageModel, hash_model: TriageModel
) -> None:
    type_alone = replace(
        hash_model,
        heads={"type": hash_model.heads["type"]},
        taxonomy=hash_model.taxonomy.only(["type"]),
        manifest=replace(hash_model.manifest, labels={"type": hash_model.manifest.labels["type"]}),
    )
    twice = carried.joined(type_alone, joined)
    assert twice.manifest.carried["impact"]["version"] == "1"
    assert twice.manifest.carried["category"]["version"] == "2"
    assert {head.part for head in twice.heads.values()} == {"own", "triage/1", "triage/2"}
    assert twice.predict(REQUESTS)[0].fields["impact"] == joined.predict(REQUESTS)[0].fields["impact"]


def test_thresholds_of_a_carried_field_come_along_and_bind_no_other(
    own: TriageModel, hash_model: TriageModel
) -> None:
    cutoffs = {"impact": {"high": 0.0, "medium": 0.0, "low": None}}
    base = replace(hash_model, manifest=replace(hash_model.manifest, thresholds=cutoffs))
    said = carried.joined(own, base).predict(REQUESTS)[0].fields
    assert said["impact"].threshold == cutoffs["impact"][said["impact"].label]
    assert said["urgency"].decision is Decision.SUGGEST


def test_another_encoder_is_refused_where_the_base_was_asked_for_and_said_where_not(base: Base) -> None:
    with pytest.raises(InputError, match=r"type, impact cannot be carried over.* --base none"):
        carried.load(base, trained=["urgency", "difficulty"], encoder=OtherEncoder())
    found, told = carried.load(replace(base, asked=False), trained=["urgency"], encoder=OtherEncoder())
    assert found is None
    assert "it reads vectors of 'hash'" in told[0]


def test_a_base_with_nothing_to_give_is_refused_only_where_it_was_asked_for(base: Base) -> None:
    fields = ["type", "urgency", "impact", "difficulty"]
    with pytest.raises(InputError, match="no field that the data lack"):
        carried.load(base, trained=fields, encoder=own_labels.ENCODER)
    assert carried.load(replace(base, asked=False), trained=fields, encoder=own_labels.ENCODER) == (None, [])


def test_a_column_without_any_label_is_left_to_the_base(base: Base) -> None:
    given, taxonomy = own_labels.dataset()
    empty = replace(given, labels={**given.labels, "impact": (None,) * len(given)})
    known = replace(taxonomy, fields={**taxonomy.fields, "impact": taxonomy.fields["urgency"]})
    kept, left = carried.without_empty(empty, known, base)
    assert list(kept.labels) == list(left.fields) == ["category", "urgency"]
    assert carried.without_empty(empty, known, None)[0] is empty


def test_none_asks_for_no_base(tmp_path: Path) -> None:
    nowhere = Registry(home=tmp_path / "nowhere")
    assert carried.find("none", registry=nowhere, name="triage", say=print) is None
    assert not nowhere.home.exists()


def test_a_champion_that_cannot_be_read_is_said_and_a_base_that_cannot_is_refused(tmp_path: Path) -> None:
    class Torn(Registry):
        """One whose champion lies in an empty folder."""

        def alias(self, *_: str) -> str | None:
            return "1"

        def resolve(self, _: str) -> tuple[Path, ModelReference]:
            return self.home, ModelReference(name="triage", version="1")

    told: list[str] = []
    assert carried.find(None, registry=Torn(home=tmp_path), name="triage", say=told.append) is None
    assert "Nothing is carried over from the champion" in told[0]
    with pytest.raises(BundleError, match="is no model"):
        carried.find(str(tmp_path), registry=Registry(home=tmp_path), name="triage", say=print)
