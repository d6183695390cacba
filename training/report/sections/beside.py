"""The model beside simpler ways, on the same rows."""

from __future__ import annotations

from training.report.baselines import Measures, measures
from training.report.blocks import Column, Figure, Row, Section, Table
from training.report.charts import Bar, bars
from training.report.contents import Measured
from training.report.wording import Say, base_of, decimal, out_of, percent


def section(given: Measured, say: Say) -> Section:
    """How much better the model is than guessing, and than words alone."""
    model = measures(given.truth, given.answers, given.field)
    ways = {**given.beside}
    if "majority" not in ways:
        share = float(given.figures["majority_accuracy"])
        ways = {"majority_here": Measures(accuracy=share, macro_f1=float("nan"), kappa=None)}
    named = {say(f"way_{name}"): each for name, each in ways.items()} | {say("way_model"): model}
    chart = bars(
        say("beside_title"),
        [
            Bar(name=name, value=each.accuracy, told=percent(each.accuracy), strong=each is model)
            for name, each in named.items()
        ],
    )
    return Section(
        key="beside",
        title=say("beside_title"),
        sentences=_sentences(model, ways, say),
        figures=(Figure(svg=chart, caption=say("beside_caption", n=f"{len(given):,}")),),
        tables=(_table(named, model, say),),
        notes=(say("beside_note"),) if given.beside else (say("beside_without"),),
    )


def _sentences(model: Measures, ways: dict[str, Measures], say: Say) -> tuple[str, ...]:
    best = max(ways, key=lambda name: ways[name].accuracy)
    wrong, others = 1 - model.accuracy, 1 - ways[best].accuracy
    base = base_of(wrong, others)
    told = [say("beside_wrong", base=f"{base:,}", wrong=out_of(base, wrong), others=out_of(base, others),
                way=say(f"way_{best}_in_words"))]  # fmt: skip
    if model.accuracy <= ways[best].accuracy:
        told.append(say("beside_no_better", way=say(f"way_{best}_in_words")))
    topic = ways.get("topic")
    if topic is not None:
        told.append(say("beside_topic", topic=percent(topic.accuracy), model=percent(model.accuracy)))
    return tuple(told)


def _table(named: dict[str, Measures], model: Measures, say: Say) -> Table:
    ordered = model.kappa is not None
    names = ["right", "macro_f1", *(["kappa"] if ordered else [])]
    rows = []
    for name, each in named.items():
        macro = None if each.macro_f1 != each.macro_f1 else each.macro_f1
        cells = (name, percent(each.accuracy), decimal(macro), *([decimal(each.kappa)] if ordered else []))
        rows.append(Row(cells=cells, strong=each is model))
    columns = (
        Column(name=say("column_way"), number=False),
        *(Column(name=say(f"column_{n}")) for n in names),
    )
    return Table(columns=columns, rows=tuple(rows))
