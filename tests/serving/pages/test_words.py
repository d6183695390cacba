"""The catalogues of the pages: whole in both languages, and one sentence for every reason."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import serving.pages
from features.channels import channels
from features.grading import grade
from features.policy import Policy
from features.policy.parts import SCORE_PARTS, Clock, Unit
from features.records import CustomerValue, Decision, FieldPrediction, Prediction
from features.reviews import Purpose
from features.set_aside_words import SENTENCES
from features.taxonomy import LANGUAGES, Taxonomy
from serving.access.roles import Role
from serving.compare import Step
from serving.pages.examples import EXAMPLES
from serving.pages.models_view import LOWER_IS_BETTER, METRICS
from serving.pages.problems import TOLD
from serving.pages.queue_filters import FLAGS
from serving.pages.summary import summary
from serving.pages.words import Reader, read_phrases
from serving.slices import UNSEEN, Stage
from serving.store.assessments import Cause
from serving.store.messages import Kind
from serving.store.requests import Status
from serving.wording import first_lower

COLUMNS = ("tier", "count", "grades", "respond", "resolve", "waiting", "lifted", "changed")
BY = (*FLAGS, "grade", "type", "team", "lane", "language", "decision", "claimed", "stage")
MODEL_HEADS = (
    *("version", "made", "data", "metrics", "gate", "figure", "rows.head", "champion", "challenger"),
    *("gain", "gain.bounds", "margin", "holds", "of"),
)
FOLDER = Path(serving.pages.__path__[0])


def made_keys() -> set[str]:
    """Keys that code puts together."""
    lanes = {
        name for lane in Policy.default().lanes.by_grade.values() for name in (lane.certain, lane.otherwise)
    }
    return {
        *(f"role.{role.value}" for role in Role if role is not Role.INTAKE),
        *(f"lane.{lane}" for lane in lanes),
        *(f"length.{unit.name.lower()}" for unit in Unit),
        *(f"clock.{clock.value}" for clock in Clock),
        *(f"part.{part}" for part in SCORE_PARTS),
        *(f"example.{each.code}" for each in EXAMPLES),
        *(f"{kind}.{language}" for kind in ("short", "language") for language in LANGUAGES),
        *(f"problem.{kind}.{part}" for kind in (*map(str, TOLD), "other") for part in ("title", "text")),
        *(f"due.{kind}" for kind in ("respond", "resolve")),
        *(f"how.{step}" for step in ("read", "matrix", "caution", "value", "floors", "score")),
        *(f"compare.{step.value}" for step in Step),
        *(f"fair.column.{column}" for column in COLUMNS),
        *(f"decision.{each.value}" for each in Decision),
        *(f"stage.{each.value}" for each in Stage),
        *(f"status.{each.value}" for each in Status),
        *(f"cause.{each.value}" for each in Cause),
        *(f"purpose.{each.value}" for each in Purpose),
        *(f"message.{each.value}" for each in Kind),
        *(f"spoken.{each}" for each in ("zh", "en", "und")),
        *(f"queue.{each}" for each in ("true", "false", "claimed.me", "claimed.nobody")),
        *(f"queue.by.{each}" for each in BY),
        *(f"request.{each}" for each in UNSEEN),
        *(f"channel.{channel}" for channel in (*channels(), "file")),
        *(f"models.{head}" for head in MODEL_HEADS),
        *(f"models.measure.{each}" for each in (*METRICS, *LOWER_IS_BETTER, "class", "language")),
        *(f"models.result.{each}" for each in ("passed", "refused", "incomparable", "none")),
        *(f"move.{each}" for each in ("promotion", "rollback")),
        *(f"quarantine.kind.{each}" for each in SENTENCES),
    }


def sources() -> str:
    return "\n".join(path.read_text("utf-8") for path in FOLDER.rglob("*") if path.suffix in (".py", ".html"))


def test_both_languages_have_the_same_keys_and_places():
    catalogues = read_phrases().catalogues
    assert set(catalogues["zh"]) == set(catalogues["en"])
    for key, sentence in catalogues["zh"].items():
        assert places(sentence) == places(catalogues["en"][key]), key


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_key_that_is_asked_for_is_there():
    asked = set(re.findall(r"""say\(\s*['"]([a-z_0-9.]+)['"]\s*[,)]""", sources())) | made_keys()
    assert asked <= set(read_phrases().catalogues["en"])


def test_no_key_is_left_over():
    words = sources()
    unused = {
        key
        for key in read_phrases().catalogues["en"]
        if key not in made_keys() and f"'{key}'" not in words and f'"{key}"' not in words
    }
    assert not unused


def test_chinese_sentences_are_chinese():
    plain = {"html.lang", "percent", "language.en", "why.then", "why.end", "why.matrix", "why.impact"}
    plain |= {"models.comma", "models.said", "models.in", "models.by", "quarantine.batch"}
    for key, sentence in read_phrases().catalogues["zh"].items():
        assert key in plain or re.search(r"[一-鿿＋]", sentence), key


def labels(**chosen: dict[str, float]) -> Prediction:
    fields = {
        code: FieldPrediction(
            label=max(shares, key=shares.__getitem__),
            confidence=max(shares.values()),
            decision=Decision.SUGGEST,
            threshold=None,
            probabilities=shares,
        )
        for code, shares in chosen.items()
    }
    return Prediction(
        fields=fields, language="en", truncated=False, model=None, text_version=1, taxonomy_version=1
    )


def sure(label: str) -> dict[str, float]:
    return {label: 1.0}


VIP = CustomerValue(id="C1", value=91.4, tier="core", scale_version=1)
DOUBT = {"routine": 0.58, "urgent": 0.39, "long_term": 0.03}
CASES = [
    (
        labels(urgency=sure("urgent"), impact=sure("high")),
        None,
        "Urgent, high impact: P1.",
        "紧急，影响关键：P1。",
    ),
    (
        labels(urgency=DOUBT, impact=sure("medium")),
        None,
        "Routine, medium impact would be P3; raised to P2 because urgent is 39\u00a0% likely.",
        "常规，影响一般，本为 P3；“紧急”也有 39% 的可能，提为 P2。",
    ),
    (
        labels(urgency=sure("routine"), impact={"low": 0.5, "high": 0.45, "medium": 0.05}),
        VIP,
        "Routine, low impact would be P4; raised to P3 because high impact is 45\u00a0% likely; "
        "raised to P2 for a customer worth 91.4 of 100.",
        "常规，影响次要，本为 P4；“影响关键”也有 45% 的可能，提为 P3；客户价值 91.4 分，提为 P2。",
    ),
    (
        labels(type=sure("complaint"), urgency=sure("long_term"), impact=sure("low")),
        None,
        "Long-term, low impact would be P4; complaint is never below P3.",
        "长期，影响次要，本为 P4；投诉不低于 P3。",
    ),
    (
        labels(type=sure("security"), urgency=sure("long_term"), impact=sure("high")),
        None,
        "Long-term, high impact would be P3; security + high impact is never below P1.",
        "长期，影响关键，本为 P3；安全＋影响关键不低于 P1。",
    ),
    (labels(impact=sure("high")), None, "Urgency is not known: P3 for now.", "紧急程度未知，暂按 P3。"),
    (None, None, "Not assessed yet: P3 until it is.", "尚未评估，暂按 P3。"),
]


@pytest.mark.parametrize(("prediction", "value", "en", "zh"), CASES)
def test_the_reason_in_one_sentence(service, prediction, value, en, zh):
    made = grade(Policy.default(), Taxonomy.default(), prediction, value=value, received_at=None)
    for language, sentence in (("en", en), ("zh", zh)):
        reader = Reader(language=language, phrases=read_phrases(), services=service.services)
        assert summary(reader, made.reasons) == sentence


@pytest.mark.parametrize(
    ("share", "shown"), [(0.0, "0"), (0.001, "<1"), (0.394, "39"), (0.999, ">99"), (1.0, "100")]
)
def test_a_share_is_never_flatly_certain(service, share, shown):
    reader = Reader(language="zh", phrases=read_phrases(), services=service.services)
    assert reader.percent(share) == f"{shown}%"


@pytest.mark.parametrize(
    ("word", "inside"), [("High", "high"), ("VIP", "VIP"), ("P1", "P1"), ("关键", "关键"), ("", "")]
)
def test_a_name_inside_a_sentence(word, inside):
    assert first_lower(word) == inside
