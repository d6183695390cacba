"""A policy and a model's labels meet, or the cell where they do not is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from features.errors import PolicyError
from features.grading import grade
from features.policy import Policy, meeting
from features.records import Grade
from features.taxonomy import Taxonomy, infer
from features.taxonomy.changes import renamed
from tests.features.cases import POLICY, sure

DEFAULT = Taxonomy.default()
OWN_URGENCY = Taxonomy.parse(
    "{format: 1, version: 1, fields: {urgency: {ordered: true, labels: {普通: , 加急: , 特急: }}}}"
)


def over(own: Taxonomy) -> Taxonomy:
    return replace(DEFAULT, fields={**DEFAULT.fields, **own.fields})


def policy_file(folder: Path, **matrix: dict[str, str]) -> Path:
    path = folder / "policy.yaml"
    floors = [{"when": {"type": "complaint"}, "at_least": "P3"}]
    data = {**POLICY.as_data(), "matrix": matrix, "floors": floors}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return path


def own_matrix() -> dict[str, dict[str, str]]:
    return {
        "high": {"特急": "P1", "加急": "P2", "普通": "P3"},
        "medium": {"特急": "P2", "加急": "P3", "普通": "P4"},
        "low": {"特急": "P3", "加急": "P4", "普通": "P4"},
    }


def test_the_default_policy_and_taxonomy_meet() -> None:
    meeting.require(POLICY, DEFAULT)
    assert meeting.never_held(POLICY, DEFAULT) == []
    assert meeting.under(POLICY, DEFAULT) is POLICY


def test_each_cell_without_a_label_and_each_label_without_a_cell_is_named() -> None:
    with pytest.raises(PolicyError) as caught:
        meeting.require(POLICY, over(OWN_URGENCY))
    told = str(caught.value)
    assert "matrix.high.urgent: the model has no label 'urgent' of 'urgency'; it has 普通, 加急, 特急" in told
    assert "matrix.high.特急: is open: the model has the label '特急' of 'urgency'" in told
    assert "TRIAGE_POLICY" in told


def test_a_missing_row_names_a_cell_of_it() -> None:
    impact = infer({"impact": ["1", "2", "3"]})
    with pytest.raises(PolicyError, match=r"matrix\.high\.urgent: the model has no label 'high' of 'impact'"):
        meeting.require(POLICY, over(impact))


def test_a_model_without_the_fields_of_the_matrix_is_allowed() -> None:
    meeting.require(POLICY, infer({"category": ["a", "b"]}))
    meeting.require(POLICY, DEFAULT.only(["urgency"]))


def test_a_nominal_urgency_is_refused_since_it_has_no_more_and_no_less() -> None:
    fields = {**DEFAULT.fields, "urgency": replace(DEFAULT.field("urgency"), ordered=False)}
    with pytest.raises(PolicyError, match=r"fields\.urgency: the field 'urgency' is not ordered"):
        meeting.require(POLICY, replace(DEFAULT, fields=fields))


def test_labels_that_run_the_other_way_are_refused() -> None:
    field = DEFAULT.field("urgency")
    fields = {**DEFAULT.fields, "urgency": replace(field, labels=field.labels[::-1])}
    with pytest.raises(PolicyError, match="more may never mean a lower grade"):
        meeting.require(POLICY, replace(DEFAULT, fields=fields))


def test_types_of_its_own_are_allowed_and_what_never_holds_is_said() -> None:
    own = over(infer({"type": ["Bug", "security", "Wish"]}))
    meeting.require(POLICY, own)
    (told,) = meeting.never_held(POLICY, own)
    assert "complaint" in told
    assert "floors[2]" in told
    assert "security" not in told


def test_an_own_policy_is_read_for_the_labels_of_the_model(tmp_path: Path) -> None:
    path = policy_file(tmp_path, **own_matrix())
    read = meeting.read_for(path, over(OWN_URGENCY))
    assert read.matrix["high"]["特急"] is Grade.P1
    meeting.require(read, over(OWN_URGENCY))
    with pytest.raises(PolicyError, match=r"matrix\.high\.特急: the model has no label '特急'"):
        meeting.read_for(path, DEFAULT)


def test_a_torn_policy_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("matrix: [", "utf-8")
    with pytest.raises(PolicyError, match="not YAML"):
        meeting.read_for(tmp_path / "policy.yaml", DEFAULT)
    with pytest.raises(PolicyError, match="Cannot read"):
        meeting.read_for(tmp_path / "gone.yaml", DEFAULT)
    assert meeting.read_for(None, DEFAULT) is Policy.default()


def test_a_policy_grades_by_the_new_names_of_labels() -> None:
    later = renamed(DEFAULT, "urgency", old="urgent", new="critical")
    later = renamed(later, "type", old="security", new="breach")
    meeting.require(POLICY, later)
    before = grade(POLICY, DEFAULT, sure("urgent", "high"), value=None, received_at=None)
    after = grade(POLICY, later, sure("critical", "high"), value=None, received_at=None)
    assert after.grade is before.grade is Grade.P1
    assert after.grade_probabilities == before.grade_probabilities
    floored = grade(POLICY, later, sure("critical", "low", kind="breach"), value=None, received_at=None)
    assert floored.grade is Grade.P2
