"""The page of the queue: what a template is given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from features.outcome import outcomes
from features.policy.parts import GRADES
from features.records import Grade
from serving import queue, unseen
from serving.access.roles import Caller
from serving.api.cursors import read_place, write_place
from serving.pages.queue_address import SHOWN, Asked
from serving.pages.queue_filters import Filter, carried_of, filters_of
from serving.pages.request_view import claim_told, excerpt
from serving.pages.rows import html_language, iso
from serving.pages.visitors import Visitor
from serving.pages.words import Reader
from serving.queue import Entry
from serving.redaction import Output
from serving.slices import Stage
from serving.store import customers, draws
from serving.store import queue as stored_queue
from serving.store.requests import Stored

COUNTED = 2000
"""Grades are counted among so many of the first: a page never reads the whole queue."""
NAME = 60
"""Characters of a customer's name: the page stays light whatever it is called."""


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A request of the queue. customer: by identifier; customer_name: empty where none is known. place: what
    it stands where it stands for. unseen: its prediction is hidden."""

    id: str
    grade: str
    grade_name: str
    subject: str
    text: str
    language: str
    labels: tuple[str, ...]
    customer: str
    customer_name: str
    tier: str
    channel: str
    due: str
    due_iso: str
    late: bool
    place: str
    claim: str
    reviewed: bool
    unseen: bool
    remark: str


@dataclass(frozen=True, kw_only=True)
class QueueView:
    """What the page shows. filters_query: the filters as they stand in the address. uncounted: how many are
    to be judged before their grade is told. dropped: what was asked for and is not there."""

    rows: tuple[QueueRow, ...]
    filters: tuple[Filter, ...]
    carried: tuple[tuple[str, str], ...]
    filters_query: str
    active: int
    counts: tuple[tuple[str, str, int], ...]
    uncounted: int
    total: str
    order: tuple[str, ...]
    next_query: str
    first_query: str
    dropped: tuple[str, ...]


def queue_view(reader: Reader, visitor: Visitor, wish: Asked, *, may_review: bool) -> QueueView:
    """The page of the queue. Raises InputError where the cursor is none of ours."""
    services, caller = reader.services, visitor.caller
    wanted = unseen.listed(caller, wish.query.wanted_by(caller))
    entries, more = queue.page(services, wanted, limit=SHOWN, after=read_place(wish.query.cursor))
    now = services.tools.clock()
    with services.store.read() as connection:
        untold = unseen.uncounted(caller)
        counted = stored_queue.grades(connection, wanted, now=now, most=COUNTED, untold=untold)
        drawn = draws.of_requests(connection, [each.id for each in _stored(entries)])
        names = customers.names(connection, {each.answer.request.customer_id or "" for each in entries})
    stages = {number: each.stage for number, each in drawn.items() if may_review}
    told = (
        _row(reader, caller, each, stage=stages.get(stored.id, ""), names=names)
        for each, stored in zip(entries, _stored(entries), strict=True)
    )
    total = sum(counted.values())
    filters = wish.filters
    return QueueView(
        rows=tuple(told),
        filters=filters_of(reader, wish.query),
        carried=carried_of(wish.query),
        filters_query=filters,
        active=len(parse_qsl(filters)),
        counts=tuple((each.value, reader.grade(each.value), counted.get(each.value, 0)) for each in Grade),
        uncounted=counted.get("", 0),
        total=reader.say("queue.total.more" if total >= COUNTED else "queue.total", number=f"{total:,}"),
        order=_order(reader),
        next_query="" if more is None else f"{filters}&cursor={write_place(more)}".lstrip("&"),
        first_query="" if wish.query.cursor is None else "?" + filters,
        dropped=wish.dropped,
    )


def _stored(entries: Sequence[Entry]) -> list[Stored]:
    return [each.answer.stored for each in entries if each.answer.stored is not None]


def _row(reader: Reader, caller: Caller, entry: Entry, *, stage: str, names: Mapping[str, str]) -> QueueRow:
    answer, stored = entry.answer, entry.answer.stored
    assert stored is not None  # noqa: S101 - the queue holds stored requests alone
    request, assessment, worth = answer.request, answer.assessment, answer.assessment.customer
    hides = stage in (Stage.BLIND, Stage.SECOND)
    counts = outcomes(assessment.prediction, stored.said)
    due = assessment.resolve_by
    return QueueRow(
        id=stored.id,
        grade="" if hides else assessment.grade.value,
        grade_name="" if hides else reader.grade(assessment.grade.value),
        subject=excerpt(reader, (request.subject,), output=Output.QUEUE),
        text=reader.say("erased") if stored.erased else excerpt(reader, (request.text,), output=Output.QUEUE),
        language=html_language(assessment.prediction.language),
        labels=() if hides else tuple(reader.label(code, each.label) for code, each in counts.items()),
        customer=request.customer_id or "",
        customer_name=_clipped(names.get(request.customer_id or "", "")),
        tier="" if worth is None else reader.tier(worth.tier),
        channel="" if request.channel is None else reader.name("channel", request.channel),
        due="" if hides else reader.moment(due),
        due_iso=iso(due),
        late=due is not None and due < reader.services.tools.clock(),
        place="" if hides else _place(reader, entry),
        claim=claim_told(reader, caller, stored),
        reviewed=bool(stored.said.outcomes),
        unseen=hides,
        remark=_remark(reader, entry, stage),
    )


def _clipped(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def _place(reader: Reader, entry: Entry) -> str:
    """What put it where it stands, in hours."""
    lead = entry.lead
    if math.isinf(lead.grade):
        return reader.say("queue.place.first")
    hours = {name: f"{value:.0f}" for name, value in lead._asdict().items()}
    return reader.say("queue.place", total=f"{lead.hours:.0f}", **hours)


def _remark(reader: Reader, entry: Entry, stage: str) -> str:
    stored = entry.answer.stored
    if stored is not None and stored.said.waiting is not None:
        return reader.say("queue.waits")
    told = {Stage.BLIND.value: "queue.blind", Stage.SECOND.value: "queue.second"}
    told[Stage.CONFLICT.value] = "queue.conflict"
    return reader.say(told[stage]) if stage in told else ""


def _order(reader: Reader) -> tuple[str, ...]:
    """How the order is made, with the numbers of the policy in force."""
    rules = reader.services.policy.queue
    leads = ", ".join(
        f"{grade.value} {rules.lead_hours[grade]:g} h"
        for grade in GRADES
        if not math.isinf(rules.lead_hours[grade])
    )
    first = ", ".join(grade.value for grade in GRADES if math.isinf(rules.lead_hours[grade]))
    return (
        reader.say("queue.order.due"),
        reader.say("queue.order.grade", leads=leads),
        reader.say("queue.order.score", hours=f"{rules.score_hours:g}"),
        reader.say("queue.order.uncertainty", hours=f"{rules.uncertainty_hours:g}"),
        *((reader.say("queue.order.first", grades=first),) if first else ()),
    )
