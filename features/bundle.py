"""TriageModel: what is read from a request, one head a field, and the manifest that binds them.

A bundle is a folder:

    manifest.json       format, taxonomy, heads' labels and calibrations, thresholds, encoder, origin
    vocabularies.json   part -> terms and idf of characters and words, shared by all heads of that part
    heads.skops         field -> fitted linear classifier

A part is what was fitted together. There is one, but where fields were carried over from a base version:
their heads go on reading by that version's vocabularies.

It holds plain data and third-party classes only, in skops, and nothing is ever unpickled; so two versions
live side by side in one process, and a bundle from elsewhere cannot run code. The encoder is named
and fingerprinted, not carried: vectors of another would be silently wrong, so load() refuses them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features import bundle_files, language, text
from features.encoder import Encoder, open_encoder
from features.errors import BundleError, TaxonomyError
from features.heads import OWN, Calibration, Head
from features.manifest import FORMAT, MANIFEST, Manifest, read_manifest
from features.records import Decision, FieldPrediction, ModelReference, Prediction, Request
from features.taxonomy import Taxonomy
from features.vectors import FeatureExtractor

if TYPE_CHECKING:
    import pandas as pd

UNREGISTERED = ModelReference(name="unregistered", version="-")


@dataclass(frozen=True, kw_only=True)
class TriageModel:
    """A fitted model of one or more fields. Safe for use by several threads.

    extractors: part -> how its heads read a text; all of one encoder.
    """

    manifest: Manifest
    taxonomy: Taxonomy
    extractors: Mapping[str, FeatureExtractor]
    heads: Mapping[str, Head]
    reference: ModelReference = UNREGISTERED

    @property
    def encoder(self) -> Encoder:
        """The one encoder of all parts."""
        return next(iter(self.extractors.values())).encoder

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        """A prediction for each request, in order."""
        if not requests:
            return []
        read = [text.read(request) for request in requests]
        words = [each.words for each in read]
        vectors = self.encoder.encode(words)
        features = {part: each.transform(words, vectors=vectors) for part, each in self.extractors.items()}
        by_field = {code: head.probabilities(features[head.part]) for code, head in self.heads.items()}
        return [
            self._prediction(each, {code: rows[i] for code, rows in by_field.items()})
            for i, each in enumerate(read)
        ]

    def _prediction(self, read: text.ReadText, rows: Mapping[str, NDArray[np.float64]]) -> Prediction:
        return Prediction(
            fields={code: self._field(code, row, readable=read.has_words) for code, row in rows.items()},
            language=language.detect(read.words),
            truncated=read.truncated,
            model=self.reference,
            text_version=text.TEXT_VERSION,
            taxonomy_version=self.taxonomy.version,
        )

    def _field(self, code: str, row: NDArray[np.float64], *, readable: bool) -> FieldPrediction:
        labels = self.heads[code].labels
        best = int(row.argmax())
        label, confidence = labels[best], float(row[best])
        threshold = self._threshold(code, label)
        return FieldPrediction(
            label=label,
            confidence=confidence,
            decision=self._decision(confidence, threshold, readable=readable),
            threshold=threshold,
            probabilities=dict(zip(labels, row.tolist(), strict=True)),
        )

    def _threshold(self, code: str, label: str) -> float | None:
        return (self.manifest.thresholds or {}).get(code, {}).get(label)

    def _decision(self, confidence: float, threshold: float | None, *, readable: bool) -> Decision:
        if not readable:
            return Decision.REVIEW
        if self.manifest.thresholds is None:
            return Decision.SUGGEST
        return Decision.SUGGEST if threshold is not None and confidence >= threshold else Decision.REVIEW

    def save(self, folder: Path) -> Path:
        """Write the bundle into a new or empty folder, manifest last: a folder without one is no bundle."""
        folder.mkdir(parents=True, exist_ok=True)
        classifiers = {code: head.classifier for code, head in self.heads.items()}
        bundle_files.write(folder, extractors=self.extractors, classifiers=classifiers)
        manifest = replace(self.manifest, format=FORMAT, sha256=bundle_files.hashes(folder))
        words = json.dumps(manifest.as_data(), ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(words + "\n", "utf-8")
        return folder

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        encoder: Encoder | None = None,
        reference: ModelReference | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> TriageModel:
        """Read a bundle.

        encoder: used where given, else the one the manifest names is opened. taxonomy: the taxonomy it
        is to serve under, by default its own; labels renamed since are answered by their present names.
        Raises BundleError, in one sentence, where the folder is damaged, foreign, of a later format, was
        fitted on another encoder's vectors, or has a label that the taxonomy does not know.
        """
        manifest = read_manifest(folder)
        bundle_files.check(folder, manifest.sha256)
        encoder = encoder or open_encoder(manifest.encoder_name)
        if encoder.fingerprint != manifest.encoder_fingerprint:
            raise BundleError(
                f"{folder} was fitted on the encoder {manifest.encoder_name!r} with fingerprint "
                f"{manifest.encoder_fingerprint[:12]!r}, but {encoder.name!r} here has "
                f"{encoder.fingerprint[:12]!r}: train again, or point to the encoder it was fitted on."
            )
        own = Taxonomy.of(manifest.taxonomy)
        classifiers = bundle_files.read_classifiers(folder)
        heads = {
            code: Head(
                classifier=classifiers[code],
                labels=tuple(_present(taxonomy or own, code, label, folder) for label in labels),
                calibration=Calibration.of(manifest.calibrations[code]),
                part=manifest.parts.get(code, OWN),
            )
            for code, labels in manifest.labels.items()
        }
        return cls(
            manifest=manifest,
            taxonomy=taxonomy or own,
            extractors=bundle_files.read_extractors(folder, encoder=encoder, format=manifest.format),
            heads=heads,
            reference=reference or ModelReference(name=folder.name, version="-"),
        )


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


class PyFunc:
    """The model as MLflow's pyfunc flavour calls it: a frame of `text` (and `subject`) in, labels out."""

    def __init__(self, model: TriageModel) -> None:
        self.model = model

    def predict(self, frame: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow gives it
        """For each row and field: `FIELD` and `FIELD_confidence`."""
        import pandas as pd

        subjects = frame["subject"] if "subject" in frame else [None] * len(frame)
        requests = [
            Request(text=str(words), subject=subject or None)
            for words, subject in zip(frame["text"], subjects, strict=True)
        ]
        columns: dict[str, list[Any]] = {}
        for prediction in self.model.predict(requests):
            for code, each in prediction.fields.items():
                columns.setdefault(code, []).append(each.label)
                columns.setdefault(f"{code}_confidence", []).append(each.confidence)
        return pd.DataFrame(columns, index=frame.index)


def _load_pyfunc(path: str) -> PyFunc:
    """MLflow's entry point: see `loader_module` in features.registry."""
    return PyFunc(TriageModel.load(Path(path)))
