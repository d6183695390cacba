"""From labels, probabilities and the value of a customer to a grade, under a policy. Pure functions.

grade() climbs the policy's steps and keeps a reason for each: matrix, caution, value, floors, and last what
a person set the grade to. Then come the score, the deadlines, the team and the lane. Time comes in as
`received_at`; nothing here has a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from features.clocks import Deadlines, deadlines
from features.errors import InputError
from features.grading import steps
from features.grading.overriding import overridden
from features.grading.score import score_parts
from features.grading.tables import Known, Standing, Tables, tables
from features.policy.conditions import has
from features.policy.policy import Policy
from features.records import (
    Assessment,
    CustomerValue,
    Decision,
    Distribution,
    FieldPrediction,
    Grade,
    Prediction,
    Reason,
)
from features.reviews import Override
from features.taxonomy import Taxonomy

_NONE: Mapping[str, str] = MappingProxyType({})
_NO_PRIORS: Mapping[str, Distribution] = MappingProxyType({})


def grade(
    policy: Policy,
    taxonomy: Taxonomy,
    prediction: Prediction | None,
    *,
    value: CustomerValue | None,
    attributes: Mapping[str, str] = _NONE,
    received_at: datetime | None,
    labels: Mapping[str, str] = _NONE,
    override: Override | None = None,
    waiting: Override | None = None,
) -> Assessment:
    """Assess a request.

    prediction: None or without fields where no model has read it yet: then the policy's fallback grade,
    unless a person said urgency and impact. value: None where no customer is known or its facts are not
    to be trusted. labels: field -> what a person said; it counts with probability 1 and always wins.
    override: the grade that a person set, and that holds; waiting: one that waits for a second person.
    received_at: aware; None promises nothing.
    Raises InputError where a label is not in the taxonomy, or received_at has no offset.
    """
    lookup = tables(policy, taxonomy)
    known = known_fields(lookup, prediction, labels)
    standing = lookup.standing(known)
    assessed = prediction is not None and bool(prediction.fields or prediction.monitored)
    by_policy, reasons = _climb(lookup, known, standing, value, assessed=assessed)
    reached, overrides = overridden(by_policy, override, waiting)
    parts = score_parts(lookup, known, value)
    score = round(sum(parts.values()), 2)
    lane = _lane(policy, reached, prediction, known)
    due = deadlines(policy, reached, received_at)
    reasons += [*overrides, Reason(code="score", numbers={"score": score, **parts})]
    reasons += _remarks(policy, lane, value, due)
    reasons += _outside(prediction, labels)
    return Assessment(
        prediction=prediction or _unread(taxonomy),
        customer=value,
        policy_version=policy.version,
        grade=reached,
        grade_probabilities=steps.grade_probabilities(lookup, known, value),
        score=score,
        score_parts=parts,
        reasons=tuple(reasons),
        respond_by=due.respond_by,
        resolve_by=due.resolve_by,
        team=_team(policy, standing, attributes),
        lane=lane,
        needs_review=_needs_review(taxonomy, prediction, labels),
    )


def known_fields(
    lookup: Tables, prediction: Prediction | None, labels: Mapping[str, str] = _NONE
) -> dict[str, Known]:
    """What is known of each field: a person's label where there is one, else the prediction, and of a field
    that is only monitored the shares its labels usually have.

    Raises InputError where a person's label or its field is not in the taxonomy.
    """
    predicted = prediction.fields if prediction is not None else {}
    known = {code: _predicted(lookup, code, each) for code, each in predicted.items() if code not in labels}
    for code, prior in (prediction.priors if prediction is not None else _NO_PRIORS).items():
        if code not in labels:
            known[code] = Known(label=max(prior, key=prior.__getitem__), probabilities=prior, by="prior")
    for code, label in labels.items():
        field = lookup.taxonomy.fields.get(code)
        found = field.resolve(label) if field is not None else None
        if found is None:
            what = f"field {code!r}" if field is None else f"label {label!r} in the field {code!r}"
            raise InputError(f"labels.{code}: the taxonomy has no {what}.", field=f"labels.{code}")
        known[code] = Known(label=found, probabilities={found: 1.0}, by="person")
    return known


def _predicted(lookup: Tables, code: str, said: FieldPrediction) -> Known:
    """A prediction by the present codes of its labels: a model may know a label by its former name."""
    former = lookup.former.get(code)
    if not former or former.isdisjoint(said.probabilities):
        return Known(said.label, said.probabilities, "prediction")
    names = lookup.taxonomy.fields[code].by_code
    shares: dict[str, float] = {}
    for label, share in said.probabilities.items():
        present = names[label].code if label in names else label
        shares[present] = shares.get(present, 0.0) + share
    chosen = names[said.label].code if said.label in names else said.label
    return Known(label=chosen, probabilities=shares, by="prediction")


def _climb(
    lookup: Tables,
    known: Mapping[str, Known],
    standing: Standing,
    value: CustomerValue | None,
    *,
    assessed: bool,
) -> tuple[Grade, list[Reason]]:
    """The grade, step by step. The fallback is neither raised by caution nor by value, only by floors."""
    reached, reasons, is_cell = steps.start(lookup, known, assessed=assessed)
    told: list[Reason | None] = []
    if is_cell:
        reached, why = steps.caution(lookup, reached, known)
        reached, worth = steps.value(lookup, reached, value)
        told += [why, worth]
    reached, why = steps.floor(lookup, reached, standing.floor)
    return reached, reasons + [each for each in (*told, why) if each is not None]


def _lane(policy: Policy, reached: Grade, prediction: Prediction | None, known: Mapping[str, Known]) -> str:
    """The lane of a grade. `certain` only where the model may decide the type by itself, and a person who
    said otherwise has not been."""
    lane, code = policy.lanes.by_grade[reached], policy.roles.type
    said = prediction.fields.get(code) if prediction is not None and code is not None else None
    if said is None or code is None or said.decision is not Decision.AUTO:
        return lane.otherwise
    undisputed = known[code].by == "prediction" or known[code].label == said.label
    return lane.certain if undisputed else lane.otherwise


def _remarks(policy: Policy, lane: str, value: CustomerValue | None, due: Deadlines) -> list[Reason]:
    manager, told = value.account_manager if value is not None else None, []
    if manager and lane in policy.lanes.account_manager_on:
        told.append(Reason(code="account_manager", numbers={"name": manager, "lane": lane}))
    if not due.calendar_known:
        told.append(Reason(code="calendar_unknown", numbers={"last_known_year": due.last_known_year}))
    return told


def _outside(prediction: Prediction | None, labels: Mapping[str, str]) -> list[Reason]:
    """Why a request is out of the model's scope, until a person has judged every field."""
    scope = prediction.scope if prediction is not None else None
    if prediction is None or scope is None or scope.why is None or prediction.fields.keys() <= labels.keys():
        return []
    numbers: dict[str, object] = {"why": scope.why.value, "language": scope.language}
    if scope.score is not None and scope.cutoff is not None:
        numbers |= {"score": round(scope.score, 3), "cutoff": round(scope.cutoff, 3)}
    return [Reason(code="out_of_scope", numbers=numbers)]


def _team(policy: Policy, standing: Standing, attributes: Mapping[str, str]) -> str:
    held = (rule.team for rule in standing.team_rules if has(attributes, rule.when))
    return next(held, policy.teams.default)


def _needs_review(taxonomy: Taxonomy, prediction: Prediction | None, labels: Mapping[str, str]) -> bool:
    """Whether a field still waits for a person: one the model leaves to review, or any without a model."""
    if prediction is None or not (prediction.fields or prediction.monitored):
        return any(code not in labels for code in taxonomy.fields)
    open_fields = (each for code, each in prediction.fields.items() if code not in labels)
    return any(each.decision is Decision.REVIEW for each in open_fields)


def _unread(taxonomy: Taxonomy) -> Prediction:
    """The prediction of a request that no model has read."""
    return Prediction(
        fields={},
        language="und",
        truncated=False,
        model=None,
        text_version=0,
        taxonomy_version=taxonomy.version,
    )
