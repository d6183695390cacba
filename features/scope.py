"""Whether a request is of the kind a model learnt from: not too little, not foreign, not unlike all of it.

    little      fewer different letters than the model's own training rows have
    language    hardly any chance that it is in a language of the training rows
    unlike      its vector is far from the training rows, which fall into groups of like ones

How far is the sum of measures, each standardised on rows that were not fitted:

    spread      Mahalanobis distance to the nearest group (Lee et al. 2018, A Simple Unified Framework for
                Detecting Out-of-Distribution Samples)
    angle       minus the cosine to the nearest group, once the mean of all rows is taken away
    excess      the squared Mahalanobis distance to the nearest group, less that to all rows together (Ren et
                al. 2021, A Simple Fix to Mahalanobis Distance)
    examples    the highest cosine to an example of what is out of scope

Without examples, spread and angle count alike and the others not: excess tells near misses and overlooks
noise. With examples, the weights are fitted. The figures are in experiments/out_of_scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from features import language
from features.records import Outside, Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEASURES = ("spread", "angle", "excess", "examples")
ENOUGH_LETTERS = 12
"""Letters from which on a language can be told; one of a script other than Latin counts as three."""
SURE_ENOUGH = 0.5
"""The probability from which on a foreign language is named."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Where the training rows lie. D is the width of a vector.

    centre: (D,), their mean. groups: (groups, D), the means of like rows. within, overall: (D, D), factors F
    with F F' the inverse covariance within groups, and of all rows. examples: (examples, D), unit vectors of
    what is out of scope, the centre taken away; perhaps none.
    """

    centre: NDArray[np.float32]
    groups: NDArray[np.float32]
    within: NDArray[np.float32]
    overall: NDArray[np.float32]
    examples: NDArray[np.float32]

    def measures(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """(rows, 4): MEASURES of each vector; higher is less like the training rows."""
        import numpy as np

        moved, white_groups = vectors - self.centre, self._white_groups
        white = moved @ self.within
        near = np.square(white_groups).sum(axis=1) - 2 * white @ white_groups.T
        nearest = np.maximum(near.min(axis=1) + np.square(white).sum(axis=1), 0.0)
        anyway = np.square(moved @ self.overall).sum(axis=1)
        angle = -(unit(moved) @ self._directions.T).max(axis=1)
        known = (unit(moved) @ self.examples.T).max(axis=1) if len(self.examples) else np.zeros(len(moved))
        return np.column_stack([np.sqrt(nearest), angle, nearest - anyway, known]).astype(np.float64)

    @cached_property
    def _white_groups(self) -> NDArray[np.float32]:
        import numpy as np

        return np.asarray((self.groups - self.centre) @ self.within, dtype=np.float32)

    @cached_property
    def _directions(self) -> NDArray[Any]:
        return unit(self.groups - self.centre)


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How unlike a vector is, in one number. means, spreads, weights: of each measure."""

    shape: Shape
    means: NDArray[np.float64]
    spreads: NDArray[np.float64]
    weights: NDArray[np.float64]
    cutoff: float

    def scores(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score for each vector: about 0 for most training rows, over `cutoff` for what is unlike them."""
        import numpy as np

        standard = (self.shape.measures(vectors) - self.means) / self.spreads
        return np.asarray(standard @ self.weights)


@dataclass(frozen=True, kw_only=True)
class ScopeModel:
    """What a model knows of its own scope.

    languages: codes of ISO 639. language_cutoff: the chance of these below which a text counts as foreign.
    fewest_letters: different letters below which there is too little to go by. distance: None where the
    model learnt from no or too few rows.
    """

    languages: tuple[str, ...]
    language_cutoff: float
    fewest_letters: int
    distance: Distance | None

    def judge(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> list[Scope]:
        """For each text and its vector, whether it is in scope; the first of the three questions decides."""
        scores = None if self.distance is None else self.distance.scores(vectors).tolist()
        return [self._judged(each, None if scores is None else scores[i]) for i, each in enumerate(texts)]

    def _judged(self, words: str, score: float | None) -> Scope:
        cutoff = None if self.distance is None else self.distance.cutoff
        if different_letters(words) < self.fewest_letters:
            return Scope(score=score, cutoff=cutoff, why=Outside.LITTLE)
        if letters(words) >= ENOUGH_LETTERS:
            shares = language.shares(words)
            if chance(shares, self.languages) < self.language_cutoff:
                likeliest = max(shares, key=shares.__getitem__)
                sure = shares[likeliest] >= SURE_ENOUGH and likeliest != language.NO_LANGUAGE
                named = likeliest if sure else None
                return Scope(score=score, cutoff=cutoff, why=Outside.LANGUAGE, language=named)
        far = score is not None and cutoff is not None and score > cutoff
        return Scope(score=score, cutoff=cutoff, why=Outside.UNLIKE if far else None)

    def arrays(self) -> dict[str, Any]:
        """It as plain arrays, for a file that holds no objects; `of` reads them back."""
        import numpy as np

        plain = {
            "languages": np.array(self.languages, dtype=np.str_),
            "bounds": np.array([self.language_cutoff, float(self.fewest_letters)]),
        }
        if self.distance is None:
            return plain
        shape, distance = self.distance.shape, self.distance
        return plain | {
            "centre": shape.centre,
            "groups": shape.groups,
            "within": shape.within,
            "overall": shape.overall,
            "examples": shape.examples,
            "scale": np.stack([distance.means, distance.spreads, distance.weights]),
            "cutoff": np.array(distance.cutoff),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> ScopeModel:
        """Make it again from `arrays`. Raises KeyError or ValueError where one is missing or misshapen."""
        import numpy as np

        language_cutoff, fewest = arrays["bounds"].tolist()
        distance = None
        if "centre" in arrays:
            names = ("centre", "groups", "within", "overall", "examples")
            shape = Shape(**{name: np.asarray(arrays[name], dtype=np.float32) for name in names})
            means, spreads, weights = arrays["scale"]
            distance = Distance(
                shape=shape, means=means, spreads=spreads, weights=weights, cutoff=float(arrays["cutoff"])
            )
        return cls(
            languages=tuple(arrays["languages"].tolist()),
            language_cutoff=language_cutoff,
            fewest_letters=int(fewest),
            distance=distance,
        )


def unit(vectors: NDArray[Any]) -> NDArray[Any]:
    """The rows at length 1; a row of zeros stays one."""
    import numpy as np

    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def chance(shares: Mapping[str, float], languages: Sequence[str]) -> float:
    """The chance that a text is in one of the languages."""
    return sum(shares.get(code, 0.0) for code in languages)


def letters(words: str) -> int:
    """How many letters a text has; one of a script other than Latin counts as three."""
    return sum(_weight(each) for each in words if each.isalpha())


def different_letters(words: str) -> int:
    """How many different letters a text has, counted like `letters`; case makes no difference."""
    return sum(_weight(each) for each in set(words.casefold()) if each.isalpha())


def _weight(letter: str) -> int:
    return 1 if ord(letter) < 0x370 else 3
