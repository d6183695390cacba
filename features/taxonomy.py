"""The taxonomy: fields, their labels, order, parents, and their names in zh and en.

A taxonomy is data. The code knows fields, ordered or nominal, and never these four by name; the default
one is `taxonomy.yaml` beside this file. Labels of an ordered field run from least to most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from features.errors import TaxonomyError

FORMAT = 1
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One label. `aliases` are the codes it had before; a retired label is readable and never predicted."""

    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    parent: str | None = None
    retired: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that is predicted of a request."""

    code: str
    name: Mapping[str, str]
    labels: tuple[Label, ...]
    ordered: bool = False

    @cached_property
    def by_code(self) -> Mapping[str, Label]:
        """Every code and alias -> its label."""
        known = {alias: label for label in self.labels for alias in label.aliases}
        return known | {label.code: label for label in self.labels}

    @property
    def codes(self) -> tuple[str, ...]:
        """The live labels' codes, in order."""
        return tuple(label.code for label in self.labels if not label.retired)

    def resolve(self, label: str) -> str | None:
        """The present code of a label or of its alias; None where there is none."""
        found = self.by_code.get(label)
        return found.code if found else None

    def level(self, label: str) -> float:
        """Where a label of an ordered field stands, 0 for the least and 1 for the most."""
        codes = self.codes
        return codes.index(label) / (len(codes) - 1) if len(codes) > 1 else 1.0


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """Fields by code, with a version that every prediction carries."""

    version: int
    fields: Mapping[str, Field]

    @classmethod
    def default(cls) -> Taxonomy:
        """The packaged taxonomy, version 1: type, urgency, impact, difficulty."""
        return cls.parse(resources.files("features").joinpath("taxonomy.yaml").read_text("utf-8"))

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a taxonomy file.

        Raises TaxonomyError naming the file and the path of the fault in it.
        """
        try:
            return cls.parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise TaxonomyError(f"Cannot read the taxonomy {str(path)!r}: {error}.") from error
        except TaxonomyError as error:
            raise TaxonomyError(f"{path}: {error}", field=error.field) from error

    @classmethod
    def parse(cls, words: str) -> Taxonomy:
        """Read a taxonomy from YAML. Raises TaxonomyError with the path of the fault."""
        try:
            raw = yaml.safe_load(words)
        except yaml.YAMLError as error:
            raise TaxonomyError(f"The taxonomy is not YAML: {error}") from error
        return cls.of(raw)

    @classmethod
    def of(cls, raw: Any) -> Taxonomy:
        """Make a taxonomy from plain data, as `as_data` gives it."""
        raw = _mapping(raw, "taxonomy")
        if raw.get("format") != FORMAT:
            raise TaxonomyError(
                f"taxonomy: format is {raw.get('format')!r}; this release reads {FORMAT}.", field="format"
            )
        version = raw.get("version")
        if not isinstance(version, int) or version < 1:
            raise TaxonomyError(
                f"taxonomy: version is {version!r}; it must be an integer from 1.", field="version"
            )
        fields = _mapping(raw.get("fields"), "fields")
        return cls(version=version, fields={code: _field(code, data) for code, data in fields.items()})

    def as_data(self) -> dict[str, Any]:
        """The taxonomy as plain data, for manifests and files; `of` reads it back."""
        return {
            "format": FORMAT,
            "version": self.version,
            "fields": {code: _field_data(field) for code, field in self.fields.items()},
        }

    def field(self, code: str) -> Field:
        """A field by code. Raises TaxonomyError where there is none."""
        if code not in self.fields:
            raise TaxonomyError(
                f"There is no field {code!r}; this taxonomy has {', '.join(self.fields)}.", field=code
            )
        return self.fields[code]

    def only(self, codes: Iterable[str]) -> Taxonomy:
        """The taxonomy of some of its fields."""
        return replace(self, fields={code: self.field(code) for code in codes})


def infer(columns: Mapping[str, Iterable[str]]) -> Taxonomy:
    """A taxonomy from the labels in a file's columns.

    A field is ordered as the default taxonomy has it where its labels are among the default's, in the
    order of the numbers where all labels are integers, and nominal otherwise.
    Raises TaxonomyError where a column holds fewer than two labels.
    """
    default = Taxonomy.default()
    return Taxonomy(
        version=1, fields={code: _inferred(code, set(found), default) for code, found in columns.items()}
    )


def _inferred(code: str, found: set[str], default: Taxonomy) -> Field:
    if len(found) < 2:
        raise TaxonomyError(
            f"The column {code!r} holds {len(found)} label(s); a field needs at least two.", field=code
        )
    known = default.fields.get(code)
    if known is not None and found <= set(known.codes):
        return replace(known, labels=tuple(label for label in known.labels if label.code in found))
    numbers = all(label.lstrip("-").isdecimal() for label in found)
    codes = sorted(found, key=int) if numbers else sorted(found)
    labels = tuple(Label(code=label, name=_both(label), description=_both("")) for label in codes)
    return Field(code=code, name=_both(code), labels=labels, ordered=numbers)


def _both(words: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, words)


def _mapping(raw: Any, path: str) -> dict[str, Any]:
    if not isinstance(raw, dict) or not raw:
        raise TaxonomyError(f"{path}: expected names and their contents, found {raw!r}.", field=path)
    for key in raw:
        if not isinstance(key, str):
            raise TaxonomyError(f"{path}: the name {key!r} must be text; put it in quotes.", field=path)
    return raw


def _field(code: str, raw: Any) -> Field:
    path = f"fields.{code}"
    raw = _mapping(raw, path)
    labels = tuple(
        _label(label, data, f"{path}.labels.{label}")
        for label, data in _mapping(raw.get("labels"), f"{path}.labels").items()
    )
    made = Field(
        code=code, name=_words(raw.get("name"), code), labels=labels, ordered=bool(raw.get("ordered", False))
    )
    _check(made, path)
    return made


def _check(field: Field, path: str) -> None:
    if len(field.codes) < 2:
        raise TaxonomyError(
            f"{path}.labels: {len(field.codes)} live label(s); a field needs two or more.", field=path
        )
    seen: set[str] = set()
    for label in field.labels:
        for name in (label.code, *label.aliases):
            if name in seen:
                raise TaxonomyError(f"{path}.labels: {name!r} stands for two labels.", field=path)
            seen.add(name)
        if label.parent is not None and label.parent not in {each.code for each in field.labels}:
            raise TaxonomyError(
                f"{path}.labels.{label.code}.parent: there is no label {label.parent!r}.", field=path
            )


def _label(code: str, raw: Any, path: str) -> Label:
    raw = {} if raw is None else _mapping(raw, path)
    unknown = set(raw) - {"name", "description", "parent", "retired", "aliases"}
    if unknown:
        raise TaxonomyError(f"{path}: unknown key {min(unknown)!r}.", field=path)
    return Label(
        code=code,
        name=_words(raw.get("name"), code),
        description=_words(raw.get("description"), ""),
        parent=raw.get("parent"),
        retired=bool(raw.get("retired", False)),
        aliases=tuple(raw.get("aliases", ())),
    )


def _words(raw: Any, otherwise: str) -> dict[str, str]:
    given = raw if isinstance(raw, dict) else _both(raw) if isinstance(raw, str) else {}
    return {language: str(given.get(language, otherwise)) for language in LANGUAGES}


def _field_data(field: Field) -> dict[str, Any]:
    return {
        "name": dict(field.name),
        "ordered": field.ordered,
        "labels": {label.code: _label_data(label) for label in field.labels},
    }


def _label_data(label: Label) -> dict[str, Any]:
    data: dict[str, Any] = {"name": dict(label.name), "description": dict(label.description)}
    if label.parent is not None:
        data["parent"] = label.parent
    if label.retired:
        data["retired"] = True
    if label.aliases:
        data["aliases"] = list(label.aliases)
    return data
