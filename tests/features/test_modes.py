"""A field's mode decides what is done with its prediction, and `auto` has to be earned."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from features.bundle import TriageModel
from features.errors import BundleError, InputError
from features.grading import grade
from features.guarantees import seal_of
from features.manifest import MANIFEST
from features.modes import Mode, applied, parse
from features.policy import Policy
from features.records import Decision, Request
from tests.features.cases import TAXONOMY, field, prediction

REQUEST = Request(text="The whole plant stands still since the controller broke down.")
PRIORS = {"impact": {"low": 0.9, "medium": 0.1}}


def copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copy"))


def rewritten(folder: Path, **changes: object) -> Path:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
    return folder


def reviewed(folder: Path) -> Path:
    """The bundle as if it had been fitted on reviewed requests, with cutoffs that anything reaches."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for code, each in manifest["guarantees"].items():
        each["reviewed"] = True
        manifest["thresholds"][code] = dict.fromkeys(manifest["thresholds"][code], 0.0)
        each["seal"] = seal_of(
            each, thresholds=manifest["thresholds"][code], calibration=manifest["calibrations"][code]
        )
    return rewritten(folder, **manifest)


def test_modes_are_read_as_they_are_written() -> None:
    assert parse("TRIAGE_MODES", "type=auto, urgency=monitor") == {"type": Mode.AUTO, "urgency": Mode.MONITOR}
    assert parse("TRIAGE_MODES", "") == {}


@pytest.mark.parametrize("words", ["type", "type=always", "=auto"])
def test_what_is_no_mode_is_named(words: str) -> None:
    with pytest.raises(InputError, match="modes are off, monitor, suggest, auto"):
        parse("TRIAGE_MODES", words)


def test_off_is_not_predicted(champion_folder: Path) -> None:
    model = TriageModel.load(champion_folder, modes={"impact": Mode.OFF})
    assert "impact" not in model.predict([REQUEST])[0].fields


def test_a_monitored_field_is_kept_apart_and_the_grade_goes_by_its_prior(champion_folder: Path) -> None:
    plain = TriageModel.load(champion_folder).predict([REQUEST])[0]
    found = TriageModel.load(champion_folder, modes={"impact": Mode.MONITOR}).predict([REQUEST])[0]
    assert "impact" not in found.fields
    assert found.monitored["impact"] == plain.fields["impact"]
    assert sum(found.priors["impact"].values()) == pytest.approx(1)


def test_a_grade_by_the_prior_says_so() -> None:
    said = prediction(
        type=field(incident=1.0), urgency=field(urgent=1.0), impact=field(high=0.9, medium=0.1, low=0.0)
    )
    before = grade(Policy.default(), TAXONOMY, said, value=None, received_at=None)
    monitored = applied(said, {"impact": Mode.MONITOR}, PRIORS)
    after = grade(Policy.default(), TAXONOMY, monitored, value=None, received_at=None)
    assert (before.grade, after.grade) == ("P1", "P3")
    matrix = next(reason for reason in after.reasons if reason.code == "matrix")
    assert (matrix.numbers["impact"], matrix.numbers["impact_by"]) == ("low", "prior")
    told = grade(
        Policy.default(), TAXONOMY, monitored, value=None, received_at=None, labels={"impact": "high"}
    )
    assert told.grade == "P1", "a person's word wins over the prior"


def test_all_fields_monitored_is_assessed_and_needs_no_review() -> None:
    said = prediction(urgency=field(urgent=1.0), impact=field(high=1.0))
    modes = {"impact": Mode.MONITOR, "urgency": Mode.MONITOR}
    priors = PRIORS | {"urgency": {"routine": 0.8, "urgent": 0.2}}
    made = grade(Policy.default(), TAXONOMY, applied(said, modes, priors), value=None, received_at=None)
    assert made.grade == "P4"
    assert not made.needs_review
    assert "not_assessed_yet" not in {reason.code for reason in made.reasons}


def test_auto_is_refused_until_people_reviewed_the_rows(champion_folder: Path) -> None:
    with pytest.raises(BundleError, match="'type' may not be in the mode auto"):
        TriageModel.load(champion_folder, modes={"type": Mode.AUTO})


def test_auto_decides_at_or_over_the_cutoff_alone(champion_folder: Path, tmp_path: Path) -> None:
    folder = reviewed(copy(champion_folder, tmp_path))
    found = TriageModel.load(folder, modes={"type": Mode.AUTO}).predict([REQUEST])[0].fields
    assert (found["type"].decision, found["urgency"].decision) == (Decision.AUTO, Decision.SUGGEST)
    emoji = TriageModel.load(folder, modes={"type": Mode.AUTO}).predict([Request(text="🙏🙏")])[0].fields
    assert emoji["type"].decision is Decision.REVIEW


def test_auto_leaves_to_review_what_is_below_the_cutoff() -> None:
    said = prediction(type=field(Decision.REVIEW, incident=0.6, billing=0.4))
    assert applied(said, {"type": Mode.AUTO}, {}).fields["type"].decision is Decision.REVIEW


def test_a_mode_of_a_field_that_is_not_predicted_is_named(champion_folder: Path) -> None:
    with pytest.raises(BundleError, match="a mode for 'colour'"):
        TriageModel.load(champion_folder, modes={"colour": Mode.OFF})


def test_a_bundle_without_priors_cannot_be_monitored(champion_folder: Path, tmp_path: Path) -> None:
    folder = rewritten(copy(champion_folder, tmp_path), priors={})
    with pytest.raises(BundleError, match="kept no shares of labels"):
        TriageModel.load(folder, modes={"type": Mode.MONITOR})


def test_thresholds_changed_by_hand_are_refused(champion_folder: Path, tmp_path: Path) -> None:
    folder = copy(champion_folder, tmp_path)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["thresholds"]["type"]["incident"] = 0.1
    with pytest.raises(BundleError, match=r"thresholds of 'type' .* are not those that were fitted"):
        TriageModel.load(rewritten(folder, **manifest))


def test_weights_choose_the_answer_and_leave_probabilities_alone(hash_model: TriageModel) -> None:
    before = hash_model.predict([REQUEST])[0].fields["urgency"]
    head = replace(hash_model.heads["urgency"], weights={"long_term": 1e6})
    weighted = replace(hash_model, heads={**hash_model.heads, "urgency": head})
    after = weighted.predict([REQUEST])[0].fields["urgency"]
    assert after.label == "long_term"
    assert after.probabilities == before.probabilities
    assert after.confidence == before.probabilities["long_term"]
