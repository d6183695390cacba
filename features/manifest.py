"""What a bundle says of itself: manifest.json, with an integer format version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from features import text
from features.errors import BundleError

FORMAT = 2
"""2: a calibration for each field in place of a temperature, and parts; 1 is still read."""
MANIFEST = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a bundle says of itself.

    thresholds: None until they were fitted; then field -> label -> cutoff, or None where none holds the
    target. taxonomy: as plain data. data_hash: of the rows it was fitted on. sha256: of each file.
    calibrations: field -> method and its parameters. parts: field -> the part whose vocabularies its head
    reads by, for fields that were carried over from a base version. carried: those fields -> the model,
    version and data hash they come from. merged: field -> label in the data -> the label above that its
    rows trained, since they were too few; None where a retired label trained none.
    kinds: field -> what its classifier is, where it is not a plain one. weights: field -> label -> what its
    probability counts when the answer is chosen. priors: field -> label -> its share of the training rows.
    guarantees: field -> what its thresholds promise, and on which evidence (features.guarantees). reviewed:
    whether the rows were requests of the company, reviewed by its people. scope: of how many rows, at which
    rate of false alarms; None where it was not fitted. cold_start: field -> how names of labels took part,
    where they did (training.coldstart).
    """

    encoder_name: str
    encoder_fingerprint: str
    taxonomy: Mapping[str, Any]
    labels: Mapping[str, Sequence[str]]
    calibrations: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, int]
    data_hash: str
    seed: int
    package_version: str
    git_commit: str | None
    text_version: int = text.TEXT_VERSION
    thresholds: Mapping[str, Mapping[str, float | None]] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    merged: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    priors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    guarantees: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    reviewed: bool = False
    scope: Mapping[str, Any] | None = None
    cold_start: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    format: int = FORMAT
    sha256: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in manifest.json."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a bundle. Raises BundleError where there is none, or it is of a later format."""
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BundleError(f"{folder} is no model: it has no {MANIFEST}.") from error
    except (OSError, ValueError) as error:
        raise BundleError(f"The model {folder} is damaged: {MANIFEST} cannot be read ({error}).") from error
    if not isinstance(data, dict) or not isinstance(data.get("format"), int) or data["format"] > FORMAT:
        found = data.get("format") if isinstance(data, dict) else data
        raise BundleError(f"The model {folder} has format {found!r}; this release reads {FORMAT}: upgrade.")
    try:
        return Manifest(**(_of_format_1(data) if data["format"] == 1 else data))
    except (TypeError, KeyError, AttributeError) as error:
        raise BundleError(
            f"The model {folder} is damaged: its {MANIFEST} is incomplete ({error})."
        ) from error


def _of_format_1(data: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest of the format before, in the words of this one; `format` stays what the files are in."""
    temperatures = data["temperatures"]
    known = {name: value for name, value in data.items() if name != "temperatures"}
    calibrations = {code: {"method": "temperature", "temperature": t} for code, t in temperatures.items()}
    return known | {"calibrations": calibrations}
