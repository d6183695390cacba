"""The precision that is asked for before a model may act alone: for all, by field, by label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from features.errors import InputError
from features.taxonomy import Taxonomy
from training.thresholds import Asked

DEFAULT = 0.95
LEAST, MOST = 0.5, 0.9999
"""Below a half a target says nothing; over 0.9999 it needs 29,956 rows without a mistake."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """default: of every field that is not named. fields: by field. labels: by field, then label."""

    default: float = DEFAULT
    fields: Mapping[str, float] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def of_field(self, code: str) -> float:
        """The target of a field."""
        return self.fields.get(code, self.default)

    def asked(self, code: str) -> Asked:
        """What is asked of a field."""
        return Asked(target=self.of_field(code), of_labels=self.of_labels(code))

    def of_labels(self, code: str) -> Mapping[str, float]:
        """The labels of a field that have a target of their own."""
        return self.labels.get(code, {})

    def check(self, taxonomy: Taxonomy) -> Targets:
        """These targets by the present codes of labels.

        Raises TaxonomyError or InputError where a field or a label is not in the taxonomy.
        """
        for code in self.fields:
            taxonomy.field(code)
        labels = {
            code: {_present(taxonomy, code, label): target for label, target in each.items()}
            for code, each in self.labels.items()
        }
        return Targets(default=self.default, fields=self.fields, labels=labels)


def parse(words: str) -> Targets:
    """Read `0.95`, `urgency=0.9,type.security=0.99`, or both: `0.95,urgency=0.9`.

    Raises InputError naming the part that cannot be read.
    """
    default, fields, labels = DEFAULT, dict[str, float](), dict[str, dict[str, float]]()
    for part in filter(None, (each.strip() for each in words.split(","))):
        name, equals, number = part.rpartition("=")
        target = _number(number, part)
        code, point, label = name.strip().partition(".")
        if not equals:
            default = target
        elif not code or (point and not label):
            raise InputError(f"--target {part!r}: write FIELD=0.9 or FIELD.LABEL=0.99.", field="target")
        elif label:
            labels.setdefault(code, {})[label] = target
        else:
            fields[code] = target
    return Targets(default=default, fields=fields, labels=labels)


def _number(words: str, part: str) -> float:
    try:
        target = float(words)
    except ValueError as error:
        raise InputError(
            f"--target {part!r}: {words!r} is no number; write 0.95 or urgency=0.9.", field="target"
        ) from error
    if not LEAST <= target <= MOST:
        raise InputError(
            f"--target {part!r}: a precision from {LEAST:g} to {MOST:g} is expected.", field="target"
        )
    return target


def _present(taxonomy: Taxonomy, code: str, label: str) -> str:
    found = taxonomy.field(code).resolve(label)
    if found is None:
        raise InputError(f"--target {code}.{label}: {code!r} has no label {label!r}.", field="target")
    return found
