"""The last step of a grade: what a person set it to.

Where an override waits for a second person, the higher of the two grades holds until then.
"""

from __future__ import annotations

from features.records import Grade, Reason
from features.reviews import Override

Reached = tuple[Grade, list[Reason]]


def overridden(policy_grade: Grade, override: Override | None, waiting: Override | None) -> Reached:
    """The grade after what people set it to, and why.

    override: the one that holds. waiting: a newer one that a second person has yet to confirm.
    Codes: `override`, and `override_waits` where the lower grade asked for is not given yet. `steps` are
    those up from the policy's grade, or down to the one asked for.
    """
    reached, reasons = _held(policy_grade, override)
    if waiting is None:
        return reached, reasons
    wanted = waiting.grade or policy_grade
    if wanted.rank < reached.rank:
        return _held(policy_grade, waiting)
    if wanted is not reached:
        numbers = {
            "holds": reached.value,
            "wanted": wanted.value,
            "steps": wanted.rank - reached.rank,
            "role": waiting.role,
        }
        reasons.append(Reason(code="override_waits", numbers=numbers))
    return reached, reasons


def _held(policy_grade: Grade, override: Override | None) -> Reached:
    if override is None or override.grade is None:
        return policy_grade, []
    numbers = {
        "before": policy_grade.value,
        "after": override.grade.value,
        "steps": policy_grade.rank - override.grade.rank,
        "role": override.role,
        "confirmed_by": None if override.second is None else override.second.role,
    }
    return override.grade, [Reason(code="override", numbers=numbers)]
