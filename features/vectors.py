"""What the heads read of a text: its vector, and TF-IDF of its characters and words.

Characters carry what a sentence vector smooths away (product codes, names, the exact verb), and Chinese
needs no segmenter that way. The vocabularies are learnt once a model and shared by all heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from features.encoder import Encoder

VECTOR_WEIGHT = 3.0
"""How much the unit vector weighs against the unit TF-IDF row; see experiments/public_data."""
FEWEST_ROWS_FOR_RARE = 100
"""From this many rows on, a sequence that only one text has is left out: it tells nothing of another."""
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "characters": {"analyzer": "char_wb", "ngram_range": (1, 4), "sublinear_tf": True},
    "words": {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True},
}
LARGEST_VOCABULARY = {"characters": 60_000, "words": 40_000}


@dataclass(frozen=True, kw_only=True)
class FeatureExtractor:
    """Turns texts into the rows that heads read: [vector * weight, TF-IDF of characters, of words]."""

    encoder: Encoder
    vectorizers: Mapping[str, Any]

    @classmethod
    def fit(cls, texts: Sequence[str], *, encoder: Encoder) -> FeatureExtractor:
        """Learn the vocabularies of the texts. The encoder is used as it is."""
        found = {name: _learn(name, texts) for name in SETTINGS}
        return cls(
            encoder=encoder, vectorizers={name: each for name, each in found.items() if each is not None}
        )

    def transform(self, texts: Sequence[str], *, vectors: Any = None) -> Any:
        """(texts, features) as a sparse float matrix in CSR form. vectors: the encoder's, where known."""
        import numpy as np
        from scipy import sparse

        vectors = self.encoder.encode(texts) if vectors is None else vectors
        weighted = sparse.csr_matrix(VECTOR_WEIGHT * vectors.astype(np.float64))
        blocks = [vectorizer.transform(texts) for vectorizer in self.vectorizers.values()]
        return sparse.hstack([weighted, *blocks], format="csr")

    def as_data(self) -> dict[str, Any]:
        """The vocabularies as plain data: name -> terms in the order of their columns, and their idf.

        Plain data and not the objects, since a format for objects takes minutes over a large vocabulary.
        """
        return {
            name: {
                "terms": sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__),
                "idf": vectorizer.idf_.tolist(),
            }
            for name, vectorizer in self.vectorizers.items()
        }

    @classmethod
    def of(cls, data: Mapping[str, Any], *, encoder: Encoder) -> FeatureExtractor:
        """Make it again from `as_data`. Raises KeyError or ValueError where the data are not whole."""
        return cls(encoder=encoder, vectorizers={name: _remake(name, each) for name, each in data.items()})


def _learn(name: str, texts: Sequence[str]) -> Any:
    """A fitted vectorizer, or None where the texts have no sequence in common."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 2 if len(texts) >= FEWEST_ROWS_FOR_RARE else 1
    vectorizer = TfidfVectorizer(**SETTINGS[name], min_df=fewest, max_features=LARGEST_VOCABULARY[name])
    try:
        return vectorizer.fit(texts)
    except ValueError:  # "empty vocabulary" and "no terms remain" are all that scikit-learn raises here
        return None


def _remake(name: str, data: Mapping[str, Any]) -> Any:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(**SETTINGS[name], vocabulary=data["terms"])
    vectorizer.idf_ = np.asarray(data["idf"], dtype=np.float64)
    return vectorizer
