"""The nouns of the project, as frozen dataclasses.

They cross every arrow of the house: training makes them from files, serving from HTTP, and both hand
them to the model and the policy. Nothing here knows how they are stored or sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

Distribution = Mapping[str, float]
"""Label -> probability; sums to 1."""


class Decision(StrEnum):
    """What may be done with a predicted label without a person."""

    AUTO = "auto"
    SUGGEST = "suggest"
    REVIEW = "review"


class Grade(StrEnum):
    """The priority grades, highest first. `P1` is worked first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    @property
    def rank(self) -> int:
        """1 for P1 .. 4 for P4."""
        return int(self.value[1])

    @classmethod
    def of_rank(cls, rank: int) -> Grade:
        """The grade of a rank, clipped into P1..P4."""
        return cls(f"P{min(max(rank, 1), 4)}")

    def raised(self, steps: int = 1) -> Grade:
        """The grade `steps` higher, P1 at most."""
        return Grade.of_rank(self.rank - steps)


class Tier(StrEnum):
    """The customer tiers of the default policy, or a CRM's own word taken as it is (then not in here)."""

    CORE = "core"
    POTENTIAL = "potential"
    PROSPECT = "prospect"
    ORDINARY = "ordinary"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The person behind a request. Personal data: kept in a table of its own, never logged."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class CustomerFacts:
    """What is known of a customer, each fact optional. Sums are in `currency` a year.

    revenue: what the customer pays us in a year. contract_amount: the running contracts' sum.
    tenure_years: since the first contract. orders_per_year: a count. payment_punctuality: the share of
    invoices paid in time, 0..1. growth: change of revenue against the year before, 0.2 = +20 %.
    employees: the customer's size. satisfaction: 0..10. has_contract: False for a customer not yet won.
    tier, key_account: the CRM's own flag, taken as it is. as_of: the day the facts were true.
    """

    revenue: float | None = None
    contract_amount: float | None = None
    currency: str = "CNY"
    tenure_years: float | None = None
    orders_per_year: float | None = None
    payment_punctuality: float | None = None
    growth: float | None = None
    employees: float | None = None
    satisfaction: float | None = None
    has_contract: bool | None = None
    tier: str | None = None
    key_account: bool | None = None
    account_manager: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A customer by our identifier, with the facts as of now."""

    id: str
    name: str | None = None
    facts: CustomerFacts = field(default_factory=CustomerFacts)


@dataclass(frozen=True, kw_only=True)
class CustomerValue:
    """The value of a customer on a stored scale.

    value: 0..100, None where no fact is known. shares: fact -> (percentile 0..100, points it added).
    scale_version: 0 is the packaged anchors, used where fewer than 20 customers are known.
    """

    id: str
    value: float | None
    tier: str
    scale_version: int
    shares: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    account_manager: str | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request as received. The cleaned text is never kept: it is made again from these words.

    received_at is aware, in UTC. attributes are the sender's own claims (product, region, the urgency
    they pressed): for the team rules, never for the model and never a label.
    """

    text: str
    subject: str | None = None
    channel: str | None = None
    source: str | None = None
    external_id: str | None = None
    customer_id: str | None = None
    customer: CustomerFacts | None = None
    contact: Contact | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    locale: str | None = None


@dataclass(frozen=True, kw_only=True)
class ModelReference:
    """Which model said it: a registered name and version, or the name of a folder and version `-`."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True)
class FieldPrediction:
    """One field of one request: every label with its calibrated probability, and what follows.

    confidence is the probability of `label`. threshold is the chosen label's cutoff, None where none
    holds the target precision. parents: labels above those, each with the sum of what is below it; empty
    where the field has no levels. `label` is one of these where no label below reaches its threshold.
    """

    label: str
    confidence: float
    decision: Decision
    threshold: float | None
    probabilities: Distribution
    parents: Mapping[str, float] = field(default_factory=dict)


class Outside(StrEnum):
    """Why a request is not of the kind that the model learnt from.

    little: hardly a letter in it. language: in another language. unlike: far from all that it learnt from.
    """

    LITTLE = "little"
    LANGUAGE = "language"
    UNLIKE = "unlike"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whether a request is of the kind that the model learnt from; see features.scope.

    why: None where it is. score: how unlike, about 0 for most; out of scope over `cutoff`; both None where
    the model learnt from too few rows to say. language: the likely one where that is why, else None.
    """

    score: float | None
    cutoff: float | None
    why: Outside | None
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What the model said of one request. `truncated`: the text was longer than what is read of it.

    scope: None where the model knows nothing of its own scope. monitored: fields that are stored and not
    answered; priors: of these, label -> its share of the training rows, by which the grade goes instead.
    """

    fields: Mapping[str, FieldPrediction]
    language: str
    truncated: bool
    model: ModelReference | None
    text_version: int
    taxonomy_version: int
    scope: Scope | None = None
    monitored: Mapping[str, FieldPrediction] = field(default_factory=dict)
    priors: Mapping[str, Distribution] = field(default_factory=dict)

    @property
    def out_of_scope(self) -> bool:
        """Whether it is none of what the model learnt to tell apart; then a person decides every field."""
        return self.scope is not None and self.scope.why is not None

    @property
    def scope_score(self) -> float | None:
        """How unlike the requests that the model learnt from; None where it cannot say."""
        return None if self.scope is None else self.scope.score


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One step of a grade: a code and the numbers that let a person recompute it.

    The sentence is rendered in the reader's language from code and numbers; see serving.wording.
    """

    code: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The answer to a request: prediction and customer value under a policy, and what follows of them.

    score is 0..100 and orders work inside a grade; `score_parts` are its summands by name.
    respond_by and resolve_by are aware UTC, None where the policy promises nothing.
    """

    prediction: Prediction
    customer: CustomerValue | None
    policy_version: int
    grade: Grade
    grade_probabilities: Distribution
    score: float
    score_parts: Mapping[str, float]
    reasons: tuple[Reason, ...]
    respond_by: datetime | None
    resolve_by: datetime | None
    team: str | None
    lane: str
    needs_review: bool
