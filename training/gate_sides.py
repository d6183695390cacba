"""Champion and challenger side by side on the rows of a verdict, for the page of models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.records import Request
from features.verdicts import Example, FieldSides, Tally
from training.gate_rows import Compared, FieldPair

T = TypeVar("T")
EXAMPLES = 60
"""Of a verdict, at most: what fits on a page of 100 KB with long texts."""


@dataclass(frozen=True, kw_only=True)
class Sides:
    """The fields, and requests of which the two say different things."""

    fields: tuple[FieldSides, ...] = ()
    examples: tuple[Example, ...] = ()

    def as_data(self) -> dict[str, list[dict[str, object]]]:
        """As plain data, as features.verdicts reads it."""
        return {
            "fields": [asdict(each) for each in self.fields],
            "examples": [asdict(each) for each in self.examples],
        }


def sides_of(compared: Compared, numbers: Sequence[str | None]) -> Sides:
    """Both sides. numbers: the identifier of each row's request; None of a row of a file, whose text no page
    could show."""
    found = [list(_examples(each, numbers)) for each in compared.fields]
    return Sides(
        fields=tuple(_field(each, compared.languages[each.rows]) for each in compared.fields),
        examples=tuple(_in_turn(found))[:EXAMPLES],
    )


def numbers_of(rows: Sequence[Request], known: Mapping[str, Request]) -> list[str | None]:
    """The identifiers of some requests among known ones, by their words and their time."""
    by_words = {_key(request): number for number, request in known.items()}
    return [by_words.get(_key(each)) for each in rows]


def _key(request: Request) -> tuple[object, ...]:
    return request.text, request.subject, request.received_at


def _field(pair: FieldPair, spoken: NDArray[np.str_]) -> FieldSides:
    one, two = (side.said == pair.truth for side in pair.sides)
    return FieldSides(
        code=pair.code,
        rows=len(pair.rows),
        champion=float(one.mean()),
        challenger=float(two.mean()),
        both=int((one & two).sum()),
        champion_only=int((one & ~two).sum()),
        challenger_only=int((~one & two).sum()),
        neither=int((~one & ~two).sum()),
        classes=tuple(_class(pair, place) for place in range(len(pair.labels))),
        languages=tuple(
            Tally(
                code=language,
                rows=int((spoken == language).sum()),
                champion=float(one[spoken == language].mean()),
                challenger=float(two[spoken == language].mean()),
            )
            for language in sorted(set(spoken.tolist()))
        ),
    )


def _class(pair: FieldPair, place: int) -> Tally:
    """F1 of a class; 0 where neither the truth nor the model names it."""
    true = pair.truth == place
    f1 = []
    for side in pair.sides:
        said = side.said == place
        f1.append(2 * float((true & said).sum()) / max(float(true.sum() + said.sum()), 1.0))
    return Tally(code=pair.labels[place], rows=int(true.sum()), champion=f1[0], challenger=f1[1])


def _examples(pair: FieldPair, numbers: Sequence[str | None]) -> Iterator[Example]:
    """What they differ on: in turn one that the champion alone had right, and one the challenger had."""
    differ = np.flatnonzero(pair.champion.said != pair.challenger.said)
    known = [i for i in differ.tolist() if numbers[int(pair.rows[i])] is not None]
    worse = [i for i in known if pair.champion.said[i] == pair.truth[i]]
    better = [i for i in known if pair.challenger.said[i] == pair.truth[i]]
    others = [i for i in known if i not in {*worse, *better}]
    for i in (*_in_turn([worse, better]), *others):
        yield Example(
            field=pair.code,
            request_id=str(numbers[int(pair.rows[i])]),
            truth=pair.labels[pair.truth[i]],
            champion=pair.labels[pair.champion.said[i]],
            challenger=pair.labels[pair.challenger.said[i]],
            champion_sure=round(float(pair.champion.confidence[i]), 4),
            challenger_sure=round(float(pair.challenger.confidence[i]), 4),
        )


def _in_turn(lists: Sequence[Sequence[T]]) -> Iterator[T]:
    """The first of each, then the second of each, and so on."""
    for place in range(max((len(each) for each in lists), default=0)):
        yield from (each[place] for each in lists if place < len(each))
