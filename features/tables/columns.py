"""What a column of another program's file is, told by its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

BETWEEN = "/"
"""Stands between the rows of a header in a column's name: `分类/一级`."""
_BRACKETS = re.compile(r"[(\[{【<〈「].*?[)\]}】>〉」]")
_NO_LETTER = re.compile(r"[\W_]+")
_DIGITS = {each: str(number) for number, each in enumerate("一二三四五六", start=1)}
_LEVEL = re.compile(
    r"(?:第?(?P<a>[1-6一二三四五六])级(?:问题|服务|工单|故障)?(?:分类|类别|类目|目录|类型|类)?"
    r"|(?:问题|服务|工单|故障)?(?:分类|类别|类目|目录)(?:第)?(?P<b>[1-6一二三四五六])级?"
    r"|(?:category|cat)(?:level|tier)?(?P<c>[1-6])|(?:level|tier)(?P<d>[1-6])(?:category)?"
    r"|(?P<e>大类|中类|小类|细类)|(?P<f>subcategory|subcat))"
)
_NAMED = {"大类": 1, "中类": 2, "小类": 3, "细类": 4, "subcategory": 2, "subcat": 2}


def plain_name(name: str) -> str:
    """A column's name as it is compared: no case, width, blanks, brackets or punctuation."""
    words = unicodedata.normalize("NFKC", name).casefold()
    return _NO_LETTER.sub("", _BRACKETS.sub("", words)) or _NO_LETTER.sub("", words)


def request_role(name: str) -> tuple[str, int] | None:
    """Which part of a request a column holds (`text`, `received_at` ...) and how early its name is taken."""
    return _role(name, "requests")


def customer_role(name: str) -> tuple[str, int] | None:
    """Which fact of a customer a column holds (`revenue` ...) and how early its name is taken."""
    return _role(name, "customers")


def label_field(name: str) -> tuple[str, int] | None:
    """Which field's labels a column holds (`urgency`, `category` ...) and how early its name is taken."""
    return _role(name, "labels")


def category_level(name: str) -> int | None:
    """1 for 一级分类, category1 or 大类, 2 for subcategory ...; None for what is no level of a hierarchy."""
    for part in _parts(name):
        if match := _LEVEL.fullmatch(part):
            found = next(value for value in match.groupdict().values() if value)
            return _NAMED.get(found) or int(_DIGITS.get(found, found))
    return None


def is_after_intake(name: str) -> bool:
    """Whether a column is written by whoever handles a request: its words would tell a model the answer."""
    known = _known()["after_intake"]
    return any(
        part in known["names"] or any(each in part for each in known["parts"]) for part in _parts(name)
    )


def is_known(name: str) -> bool:
    """Whether a name says what its column is: such names make a header row."""
    roles = (request_role, customer_role, label_field, category_level)
    return any(role(name) is not None for role in roles) or is_after_intake(name)


def _role(name: str, kind: str) -> tuple[str, int] | None:
    known: Mapping[str, tuple[str, int]] = _known()[kind]
    return next((known[part] for part in _parts(name) if part in known), None)


def _parts(name: str) -> Iterable[str]:
    """The whole name, then its last part where the header had two rows."""
    whole, last = plain_name(name), plain_name(name.rpartition(BETWEEN)[2])
    return (whole,) if last == whole or not last else (whole, last)


@cache
def _known() -> Mapping[str, Any]:
    raw = yaml.safe_load(resources.files("features.tables").joinpath("columns.yaml").read_text("utf-8"))
    roles = {
        kind: {
            plain_name(str(name)): (role, place)
            for role, names in reversed(raw[kind].items())
            for place, name in enumerate(names)
        }
        for kind in ("requests", "customers", "labels")
    }
    after = {key: frozenset(map(plain_name, names)) for key, names in raw["after_intake"].items()}
    return {**roles, "after_intake": after}
