"""The regression of rows and names in the space that the rows span is the one of all features."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from features.taxonomy import Taxonomy
from training import named


@pytest.mark.parametrize("labels", [2, 5])
def test_few_rows_are_fitted_alike_in_the_space_they_span(monkeypatch, labels):
    field = Taxonomy.default().field("type")
    given = named.named(field, sorted(field.leaves)[:labels])
    rng = np.random.default_rng(0)
    truth = np.arange(30) % labels
    rows = sparse.random(30, 4000, density=0.02, format="csr", random_state=1)
    rows = sparse.vstack([rows[:-1], rows[0]], format="csr")  # a row that is there twice
    names = sparse.random(len(given.texts), 4000, density=0.02, format="csr", random_state=2)
    other = sparse.csr_matrix(rng.normal(size=(7, 4000)))

    def scores() -> np.ndarray:
        weights, offsets = named._regression(rows, names, truth, given)
        assert weights.shape == (labels, 4000)
        return np.asarray(other @ weights.T + offsets)

    spanned = scores()
    monkeypatch.setattr(named, "SPANNED_SQUARE", 0)
    plain = scores()
    assert plain.std() > 0.01
    assert spanned == pytest.approx(plain, abs=0.02 * plain.std())
