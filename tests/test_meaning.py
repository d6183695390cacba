"""What only the real encoder can show: the champion trained on 200 rows knows both languages."""

from __future__ import annotations

import pytest

from features import text
from features.bundle import TriageModel
from features.grading import grade
from features.language import detect
from features.policy import Policy
from features.records import Request
from features.taxonomy import Taxonomy
from tests.conftest import ROWS, SAMPLES
from training import dataset as datasets
from training.evaluate import evaluate

pytestmark = pytest.mark.real_encoder


def spoken(request: Request) -> str:
    return detect(text.read(request).words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_it_never_saw_are_told_apart_in_both_languages(real_model: TriageModel, language: str) -> None:
    dataset, _ = datasets.load(SAMPLES, taxonomy=Taxonomy.default())
    unseen = range(ROWS, ROWS + 120)
    figures = evaluate(
        real_model, dataset.rows([i for i in unseen if spoken(dataset.requests[i]) == language])
    )
    assert figures["type"]["accuracy"] > 2 * figures["type"]["majority_accuracy"]
    assert figures["urgency"]["qwk"] > 0.2
    assert figures["impact"]["qwk"] > 0.2


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("三条产线全部停机，今天交不了货就要赔违约金", "界面上有个错别字，以后有空改一下就行"),
        (
            "The whole plant is down and we miss today's shipment, penalties apply",
            "There is a typo on one screen, whenever you find the time",
        ),
    ],
)
def test_a_stopped_plant_is_graded_above_a_typo(real_model: TriageModel, worse: str, better: str) -> None:
    first, second = (
        grade(Policy.default(), real_model.taxonomy, each, value=None, received_at=None)
        for each in real_model.predict([Request(text=worse), Request(text=better)])
    )
    assert first.grade.rank < second.grade.rank
