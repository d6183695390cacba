"""Two versions on the same rows, made ready for the gate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from features import language
from features.bundle import TriageModel
from features.policy import Policy
from features.records import Prediction, Request
from features.taxonomy import Field
from training.dataset import Dataset
from training.gate_rows import Answers, Burden, Compared, FieldPair, GradePair
from training.report.grades import grades, policy_of

TIMED = 100
"""Texts that are timed, both models in turn; the best of ROUNDS counts."""
ROUNDS = 5
Fault = tuple[str, dict[str, str]]


def compare(
    champion: TriageModel,
    challenger: TriageModel,
    judged: Dataset,
    *,
    recent: Sequence[bool],
    policy: Path | None = None,
    folders: tuple[Path, Path] | None = None,
) -> Compared:
    """What both say to the judged rows. recent: of each, whether it is one of the newest.

    policy: the file of the grading policy, the packaged one where none is named. The value of customers is
    left out of the grades, since it is the same for both. folders: of the bundles, whose sizes count.
    """
    faults = _faults(champion, challenger)
    said = [model.predict(judged.requests) for model in (champion, challenger)]
    pairs = [] if faults else [_pair(judged, code, champion, said) for code in champion.heads]
    return Compared(
        fields=tuple(each for each in pairs if each is not None),
        languages=np.array([language.detect(words) for words in judged.words], dtype=np.str_),
        groups=np.unique(np.array(judged.groups, dtype=np.str_), return_inverse=True)[1],
        recent=np.array(recent, dtype=np.bool_),
        grades=None if faults else _grades(champion, challenger, judged, said, policy_of(policy, champion)),
        burdens=None if folders is None else _burdens((champion, challenger), judged, folders),
        faults=tuple(faults),
        names=champion.taxonomy.fields,
    )


def _faults(champion: TriageModel, challenger: TriageModel) -> list[Fault]:
    """Why the two cannot be compared: a field is missing, or its labels are others."""
    found: list[Fault] = []
    for code in champion.heads:
        if code not in challenger.heads:
            found.append(("field_missing", {"field": code}))
            continue
        mine, theirs = (model.taxonomy.field(code).codes for model in (champion, challenger))
        if mine != theirs:
            known = {"champion": _only(mine, theirs), "challenger": _only(theirs, mine)}
            found.append(("other_taxonomy", {"field": code, **known}))
    return found


def _only(mine: Sequence[str], theirs: Sequence[str]) -> str:
    """The labels that only one of them knows; all of them, where only the order is another."""
    alone = [label for label in mine if label not in theirs]
    if not alone and set(mine) == set(theirs):
        alone = list(mine)
    return ", ".join(alone[:5]) or "-"


def _pair(
    judged: Dataset, code: str, champion: TriageModel, said: Sequence[Sequence[Prediction]]
) -> FieldPair | None:
    field = champion.taxonomy.field(code)
    labels = _places(field)
    column = judged.labels.get(code, (None,) * len(judged))
    rows = [i for i, label in enumerate(column) if label is not None and label in labels]
    if not rows:
        return None
    one, two = (_answers([each[i] for i in rows], code, labels) for each in said)
    return FieldPair(
        code=code,
        labels=tuple(labels),
        ordered=field.ordered,
        rows=np.array(rows),
        truth=np.array([labels[str(column[i])] for i in rows]),
        champion=one,
        challenger=two,
    )


def _places(field: Field) -> dict[str, int]:
    return {label: i for i, label in enumerate(field.codes)}


def _answers(said: Sequence[Prediction], code: str, labels: dict[str, int]) -> Answers:
    fields = [each.fields[code] for each in said]
    return Answers(
        said=np.array([labels[each.label] for each in fields]),
        confidence=np.array([each.confidence for each in fields]),
    )


def _grades(
    champion: TriageModel,
    challenger: TriageModel,
    judged: Dataset,
    said: Sequence[Sequence[Prediction]],
    policy: Policy | None,
) -> GradePair | None:
    if policy is None:
        return None
    asked = (policy.roles.urgency, policy.roles.impact)
    if any(code not in judged.labels for code in asked):
        return None
    rows = [i for i in range(len(judged)) if all(judged.labels[code][i] for code in asked)]
    some = judged.rows(rows)
    one, two = (
        grades(model, some, [each[i] for i in rows], policy=policy, values={})
        for model, each in zip((champion, challenger), said, strict=True)
    )
    if one is None or two is None:
        return None
    return GradePair(
        rows=np.array(rows),
        truth=np.array([each.rank for each in one.truth]),
        champion=np.array([each.rank for each in one.said]),
        challenger=np.array([each.rank for each in two.said]),
        too_low=policy.caution.too_low,
        too_high=policy.caution.too_high,
    )


def _burdens(
    models: tuple[TriageModel, TriageModel], judged: Dataset, folders: tuple[Path, Path]
) -> tuple[Burden, Burden] | None:
    if not len(judged):
        return None
    some = judged.requests[:TIMED]
    rounds = [[_milliseconds(model, some) for model in models] for _ in range(ROUNDS)]
    one, two = (
        Burden(
            milliseconds=min(each[side] for each in rounds) / len(some),
            size=sum(each.stat().st_size for each in folder.rglob("*")),
        )
        for side, folder in enumerate(folders)
    )
    return one, two


def _milliseconds(model: TriageModel, some: Sequence[Request]) -> float:
    started = time.process_time()  # other programs of a busy machine are not the model's fault
    model.predict(some)
    return 1000 * (time.process_time() - started)
