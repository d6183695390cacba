"""What counts: an adjudication, else the latest work, else a blind review, else the model."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.outcome import NOTHING_SAID, OutcomeSource, Said, outcomes, said
from features.records import Decision, FieldPrediction, Grade, Prediction
from features.reviews import Override, Purpose, Review, SecondWord
from features.taxonomy import Taxonomy

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIELDS = ("type", "urgency", "impact")


def review(
    version: int, purpose: Purpose = Purpose.WORK, override: Override | None = None, **labels: str
) -> Review:
    return Review(
        id=f"r{version}",
        request_id="q",
        version=version,
        assessment_id="a",
        at=NOW,
        reviewer=f"p{version % 3}",
        role="reviewer",
        purpose=purpose,
        shown=purpose is not Purpose.BLIND,
        labels=labels,
        override=override,
    )


def predicted(**labels: str) -> Prediction:
    return Prediction(
        fields={
            code: FieldPrediction(
                label=label,
                confidence=0.9,
                decision=Decision.SUGGEST,
                threshold=None,
                probabilities={label: 1.0},
            )
            for code, label in labels.items()
        },
        language="en",
        truncated=False,
        model=None,
        text_version=1,
        taxonomy_version=1,
    )


def wish(grade: Grade | None, *, waits: bool = False, confirmed: bool | None = None) -> Override:
    second = None if confirmed is None else SecondWord(by="lea", role="lead", at=NOW, confirmed=confirmed)
    return Override(grade=grade, role="reviewer", waits=waits, second=second)


labels = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["x", "y", "z"]), max_size=3)
overrides = st.one_of(
    st.none(),
    st.builds(
        wish,
        st.sampled_from([None, *Grade]),
        waits=st.booleans(),
        confirmed=st.sampled_from([None, True, False]),
    ),
)
histories = st.lists(st.tuples(st.sampled_from(Purpose), labels, overrides), max_size=8).map(
    lambda told: [review(n, purpose, override, **each) for n, (purpose, each, override) in enumerate(told, 1)]
)


def by_the_rule(kept: list[Review], code: str, prediction: Prediction) -> tuple[str, OutcomeSource] | None:
    """The rule of the architecture, word by word."""
    for purpose in (Purpose.ADJUDICATION, Purpose.WORK, Purpose.BLIND):
        judged = [each for each in kept if each.purpose is purpose and code in each.labels]
        if judged:
            source = OutcomeSource.ADJUDICATION if purpose is Purpose.ADJUDICATION else OutcomeSource.PERSON
            return max(judged, key=lambda each: each.version).labels[code], source
    if code in prediction.fields:
        return prediction.fields[code].label, OutcomeSource.PREDICTION
    return None


@given(kept=histories, model=labels, seed=st.randoms(use_true_random=False))
def test_the_outcome_is_by_the_rule_in_whatever_order_reviews_are_read(kept, model, seed):
    prediction = predicted(**model)
    shuffled = list(kept)
    seed.shuffle(shuffled)
    found = outcomes(prediction, said(shuffled))
    for code in FIELDS:
        wanted = by_the_rule(kept, code, prediction)
        assert (None if code not in found else (found[code].label, found[code].source)) == wanted
    assert said(shuffled) == said(kept)


@given(kept=histories)
def test_a_second_review_never_counts(kept):
    without = [each for each in kept if each.purpose is not Purpose.SECOND]
    assert said(kept) == said(without)


@given(kept=histories)
def test_an_override_holds_only_once_nobody_else_has_to_be_asked(kept):
    people = said(kept)
    if people.override is not None:
        assert people.override.holds
    if people.waiting is not None:
        assert people.waiting.is_open
        assert not people.waiting.holds


def test_a_waiting_override_is_replaced_by_any_later_one_even_one_that_was_rejected():
    first, later = wish(Grade.P3, waits=True), wish(Grade.P2, waits=True, confirmed=False)
    people = said([review(1, override=first), review(2, override=later)])
    assert (people.override, people.waiting) == (None, None)


def test_the_highest_version_counts_and_not_the_order_of_reading():
    people = said([review(3, type="new"), review(2, type="old")])
    assert people.labels == {"type": "new"}
    assert people.outcomes["type"].review_id == "r3"


def test_labels_that_a_taxonomy_lacks_are_left_out_and_renamed_ones_kept():
    raw = Taxonomy.default().as_data()
    raw["fields"]["type"]["labels"]["complaint"]["aliases"] = ["grumble"]
    people = said([review(1, type="grumble", urgency="tomorrow", mood="bad", impact="low")])
    assert people.within(Taxonomy.of(raw)).labels == {"type": "grumble", "impact": "low"}
    assert NOTHING_SAID.within(Taxonomy.default()) is NOTHING_SAID


@pytest.mark.parametrize(
    "other", [said([review(1, type="y")]), said([review(1, override=wish(Grade.P1), type="x")]), Said()]
)
def test_what_grades_otherwise_is_told_apart(other):
    people = said([review(1, type="x")])
    assert people.grades_as(said([review(2, type="x")])), "who said it does not matter to the grade"
    assert not people.grades_as(other)
