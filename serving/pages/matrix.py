"""The policy as tables that a reader can put a finger on: the matrix, and what each grade promises."""

from __future__ import annotations

from dataclasses import dataclass

from features.policy.meeting import under
from features.records import Assessment
from serving.pages.words import Reader


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of the matrix. chosen: the one that a request fell into."""

    grade: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The table, most serious first: names of both fields, of the columns, and (name, cells) of each row."""

    urgency: str
    impact: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """What a grade promises. Empty where the policy promises nothing."""

    grade: str
    name: str
    respond: str
    resolve: str
    clock: str


def promises(reader: Reader) -> tuple[PromiseLine, ...]:
    """By when each grade is answered and resolved."""
    return tuple(
        PromiseLine(
            grade=grade.value,
            name=reader.grade(grade.value),
            respond=reader.length(promise.respond),
            resolve=reader.length(promise.resolve),
            clock=reader.name("clock", promise.clock.value),
        )
        for grade, promise in reader.services.policy.deadlines.items()
    )


def matrix(reader: Reader, assessment: Assessment | None = None) -> Matrix | None:
    """The matrix in the reader's words, with the cell of an assessment; None without both fields."""
    policy = under(reader.services.policy, reader.services.taxonomy)
    fields = reader.services.taxonomy.fields
    roles, table = policy.roles, policy.matrix
    if roles.urgency not in fields or roles.impact not in fields:
        return None
    rows = [code for code in reversed(fields[roles.impact].codes) if code in table]
    columns = [
        code for code in reversed(fields[roles.urgency].codes) if all(code in table[row] for row in rows)
    ]
    chosen = _chosen(assessment)
    return Matrix(
        urgency=reader.field(roles.urgency),
        impact=reader.field(roles.impact),
        columns=tuple(reader.label(roles.urgency, code) for code in columns),
        rows=tuple(
            (
                reader.label(roles.impact, row),
                tuple(
                    Cell(grade=table[row][column].value, chosen=(column, row) == chosen) for column in columns
                ),
            )
            for row in rows
        ),
    )


def _chosen(assessment: Assessment | None) -> tuple[str, str] | None:
    """The labels of urgency and impact that the grade started from."""
    for reason in () if assessment is None else assessment.reasons:
        if reason.code == "matrix":
            return reason.numbers["urgency"], reason.numbers["impact"]
    return None
