"""Maps as YAML files, written for people to edit and read back strictly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from features.errors import InputError
from features.faults import not_yaml
from training.importing.mapping import SINGLE, LabelMap, RequestMap

FORMAT = 1
_TIME = ("zone", "day_first")
_KEYS = ("format", "kind", "sheet", "header", "time", *SINGLE, "subject", "text", "labels", "after_intake")


def read_map(path: Path) -> RequestMap:
    """Read a map. Raises InputError naming the file and the key."""
    raw = read_yaml(path, kind="requests")
    try:
        return _map(raw)
    except InputError as error:
        raise InputError(f"{path}: {error}", field=error.field) from error


def read_yaml(path: Path, *, kind: str) -> dict[str, Any]:
    """The plain data of a map of a kind. Raises InputError naming the file."""
    try:
        raw = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read the map {str(path)!r}: {error}.", field="map") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path} {not_yaml(error)}", field="map") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT or raw.get("kind") != kind:
        raise InputError(
            f"{path} is no map of {kind}: it must say `format: {FORMAT}` and `kind: {kind}`.", field="map"
        )
    return raw


def write_map(data: Mapping[str, Any], path: Path, *, comments: Iterable[str]) -> None:
    """Write the plain data of a map below some comments. A file of other contents is never overwritten.

    Raises InputError where there is one, since somebody may have edited it, or where it cannot be written.
    """
    above = "".join(f"# {line}\n" for line in comments)
    told = above + yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=110)
    try:
        if not path.exists():
            path.write_text(told, "utf-8")
        elif yaml.safe_load(path.read_text("utf-8-sig")) != dict(data):
            raise InputError(
                f"{str(path)!r} is there already and says something else: give it with --map, or remove it.",
                field="map",
            )
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"Cannot write {str(path)!r}: {error}.", field="map") from error


def as_data(mapping: RequestMap) -> dict[str, Any]:
    """The map as plain data, without what is empty; `read_map` reads it back."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "kind": "requests",
        "sheet": mapping.sheet,
        "header": list(mapping.header),
        "time": {key: value for key in _TIME if (value := getattr(mapping, key)) is not None},
        **mapping.single,
        "subject": list(mapping.subject),
        "text": list(mapping.text),
        "labels": {code: _label_data(each) for code, each in mapping.labels.items()},
        "after_intake": list(mapping.after_intake),
    }
    return {key: value for key, value in data.items() if value not in (None, [], {})}


def _label_data(each: LabelMap) -> dict[str, Any]:
    data: dict[str, Any] = {"columns": list(each.columns)}
    if each.fill_down:
        data["fill_down"] = True
    return data | ({"values": dict(each.values)} if each.values else {})


def _map(raw: Mapping[str, Any]) -> RequestMap:
    refuse_unknown(raw, _KEYS, "")
    time = raw.get("time") or {}
    if not isinstance(time, dict):
        raise InputError(f"time: expected zone and day_first, found {time!r}.", field="time")
    refuse_unknown(time, _TIME, "time.")
    labels = raw.get("labels") or {}
    if not isinstance(labels, dict):
        raise InputError(f"labels: expected fields and their columns, found {labels!r}.", field="labels")
    return RequestMap(
        sheet=one(raw.get("sheet"), "sheet"),
        header=row_numbers(raw.get("header")),
        zone=one(time.get("zone"), "time.zone"),
        day_first=flag(time.get("day_first"), "time.day_first"),
        single={part: word for part in SINGLE if (word := one(raw.get(part), part)) is not None},
        subject=words(raw.get("subject"), "subject"),
        text=words(raw.get("text"), "text"),
        labels={str(code): _label(each, f"labels.{code}") for code, each in labels.items()},
        after_intake=words(raw.get("after_intake"), "after_intake"),
    )


def _label(raw: Any, key: str) -> LabelMap:
    if not isinstance(raw, dict):
        return LabelMap(columns=words(raw, key))
    refuse_unknown(raw, ("columns", "values", "fill_down"), f"{key}.")
    columns = words(raw.get("columns"), f"{key}.columns")
    if not columns:
        raise InputError(f"{key}.columns: name at least one column.", field=f"{key}.columns")
    values = raw.get("values") or {}
    if not isinstance(values, dict):
        raise InputError(f"{key}.values: expected `value: label`, found {values!r}.", field=f"{key}.values")
    told = {one(old, f"{key}.values"): one(new, f"{key}.values") for old, new in values.items()}
    return LabelMap(
        columns=columns,
        values={old: new for old, new in told.items() if old is not None},
        fill_down=bool(flag(raw.get("fill_down"), f"{key}.fill_down")),
    )


def refuse_unknown(raw: Mapping[Any, Any], known: Iterable[str], above: str) -> None:
    """Raises InputError at the first key that a map does not have."""
    known = list(known)
    for key in raw:
        if key not in known:
            told = f"{above}{key}: unknown key; known are {', '.join(known)}."
            raise InputError(told, field=f"{above}{key}")


def words(raw: Any, key: str) -> tuple[str, ...]:
    """One name or a list of them. Raises InputError."""
    many = raw if isinstance(raw, list) else [] if raw is None else [raw]
    return tuple(word for each in many if (word := one(each, key)) is not None)


def flag(raw: Any, key: str) -> bool | None:
    """true, false or nothing. Raises InputError."""
    if raw is not None and not isinstance(raw, bool):
        raise InputError(f"{key}: {raw!r} must be true or false.", field=key)
    return raw


def one(raw: Any, key: str) -> str | None:
    """A name, or nothing; a number counts as its digits. Raises InputError."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise InputError(f"{key}: {raw!r} must be text; put it in quotes.", field=key)
    return str(raw)


def row_numbers(raw: Any) -> tuple[int, ...]:
    """The numbers of one row or of two. Raises InputError."""
    many = raw if isinstance(raw, list) else [] if raw is None else [raw]
    if len(many) > 2 or any(isinstance(each, bool) or not isinstance(each, int) or each < 1 for each in many):
        raise InputError(f"header: {raw!r} must be the number of one row or of two.", field="header")
    return tuple(many)
