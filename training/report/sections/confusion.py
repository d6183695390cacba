"""Which label is taken for which: a matrix of up to 40 labels, and the most confused pairs."""

from __future__ import annotations

from collections import Counter

import numpy as np

from training.report.blocks import Column, Figure, Row, Section, Table
from training.report.charts import matrix
from training.report.contents import Measured
from training.report.wording import Say, percent

WIDEST = 40
"""With more labels than this a matrix is a grey square: then the pairs alone are told."""
PAIRS = 20
FEW_PAIRS = 8
"""How many pairs are told beside a matrix."""


def section(given: Measured, say: Say) -> Section:
    """None is left out: without a mistake it says so."""
    labels = _labels(given)
    answered = zip(given.truth, given.answers, given.held, strict=True)
    pairs = Counter((truth, answer) for truth, answer, held in answered if not held)
    told = pairs.most_common(PAIRS if len(labels) > WIDEST else FEW_PAIRS)
    figures: tuple[Figure, ...] = ()
    if len(labels) <= WIDEST:
        figures = (_figure(given, labels, say),)
    return Section(
        key="confusion",
        title=say("confusion_title"),
        sentences=_sentences(given, pairs, say),
        figures=figures,
        tables=(_table(given, told, say),) if told else (),
        notes=(say("confusion_wide", n=len(labels), most=WIDEST),) if len(labels) > WIDEST else (),
    )


def _labels(given: Measured) -> list[str]:
    """The labels that occur, in the field's order; those unknown to it last."""
    seen, known = {*given.truth, *given.answers}, [label.code for label in given.field.labels]
    return [code for code in known if code in seen] + sorted(seen - set(known))


def _figure(given: Measured, labels: list[str], say: Say) -> Figure:
    place = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels), len(labels)), dtype=np.int64)
    np.add.at(counts, ([place[a] for a in given.truth], [place[b] for b in given.answers]), 1)
    names = [say.label(given.field, code) for code in labels]
    axes = (say("axis_labelled"), say("axis_answered"))
    svg = matrix(say("confusion_title"), names, counts, axes=axes)
    return Figure(svg=svg, caption=say("confusion_caption"), wide=True)


def _sentences(given: Measured, pairs: Counter[tuple[str, str]], say: Say) -> tuple[str, ...]:
    if not pairs:
        return (say("confusion_none", n=len(given)),)
    (truth, answer), count = pairs.most_common(1)[0]
    wrong = pairs.total()
    most = say(
        "confusion_most",
        truth=say.label(given.field, truth),
        answer=say.label(given.field, answer),
        n=count,
        of=given.truth.count(truth),
    )
    top = sum(n for _, n in pairs.most_common(FEW_PAIRS))
    spread = say(
        "confusion_spread",
        wrong=wrong,
        kinds=len(pairs),
        top=min(FEW_PAIRS, len(pairs)),
        share=percent(top / wrong, digits=0),
    )
    return (most, spread)


def _table(given: Measured, told: list[tuple[tuple[str, str], int]], say: Say) -> Table:
    texts = ("labelled", "answered")
    columns = tuple(Column(name=say(f"axis_{n}"), number=False) for n in texts)
    columns += (Column(name=say("column_rows")), Column(name=say("column_of_label")))
    rows = tuple(
        Row(
            cells=(
                say.label(given.field, truth),
                say.label(given.field, answer),
                str(n),
                percent(n / given.truth.count(truth), digits=0),
            )
        )
        for (truth, answer), n in told
    )
    return Table(columns=columns, rows=rows)
