"""What must not move a label, and what must: with the real encoder, on the model that CI trains."""

from __future__ import annotations

import pytest

from features import text
from features.bundle import TriageModel
from features.records import Request
from tests.behaviour.requests_read import (
    COURTESY,
    HASTE,
    MORE_MONEY,
    MORE_PEOPLE,
    MORE_URGENT,
    PLAIN,
    READ_AWAY,
    Change,
)

pytestmark = pytest.mark.real_encoder
STATED = 0.25
"""How far tone may move the expected urgency, of 0 (least) to 1 (most): half a step between two labels."""


def expected_level(model: TriageModel, request: Request, code: str) -> float:
    said = model.predict([request])[0].fields[code]
    field = model.taxonomy.field(code)
    return sum(chance * field.level(label) for label, chance in said.probabilities.items())


@pytest.mark.parametrize("name", READ_AWAY)
@pytest.mark.parametrize("request_", PLAIN, ids=lambda each: each.subject)
def test_what_mail_adds_is_not_read(request_: Request, name: str) -> None:
    assert text.read(READ_AWAY[name](request_)).words == text.read(request_).words


def test_courtesy_moves_no_type_that_was_more_likely_than_not(real_model: TriageModel) -> None:
    courteous = [COURTESY(each) for each in PLAIN]
    pairs = zip(PLAIN, real_model.predict(PLAIN), real_model.predict(courteous), strict=True)
    sure = [each for each in pairs if each[1].fields["type"].confidence > 0.5]
    assert len(sure) >= len(PLAIN) / 2
    for request, one, other in sure:
        assert one.fields["type"].label == other.fields["type"].label, request.subject


@pytest.mark.parametrize("change", [COURTESY, HASTE], ids=["courtesy", "haste"])
def test_tone_moves_urgency_no_more_than_stated(real_model: TriageModel, change: Change) -> None:
    for request in PLAIN:
        plain, toned = (expected_level(real_model, each, "urgency") for each in (request, change(request)))
        assert abs(toned - plain) <= STATED, f"{request.subject!r} moves by {toned - plain:+.2f}"


@pytest.mark.parametrize(("calm", "pressing"), MORE_URGENT)
def test_a_deadline_with_consequences_raises_urgency(
    real_model: TriageModel, calm: str, pressing: str
) -> None:
    levels = [expected_level(real_model, Request(text=words), "urgency") for words in (calm, pressing)]
    assert levels[1] > levels[0] + 0.1


@pytest.mark.parametrize(("few", "many"), [*MORE_PEOPLE, *MORE_MONEY])
def test_more_people_or_money_raise_impact(real_model: TriageModel, few: str, many: str) -> None:
    levels = [expected_level(real_model, Request(text=words), "impact") for words in (few, many)]
    assert levels[1] > levels[0] + 0.1
