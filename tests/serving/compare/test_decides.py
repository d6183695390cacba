"""What decides between two requests, and the one sentence that says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from features.grading import grade
from features.policy import Policy
from features.records import CustomerValue, Decision, FieldPrediction, Grade, Prediction, Request
from features.reviews import Override
from features.taxonomy import Taxonomy
from serving.assess import Answer
from serving.compare import Comparison, sentences
from serving.compare.decides import decide
from serving.compare.sides import side
from serving.services import build
from serving.store.requests import Status, Stored

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
POLICY, TAXONOMY = Policy.default(), Taxonomy.default()


@pytest.fixture
def services(settings):
    made = build(settings)
    yield made
    made.store.close()


def predicted(**fields):
    shares = {code: share if isinstance(share, dict) else {share: 1.0} for code, share in fields.items()}
    return Prediction(
        fields={
            code: FieldPrediction(
                label=max(each, key=each.get),
                confidence=max(each.values()),
                decision=Decision.SUGGEST,
                threshold=None,
                probabilities=each,
            )
            for code, each in shares.items()
        },
        language="en",
        truncated=False,
        model=None,
        text_version=1,
        taxonomy_version=1,
    )


def asked(
    urgency="routine",
    impact="low",
    *,
    type="question",
    worth=None,
    at=MONDAY,
    sample=False,
    number=0,
    to=None,
):
    request = Request(text="x", received_at=at)
    value = None if worth is None else CustomerValue(id="C1", value=worth, tier="core", scale_version=1)
    prediction = urgency and predicted(type=type, urgency=urgency, impact=impact, difficulty="moderate")
    override = None if to is None else Override(grade=to, role="lead")
    assessment = grade(POLICY, TAXONOMY, prediction or None, value=value, received_at=at, override=override)
    stored = Stored(
        id=f"{number:036}",
        version=1,
        status=Status.OPEN,
        owner="web",
        facts_trusted=False,
        sample=sample,
        stored_at=at,
        request=request,
        assessment=assessment,
    )
    return Answer(stored, request, assessment)


def compared(a, b, *, now=MONDAY):
    one, other = side(POLICY, a, now=now), side(POLICY, b, now=now)
    first, second = sorted((one, other), key=lambda each: each.key)
    return Comparison(
        a=one,
        b=other,
        first="a" if first is one else "b",
        decision=decide(POLICY, TAXONOMY, first, second),
        weights=POLICY.score.weights,
        waiting=POLICY.waiting.points_per_working_hour,
    )


DOUBT = {"routine": 0.55, "urgent": 0.45}
CASES = {
    "impact": (
        asked("urgent", "high"),
        asked("urgent", "medium", number=1),
        "matrix",
        "A stands above B because its impact is high where B's is medium (P1 before P2).",
        "A 排在 B 前面，因为它的影响为“关键”，而 B 为“一般”（P1 先于 P2）。",
    ),
    "both fields": (
        asked("routine", "low"),
        asked("urgent", "high", number=1),
        "matrix",
        "B stands above A because its impact is high where A's is low and its urgency is urgent where A's is "
        "routine (P1 before P4).",
        "B 排在 A 前面，因为它的影响为“关键”，而 A 为“次要”，并且它的紧急程度为“紧急”，而 A 为“常规”"
        "（P1 先于 P4）。",
    ),
    "caution": (
        asked(DOUBT, "medium"),
        asked("routine", "medium", number=1),
        "caution",
        "A stands above B because a higher grade is too likely to be ignored: caution raised it from P3 to "
        "P2, and not B (P2 before P3).",
        "A 排在 B 前面，因为它很可能应是更高一级，为稳妥由 P3 提到 P2，B 则没有（P2 先于 P3）。",
    ),
    "value": (
        asked("routine", "medium", worth=91.4),
        asked("routine", "medium", worth=20.0, number=1),
        "value",
        "A stands above B because its customer's value of 91.4 reaches 80 and lifts it from P3 to P2; B is "
        "not lifted (P2 before P3).",
        "A 排在 B 前面，因为它的客户价值 91.4 分，达到 80 分，由 P3 提到 P2；B 没有提级（P2 先于 P3）。",
    ),
    "floor": (
        asked("long_term", "high", type="security"),
        asked("routine", "high", number=1),
        "floor",
        "A stands above B because a request with Security + High is never below P1: raised from P3 to P1 "
        "(P1 before P2).",
        "A 排在 B 前面，因为安全＋关键的请求不低于 P1，由 P3 提到 P1（P1 先于 P2）。",
    ),
    "override": (
        asked("routine", "low", to=Grade.P1),
        asked("urgent", "high", number=1, to=Grade.P2),
        "override",
        "A stands above B because a lead set its grade from P4 to P1 (P1 before P2).",
        "A 排在 B 前面，因为组长把它的等级由 P4 定为 P1（P1 先于 P2）。",
    ),
    "an override of the other": (
        asked("urgent", "medium"),
        asked("urgent", "high", number=1, to=Grade.P3),
        "grade",
        "A stands above B because it was graded P2 and B P3.",
        "A 排在 B 前面，因为它定为 P2，B 定为 P3。",
    ),
    "not read yet": (
        asked(None),
        asked("urgent", "high", number=1),
        "fallback",
        "B stands above A because A has not been read far enough for the matrix and keeps the grade given "
        "for now (P1 before P3).",
        "B 排在 A 前面，因为 A 还没有读出矩阵所需的内容，等级是暂定的（P1 先于 P3）。",
    ),
    "a summand": (
        asked("urgent", "medium", worth=10.0),
        asked("routine", "high", worth=20.0, number=1),
        "score",
        "Both are P2; A scores 62, B 59, the difference is mostly urgency (+20).",
        "两者都是 P2；A 排序分 62，B 59，差距主要在紧急程度（+20）。",
    ),
    "time": (
        asked(at=MONDAY + timedelta(minutes=5), sample=True),
        asked(number=1, sample=True),
        "received_first",
        "Same grade and score; B came first.",
        "等级和排序分都相同；B 先到。",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_one_sentence_tells_what_decides(services, case):
    a, b, code, en, zh = case
    made = compared(a, b)
    assert made.decision.code == code
    assert sentences.deciding(services, made, "en") == en
    assert sentences.deciding(services, made, "zh") == zh


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_decision_is_the_same_whichever_is_named_first(case):
    a, b, *_ = case
    one, other = compared(a, b), compared(b, a)
    assert one.decision == other.decision
    assert {one.first, other.first} == {"a", "b"}


def test_the_step_that_decides_is_the_last_one_that_put_the_first_ahead():
    # The matrix had A ahead, caution brought B up to it, and the value made the difference again.
    made = compared(asked("routine", "high", worth=95.0), asked(DOUBT, "medium", number=1))
    assert [rung.after for rung in made.a.rungs.values()] == ["P2", "P2", "P1", "P1", "P1"]
    assert [rung.after for rung in made.b.rungs.values()] == ["P3", "P2", "P2", "P2", "P2"]
    assert made.decision.code == "value"


def test_waiting_decides_inside_a_grade(services):
    made = compared(
        asked("routine", "medium", worth=60.0, at=MONDAY + timedelta(hours=7)),
        asked("routine", "medium", worth=10.0, number=1),
        now=MONDAY + timedelta(hours=8),
    )
    assert (made.first, made.decision.row) == ("b", "waiting")
    assert sentences.deciding(services, made, "en") == (
        "Both are P3; B has waited 7 working hours longer (+14), and so comes to 58 against 54."
    )


def test_long_waiting_passes_the_next_grade_and_says_so(services):
    made = compared(
        asked("urgent", "medium", at=MONDAY + timedelta(days=14)),
        asked("routine", "medium", number=1),
        now=MONDAY + timedelta(days=14),
    )
    assert made.first == "b"
    assert sentences.deciding(services, made, "en") == (
        "B stands above A although P3 comes after P2: it has waited 90 working hours longer, "
        "which counts +180."
    )


def test_no_waiting_passes_p1():
    later = MONDAY + timedelta(days=300)
    made = compared(asked("urgent", "high", at=later), asked("urgent", "medium", number=1), now=later)
    assert (made.first, made.decision.code) == ("a", "matrix")


def test_a_sample_does_not_wait():
    made = compared(asked(sample=True), asked(number=1), now=MONDAY + timedelta(days=3))
    assert made.a.waited_hours == 0
    assert made.b.waited_hours == 27


def test_the_parts_add_up_to_the_total():
    made = compared(asked(worth=33.3), asked(number=1), now=MONDAY + timedelta(hours=5))
    for each in (made.a, made.b):
        assert sum(each.parts.values()) == pytest.approx(each.total)


def test_a_customer_is_told_dates_and_nothing_else(services):
    asked_for = asked("urgent", "medium", worth=95.0).assessment
    assert sentences.for_customer(services, asked_for, "en") == (
        "We promise you a first answer by Monday, 2 March 2026, 09:30, and a resolution by "
        "Monday, 2 March 2026, 13:00 (China Time)."
    )
    assert sentences.for_customer(services, asked_for, "zh") == (
        "我们承诺在 2026年3月2日（星期一）09:30 前给您首次答复，"
        "并在 2026年3月2日（星期一）13:00 前为您解决（中国时间）。"
    )


def test_where_nothing_is_promised_nothing_is_made_up(services):
    plain = grade(POLICY, TAXONOMY, None, value=None, received_at=None)
    assert sentences.for_customer(services, plain, "en") == "We have your request and will come back to you."
