"""TriageModel: what is read from a request, one head a field, and the manifest that binds them.

A bundle is a folder:

    manifest.json       format, taxonomy, heads' labels and calibrations, thresholds, encoder, origin
    vocabularies.json   part -> terms and idf of characters and words, shared by all heads of that part
    heads.skops         field -> fitted linear classifier
    scope.npz           what is like the training rows and what is not, where that was fitted

A part is what was fitted together. There is one, but where fields were carried over from a base version:
their heads go on reading by that version's vocabularies.

It holds plain data and third-party classes only, in skops, and nothing is ever unpickled; so two versions
live side by side in one process, and a bundle from elsewhere cannot run code. The encoder is named
and fingerprinted, not carried: vectors of another would be silently wrong, so load() refuses them.
"""

from __future__ import annotations

import hashlib
import json
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from features import bundle_files, language, text
from features.bundle_heads import read_heads, renamed, stricter
from features.encoder import Encoder, open_encoder
from features.errors import BundleError
from features.guarantees import check_seals
from features.heads import Head
from features.hierarchy import Levels
from features.manifest import FORMAT, MANIFEST, Manifest, read_manifest
from features.modes import Mode, Modes, applied, check
from features.records import (
    Decision,
    FieldPrediction,
    ModelReference,
    Outside,
    Prediction,
    Request,
    Scope,
)
from features.scope import ScopeModel
from features.steps import step
from features.taxonomy import LANGUAGES, Taxonomy
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
    scope: ScopeModel | None = None
    modes: Modes = field(default_factory=dict)

    @property
    def encoder(self) -> Encoder:
        """The one encoder of all parts."""
        return next(iter(self.extractors.values())).encoder

    @cached_property
    def digest(self) -> str:
        """Names what was fitted and how labels are called now: 64 hexadecimal digits."""
        labels = {code: head.labels for code, head in self.heads.items()}
        said = json.dumps([self.manifest.as_data(), labels], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        """A prediction for each request, in order."""
        if not requests:
            return []
        with step("read"):
            read = [text.read(request) for request in requests]
        words = [each.words for each in read]
        with step("encode"):
            vectors = self.encoder.encode(words)
        with step("heads"):
            return self._told(read, words, vectors)

    def _told(
        self, read: Sequence[text.ReadText], words: Sequence[str], vectors: NDArray[np.float32]
    ) -> list[Prediction]:
        features = {part: each.transform(words, vectors=vectors) for part, each in self.extractors.items()}
        by_field = {
            code: head.probabilities(features[head.part])
            for code, head in self.heads.items()
            if self.modes.get(code) is not Mode.OFF
        }
        scopes = [None] * len(words) if self.scope is None else self.scope.judge(words, vectors)
        return [
            self._prediction(each, {code: rows[i] for code, rows in by_field.items()}, scopes[i])
            for i, each in enumerate(read)
        ]

    def _prediction(
        self, read: text.ReadText, rows: Mapping[str, NDArray[np.float64]], scope: Scope | None
    ) -> Prediction:
        readable = read.has_words and (scope is None or scope.why is None)
        made = Prediction(
            fields={code: self._field(code, row, readable=readable) for code, row in rows.items()},
            language=_language(read.words, scope),
            scope=scope,
            truncated=read.truncated,
            model=self.reference,
            text_version=text.TEXT_VERSION,
            taxonomy_version=self.taxonomy.version,
        )
        return applied(made, self.modes, self._priors) if self.modes else made

    @cached_property
    def _priors(self) -> Mapping[str, Mapping[str, float]]:
        """Field -> label, by its present name -> its share of the training rows."""
        known = self.manifest.priors.items()
        return {code: renamed(self.taxonomy, code, each, operator.add) for code, each in known}

    @cached_property
    def levels(self) -> Mapping[str, Levels]:
        """Where each head's labels stand in their field."""
        return {
            code: Levels.of(tuple(dict.fromkeys(head.labels)), self.taxonomy.field(code))
            for code, head in self.heads.items()
        }

    def _field(self, code: str, row: NDArray[np.float64], *, readable: bool) -> FieldPrediction:
        shares: dict[str, float] = {}
        for each, share in zip(self.heads[code].labels, row.tolist(), strict=True):
            shares[each] = shares.get(each, 0.0) + share  # two labels that became one
        head = self.heads[code]
        label = max(shares, key=lambda each: shares[each] * head.weight(each))
        confidence, threshold = shares[label], self.thresholds.get(code, {}).get(label)
        decision = self._decision(code, confidence, threshold, readable=readable)
        parents = self.levels[code].parents(list(shares.values()))
        fitted = readable and code in self.thresholds
        if fitted and parents and (decision is Decision.REVIEW or label in parents):
            found = self.levels[code].fallback(parents, self.thresholds[code])
            decision = Decision.REVIEW if found is None else Decision.SUGGEST
            if found is not None:
                label, threshold = found
                confidence = parents[label]
        return FieldPrediction(
            label=label,
            confidence=confidence,
            decision=decision,
            threshold=threshold,
            probabilities=shares,
            parents=parents,
        )

    @cached_property
    def thresholds(self) -> Mapping[str, Mapping[str, float | None]]:
        """The manifest's cutoffs by the labels' present names; a field without any was never fitted."""
        found: dict[str, dict[str, float | None]] = {}
        for code, cutoffs in (self.manifest.thresholds or {}).items():
            known = found.setdefault(code, {})
            for label, cutoff in cutoffs.items():
                present = self.taxonomy.field(code).resolve(label) or label
                known[present] = stricter(known[present], cutoff) if present in known else cutoff
        return found

    def _decision(self, code: str, confidence: float, threshold: float | None, *, readable: bool) -> Decision:
        if not readable:
            return Decision.REVIEW
        if code not in self.thresholds:
            return Decision.SUGGEST
        return Decision.SUGGEST if threshold is not None and confidence >= threshold else Decision.REVIEW

    def save(self, folder: Path) -> Path:
        """Write the bundle into a new or empty folder, manifest last: a folder without one is no bundle."""
        folder.mkdir(parents=True, exist_ok=True)
        classifiers = {code: head.classifier for code, head in self.heads.items()}
        bundle_files.write(folder, extractors=self.extractors, classifiers=classifiers, scope=self.scope)
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
        modes: Modes | None = None,
    ) -> TriageModel:
        """Read a bundle.

        encoder: used where given, else the one the manifest names is opened. taxonomy: the taxonomy it
        is to serve under, by default its own; labels renamed since are answered by their present names.
        modes: of its fields, all `suggest` by default.
        Raises BundleError, in one sentence, where the folder is damaged, foreign, of a later format, was
        fitted on another encoder's vectors, has a label that the taxonomy does not know, or does not allow
        a mode.
        """
        manifest = read_manifest(folder)
        check(modes or {}, manifest, where=folder)
        bundle_files.check(folder, manifest.sha256)
        check_seals(
            folder,
            manifest.guarantees,
            thresholds=manifest.thresholds or {},
            calibrations=manifest.calibrations,
        )
        encoder = encoder or open_encoder(manifest.encoder_name)
        if encoder.fingerprint != manifest.encoder_fingerprint:
            raise BundleError(
                f"{folder} was fitted on the encoder {manifest.encoder_name!r} with fingerprint "
                f"{manifest.encoder_fingerprint[:12]!r}, but {encoder.name!r} here has "
                f"{encoder.fingerprint[:12]!r}: train again, or point to the encoder it was fitted on."
            )
        taxonomy = taxonomy or Taxonomy.of(manifest.taxonomy)
        return cls(
            manifest=manifest,
            taxonomy=taxonomy,
            extractors=bundle_files.read_extractors(folder, encoder=encoder, format=manifest.format),
            heads=read_heads(manifest, taxonomy, folder),
            reference=reference or ModelReference(name=folder.name, version="-"),
            scope=bundle_files.read_scope(folder),
            modes=modes or {},
        )


def _language(words: str, scope: Scope | None) -> str:
    """The language of a text; that of a foreign one is `other`, though its letters be Latin."""
    foreign = scope is not None and scope.why is Outside.LANGUAGE and scope.language not in LANGUAGES
    return "other" if foreign else language.detect(words)


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
