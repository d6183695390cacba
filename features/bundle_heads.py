"""The heads of a bundle, and what a manifest says of labels, by the labels' present names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from features import bundle_files
from features.calibration import Calibration
from features.errors import BundleError, TaxonomyError
from features.heads import OWN, Head, Kind
from features.manifest import Manifest
from features.taxonomy import Taxonomy


def read_heads(manifest: Manifest, taxonomy: Taxonomy, folder: Path) -> dict[str, Head]:
    """Each field's head. Raises BundleError where a label has no counterpart in the taxonomy."""
    classifiers = bundle_files.read_classifiers(folder)
    return {
        code: Head(
            classifier=classifiers[code],
            labels=tuple(_present(taxonomy, code, label, folder) for label in labels),
            calibration=Calibration.of(manifest.calibrations[code]),
            kind=manifest.kinds.get(code, Kind.PLAIN),
            weights=renamed(taxonomy, code, manifest.weights.get(code, {})),
            part=manifest.parts.get(code, OWN),
        )
        for code, labels in manifest.labels.items()
    }


def renamed(
    taxonomy: Taxonomy,
    code: str,
    numbers: Mapping[str, float],
    joined: Callable[[float, float], float] = max,
) -> dict[str, float]:
    """Numbers of labels by the labels' present codes. joined: what two labels that became one have."""
    found: dict[str, float] = {}
    for label, number in numbers.items():
        present = taxonomy.field(code).resolve(label) or label
        found[present] = joined(found[present], number) if present in found else number
    return found


def stricter(one: float | None, other: float | None) -> float | None:
    """The cutoff of two labels that became one; None holds for nothing, so it is the strictest."""
    return None if one is None or other is None else max(one, other)


def _present(taxonomy: Taxonomy, code: str, label: str, folder: Path) -> str:
    try:
        found = taxonomy.field(code).resolve(label)
    except TaxonomyError as error:
        raise BundleError(
            f"The model {folder} predicts {code!r}, which the taxonomy does not have."
        ) from error
    if found is None:
        raise BundleError(
            f"The model {folder} knows the label {label!r} of {code!r}, the taxonomy does not: "
            "add it there, retired or as an alias, or train again."
        )
    return found
