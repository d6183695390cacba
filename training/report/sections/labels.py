"""Each label: how often it is found, how often it is right, and under which rule it may stand alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from features.guarantees import LabelGuarantee
from training.report.blocks import Column, Row, Section, Table
from training.report.contents import Measured
from training.report.wording import NOTHING, Say, percent

FEWEST = 10
"""Rows of a label below which its figures say little."""
SHOWN = 16
"""With more labels than this the table is folded."""


def section(given: Measured, say: Say) -> Section:
    """The table, the weakest label first; of an ordered field in its order."""
    found: Mapping[str, Mapping[str, Any]] = given.figures["per_class"]
    order = list(found) if given.field.ordered else sorted(found, key=lambda code: found[code]["f1"])
    rows = tuple(_row(given, code, found[code], say) for code in order)
    names = ("rows", "recall", "precision", "f1", "threshold")
    columns = (
        Column(name=say("column_label"), number=False),
        *(Column(name=say(f"column_{n}")) for n in names),
    )
    columns += (Column(name=say("column_rule"), number=False), Column(name=say("column_alone")))
    folded = say("labels_folded", n=len(rows)) if len(rows) > SHOWN else None
    return Section(
        key="labels",
        title=say("labels_title"),
        sentences=_sentences(given, found, say),
        tables=(Table(columns=columns, rows=rows, folded=folded),),
        notes=(say("labels_note", fewest=FEWEST), say("labels_rules")),
    )


def _sentences(given: Measured, found: Mapping[str, Mapping[str, Any]], say: Say) -> tuple[str, ...]:
    enough = {code: each for code, each in found.items() if each["support"] >= FEWEST}
    told = [say("labels_counts", labels=len(found), rows=f"{len(given):,}")]
    if len(enough) > 1:
        worst = min(enough, key=lambda code: enough[code]["f1"])
        best = max(enough, key=lambda code: enough[code]["f1"])
        for key, code in (("labels_best", best), ("labels_worst", worst)):
            each = enough[code]
            values = {
                "recall": percent(each["recall"], digits=0),
                "precision": percent(each["precision"], digits=0),
            }
            told.append(say(key, label=say.label(given.field, code), rows=each["support"], **values))
    thin = len(found) - len(enough)
    if thin:
        told.append(say("labels_thin", n=thin, fewest=FEWEST))
    return tuple(told)


def _row(given: Measured, code: str, each: Mapping[str, Any], say: Say) -> Row:
    promise = given.guarantee.labels.get(code) if given.guarantee is not None else None
    answered = np.array([answer == code for answer in given.answers])
    alone = float(given.alone[answered].mean()) if answered.any() else None
    never = each["recall"] == 0 and not answered.any()
    return Row(
        cells=(
            say.label(given.field, code),
            str(each["support"]),
            percent(each["recall"], digits=0),
            NOTHING if never else percent(each["precision"], digits=0),
            f"{each['f1']:.2f}",
            NOTHING if promise is None or promise.cutoff is None else f"{promise.cutoff:.2f}",
            _rule(promise, say),
            percent(alone, digits=0),
        ),
        faint=each["support"] < FEWEST,
    )


def _rule(promise: LabelGuarantee | None, say: Say) -> str:
    if promise is None:
        return NOTHING
    told = say(f"rule_{promise.rule.value}")
    return say("rule_target", rule=told, target=f"{promise.target:.4g}") if promise.lower_bound else told
