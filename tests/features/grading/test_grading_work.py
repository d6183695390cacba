"""What follows of a grade: team, lane, account manager, deadlines, review, and the order of work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from features.grading import grade
from features.grading.score import order_key
from features.policy import Policy
from features.records import Decision, Grade
from features.taxonomy import Taxonomy
from tests.features.cases import MONDAY, POLICY, TAXONOMY, assess, field, prediction, reasons, sure, worth


def test_team_comes_from_the_first_rule_that_holds() -> None:
    rules = [
        {"when": {"type": "billing", "attributes": {"region": ["North", "华北"]}}, "team": "sales"},
        {"when": {"type": ["billing", "purchase"]}, "team": "finance"},
        {"when": {"attributes": {"product": "phone"}}, "team": "product"},
    ]
    data = Policy.default().as_data()
    data["teams"]["rules"] = rules
    policy = Policy.of(data)

    def team(kind: str, **attributes: str) -> str | None:
        said = sure("routine", "low", kind)
        return grade(policy, TAXONOMY, said, value=None, attributes=attributes, received_at=None).team

    assert team("billing", region=" north ") == "sales"
    assert team("billing", region="华北") == "sales"
    assert team("billing", region="South") == "finance"
    assert team("purchase", product="phone") == "finance"
    assert team("incident", product="Phone") == "product"
    assert team("incident") == "service_desk"


def test_the_default_teams() -> None:
    teams = {kind: assess(sure("routine", "low", kind)).team for kind in TAXONOMY.fields["type"].codes}
    assert teams == {
        "security": "security",
        "complaint": "customer_care",
        "billing": "finance",
        "change": "sales",
        "incident": "technical",
        "purchase": "sales",
        "service": "service_desk",
        "feature": "product",
        "question": "service_desk",
    }


def test_team_follows_a_persons_type() -> None:
    assert assess(sure("routine", "low", "incident"), labels={"type": "billing"}).team == "finance"


def test_a_rule_for_a_parent_label_holds_for_its_children() -> None:
    raw = Taxonomy.default().as_data()
    raw["fields"]["type"]["labels"]["security/leak"] = {"parent": "security"}
    taxonomy = Taxonomy.of(raw)
    policy = Policy.of(POLICY.as_data(), taxonomy=taxonomy)
    made = grade(policy, taxonomy, sure("routine", "high", "security/leak"), value=None, received_at=None)
    assert made.team == "security"
    assert made.grade is Grade.P1


def test_lanes_by_grade_and_the_automatic_reply_only_where_the_type_is_certain() -> None:
    assert assess(sure("urgent", "high")).lane == "dedicated"
    assert assess(sure("routine", "medium")).lane == "standard"
    said = prediction(
        type=field(Decision.AUTO, question=0.99, incident=0.01),
        urgency=field(long_term=1.0),
        impact=field(low=1.0),
    )
    assert assess(said).lane == "auto_reply"
    assert assess(said, labels={"type": "question"}).lane == "auto_reply"
    assert assess(said, labels={"type": "feature"}).lane == "standard"
    assert assess(sure("long_term", "low", "question")).lane == "standard"
    assert assess(None, labels={"urgency": "long_term", "impact": "low"}).lane == "standard"


def test_the_account_manager_is_named_on_the_dedicated_lane_only() -> None:
    made = assess(sure("urgent", "high"), value=worth(50, manager="王敏"))
    assert reasons(made)["account_manager"] == {"name": "王敏", "lane": "dedicated"}
    assert "account_manager" not in reasons(assess(sure("routine", "low"), value=worth(50, manager="王敏")))


def test_without_a_time_of_receipt_nothing_is_promised() -> None:
    made = assess(sure("urgent", "high"), received_at=None)
    assert (made.respond_by, made.resolve_by) == (None, None)
    made = assess(sure("urgent", "high"))
    assert made.respond_by == MONDAY + timedelta(minutes=30)
    assert made.resolve_by == MONDAY + timedelta(hours=4)


def test_a_deadline_past_the_last_known_year_says_so() -> None:
    made = assess(sure("long_term", "low"), received_at=datetime(2026, 12, 28, 2, 0, tzinfo=UTC))
    assert reasons(made)["calendar_unknown"] == {"last_known_year": 2026}


def test_review_is_needed_for_fields_that_no_person_has_labelled() -> None:
    said = prediction(
        type=field(Decision.REVIEW, incident=0.5, security=0.5),
        urgency=field(routine=1.0),
        impact=field(low=1.0),
    )
    assert assess(said).needs_review
    assert not assess(said, labels={"type": "incident"}).needs_review
    assert not assess(sure("routine", "low")).needs_review


def test_waiting_raises_the_order_of_work_but_never_into_p1() -> None:
    fresh = order_key(POLICY, Grade.P2, score=10)
    waited = order_key(POLICY, Grade.P3, score=50, waited_hours=40)
    assert waited < fresh
    assert order_key(POLICY, Grade.P1, score=0) < order_key(POLICY, Grade.P2, score=100, waited_hours=9999)
    assert order_key(POLICY, Grade.P3, score=60) < order_key(POLICY, Grade.P3, score=59)
    assert order_key(POLICY, Grade.P3, score=60) < order_key(POLICY, Grade.P4, score=100)
