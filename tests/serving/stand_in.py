"""A stand-in for the model, for tests where its meaning does not matter."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from features import language, text
from features.records import Decision, FieldPrediction, ModelReference, Prediction, Request
from features.taxonomy import Taxonomy


@dataclass
class KeywordModel:
    """Labels by keyword: enough to tell grades apart.

    broken: it fails. held: it waits for that event. fails_from: it fails after so many requests.
    """

    reference: ModelReference = field(default_factory=lambda: ModelReference(name="stand-in", version="1"))
    taxonomy: Taxonomy = field(default_factory=Taxonomy.default)
    broken: bool = False
    held: threading.Event | None = None
    fails_from: int | None = None
    asked: int = 0

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        if self.fails_from is not None and self.asked >= self.fails_from:
            raise RuntimeError("the model fails")
        self.asked += len(requests)
        if self.held is not None:
            self.held.wait(30)
        if self.broken:
            raise RuntimeError("the model is broken")
        return [self._prediction(request) for request in requests]

    def _prediction(self, request: Request) -> Prediction:
        read = text.read(request)
        serious = "停产" in read.words or "outage" in read.words
        chosen = {
            "type": "incident" if serious else "question",
            "urgency": "urgent" if serious else "routine",
            "impact": "high" if serious else "low",
            "difficulty": "moderate",
        }
        decision = Decision.SUGGEST if read.has_words else Decision.REVIEW
        return Prediction(
            fields={code: self._field(code, label, decision) for code, label in chosen.items()},
            language=language.detect(read.words),
            truncated=read.truncated,
            model=self.reference,
            text_version=text.TEXT_VERSION,
            taxonomy_version=self.taxonomy.version,
        )

    def _field(self, code: str, label: str, decision: Decision) -> FieldPrediction:
        codes = self.taxonomy.fields[code].codes
        rest = 0.1 / (len(codes) - 1)
        return FieldPrediction(
            label=label,
            confidence=0.9,
            decision=decision,
            threshold=None,
            probabilities={each: 0.9 if each == label else rest for each in codes},
        )
