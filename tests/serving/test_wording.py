"""Every reason has its sentence in both languages, with all its places filled."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import features
from features.grading import grade
from features.policy import Policy
from features.records import (
    CustomerValue,
    Decision,
    FieldPrediction,
    Grade,
    Outside,
    Prediction,
    Reason,
    Scope,
    Tier,
)
from features.reviews import Override, SecondWord
from features.taxonomy import LANGUAGES, Taxonomy
from serving.wording import CODES, Wording, choose_language

TAXONOMY, POLICY, WORDING = Taxonomy.default(), Policy.default(), Wording.read()


def told(**fields):
    return Prediction(
        fields={
            code: FieldPrediction(
                label=max(shares, key=shares.get),
                confidence=max(shares.values()),
                decision=Decision.SUGGEST,
                threshold=None,
                probabilities=shares,
            )
            for code, shares in fields.items()
        },
        language="en",
        truncated=False,
        model=None,
        text_version=1,
        taxonomy_version=1,
    )


def worth(value):
    return CustomerValue(id="C1", value=value, tier="core", scale_version=1, account_manager="Ann Lee")


def graded(prediction, value=None, labels=None, year=2026, **overrides):
    return grade(
        POLICY,
        TAXONOMY,
        prediction,
        value=value,
        received_at=datetime(year, 3, 2, 3, tzinfo=UTC),
        labels=labels or {},
        **overrides,
    )


def wish(grade, *, role="reviewer", **more):
    return Override(grade=grade, role=role, **more)


SECOND = SecondWord(by="ann", role="lead", at=datetime(2026, 3, 2, tzinfo=UTC), confirmed=True)
LOW = told(type={"question": 1.0}, urgency={"routine": 1.0}, impact={"low": 1.0})
CASES = [
    graded(LOW),
    graded(LOW, worth(10.0)),
    graded(LOW, worth(95.0)),
    graded(None),
    graded(told(type={"question": 1.0})),
    graded(told(urgency={"routine": 1.0}, impact={"sideways": 1.0})),
    graded(told(urgency={"someday": 1.0}, impact={"low": 1.0})),
    graded(told(type={"question": 1.0}, urgency={"routine": 0.58, "urgent": 0.42}, impact={"high": 1.0})),
    graded(told(type={"security": 1.0}, urgency={"long_term": 1.0}, impact={"high": 1.0}), worth(95.0)),
    graded(told(type={"complaint": 1.0}, urgency={"urgent": 1.0}, impact={"high": 1.0}), worth(95.0)),
    graded(LOW, labels={"urgency": "urgent", "impact": "high"}),
    graded(LOW, year=2090),
    graded(LOW, override=wish(Grade.P1)),
    graded(LOW, override=wish(Grade.P4, role="admin")),
    graded(told(urgency={"urgent": 1.0}, impact={"high": 1.0}), override=wish(Grade.P2, second=SECOND)),
    graded(told(urgency={"urgent": 1.0}, impact={"high": 1.0}), waiting=wish(Grade.P3, waits=True)),
]
CASES += [
    graded(replace(LOW, scope=Scope(score=score, cutoff=2.5, why=why, language=language)))
    for score, why, language in (
        (3.25, Outside.UNLIKE, None),
        (None, Outside.LANGUAGE, "fr"),
        (1.0, Outside.LANGUAGE, None),
        (0.0, Outside.LITTLE, None),
    )
]
REASONS = [reason for case in CASES for reason in case.reasons]


def codes_in_features():
    """Every code that the grading can give, as its source has it."""
    words = "\n".join(path.read_text("utf-8") for path in Path(features.__file__).parent.rglob("*.py"))
    told = set(re.findall(r'Reason\(\s*code="(\w+)"', words))
    return told | set(re.findall(r'yield "(no_\w+)"', words)) | {"value", "value_no_lift"}


def test_the_codes_are_those_of_the_grading():
    assert set(CODES) == codes_in_features()


def test_the_cases_here_cover_every_code():
    assert {reason.code for reason in REASONS} == set(CODES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_each_reason_is_one_sentence_with_all_its_places_filled(reason, language):
    said = WORDING.sentence(reason, language=language, taxonomy=TAXONOMY, policy=POLICY)
    assert said.endswith("。" if language == "zh" else ".")
    assert not re.search(r"[{}]|None|reason\.|_", said), said
    assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (language == "zh"), said


def test_both_catalogues_have_the_same_keys_and_places():
    zh, en = (WORDING.catalogues[language] for language in LANGUAGES)
    assert set(zh) == set(en)
    for key, sentence in zh.items():
        assert places(sentence) == places(en[key]), key


def places(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_grades_and_tiers_have_names():
    for language in LANGUAGES:
        for key in [f"grade.{each}" for each in Grade] + [f"tier.{each}" for each in Tier]:
            assert WORDING.say(key, language) != key


def test_a_code_of_a_later_release_is_shown_as_it_is():
    assert WORDING.sentence(Reason(code="new"), language="zh", taxonomy=TAXONOMY, policy=POLICY) == "new"


@pytest.mark.parametrize(
    ("locale", "accept", "detected", "expected"),
    [
        ("zh_Hans_CN", "en", "en", "zh"),
        ("EN-us", None, "zh", "en"),
        (None, "en;q=0.2, zh;q=0.8", "en", "zh"),
        (None, "zh;q=0, en", "zh", "en"),
        (None, None, "other", "en"),
        ("", "", "zh", "zh"),
        (None, "x" * 100_000, "zh", "zh"),
    ],
)
def test_the_language_is_the_readers(locale, accept, detected, expected):
    assert choose_language(locale=locale, accept=accept, detected=detected) == expected
