"""Two requests side by side, in the reader's words: the rows of the table, aligned."""

from __future__ import annotations

from dataclasses import dataclass

from features.grading import queueing
from features.taxonomy import LANGUAGES
from serving.compare import Comparison, Side, Step, sentences
from serving.compare.decides import GRADE, RECEIVED
from serving.compare.sides import WAITING, Rung
from serving.pages.rows import SHOWN_CHARACTERS, Due, customer_name, dues, html_language, iso
from serving.pages.words import Reader
from serving.store import customers


@dataclass(frozen=True, kw_only=True)
class Head:
    """Who stands in a column. sentences: (language, what the customer may be told), theirs first."""

    letter: str
    id: str
    first: bool
    grade: str
    grade_name: str
    subject: str | None
    text: str
    language: str
    customer: str | None
    tier: str | None
    received: str
    received_iso: str
    dues: tuple[Due, ...]
    sentences: tuple[tuple[str, str], ...]
    passed: bool


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a row says of one request. figure: a grade or number; more: the sentence under it."""

    figure: str
    more: str = ""
    grade: str = ""
    before: str = ""
    ahead: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """A row of the table. more: what the row's name needs beside it. sums: whether it sums those above."""

    name: str
    more: str
    decides: bool
    cells: tuple[Cell, Cell]
    sums: bool = False


@dataclass(frozen=True, kw_only=True)
class CompareView:
    """What the page shows. queue: which of them the queue has first. stands_still: at least one is a sample,
    and does not wait."""

    sentence: str
    queue: str
    heads: tuple[Head, Head]
    steps: tuple[Line, ...]
    order: tuple[Line, ...]
    stands_still: bool


def compare_view(reader: Reader, made: Comparison) -> CompareView:
    """The page of a comparison."""
    return CompareView(
        sentence=sentences.deciding(reader.services, made, reader.language),
        queue=_queue(reader, made),
        heads=(_head(reader, made.a, "A", made), _head(reader, made.b, "B", made)),
        steps=(*(_step(reader, made, step) for step in made.steps), _grade(reader, made)),
        order=_order(reader, made),
        stands_still=made.a.stored.sample or made.b.stored.sample,
    )


def _queue(reader: Reader, made: Comparison) -> str:
    """The queue's order beside the one that is explained."""
    if made.queue_first == made.first:
        return reader.say("compare.queue.same")
    hours = abs((made.a.queue_key - made.b.queue_key).total_seconds()) / 3600
    key = "compare.queue.other" if hours < queueing.CENTURY / 2 else "compare.queue.grade"
    return reader.say(key, letter=made.queue_first.upper(), hours=f"{hours:,.0f}")


def _head(reader: Reader, side: Side, letter: str, made: Comparison) -> Head:
    request, assessment = side.answer.request, side.assessment
    grade, worth = assessment.grade.value, assessment.customer
    language, erased = assessment.prediction.language, side.stored.erased
    spoken = sorted(LANGUAGES, key=lambda each: each != language)
    return Head(
        letter=letter,
        id=side.stored.id,
        first=made.first == letter.lower(),
        grade=grade,
        grade_name=reader.grade(grade),
        subject=request.subject,
        text=reader.say("erased") if erased else request.text[:SHOWN_CHARACTERS],
        language=html_language(reader.language if erased else language),
        customer=_customer(reader, request.customer_id),
        tier=None if worth is None else reader.tier(worth.tier),
        received=reader.moment(request.received_at),
        received_iso=iso(request.received_at),
        dues=dues(reader, assessment),
        sentences=tuple(
            (html_language(each), sentences.for_customer(reader.services, assessment, each))
            for each in spoken
        ),
        passed=sentences.passed(side, reader.services.tools.clock()),
    )


def _customer(reader: Reader, customer_id: str | None) -> str | None:
    if customer_id is None:
        return None
    with reader.services.store.read() as connection:
        stored = customers.get(connection, customer_id)
    return customer_name(customer_id, None if stored is None else stored.customer)


def _name(reader: Reader, code: str) -> str:
    return reader.services.wording.say(f"step.{code}", reader.language)


def _step(reader: Reader, made: Comparison, step: Step) -> Line:
    return Line(
        name=_name(reader, step.value),
        more=reader.say(f"compare.{step.value}"),
        decides=made.decision.row == step.value,
        cells=(_rung(reader, made.a.rungs.get(step)), _rung(reader, made.b.rungs.get(step))),
    )


def _rung(reader: Reader, rung: Rung | None) -> Cell:
    if rung is None:
        return Cell(figure="")
    moved = rung.before is not None and rung.before is not rung.after
    return Cell(
        figure=rung.after.value,
        grade=rung.after.value,
        before=rung.before.value if rung.before is not None and moved else "",
        more=sentences.step(reader.services, rung, reader.language),
    )


def _grade(reader: Reader, made: Comparison) -> Line:
    one, other = (side.assessment.grade.value for side in (made.a, made.b))
    return Line(
        name=_name(reader, "grade"),
        more="",
        decides=made.decision.row == GRADE,
        cells=(
            Cell(figure=one, grade=one, more=reader.grade(one)),
            Cell(figure=other, grade=other, more=reader.grade(other)),
        ),
        sums=True,
    )


def _order(reader: Reader, made: Comparison) -> tuple[Line, ...]:
    """The summands of the order inside a grade, waiting among them, their sum, and who came when."""
    lines = [_part(reader, made, part) for part in made.a.parts]
    totals = Line(
        name=reader.say("compare.total"),
        more="",
        decides=False,
        cells=_figures(made.a.total, made.b.total),
        sums=True,
    )
    received = Line(
        name=_name(reader, RECEIVED),
        more="",
        decides=made.decision.row == RECEIVED,
        cells=(
            Cell(figure=reader.moment(made.a.answer.request.received_at)),
            Cell(figure=reader.moment(made.b.answer.request.received_at)),
        ),
    )
    return (*lines, totals, received)


def _part(reader: Reader, made: Comparison, part: str) -> Line:
    waits = part == WAITING
    row = WAITING if waits else f"score.{part}"
    cells = _figures(made.a.parts[part], made.b.parts.get(part, 0.0))
    if waits:
        hours = [reader.say("compare.hours", number=f"{side.waited_hours:g}") for side in (made.a, made.b)]
        one, other = cells
        cells = (
            Cell(figure=one.figure, ahead=one.ahead, more=hours[0]),
            Cell(figure=other.figure, ahead=other.ahead, more=hours[1]),
        )
    more = (
        reader.say("compare.per_hour", number=f"{made.waiting:g}")
        if waits
        else reader.say("compare.of", number=f"{made.weights.get(part, 0):g}")
    )
    return Line(name=_name(reader, row), more=more, decides=made.decision.row == row, cells=cells)


def _figures(one: float, other: float) -> tuple[Cell, Cell]:
    return (
        Cell(figure=f"{one:.2f}", ahead=one > other),
        Cell(figure=f"{other:.2f}", ahead=other > one),
    )
