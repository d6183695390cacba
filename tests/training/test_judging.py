"""Two versions on the same rows; what may be promoted, and what may not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from features import delivered
from features.bundle import TriageModel
from features.errors import ConflictError, RegistryError
from features.records import ModelReference
from features.registry import Registry
from features.taxonomy import Taxonomy
from features.taxonomy.changes import retired
from features.versions import AGAINST_TAG, RESULT_TAG
from training import dataset as datasets
from training.dataset import Dataset
from training.gate import judge
from training.gate_verdict import Result
from training.judging import compare
from training.promotion import verdict_for

THREE = ModelReference(name="triage", version="3")


@pytest.fixture(scope="module")
def judged(sample_file: Path) -> Dataset:
    return datasets.load(sample_file, taxonomy=Taxonomy.default())[0]


def test_the_same_model_twice_differs_in_nothing(hash_model: TriageModel, judged: Dataset) -> None:
    found = compare(hash_model, hash_model, judged, recent=(True,) * len(judged))
    assert [each.code for each in found.fields] == ["type", "urgency", "impact", "difficulty"]
    for each in found.fields:
        assert (each.champion.said == each.challenger.said).all()
        assert [each.labels[i] for i in each.truth] == list(judged.labels[each.code])
    assert found.grades is not None
    assert (found.grades.champion == found.grades.challenger).all()
    verdict = judge(found, seed=0, resamples=200)
    assert [each.code for each in verdict.findings if each.stops] == ["not_better"]


def test_a_challenger_on_another_taxonomy_cannot_be_compared(
    hash_model: TriageModel, judged: Dataset
) -> None:
    other = replace(hash_model, taxonomy=retired(hash_model.taxonomy, "type", label="billing"))
    verdict = judge(compare(hash_model, other, judged, recent=(True,) * len(judged)), seed=0)
    assert verdict.result is Result.INCOMPARABLE
    assert "in Type the champion knows billing, the challenger -" in verdict.sentences("en")[1]


def test_a_challenger_without_a_field_cannot_be_compared(hash_model: TriageModel, judged: Dataset) -> None:
    heads = {code: head for code, head in hash_model.heads.items() if code != "impact"}
    verdict = judge(
        compare(hash_model, replace(hash_model, heads=heads), judged, recent=(True,) * len(judged)), seed=0
    )
    assert "the challenger has no field Impact" in verdict.sentences("en")[1]


class Tags:
    """A registry that knows the tags of one version."""

    def __init__(self, **tags: str) -> None:
        self._tags = {name.replace("_", "."): value for name, value in tags.items()}

    def tags(self, _: ModelReference) -> dict[str, str]:
        return self._tags


PASSED = {"gate_result": "passed", "gate_champion": "2"}
REFUSED = {"gate_result": "refused", "gate_champion": "2"}


def test_the_tags_are_those_that_are_read() -> None:
    assert (RESULT_TAG, AGAINST_TAG) == ("gate.result", "gate.champion")


@pytest.mark.parametrize(
    ("tags", "champion", "despite", "said"),
    [
        (PASSED, "2", False, "passed against 2"),
        (PASSED, "1", True, "passed against 2, despite"),
        (REFUSED, "2", True, "refused against 2, despite"),
        ({}, "2", True, "none, despite"),
        ({}, None, False, "none"),
    ],
)
def test_the_record_of_a_promotion_names_the_verdict(
    tags: dict[str, str], champion: str | None, despite: bool, said: str
) -> None:
    assert verdict_for(Tags(**tags), THREE, champion=champion, despite=despite) == said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tags", "champion", "told"),
    [
        ({}, "2", "was never judged"),
        (REFUSED, "2", "did not pass version 3"),
        (PASSED, "4", "passed against version 2, which is not champion any more"),
    ],
)
def test_without_a_verdict_that_passes_nothing_is_promoted(
    tags: dict[str, str], champion: str, told: str
) -> None:
    with pytest.raises(ConflictError, match=told):
        verdict_for(Tags(**tags), THREE, champion=champion, despite=False)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore::Warning")
def test_mlflow_out_of_reach_leaves_the_champion_untouched(trained_home: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(trained_home, tmp_path / "home"))
    (tmp_path / "file").write_text("", "utf-8")
    gone = Registry(home=home, tracking_uri=f"sqlite:///{tmp_path / 'file' / 'no.db'}")
    with pytest.raises(RegistryError, match="MLflow at"):
        gone.promote(ModelReference(name="triage", version="2"), expected="1", reason="better")
    assert delivered.current(home, "triage") == home / "models" / "triage" / "1"
