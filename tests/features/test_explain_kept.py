"""What is kept of an explanation is enough to make it again, given the text."""

from __future__ import annotations

import json

import pytest

from features import text
from features.bundle import TriageModel
from features.explain import explain
from features.explain.kept import as_data, of_data
from tests.behaviour.requests_read import PLAIN


def test_an_explanation_comes_back_from_plain_data_to_a_millionth(hash_model: TriageModel) -> None:
    words = text.read(PLAIN[0]).words
    made = explain(hash_model, PLAIN[0])
    found = of_data(json.loads(json.dumps(as_data(made))), words)
    assert found.keys() == made.keys()
    for code, each in found.items():
        whole = made[code]
        assert (each.label, each.probability, each.method) == (whole.label, whole.probability, whole.method)
        assert each.runners_up == whole.runners_up
        assert [(word.text, word.start) for word in each.words] == [
            (word.text, word.start) for word in whole.words
        ]
        for ours, theirs in zip(each.words, whole.words, strict=True):
            assert ours.weight == pytest.approx(theirs.weight, abs=1e-6)
            assert ours.share == pytest.approx(theirs.share, abs=1e-4)
