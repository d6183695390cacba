"""The words shown are those that moved the label: exact sums, and deletion."""

from __future__ import annotations

import statistics
from dataclasses import replace

import numpy as np
import pytest

from features import text
from features.bundle import TriageModel
from features.encoder.tokens import token_shares
from features.explain import explain
from features.explain.columns import divided
from features.explain.why import direction
from features.explain.words import units
from features.heads import Head, scores
from features.records import Distribution, Request
from tests.behaviour.requests_read import PLAIN

REQUESTS = (*PLAIN, Request(text="ＰＬＣ停机 Straße can't reach the e-mail e-mail 停机"))


def between(head: Head, features: object, one: int, other: int) -> float:
    found = scores(head.classifier, features, kind=head.kind, labels=len(head.labels))[0]
    return float(found[one] - found[other])


@pytest.mark.parametrize("request_", REQUESTS[::2], ids=lambda each: each.subject or "mixed")
def test_what_characters_add_is_all_that_their_columns_add(
    hash_model: TriageModel, request_: Request
) -> None:
    words = text.read(request_).words
    width = hash_model.encoder.dimensions
    for head in hash_model.heads.values():
        extractor = hash_model.extractors[head.part]
        coefficients = direction(head, 0, 1)
        columns = extractor.transform([words])[:, width:]
        added = divided(words, extractor.vectorizers, columns).added(coefficients[width:])
        assert added.sum() == pytest.approx(float((columns @ coefficients[width:])[0]))


def test_a_direction_gives_the_score_between_two_labels_but_for_a_constant(hash_model: TriageModel) -> None:
    rows = next(iter(hash_model.extractors.values())).transform([text.read(each).words for each in PLAIN])
    for head in hash_model.heads.values():
        for one, other in ((0, 1), (len(head.labels) - 1, 0)):
            said = [between(head, rows[i], one, other) for i in range(rows.shape[0])]
            gaps = np.array(said) - rows @ direction(head, one, other)
            assert np.ptp(gaps) == pytest.approx(0, abs=1e-9)


def test_without_tokens_the_characters_are_read_and_the_method_says_so(hash_model: TriageModel) -> None:
    for code, found in explain(hash_model, PLAIN[0]).items():
        said = hash_model.predict([PLAIN[0]])[0].fields[code]
        assert (found.label, found.method) == (said.label, "characters")
        assert [each.label for each in found.runners_up] == _runners_up(said.probabilities, said.label)
        assert sum(word.share for word in found.words) == pytest.approx(1)


def test_the_label_explained_is_the_one_answered_also_where_labels_weigh_otherwise(
    hash_model: TriageModel,
) -> None:
    first = explain(hash_model, PLAIN[0])["urgency"]
    second = first.runners_up[0]
    heavy = replace(hash_model.heads["urgency"], weights={second.label: 1e6})
    model = replace(hash_model, heads={**hash_model.heads, "urgency": heavy})
    found = explain(model, PLAIN[0])["urgency"]
    assert found.label == second.label == model.predict([PLAIN[0]])[0].fields["urgency"].label
    assert found.runners_up[0].label == first.label


def _runners_up(probabilities: Distribution, label: str) -> list[str]:
    order = sorted(probabilities, key=lambda each: -probabilities[each])
    return [each for each in order if each != label][:3]


def test_words_are_whole_and_stand_where_they_say(hash_model: TriageModel) -> None:
    words = text.read(REQUESTS[-1]).words
    for word in explain(hash_model, REQUESTS[-1])["type"].words:
        assert words[word.start : word.end] == word.text
    assert [words[a:b] for a, b in units("can't 停机了 e-mail", ())] != []
    assert [("can't 停机了 e-mail")[a:b] for a, b in units("can't 停机了 e-mail", ())] == [
        "can't",
        "停机",
        "了",
        "e-mail",
    ]


@pytest.mark.real_encoder
def test_the_tokens_shares_sum_to_the_vector(real_model: TriageModel) -> None:
    for request in REQUESTS:
        words = text.read(request).words
        shares = token_shares(real_model.encoder, words)
        assert shares is not None
        whole = shares.vectors.sum(axis=0) + shares.rest
        assert np.allclose(whole, real_model.encoder.encode([words])[0], atol=1e-5)


@pytest.mark.real_encoder
def test_deleting_the_words_shown_costs_more_than_deleting_others(real_model: TriageModel) -> None:
    chance = np.random.default_rng(0)
    shown, others = [], []
    for request in PLAIN:
        words = text.read(request).words
        for code, found in explain(real_model, Request(text=words)).items():
            top = [word for word in found.words if word.weight > 0][:3]
            for chosen, lost in (
                (top, shown),
                ([found.words[i] for i in chance.permutation(len(found.words))[: len(top)]], others),
            ):
                left = words
                for word in sorted(chosen, key=lambda each: -each.start):
                    left = left[: word.start] + left[word.end :]
                after = real_model.predict([Request(text=left)])[0].fields[code]
                lost.append(found.probability - after.probabilities[found.label])
    assert statistics.mean(shown) > statistics.mean(others) + 0.1
