"""Two stored requests side by side: each step of their grades, and the one thing that decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from features.errors import InputError
from serving import intake
from serving.access.roles import Caller
from serving.assess import Answer
from serving.compare.decides import Decision, decide
from serving.compare.sides import Side, Step, side

if TYPE_CHECKING:
    from serving.services import Services

__all__ = ["Comparison", "Decision", "Side", "Step", "compare"]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both requests, which stands higher by grade, score and waiting (`a` or `b`), and why.

    weights: part of the score -> its points of 100. waiting: points for each working hour of waiting.
    """

    a: Side
    b: Side
    first: str
    decision: Decision
    weights: Mapping[str, float]
    waiting: float

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps to be told: that a person set a grade only where one did."""
        by_person = (each.rungs.get(Step.OVERRIDE) for each in (self.a, self.b))
        is_told = any(rung is not None and rung.reason is not None for rung in by_person)
        return tuple(step for step in Step if is_told or step is not Step.OVERRIDE)

    @property
    def queue_first(self) -> str:
        """Which the queue has first: it goes by deadlines as well, and is the one order of work."""
        keys = [(side.queue_key, side.stored.id) for side in (self.a, self.b)]
        return "a" if keys[0] < keys[1] else "b"

    @property
    def in_order(self) -> tuple[Side, Side]:
        """The two, the higher one first."""
        return (self.a, self.b) if self.first == "a" else (self.b, self.a)


def compare(services: Services, caller: Caller, a: str, b: str) -> Comparison:
    """Put two requests side by side, as of now.

    Raises NotFoundError where there is no such request, InputError where both are the same.
    """
    answers = [intake.read(services, caller, each) for each in (a, b)]
    one, other = (_side(services, answer) for answer in answers)
    if one.key == other.key:
        raise InputError(f"b: {b!r} is the same request as a; name another one.", field="b")
    a_first = one.key < other.key
    policy = services.policy
    first, second = (one, other) if a_first else (other, one)
    return Comparison(
        a=one,
        b=other,
        first="a" if a_first else "b",
        decision=decide(policy, services.taxonomy, first, second),
        weights=policy.score.weights,
        waiting=policy.waiting.points_per_working_hour,
    )


def _side(services: Services, answer: Answer) -> Side:
    return side(services.policy, answer, now=services.tools.clock())
