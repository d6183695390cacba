"""What thresholds promise, in sentences for whoever reads the end of a training."""

from __future__ import annotations

from collections.abc import Mapping

from features.guarantees import Guarantee, Rule

NAMED = 5


def sentences(guarantees: Mapping[str, Guarantee]) -> list[str]:
    """One or two sentences for each field: the share that may be decided alone, and the labels that may
    not."""
    return [_sentence(code, each) for code, each in guarantees.items()]


def _sentence(code: str, given: Guarantee) -> str:
    target = f"{given.target:.4g}"
    if given.precision is None or given.lower_bound is None:
        taken = f" ({given.drawn} of them taken by chance)" if given.drawn else ""
        return (
            f"{code}: no cutoff holds a precision of {target} on {given.rows} out-of-fold rows{taken}, so "
            "every request goes to review."
        )
    told = (
        f"{code}: at a precision of {target} the model may act alone on {given.coverage:.1%} of requests "
        f"({given.precision:.1%} right out of fold, with {given.confidence:.0%} confidence at least "
        f"{given.lower_bound:.1%})."
    )
    if given.drawn:
        told += f" {_rest(given)}"
    review = [label for label, each in given.labels.items() if each.rule is Rule.REVIEW]
    own = sum(each.rule is Rule.OWN for each in given.labels.values())
    if own:
        told += f" {own} of {len(given.labels)} labels have a cutoff of their own, and hold it alone."
    if review:
        more = f" and {len(review) - NAMED} more" if len(review) > NAMED else ""
        told += f" Always reviewed: {', '.join(map(repr, review[:NAMED]))}{more}."
    return told


def _rest(given: Guarantee) -> str:
    if given.drawn == given.rows:
        return f"It rests on {given.drawn} rows that chance took."
    return f"Fitted on {given.rows} rows, told of the {given.drawn} of them that chance took."
