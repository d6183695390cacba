"""Whether a request meets a `when` of the policy: by its labels, and by the attributes it came with."""

from __future__ import annotations

from collections.abc import Mapping

from features.policy.parts import Condition, fold
from features.taxonomy import Field

Lineages = Mapping[str, frozenset[str]]
"""Field -> the label chosen in it, with that label's parents."""


def lineage(field: Field | None, label: str) -> frozenset[str]:
    """A label with its parents, by their present codes: what is asked of a parent holds for it."""
    found = {label}
    known = field.by_code.get(label) if field is not None else None
    while field is not None and known is not None:
        found.add(known.code)
        parent = known.parent
        known = field.by_code.get(parent) if parent is not None and parent not in found else None
    return frozenset(found)


def meets(asked: Mapping[str, tuple[str, ...]], labels: Lineages) -> bool:
    """Whether labels meet what is asked of each field. A field without a label meets nothing."""
    return all(code in labels and not labels[code].isdisjoint(wanted) for code, wanted in asked.items())


def has(attributes: Mapping[str, str], when: Condition) -> bool:
    """Whether attributes meet what a condition asks of them."""
    asked = when.folded.items()
    return all(name in attributes and fold(attributes[name]) in words for name, words in asked)
