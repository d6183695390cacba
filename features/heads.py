"""A head: one field's classifier, and the calibration that makes its scores probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.errors import BundleError

OWN = "own"
"""The part of a model that was fitted with it; others were carried over from a base version."""
TEMPERATURE = "temperature"


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """From scores to probabilities, by a method with plain numbers as its parameters.

    temperature: softmax of scores over one temperature, fitted on out-of-fold scores (Guo et al. 2017, On
    Calibration of Modern Neural Networks); above 1 softens.
    """

    method: str = TEMPERATURE
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """(rows, labels): each row sums to 1. Raises BundleError where the method is of a later release."""
        if self.method != TEMPERATURE:
            raise BundleError(f"The calibration {self.method!r} is of a later release: upgrade.")
        return softmax(scores / float(self.parameters["temperature"]))

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in a manifest."""
        return {"method": self.method, **self.parameters}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Calibration:
        """Make it again from `as_data`. Raises KeyError where it names no method."""
        return cls(method=data["method"], parameters={name: data[name] for name in data if name != "method"})


@dataclass(frozen=True, kw_only=True)
class Head:
    """One field's classifier over the features of one part of the model.

    labels: the classifier's classes, in its order. part: whose vocabularies it reads by.
    """

    classifier: Any
    labels: tuple[str, ...]
    calibration: Calibration
    part: str = OWN

    def probabilities(self, features: Any) -> NDArray[np.float64]:
        """(rows, labels): calibrated probabilities; each row sums to 1."""
        return self.calibration.probabilities(logits(self.classifier, features))


def logits(classifier: Any, features: Any) -> NDArray[np.float64]:
    """(rows, classes): a linear classifier's scores; two classes give two columns like any other."""
    scores = np.asarray(classifier.decision_function(features), dtype=np.float64)
    if scores.ndim == 1:
        scores = np.column_stack([np.zeros_like(scores), scores])
    return scores


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row-wise softmax."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
