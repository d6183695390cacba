"""The mistakes one should read: those it was surest of, and those that are furthest off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.redact import redact
from training.report.blocks import Case, CaseList, Section
from training.report.contents import Measured
from training.report.wording import Say, percent

SHOWN = 8
LONGEST = 200
"""Characters of a text that are shown."""


def section(given: Measured, say: Say, *, texts: bool) -> Section:
    """texts: whether the requests' words are shown, without personal data and cut, or left out."""
    wrong = np.flatnonzero(~given.held).tolist()
    if not wrong:
        title = say("mistakes_title")
        return Section(key="mistakes", title=title, sentences=(say("mistakes_none", n=len(given)),))
    confident = sorted(wrong, key=lambda i: -given.confidence[i])[:SHOWN]
    worst = [i for i in sorted(wrong, key=lambda i: _badness(given, i)) if i not in confident][:SHOWN]
    alone = int(given.alone[wrong].sum())
    lists = [CaseList(title=say("mistakes_confident"), cases=_cases(given, confident, say, texts=texts))]
    if worst:
        key = "mistakes_far" if given.field.ordered else "mistakes_worst"
        lists.append(CaseList(title=say(key), cases=_cases(given, worst, say, texts=texts)))
    surest = percent(float(given.confidence[confident[0]]), digits=0)
    return Section(
        key="mistakes",
        title=say("mistakes_title"),
        sentences=(
            say("mistakes_counts", wrong=len(wrong), n=f"{len(given):,}", alone=alone, surest=surest),
        ),
        lists=tuple(lists),
        notes=(say("mistakes_redacted" if texts else "mistakes_without"),),
    )


def shown(words: str) -> str:
    """A text as it may leave the house: personal data replaced, on one line, cut."""
    plain = " ".join(redact(words).split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1].rstrip()}…"


def _badness(given: Measured, i: int) -> tuple[float, float]:
    """Furthest off first: in steps where labels have an order, then by how unlikely the truth seemed."""
    codes, truth, said = given.field.codes, given.truth[i], given.said[i]
    known = given.field.ordered and truth in codes and said.label in codes
    steps = abs(codes.index(truth) - codes.index(said.label)) if known else 0
    return -float(steps), said.probabilities.get(truth, 0.0)


def _cases(given: Measured, rows: Sequence[int], say: Say, *, texts: bool) -> tuple[Case, ...]:
    return tuple(_case(given, i, say, texts=texts) for i in rows)


def _case(given: Measured, i: int, say: Say, *, texts: bool) -> Case:
    said, truth, sample = given.said[i], given.truth[i], given.samples[i]
    of_truth = said.parents.get(truth, said.probabilities.get(truth, 0.0))
    note = say("case_note", confidence=percent(said.confidence, digits=0), truth=percent(of_truth, digits=0))
    return Case(
        verdict=say(
            "case_verdict", said=say.label(given.field, said.label), truth=say.label(given.field, truth)
        ),
        note=note + (say("case_alone") if given.alone[i] else ""),
        text=shown(sample.words) if texts else None,
        language=sample.language if sample.language in ("zh", "en") else "und",
    )
