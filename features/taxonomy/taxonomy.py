"""Fields by code under one version, read from YAML or plain data and written back."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from features.errors import TaxonomyError
from features.faults import Fault
from features.taxonomy import reading
from features.taxonomy.fields import Field, Label
from features.taxonomy.reading import FORMAT


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """Fields by code, with a version that every prediction carries."""

    version: int
    fields: Mapping[str, Field]

    @classmethod
    def default(cls) -> Taxonomy:
        """The packaged taxonomy, version 1: type, urgency, impact, difficulty."""
        return _packaged()

    @classmethod
    def load(cls, path: Path) -> Taxonomy:
        """Read a taxonomy file.

        Raises TaxonomyError naming the file and the path of each fault in it.
        """
        try:
            return cls.parse(reading.text_of(path))
        except TaxonomyError as error:
            raise TaxonomyError(f"{path}: {error}", field=error.field) from error

    @classmethod
    def parse(cls, words: str) -> Taxonomy:
        """Read a taxonomy from YAML. Raises TaxonomyError with the path of each fault."""
        made, faults = cls.read(words)
        if made is None:
            raise reading.taxonomy_error(faults)
        return made

    @classmethod
    def read(cls, words: str) -> tuple[Taxonomy | None, tuple[Fault, ...]]:
        """A taxonomy from YAML, or every fault in it, for a command or a page that lists them."""
        raw, torn = reading.plain(words)
        return (None, torn) if torn else cls._made(raw)

    @classmethod
    def of(cls, raw: Any) -> Taxonomy:
        """Make a taxonomy from plain data, as `as_data` gives it. Raises TaxonomyError."""
        made, faults = cls._made(raw)
        if made is None:
            raise reading.taxonomy_error(faults)
        return made

    @classmethod
    def _made(cls, raw: Any) -> tuple[Taxonomy | None, tuple[Fault, ...]]:
        version, fields, faults = reading.read(raw)
        return (None, faults) if faults else (cls(version=version, fields=fields), ())

    def as_data(self) -> dict[str, Any]:
        """The taxonomy as plain data, for manifests and files; `of` reads it back."""
        return {
            "format": FORMAT,
            "version": self.version,
            "fields": {code: _field_data(field) for code, field in self.fields.items()},
        }

    def as_yaml(self) -> str:
        """The taxonomy as the words of a file, names on one line; `parse` reads it back."""
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times as fast, where it was built
        words: str = yaml.dump(
            self.as_data(),
            Dumper=dumper,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=None,
            width=110,
        )
        return words

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

    def counted(self, columns: Mapping[str, Iterable[str | None]]) -> Taxonomy:
        """This taxonomy with the rows of each label in columns of codes or aliases, by field.

        Fields that are no column keep what they said; cells without a label or of an unknown one count
        nowhere.
        """
        fields = dict(self.fields)
        for code, column in columns.items():
            field = self.field(code)
            found = Counter(field.resolve(label) for label in column if label)
            labels = tuple(replace(label, rows=found[label.code]) for label in field.labels)
            fields[code] = replace(field, labels=labels)
        return replace(self, fields=fields)


@functools.cache
def _packaged() -> Taxonomy:
    return Taxonomy.parse(resources.files("features").joinpath("taxonomy.yaml").read_text("utf-8"))


def _field_data(field: Field) -> dict[str, Any]:
    return {
        "name": dict(field.name),
        "ordered": field.ordered,
        "labels": {label.code: _label_data(label) for label in field.labels},
    }


def _label_data(label: Label) -> dict[str, Any]:
    data: dict[str, Any] = {"name": dict(label.name)}
    if any(label.description.values()):
        data["description"] = dict(label.description)
    if label.parent is not None:
        data["parent"] = label.parent
    if label.retired:
        data["retired"] = True
    if label.aliases:
        data["aliases"] = list(label.aliases)
    if label.rows is not None:
        data["rows"] = label.rows
    return data
