"""Whether what is nearest says the same: by whole vectors, and by what they have over their language's mean.

    python experiments/similar/languages.py [--data FOLDER]

For each request: how many of its ten nearest have its type, and whether one of them is in another language
and has its type. Requests of one duplicate group do not count. FOLDER holds public sets of one language each,
whose vectors come from the cache; without it only the samples are measured.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.encoder import DEFAULT_ENCODER, Encoder, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.language import detect
from features.taxonomy import Taxonomy
from serving.language_means import Means, fitted
from training import dataset as datasets
from training.dataset import Dataset

Vectors = NDArray[np.float32]
SETS = ("banking77", "clinc150", "zh_smp2017")
ROWS, NEAREST = 2_500, 10


def means_of(vectors: Vectors, languages: Sequence[str]) -> Means:
    """The means of all languages, as the index fits them."""
    rows = {each: [i for i, other in enumerate(languages) if other == each] for each in set(languages)}
    sums = {each: np.asarray(vectors[mine].sum(axis=0)) for each, mine in rows.items()}
    return fitted(sums, {each: len(mine) for each, mine in rows.items()})


def told(name: str, vectors: Vectors, given: Dataset, languages: Sequence[str]) -> None:
    """Print a line for each language, and one for all."""
    groups = np.unique(given.groups, return_inverse=True)[1]
    labels, spoken = np.array([str(each) for each in given.labels["type"]]), np.array(languages)
    cosines = vectors @ vectors.T
    cosines[groups[:, None] == groups] = -np.inf
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
    same, other = labels[nearest] == labels[:, None], spoken[nearest] != spoken[:, None]
    for each in sorted(set(languages)):
        mine = spoken == each
        across = f"{(same & other).any(axis=1)[mine].mean():.3f}" if len(set(languages)) > 1 else "-"
        print(f"| {name} | {each} | {mine.sum()} | {same[mine].mean():.3f} | {across} |", flush=True)


def both(name: str, given: Dataset, encoder: Encoder, languages: Sequence[str]) -> None:
    """A set by whole vectors, and over the means."""
    vectors = np.asarray(encoder.encode(given.words, progress=True))
    told(f"{name}, whole", vectors, given, languages)
    told(f"{name}, over the mean", means_of(vectors, languages).over(vectors, languages), given, languages)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    folder = parser.parse_args().data
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER), default_cache_dir() / "vectors")
    print(
        "| vectors | language | rows | same type of ten | same type in another language |\n"
        + "|---" * 5
        + "|"
    )
    given, _ = datasets.load(Path("data/requests.csv"), taxonomy=Taxonomy.default())
    both("samples", given, encoder, [detect(words) for words in given.words])
    for name in SETS if folder is not None else ():
        given, _ = datasets.load(folder / f"{name}.parquet", taxonomy=None)
        given = given.rows(np.random.default_rng(1).choice(len(given), ROWS, replace=False).tolist())
        both(name, given, encoder, [name[:2] if name.startswith("zh") else "en"] * len(given))


if __name__ == "__main__":
    main()
