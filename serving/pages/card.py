"""The answer to one's own request, as a card: all that led to the grade, as figures and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from features.records import Assessment, Decision, FieldPrediction
from serving.pages.matrix import Matrix, matrix
from serving.pages.rows import Due, dues
from serving.pages.summary import summary
from serving.pages.words import Reader

ALTERNATIVES = 3
LEAST_SHARE = 0.01


@dataclass(frozen=True, kw_only=True)
class Share:
    """A name with its probability; width is the probability as a length in per cent."""

    name: str
    percent: str
    width: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldLine:
    """What was read for one field. doubtful: it is left to a person."""

    name: str
    chosen: Share
    others: tuple[Share, ...]
    doubtful: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """A summand of the score: where it begins and how long it is, of 100; `most` is what it could be."""

    code: str
    name: str
    points: str
    most: str
    begins: str
    width: str


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the card shows."""

    grade: str
    grade_name: str
    why: str
    needs_review: bool
    truncated: bool
    fields: tuple[FieldLine, ...]
    odds: tuple[Share, ...]
    matrix: Matrix | None
    score: str
    parts: tuple[Part, ...]
    steps: tuple[str, ...]
    dues: tuple[Due, ...]
    team: str
    lane: str
    customer: str | None
    tier: str | None
    value: str | None
    model: str
    policy_version: int
    taxonomy_version: int


def card(reader: Reader, assessment: Assessment, *, customer: str | None) -> Card:
    """The card of an assessment. customer: the name of who was chosen."""
    prediction, worth = assessment.prediction, assessment.customer
    return Card(
        grade=assessment.grade.value,
        grade_name=reader.grade(assessment.grade.value),
        why=summary(reader, assessment.reasons),
        needs_review=assessment.needs_review,
        truncated=prediction.truncated,
        fields=tuple(_field(reader, code, each) for code, each in prediction.fields.items()),
        odds=tuple(
            _share(reader, grade, f"{grade} {reader.grade(grade)}", share)
            for grade, share in assessment.grade_probabilities.items()
        ),
        matrix=matrix(reader, assessment),
        score=f"{assessment.score:.2f}",
        parts=_parts(reader, assessment),
        steps=tuple(reader.sentence(reason) for reason in assessment.reasons),
        dues=dues(reader, assessment),
        team=reader.team(assessment.team),
        lane=reader.name("lane", assessment.lane),
        customer=customer,
        tier=None if worth is None else reader.tier(worth.tier),
        value=None if worth is None or worth.value is None else f"{worth.value:g}",
        model=reader.model(prediction.model),
        policy_version=assessment.policy_version,
        taxonomy_version=prediction.taxonomy_version,
    )


def _field(reader: Reader, code: str, said: FieldPrediction) -> FieldLine:
    ranked = sorted(said.probabilities.items(), key=lambda item: -item[1])
    others = [(label, share) for label, share in ranked if label != said.label and share >= LEAST_SHARE]
    return FieldLine(
        name=reader.field(code),
        chosen=_share(reader, said.label, reader.label(code, said.label), said.confidence),
        others=tuple(
            _share(reader, label, reader.label(code, label), share) for label, share in others[:ALTERNATIVES]
        ),
        doubtful=said.decision is Decision.REVIEW,
    )


def _share(reader: Reader, code: str, name: str, share: float) -> Share:
    return Share(name=name, percent=reader.percent(share), width=_length(100 * share), code=code)


def _parts(reader: Reader, assessment: Assessment) -> tuple[Part, ...]:
    made, begins = [], 0.0
    weights = reader.services.policy.score.weights
    for code, points in assessment.score_parts.items():
        made.append(
            Part(
                code=code,
                name=reader.name("part", code),
                points=f"{points:.2f}",
                most=f"{weights.get(code, 0):g}",
                begins=_length(begins),
                width=_length(points),
            )
        )
        begins += points
    return tuple(made)


def _length(share: float) -> str:
    return f"{share:.1f}%"
