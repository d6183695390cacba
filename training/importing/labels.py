"""Other people's label words: which label of the default taxonomy they mean, and which mean none."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

from features.channels import channel_of
from features.taxonomy import Taxonomy

LEVELS_BETWEEN = "/"
"""Stands between the levels of one label: `硬件/打印机/卡纸`."""
_IN_A_LEVEL = "／"
"""What a level's own slash becomes, so that it makes no level."""


def plain(value: str) -> str:
    """A label's word as it is compared: no case, width or outer blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def is_no_label(value: str) -> bool:
    """Whether a cell says that there is no label: blank, 待定, 其他, n/a ..."""
    return not value.strip() or plain(value) in _known()["no_label"]


def meaning(value: str, field: str) -> str | None:
    """The label of a field of the default taxonomy that a word means; None where it means none of them."""
    found: str | None = _known()["fields"].get(field, {}).get(plain(value))
    return found


def channel(value: str) -> str:
    """A channel by its common name (`email`, `form`, `chat`, `phone`), or the company's own word."""
    return channel_of(value)


def share_meant(counts: Mapping[str, int], field: str) -> float:
    """The share of the labelled rows whose word means a field's label; 0 where fewer than two are meant."""
    labelled = {value: n for value, n in counts.items() if not is_no_label(value)}
    meant = {value: meaning(value, field) for value in labelled}
    if len({label for label in meant.values() if label}) < 2:
        return 0.0
    return sum(n for value, n in labelled.items() if meant[value]) / sum(labelled.values())


def propose_values(counts: Counter[str], field: str) -> dict[str, str | None]:
    """Value -> label, for each value that does not stay as it is.

    None is no label. Spellings of one own label that differ in case, width or blanks become the commonest.
    """
    commonest = dict[str, str]()
    for value, _ in counts.most_common():
        commonest.setdefault(plain(value), value.strip())
    proposed = dict[str, str | None]()
    for value, _ in counts.most_common():
        if not value.strip():
            continue
        label = None if is_no_label(value) else meaning(value, field) or commonest[plain(value)]
        if label != value.strip():
            proposed[value.strip()] = label
    return proposed


def joined(cells: Sequence[str]) -> tuple[str, bool]:
    """The levels of a hierarchy as one label, and whether a level had to be changed for it.

    It ends before the first level that says nothing: 硬件/打印机/待定 is 硬件/打印机, and 待定/打印机 none.
    其他 below another level stays, since there it is a company's own class.
    """
    levels = list[str]()
    for place, cell in enumerate(cells):
        if not cell.strip() or (is_no_label(cell) and (place == 0 or plain(cell) not in _OTHER)):
            break
        levels.append(cell.strip())
    told = [level.replace(LEVELS_BETWEEN, _IN_A_LEVEL) for level in levels]
    return LEVELS_BETWEEN.join(told), told != levels


_OTHER = frozenset({"其他", "其它", "其他问题", "其他类", "other", "others", "misc", "miscellaneous"})


@cache
def _known() -> Mapping[str, Any]:
    raw = yaml.safe_load(resources.files("training.importing").joinpath("labels.yaml").read_text("utf-8"))
    taxonomy = Taxonomy.default()
    fields = dict[str, dict[str, str]]()
    for code, field in taxonomy.fields.items():
        words = {
            plain(word): label for label, many in raw["fields"].get(code, {}).items() for word in _str(many)
        }
        own = {
            plain(word): label.code for label in field.labels for word in (*label.name.values(), label.code)
        }
        fields[code] = words | own
    return {"no_label": frozenset(map(plain, _str(raw["no_label"]))), "fields": fields}


def _str(words: Iterable[Any]) -> list[str]:
    return [str(word) for word in words]
