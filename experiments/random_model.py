"""A model that guesses, for studies of what is around a model: storing, grading, the queue."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from features.records import Decision, FieldPrediction, ModelReference, Prediction, Request
from features.taxonomy import Taxonomy


@dataclass
class RandomModel:
    """Probabilities by chance: what they mean does not matter to the time."""

    reference: ModelReference = field(default_factory=lambda: ModelReference(name="random", version="1"))
    taxonomy: Taxonomy = field(default_factory=Taxonomy.default)

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        """A prediction for each, the same for the same text."""
        return [self._prediction(random.Random(each.text)) for each in requests]  # noqa: S311 - chance, not a secret

    def _prediction(self, chance: random.Random) -> Prediction:
        fields = {}
        for code, each in self.taxonomy.fields.items():
            weights = [chance.random() ** 4 for _ in each.codes]
            shares = {label: weight / sum(weights) for label, weight in zip(each.codes, weights, strict=True)}
            label = max(shares, key=shares.__getitem__)
            fields[code] = FieldPrediction(
                label=label,
                confidence=shares[label],
                decision=Decision.SUGGEST,
                threshold=None,
                probabilities=shares,
            )
        return Prediction(
            fields=fields,
            language=chance.choice(("zh", "en")),
            truncated=False,
            model=self.reference,
            text_version=1,
            taxonomy_version=1,
        )
