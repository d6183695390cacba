"""A public set as the loop meets it: requests that come in, a test split, a taxonomy of names alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from features.encoder import DEFAULT_ENCODER, Encoder, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training.dataset import Dataset
from training.splits import TRAIN

SETS = ("banking77", "zh_kuake_qic")
FIELD = "type"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One set. open: the training rows, which come in as requests; their labels are what a faultless person
    says. test: the rows of the other split, which nothing learns from."""

    name: str
    open: Dataset
    test: Dataset
    taxonomy: Taxonomy
    encoder: Encoder

    def arrived(self, share: float, *, seed: int) -> list[int]:
        """The requests that came in by now, in an order that the seed draws. share: of all, 1 at most."""
        order = np.random.default_rng([seed, 0]).permutation(len(self.open))
        return sorted(order[: round(len(order) * min(share, 1.0))].tolist())


def load(name: str, folder: Path) -> Ground:
    """Read a set, its vectors from the user's cache, where they are made once."""
    encoder = FileCachedEncoder(open_encoder(DEFAULT_ENCODER, progress=True), default_cache_dir() / "vectors")
    given, taxonomy = datasets.load(folder / f"{name}.parquet", taxonomy=None, fields=[FIELD])
    encoder.encode(given.words, progress=True)
    sides = given.split or ()
    learn = [i for i, side in enumerate(sides) if side == TRAIN]
    test = [i for i, side in enumerate(sides) if side != TRAIN]
    given = replace(given, split=None, times=None, notes=())
    return Ground(
        name=name, open=given.rows(learn), test=given.rows(test), taxonomy=taxonomy, encoder=encoder
    )
