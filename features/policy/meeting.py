"""Whether a policy and a model's labels meet, and a policy by the names the labels have now.

A model may lack the two fields of the matrix: its requests get the fallback grade, and say why. But where
it predicts one of them, each of its labels needs its row or column, and each row or column a label;
else requests would be graded by the fallback without anybody having meant it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from features.errors import PolicyError
from features.faults import Fault
from features.policy import calendar_section
from features.policy.parts import Condition
from features.policy.policy import Policy, faults
from features.policy.reading import read_yaml
from features.taxonomy import Field, Taxonomy


def read_for(path: Path | None, taxonomy: Taxonomy) -> Policy:
    """The policy of a file, read for a model's labels; the packaged policy where there is no file.

    Fields that the model lacks, and labels of a floor or a team rule that it lacks, are read by the packaged
    taxonomy. Raises PolicyError naming every fault,
    or each cell for which the model has no label.
    """
    if path is None:
        return Policy.default()
    try:
        raw = read_yaml(path.read_text("utf-8"), what="policy")
    except (OSError, UnicodeDecodeError, PolicyError):
        raw = None  # Policy.load tells it, with the file's name
    unmet = tuple(_unmet(raw, taxonomy))
    if unmet:
        raise _refusal(unmet, f"policy {path}")
    return Policy.load(path, taxonomy=_over_default(taxonomy))


def faults_for(path: Path, taxonomy: Taxonomy) -> tuple[Fault, ...]:
    """Every fault of a policy file, read for a model's labels as `read_for` does; none where it takes it.

    A file that cannot be read at all is one fault.
    """
    try:
        raw = calendar_section.with_file(read_yaml(path.read_text("utf-8"), what="policy"), path.parent)
    except (OSError, UnicodeDecodeError, PolicyError) as error:
        return (Fault(getattr(error, "field", None) or str(path), str(error)),)
    return (*_unmet(raw, taxonomy), *faults(raw, taxonomy=_over_default(taxonomy)))


def require(policy: Policy, taxonomy: Taxonomy) -> None:
    """Raise PolicyError, naming the cell, where `read_for` would not take a policy for a model's labels."""
    told = tuple(_unmet(policy.data, taxonomy)) or faults(policy.as_data(), taxonomy=_over_default(taxonomy))
    if told:
        raise _refusal(told, f"policy version {policy.version}")


def never_held(policy: Policy, taxonomy: Taxonomy) -> list[str]:
    """A sentence for each field of the model that floors or team rules ask for labels of which it lacks."""
    whens = [(f"floors[{i}]", floor.when) for i, floor in enumerate(policy.floors)]
    whens += [(f"teams.rules[{i}]", rule.when) for i, rule in enumerate(policy.teams.rules)]
    told = []
    for code, field in taxonomy.fields.items():
        asked = [(path, label) for path, when in whens for label in when.labels.get(code, ())]
        lacking = [(path, label) for path, label in asked if field.resolve(label) is None]
        if lacking:
            labels = ", ".join(dict.fromkeys(label for _, label in lacking))
            lines = ", ".join(dict.fromkeys(path for path, _ in lacking))
            told.append(f"The policy asks for {labels} of {code!r}, which the model never says: {lines}.")
    return told


def under(policy: Policy, taxonomy: Taxonomy) -> Policy:
    """The policy with each label by its present code in a taxonomy that renamed some; else itself."""

    def present(code: str, label: str) -> str:
        field = taxonomy.fields.get(code)
        return (field.resolve(label) if field is not None else None) or label

    def when(asked: Condition) -> Condition:
        labels = {code: tuple(present(code, each) for each in known) for code, known in asked.labels.items()}
        return replace(asked, labels=labels)

    roles = policy.roles
    matrix = {
        present(roles.impact, impact): {present(roles.urgency, each): grade for each, grade in row.items()}
        for impact, row in policy.matrix.items()
    }
    floors = tuple(replace(floor, when=when(floor.when)) for floor in policy.floors)
    rules = tuple(replace(rule, when=when(rule.when)) for rule in policy.teams.rules)
    if (matrix, floors, rules) == (policy.matrix, policy.floors, policy.teams.rules):
        return policy
    return replace(policy, matrix=matrix, floors=floors, teams=replace(policy.teams, rules=rules))


def _refusal(unmet: tuple[Fault, ...], what: str) -> PolicyError:
    lines = "; ".join(str(fault).rstrip(".") for fault in unmet)
    return PolicyError(
        f"The {what} and the labels of the model do not meet: {lines}. Name a policy for this model with "
        "TRIAGE_POLICY, or train one on the policy's labels.",
        field=unmet[0].path,
    )


def _over_default(taxonomy: Taxonomy) -> Taxonomy:
    """The model's fields over the packaged ones; a field without order keeps the packaged labels too, so
    that a floor for one of them may stand in a policy of a model that cannot say it."""
    fields = dict(Taxonomy.default().fields)
    for code, field in taxonomy.fields.items():
        packaged = fields[code].labels if code in fields and not field.ordered else ()
        more = tuple(label for label in packaged if field.resolve(label.code) is None)
        fields[code] = replace(field, labels=(*field.labels, *more))
    return replace(taxonomy, fields=fields)


def _unmet(data: Any, taxonomy: Taxonomy) -> Iterator[Fault]:
    """The rows and columns without a label of the model, and its labels without one; one cell for each.

    data: a policy as plain data, which may be faulty; then what is faulty is not told here.
    """
    roles, rows = _part(data, "fields"), _part(data, "matrix")
    columns = list(dict.fromkeys(each for row in rows.values() if isinstance(row, dict) for each in row))
    impact, urgency = (taxonomy.fields.get(str(roles.get(role))) for role in ("impact", "urgency"))
    if not rows or not columns:
        return
    if impact is not None:
        yield from _unmatched(impact, list(rows), lambda row: f"matrix.{row}.{columns[0]}")
    if urgency is not None:
        yield from _unmatched(urgency, columns, lambda column: f"matrix.{next(iter(rows))}.{column}")


def _unmatched(field: Field, named: list[Any], cell: Callable[[Any], str]) -> Iterator[Fault]:
    known = {field.resolve(str(label)) for label in named}
    for label in named:
        if field.resolve(str(label)) is None:
            has = ", ".join(each.code for each in field.labels)
            yield Fault(cell(label), f"the model has no label {label!r} of {field.code!r}; it has {has}.")
    for each in field.labels:
        if each.code not in known:
            yield Fault(cell(each.code), f"is open: the model has the label {each.code!r} of {field.code!r}.")


def _part(data: Any, section: str) -> Mapping[str, Any]:
    found = data.get(section) if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}
