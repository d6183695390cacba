"""Reading a taxonomy so that every fault is found in one go, each with its path and its value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from features.errors import TaxonomyError
from features.faults import Fault, not_yaml, told
from features.taxonomy.fields import LANGUAGES, Field, Label

FORMAT = 1
DEEPEST = 6
"""Levels of a hierarchy, the top one counted: deeper ones are mostly a separator taken for a level."""
TOLD = 20
"""Faults that one error names; `triage taxonomy check` names them all."""
_KEYS = ("name", "description", "parent", "retired", "aliases", "rows")


def taxonomy_error(faults: Iterable[Fault]) -> TaxonomyError:
    """The faults as one error; `field` is the first one's path."""
    found = tuple(faults)
    return TaxonomyError(told(found, of="taxonomy", most=TOLD), field=found[0].path)


def text_of(path: Path) -> str:
    """The words of a taxonomy file. Raises TaxonomyError where it cannot be read."""
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise TaxonomyError(f"cannot read the taxonomy: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"cannot read the taxonomy: it is not UTF-8 ({error.reason}).") from error


def plain(words: str) -> tuple[Any, tuple[Fault, ...]]:
    """Plain data from YAML, and what could not be read: broken YAML, or a name that stands twice."""
    try:
        tree = yaml.compose(words, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        raw = yaml.SafeLoader("").construct_document(tree) if tree is not None else None
    except (yaml.YAMLError, ValueError) as error:
        return None, (Fault("taxonomy", not_yaml(error)),)
    return raw, tuple(_twice(tree, "", set()))


def read(raw: Any) -> tuple[int, dict[str, Field], tuple[Fault, ...]]:
    """Version, fields and faults of plain data; with a fault the others are not to be used."""
    found = _Reading()
    data = found.mapping(raw, "taxonomy")
    if found.faults:
        return 1, {}, tuple(found.faults)
    if data.get("format") != FORMAT:
        found.fault("format", f"format is {data.get('format')!r}; this release reads {FORMAT}.")
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        found.fault("version", f"version is {version!r}; it must be an integer from 1.")
        version = 1
    fields = {
        code: found.field(code, each) for code, each in found.mapping(data.get("fields"), "fields").items()
    }
    return version, fields, tuple(found.faults)


@dataclass
class _Reading:
    """Gives values out of plain data and keeps the faults."""

    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message))

    def mapping(self, raw: Any, path: str) -> dict[str, Any]:
        if not isinstance(raw, dict) or not raw:
            self.fault(path, f"expected names and their contents, found {raw!r}.")
            return {}
        for key in raw:
            if not isinstance(key, str):
                self.fault(path, f"the name {key!r} must be text; put it in quotes.")
        return {key: value for key, value in raw.items() if isinstance(key, str)}

    def field(self, code: str, raw: Any) -> Field:
        path = f"fields.{code}"
        data = self.mapping(raw, path)
        for key in data:
            if key not in ("name", "ordered", "labels"):
                self.fault(path, f"unknown key {key!r}.")
        given = self.mapping(data.get("labels"), f"{path}.labels") if data else {}
        made = Field(
            code=code,
            name=_words(data.get("name"), code),
            labels=tuple(self.label(label, each, f"{path}.labels.{label}") for label, each in given.items()),
            ordered=self.flag(data, "ordered", path),
        )
        if given:
            self.faults += faults_of(made, path)
        return made

    def label(self, code: str, raw: Any, path: str) -> Label:
        data = {} if raw is None else self.mapping(raw, path)
        for key in data:
            if key not in _KEYS:
                self.fault(path, f"unknown key {key!r}; known are {', '.join(_KEYS)}.")
        aliases, parent, rows = data.get("aliases") or [], data.get("parent"), data.get("rows")
        if not isinstance(aliases, list) or not all(isinstance(each, str) for each in aliases):
            self.fault(f"{path}.aliases", f"{aliases!r} must be a list of texts.")
            aliases = []
        if parent is not None and not isinstance(parent, str):
            self.fault(f"{path}.parent", f"{parent!r} must be text; put it in quotes.")
            parent = None
        if rows is not None and (not isinstance(rows, int) or isinstance(rows, bool) or rows < 0):
            self.fault(f"{path}.rows", f"{rows!r} must be a count of rows.")
            rows = None
        return Label(
            code=code,
            name=_words(data.get("name"), code),
            description=_words(data.get("description"), ""),
            parent=parent,
            retired=self.flag(data, "retired", path),
            aliases=tuple(aliases),
            rows=rows,
        )

    def flag(self, data: dict[str, Any], key: str, path: str) -> bool:
        value = data.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{path}.{key}", f"{value!r} must be true or false.")
        return value is True


def faults_of(field: Field, path: str) -> Iterator[Fault]:
    """What is wrong among the labels of one field: names that clash, parents that cannot be."""
    if len(field.codes) < 2:
        yield Fault(path, f"{len(field.codes)} live label(s); a field needs two or more.")
    seen: set[str] = set()
    for label in field.labels:
        for name in (label.code, *label.aliases):
            if name in seen:
                yield Fault(f"{path}.labels.{label.code}", f"{name!r} stands for two labels.")
            seen.add(name)
    known = {label.code: label for label in field.labels}
    told: set[str] = set()
    for label in field.labels:
        yield from _parent_faults(field, label, known, told, path)


def _parent_faults(
    field: Field, label: Label, known: dict[str, Label], told: set[str], path: str
) -> Iterator[Fault]:
    """told: labels of cycles that were named already, so that a cycle is told once."""
    where = f"{path}.labels.{label.code}"
    if label.parent is None:
        return
    if label.parent not in known:
        yield Fault(f"{where}.parent", f"there is no label {label.parent!r}.")
        return
    if field.ordered:
        yield Fault(f"{where}.parent", "an ordered field runs from least to most and has no parents.")
    if known[label.parent].retired and not label.retired:
        yield Fault(f"{where}.parent", f"{label.parent!r} is retired: give this live label another parent.")
    line = [label.code]
    while (above := known[line[-1]].parent) in known and above not in line:
        line.append(above)
    if above in line:
        if told.isdisjoint(line):
            yield Fault(f"{where}.parent", f"the parents run in a circle: {' -> '.join([*line, above])}.")
        told.update(line)
    elif len(line) > DEEPEST:
        yield Fault(where, f"is {len(line)} levels deep; {DEEPEST} are allowed: cut some out.")


def _words(raw: Any, otherwise: str) -> dict[str, str]:
    given = raw if isinstance(raw, dict) else dict.fromkeys(LANGUAGES, raw) if isinstance(raw, str) else {}
    return {language: str(given.get(language, otherwise)) for language in LANGUAGES}


def _twice(node: Any, path: str, visited: set[int]) -> Iterator[Fault]:
    """Names that stand twice in one place, of which YAML would silently take the last.

    visited: the nodes seen, since an anchor may hold itself.
    """
    if not isinstance(node, yaml.MappingNode) or id(node) in visited:
        return
    visited.add(id(node))
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        if name in seen:
            line = key.start_mark.line + 1
            yield Fault(path.lstrip(".") or "taxonomy", f"the name {name!r} stands twice here (line {line}).")
        seen.add(name)
        yield from _twice(value, f"{path}.{name}", visited)
