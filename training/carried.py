"""Fields that the data have no labels of, carried over from a base version: head, calibration, thresholds.

A carried head goes on reading by the vocabularies it was fitted with, so these become another part of the
new bundle; the vectors must be of the same encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.bundle import TriageModel
from features.delivered import CHAMPION
from features.encoder import Encoder
from features.errors import InputError, TriageError
from features.heads import OWN
from features.manifest import Manifest, read_manifest
from features.records import ModelReference
from features.taxonomy import Taxonomy
from training.dataset import Dataset

if TYPE_CHECKING:
    from features.registry import Registry

NONE = "none"
BY_FIELD = (
    "labels",
    "calibrations",
    "thresholds",
    "guarantees",
    "kinds",
    "weights",
    "priors",
    "rows",
    "merged",
)
"""What a manifest says field by field of a fitted head; it is carried over as it stands."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """A version to carry fields over from. asked: whether it was named, and not just the champion."""

    folder: Path
    reference: ModelReference
    manifest: Manifest
    asked: bool

    def fields_beside(self, trained: Sequence[str]) -> list[str]:
        """The fields it predicts that are not trained."""
        return [code for code in self.manifest.labels if code not in trained]


def find(uri: str | None, *, registry: Registry, name: str, say: Callable[[str], None]) -> Base | None:
    """The base version: `uri`, by default the champion of `name`; None for `none`, or without a champion.

    say: told where the champion cannot be read, since a training that needs nothing of it goes on.
    Raises InputError, NotFoundError or BundleError where a version that was asked for cannot be had.
    """
    if uri == NONE or (uri is None and registry.alias(name, CHAMPION) is None):
        return None
    try:
        folder, reference = registry.resolve(uri or f"models:/{name}@{CHAMPION}")
        manifest = read_manifest(folder)
    except TriageError as error:
        if uri is not None:
            raise
        say(f"Nothing is carried over from the champion: {error}")
        return None
    return Base(folder=folder, reference=reference, manifest=manifest, asked=uri is not None)


def load(
    base: Base | None, *, trained: Sequence[str], encoder: Encoder
) -> tuple[TriageModel | None, list[str]]:
    """The base's model where it has fields to carry over, and what is to be said of it.

    Raises InputError where a base that was asked for has another encoder, or nothing to carry over.
    """
    if base is None:
        return None, []
    fields = base.fields_beside(trained)
    where = f"{base.reference.name} version {base.reference.version}"
    if not fields:
        if base.asked:
            raise InputError(f"{where} has no field that the data lack: leave --base out.", field="base")
        return None, []
    if base.manifest.encoder_fingerprint != encoder.fingerprint:
        told = (
            f"{', '.join(fields)} cannot be carried over from {where}: it reads vectors of "
            f"{base.manifest.encoder_name!r}, and this training those of {encoder.name!r}"
        )
        if base.asked:
            raise InputError(f"{told}; name that encoder with --encoder, or --base none.", field="base")
        return None, [f"{told}."]
    model = TriageModel.load(base.folder, encoder=encoder, reference=base.reference)
    named = ", ".join(fields)
    return model, [f"Carried over from {where}, since the data have no labels of them: {named}."]


def joined(model: TriageModel, base: TriageModel) -> TriageModel:
    """The model with every field of the base that it lacks. Both are of one encoder."""
    fields = [code for code in base.heads if code not in model.heads]
    own = _part_of(base)
    parts = {code: own if base.heads[code].part == OWN else base.heads[code].part for code in fields}
    heads = {code: replace(base.heads[code], part=parts[code]) for code in fields}
    extractors = {parts[code]: base.extractors[base.heads[code].part] for code in fields}
    order = [*base.heads, *(code for code in model.heads if code not in base.heads)]
    taxonomy = taxonomy_of(model.taxonomy, base)
    return replace(
        model,
        manifest=replace(
            _manifest(model.manifest, base, fields),
            parts={**model.manifest.parts, **parts},
            taxonomy=taxonomy.as_data(),
        ),
        taxonomy=taxonomy,
        extractors={**model.extractors, **extractors},
        heads={code: heads[code] if code in heads else model.heads[code] for code in order},
    )


def taxonomy_of(own: Taxonomy, base: TriageModel) -> Taxonomy:
    """The fields of a taxonomy with those that only the base predicts, in the order of the base."""
    beside = {code: base.taxonomy.field(code) for code in base.heads if code not in own.fields}
    order = [*base.heads, *(code for code in own.fields if code not in base.heads)]
    return replace(own, fields={code: {**own.fields, **beside}[code] for code in order})


def without_empty(dataset: Dataset, taxonomy: Taxonomy, base: Base | None) -> tuple[Dataset, Taxonomy]:
    """The data without the columns that hold no label at all, where the base can stand in for them."""
    known = () if base is None else base.manifest.labels
    kept = [code for code in dataset.labels if dataset.labelled(code) or code not in known]
    if not kept or len(kept) == len(dataset.labels):
        return dataset, taxonomy
    labels = {code: dataset.labels[code] for code in kept}
    return replace(dataset, labels=labels), taxonomy.only(kept)


def _manifest(own: Manifest, base: TriageModel, fields: Sequence[str]) -> Manifest:
    theirs = base.manifest
    origin = {
        "model": base.reference.name,
        "version": base.reference.version,
        "data_hash": theirs.data_hash,
    }
    by_field: dict[str, Any] = {}
    for name in BY_FIELD:
        mine, known = getattr(own, name) or {}, getattr(theirs, name) or {}
        by_field[name] = {**mine, **{code: known[code] for code in fields if code in known}}
    if not by_field["thresholds"]:
        by_field["thresholds"] = own.thresholds
    carried = {code: dict(theirs.carried.get(code, origin)) for code in fields}
    return replace(own, **by_field, carried=carried)


def _part_of(base: TriageModel) -> str:
    """What the base's own part is called in another bundle: by version, or by its data where it has none."""
    version = base.reference.version
    return f"{base.reference.name}/{base.manifest.data_hash[:12] if version == '-' else version}"
