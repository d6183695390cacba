"""A company's own labels, made up: sixty categories on three levels, and urgency; no impact."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.records import Request
from features.taxonomy import Taxonomy, infer
from training.dataset import Dataset
from training.fit import fit

TOPS = ("硬件", "软件", "网络", "账号")
MIDDLES = ("总部", "工厂", "门店", "仓库", "外勤")
LEAVES = ("故障", "更换", "咨询")
CATEGORIES = tuple("/".join(each) for each in itertools.product(TOPS, MIDDLES, LEAVES))
URGENCIES = {"urgent": "今天必须解决，否则停产", "routine": "请尽快安排", "long_term": "有空再看，不急"}
THIN = CATEGORIES[0]


def texts(*, each: int = 9, thin: int = 2) -> list[tuple[str, str, str]]:
    """(text, category, urgency) rows; the first category has only `thin` rows."""
    rows = []
    for number, category in enumerate(CATEGORIES):
        top, middle, leaf = category.split("/")
        for row in range(thin if category == THIN else each):
            urgency = tuple(URGENCIES)[(number + row) % 3]
            rows.append(
                (f"{middle}的{top}要{leaf}，第{row}号工位。{URGENCIES[urgency]}。", category, urgency)
            )
    return rows


def dataset(*, each: int = 9, thin: int = 2) -> tuple[Dataset, Taxonomy]:
    """The rows as training reads them, with the taxonomy inferred from them."""
    rows = texts(each=each, thin=thin)
    labels = {"category": tuple(row[1] for row in rows), "urgency": tuple(row[2] for row in rows)}
    made = Dataset(
        requests=tuple(Request(text=row[0]) for row in rows), labels=labels, split=None, times=None
    )
    return made, infer({code: set(column) for code, column in labels.items()})


ENCODER = HashEncoder()


@cache
def fitted() -> TriageModel:
    """A model of the rows, fitted once a run; it judges no scope, since the rows are all of one mould."""
    rows, taxonomy = dataset()
    return replace(fit(rows, taxonomy, encoder=ENCODER, seed=0), scope=None)
