"""jsonl as other programs write it: the keys are the columns, and a line that is no object is a remark."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from features.tables.rows import Row
from features.tables.strict import as_string


def read_objects(lines: Iterable[str]) -> list[Row]:
    """The rows of a jsonl file, the first being the names of all columns in the order they occur.

    Never raises: a line that cannot be read is `lost` and says why. Numbers are those of the lines.
    """
    found: list[tuple[int, dict[str, Any] | str]] = []
    names = dict[str, None]()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            item = _object(line)
            found.append((number, item))
            names |= dict.fromkeys(item) if isinstance(item, dict) else {}
    rows = [Row(0, list(names))] if names else []
    for number, item in found:
        if isinstance(item, str):
            rows.append(Row(number, [], (item,), lost=True))
        else:
            rows.append(Row(number, [as_string(item.get(name)) for name in names]))
    return rows


def _object(line: str) -> dict[str, Any] | str:
    try:
        item = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"It is not JSON: {error}."
    return item if isinstance(item, dict) else f"Expected an object, found {line.strip()[:40]!r}."
