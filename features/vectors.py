"""What the heads read of a text: its vector, and TF-IDF of its characters and words.

Characters carry what a sentence vector smooths away (product codes, names, the exact verb). A Chinese
character counts as a word, so Chinese needs no segmenter. The vocabularies are learnt once a model and
shared by all heads.

How a text is taken apart is a recipe with a number, which a model remembers: a later release that reads
texts otherwise still reads an older model's as they were when it was trained.

    1   words as scikit-learn finds them, for which a Chinese clause is one word; the vector three times as
        heavy as characters or words
    2   each Chinese character is a word; the vector two and a half times as heavy. See experiments/samples
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from features.encoder import Encoder

FEWEST_ROWS_FOR_RARE = 100
"""From this many rows on, a sequence that only one text has is left out: it tells nothing of another."""
LARGEST_VOCABULARY = {"characters": 60_000, "words": 40_000}
_CHARACTERS = {"analyzer": "char_wb", "ngram_range": (1, 4), "sublinear_tf": True}
_WORDS = {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True}
_HAN_OR_WORD = r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """vector_weight: how much the unit vector weighs against each unit TF-IDF row.
    settings: name -> how scikit-learn's TfidfVectorizer takes a text apart."""

    vector_weight: float
    settings: Mapping[str, Mapping[str, Any]]


RECIPES: Mapping[int, Recipe] = {
    1: Recipe(vector_weight=3.0, settings={"characters": _CHARACTERS, "words": _WORDS}),
    2: Recipe(
        vector_weight=2.5,
        settings={"characters": _CHARACTERS, "words": {**_WORDS, "token_pattern": _HAN_OR_WORD}},
    ),
}
CURRENT = 2


@dataclass(frozen=True, kw_only=True)
class FeatureExtractor:
    """Turns texts into the rows that heads read: [vector * weight, TF-IDF of characters, of words].

    recipe: the number of the one it was fitted by.
    """

    encoder: Encoder
    vectorizers: Mapping[str, Any]
    recipe: int = CURRENT

    @property
    def vector_weight(self) -> float:
        """How much the unit vector weighs against each unit TF-IDF row."""
        return RECIPES[self.recipe].vector_weight

    @classmethod
    def fit(cls, texts: Sequence[str], *, encoder: Encoder) -> FeatureExtractor:
        """Learn the vocabularies of the texts. The encoder is used as it is."""
        settings = RECIPES[CURRENT].settings
        found = {name: _learn(texts, settings[name], largest=LARGEST_VOCABULARY[name]) for name in settings}
        return cls(
            encoder=encoder, vectorizers={name: each for name, each in found.items() if each is not None}
        )

    def transform(self, texts: Sequence[str], *, vectors: Any = None) -> Any:
        """(texts, features) as a sparse float matrix in CSR form. vectors: the encoder's, where known."""
        import numpy as np
        from scipy import sparse

        vectors = self.encoder.encode(texts) if vectors is None else vectors
        weighted = sparse.csr_matrix(self.vector_weight * vectors.astype(np.float64))
        blocks = [
            weighed(texts, vectorizer, analyze=self._analyzers[name])
            for name, vectorizer in self.vectorizers.items()
        ]
        return sparse.hstack([weighted, *blocks], format="csr")

    @cached_property
    def _analyzers(self) -> Mapping[str, Callable[[str], list[str]]]:
        """How each vectorizer takes a text apart; making that anew takes longer than one text."""
        return {name: each.build_analyzer() for name, each in self.vectorizers.items()}

    def as_data(self) -> dict[str, Any]:
        """The recipe's number, and name -> terms in the order of their columns, and their idf.

        Plain data and not the objects, since a format for objects takes minutes over a large vocabulary.
        """
        vocabularies = {
            name: {
                "terms": sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__),
                "idf": vectorizer.idf_.tolist(),
            }
            for name, vectorizer in self.vectorizers.items()
        }
        return {"recipe": self.recipe, **vocabularies}

    @classmethod
    def of(cls, data: Mapping[str, Any], *, encoder: Encoder) -> FeatureExtractor:
        """Make it again from `as_data`; without a recipe it is of the first.

        Raises KeyError or ValueError where the data are not whole, or of a recipe of a later release.
        """
        number = data.get("recipe", 1)
        if number not in RECIPES:
            raise ValueError(f"recipe {number!r} is of a later release, this one knows {CURRENT}: upgrade")
        known = {name: settings for name, settings in RECIPES[number].settings.items() if name in data}
        return cls(
            encoder=encoder,
            vectorizers={name: _remake(data[name], settings) for name, settings in known.items()},
            recipe=number,
        )


def weighed(texts: Sequence[str], vectorizer: Any, *, analyze: Callable[[str], list[str]]) -> Any:
    """(texts, terms) in CSR form: what `vectorizer.transform` gives, without its checks of a whole table,
    which take longer than one text."""
    import numpy as np
    from scipy import sparse

    column = vectorizer.vocabulary_.get
    rows = [Counter(map(column, analyze(text))) for text in texts]
    for row in rows:
        row.pop(None, None)
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.fromiter((each for row in rows for each in sorted(row)), dtype=np.int32, count=ends[-1])
    counts = np.fromiter(
        (row[each] for row in rows for each in sorted(row)), dtype=np.float64, count=ends[-1]
    )
    values = (1.0 + np.log(counts)) * vectorizer.idf_[columns]
    for start, end in pairwise(ends.tolist()):
        if end > start:
            part = values[start:end]
            part /= np.sqrt(part @ part)
    return sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(vectorizer.idf_)))


def _learn(texts: Sequence[str], settings: Mapping[str, Any], *, largest: int) -> Any:
    """A fitted vectorizer, or None where the texts have no sequence in common."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    fewest = 2 if len(texts) >= FEWEST_ROWS_FOR_RARE else 1
    vectorizer = TfidfVectorizer(**settings, min_df=fewest, max_features=largest)
    try:
        return vectorizer.fit(texts)
    except ValueError:  # "empty vocabulary" and "no terms remain" are all that scikit-learn raises here
        return None


def _remake(data: Mapping[str, Any], settings: Mapping[str, Any]) -> Any:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(**settings, vocabulary=data["terms"])
    vectorizer.idf_ = np.asarray(data["idf"], dtype=np.float64)
    return vectorizer
