"""From a classifier's scores to probabilities, by methods whose parameters are plain numbers.

    temperature   softmax(scores / temperature)
    bias          softmax(scores / temperature + bias)
    vector        softmax(scores * scale + bias)

Temperature and vector scaling are from Guo et al. 2017 (On Calibration of Modern Neural Networks), the bias
is from Alexandari et al. 2020 (bias-corrected temperature scaling). A temperature above 1 softens; scale
and bias hold a number for each label. Which method a field has is measured when it is trained; see
training.calibration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.errors import BundleError

TEMPERATURE = "temperature"
BIAS = "bias"
VECTOR = "vector"
METHODS = (TEMPERATURE, BIAS, VECTOR)


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """A method and its parameters."""

    method: str = TEMPERATURE
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """(rows, labels): each row sums to 1. Raises BundleError where the method is of a later release."""
        if self.method == TEMPERATURE:
            return softmax(scores / float(self.parameters["temperature"]))
        if self.method == BIAS:
            return softmax(scores / float(self.parameters["temperature"]) + self._by_label("bias"))
        if self.method == VECTOR:
            return softmax(scores * self._by_label("scale") + self._by_label("bias"))
        raise BundleError(f"The calibration {self.method!r} is of a later release: upgrade.")

    def _by_label(self, name: str) -> NDArray[np.float64]:
        return np.asarray(self.parameters[name], dtype=np.float64)

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in a manifest."""
        return {"method": self.method, **self.parameters}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Calibration:
        """Make it again from `as_data`. Raises KeyError where it names no method."""
        return cls(method=data["method"], parameters={name: data[name] for name in data if name != "method"})


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row-wise softmax."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
