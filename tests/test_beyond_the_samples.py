"""What only the real encoder can show of scope and cold start."""

from __future__ import annotations

import pytest

from features.bundle import TriageModel
from features.encoder import open_encoder
from features.records import Outside, Request
from features.taxonomy import Taxonomy
from tests.conftest import ROWS, SAMPLES
from training import dataset as datasets
from training.coldstart import cold_start
from training.evaluate import evaluate

pytestmark = pytest.mark.real_encoder


def whys(model: TriageModel, *words: str) -> list[Outside | None]:
    return [
        each.scope.why if each.scope else None for each in model.predict([Request(text=w) for w in words])
    ]


def test_short_requests_stay_in_scope_and_other_languages_and_noise_do_not(real_model: TriageModel) -> None:
    short = (
        "Printer not working",
        "Please reset my password",
        "发票开错了",
        "系统登录不上",
        "I want a refund",
    )
    assert whys(real_model, *short).count(None) >= 4
    foreign = (
        "Pourriez-vous nous envoyer un devis pour vingt licences supplémentaires ?",
        "3月分が二重に請求されています。返金してください。",
        "Принтер на втором этаже не работает с утра.",
    )
    assert whys(real_model, *foreign) == [Outside.LANGUAGE] * 3
    noise = ("asdkjfh askjdfh kajsdhf kjashdf", "SGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0IHRleHQu", "啊啊啊啊")
    assert None not in whys(real_model, *noise)


def test_hardly_a_sample_that_it_never_saw_is_called_out_of_scope(real_model: TriageModel) -> None:
    dataset, _ = datasets.load(SAMPLES, taxonomy=Taxonomy.default())
    words = dataset.words[ROWS : ROWS + 120]
    assert sum(why is not None for why in whys(real_model, *words)) <= 6


def test_names_and_descriptions_alone_know_more_than_the_majority() -> None:
    dataset, taxonomy = datasets.load(SAMPLES, taxonomy=Taxonomy.default(), fields=["type"])
    model = cold_start(taxonomy, encoder=open_encoder("multilingual-e5-small"), seed=0)
    figures = evaluate(model, dataset.rows(range(ROWS, ROWS + 120)))["type"]
    assert figures["accuracy"] > 2 * figures["majority_accuracy"]
