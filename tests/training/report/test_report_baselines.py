"""The simpler ways that a model stands beside."""

from __future__ import annotations

from features.records import Request
from features.taxonomy import Taxonomy
from training.dataset import Dataset
from training.report.baselines import baselines, measures

FIELDS = {code: Taxonomy.default().field(code) for code in ("type", "urgency")}


def rows(*given: tuple[str, str | None, str]) -> Dataset:
    return Dataset(
        requests=tuple(Request(text=words) for words, _, _ in given),
        labels={"type": tuple(kind for _, kind, _ in given), "urgency": tuple(u for _, _, u in given)},
        split=None,
        times=None,
    )


LEARNT = rows(
    ("the lift is broken", "incident", "urgent"),
    ("the gate is broken", "incident", "urgent"),
    ("what does it cost", "question", "routine"),
    ("what does that mean", "question", "routine"),
    ("where is the manual", "question", "long_term"),
)
MEASURED = rows(
    ("the door is broken", "incident", "urgent"),
    ("what is a manual", "question", "routine"),
    ("hello there", None, "routine"),
)


def test_the_majority_is_that_of_the_rows_learnt_from() -> None:
    found = baselines(LEARNT, MEASURED, FIELDS)
    assert found["type"]["majority"].accuracy == 0.5  # question, over the two rows with a type
    assert found["urgency"]["majority"].accuracy == 2 / 3  # routine and urgent occur alike: the first by name


def test_the_topic_guesses_other_fields_from_the_type() -> None:
    found = baselines(LEARNT, MEASURED, FIELDS)
    assert found["urgency"]["topic"].accuracy == 1.0
    assert "topic" not in found["type"]


def test_words_alone_learn_from_the_same_rows() -> None:
    assert baselines(LEARNT, MEASURED, FIELDS)["type"]["tfidf"].accuracy == 1.0


def test_where_texts_have_no_words_words_alone_are_left_out() -> None:
    blank = rows((" ", "incident", "urgent"), ("\n", "question", "routine"))
    assert set(baselines(blank, blank, FIELDS)["type"]) == {"majority"}


def test_ordered_fields_have_a_kappa() -> None:
    urgency = FIELDS["urgency"]
    assert measures(["urgent", "routine"], ["urgent", "routine"], urgency).kappa == 1.0
    assert measures(["incident"], ["incident"], FIELDS["type"]).kappa is None
