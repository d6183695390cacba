"""The whole report in one language: an overview, a chapter a field, the grades, and how it was made."""

from __future__ import annotations

from training.report.blocks import Chapter, Column, Row, Section, Table
from training.report.contents import Contents, Measured
from training.report.sections import (
    alone,
    beside,
    confusion,
    graded,
    labels,
    learning,
    mistakes,
    ranks,
    reliability,
    slices,
)
from training.report.wording import Say, base_of, decimal, out_of, percent


def chapters(contents: Contents, say: Say, *, texts: bool) -> tuple[Chapter, ...]:
    """All chapters, in the order of reading. texts: whether requests are quoted."""
    told = [_of_field(each, say, number=i, texts=texts) for i, each in enumerate(contents.fields, start=1)]
    return (_overview(contents, say), *told, graded.chapter(contents, say), _made(contents, say))


def headline(given: Measured, say: Say) -> str:
    """The one sentence of a field."""
    right = given.figures["accuracy"]
    coverage, precision = given.figures["coverage"], given.figures.get("automatic_precision")
    wrong = None if precision is None else coverage * (1 - precision)
    base = base_of(right, *(() if wrong is None else (coverage, wrong)))
    values = {"base": f"{base:,}", "right": out_of(base, right)}
    if wrong is None:
        return say("headline_review", **values)
    return say("headline", alone=out_of(base, coverage), wrong=out_of(base, wrong), **values)


def _of_field(given: Measured, say: Say, *, number: int, texts: bool) -> Chapter:
    made = (
        alone.section(given, say),
        beside.section(given, say),
        reliability.section(given, say),
        ranks.ordered(given, say),
        ranks.levels(given, say),
        labels.section(given, say),
        confusion.section(given, say),
        slices.section(given, say),
        learning.section(given, say),
        mistakes.section(given, say, texts=texts),
    )
    return Chapter(
        key=f"field-{number}",
        title=say.field(given.field),
        headline=headline(given, say),
        sections=tuple(each for each in made if each is not None),
    )


def _overview(contents: Contents, say: Say) -> Chapter:
    names = ("rows", "right", "by_majority", "macro_f1", "alone", "right_alone")
    columns = (
        Column(name=say("column_field"), number=False),
        *(Column(name=say(f"column_{n}")) for n in names),
    )
    rows = tuple(
        Row(
            cells=(
                say.field(each.field),
                f"{len(each):,}",
                percent(each.figures["accuracy"]),
                percent(_majority(each)),
                decimal(each.figures["macro_f1"]),
                percent(each.figures["coverage"]),
                percent(each.figures.get("automatic_precision")),
            )
        )
        for each in contents.fields
    )
    sentences = tuple(
        say("overview_line", field=say.field(each.field), headline=headline(each, say))
        for each in contents.fields
    )
    section = Section(
        key="overview",
        title=say("overview_title"),
        sentences=sentences,
        tables=(Table(columns=columns, rows=rows),),
        notes=(say("overview_note"),),
    )
    lead = say(f"overview_{_kind(contents)}", rows=f"{contents.rows:,}", fields=len(contents.fields))
    return Chapter(key="overview", title=say("report_title"), headline=lead, sections=(section,))


def _majority(given: Measured) -> float:
    """What the most frequent label is worth: the one of the rows learnt from, where they are at hand."""
    known = given.beside.get("majority")
    return float(given.figures["majority_accuracy"]) if known is None else known.accuracy


def _made(contents: Contents, say: Say) -> Chapter:
    learnt = say("made_unknown") if contents.learnt is None else f"{contents.learnt:,}"
    told = [say("made_rows", rows=f"{contents.rows:,}", how=_how(contents.how, say), learnt=learnt)]
    told += _scope(contents, say)
    section = Section(
        key="made",
        title=say("made_rows_title"),
        sentences=tuple(told),
        notes=(say("made_encoder", encoder=contents.encoder), say("made_independent")),
    )
    return Chapter(
        key="made", title=say("made_title"), headline=say(f"made_{_kind(contents)}"), sections=(section,)
    )


def _scope(contents: Contents, say: Say) -> list[str]:
    found = contents.scope
    if found is None:
        return []
    told = [say("scope_alarms", inside=f"{found.inside:,}", share=percent(found.false_alarms))]
    if found.recall is not None:
        auroc = "" if found.auroc is None else say("scope_auroc", auroc=decimal(found.auroc))
        told.append(say("scope_recall", outside=found.outside, share=percent(found.recall), auroc=auroc))
    return told


def _kind(contents: Contents) -> str:
    """Rows held back from training, or of a file of which only its giver knows whether they were."""
    return "given" if contents.learnt is None else "held_back"


def _how(how: str, say: Say) -> str:
    """How rows were held back, in the reader's language; the sentences are those of training.splits."""
    known = {
        "the file's own split": "split_given",
        "the latest fifth held back": "split_latest",
        "a fifth held back by chance": "split_chance",
    }
    return say(known.get(how, "split_none"))
