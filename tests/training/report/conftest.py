"""One report for all tests that only read it."""

from __future__ import annotations

import pytest

from features.bundle import TriageModel
from features.taxonomy import Taxonomy
from tests.conftest import SAMPLES
from tests.training.report_rows import reported
from training import dataset as datasets
from training import report
from training.dataset import Dataset


@pytest.fixture(scope="session")
def samples() -> Dataset:
    """The sample requests, with all four fields."""
    return datasets.load(SAMPLES, taxonomy=Taxonomy.default())[0]


@pytest.fixture(scope="session")
def contents(hash_model: TriageModel, samples: Dataset) -> report.Contents:
    """A plain field and three ordered ones, on rows after those that were learnt from."""
    return reported(hash_model, samples.rows(range(200, 300)), samples.rows(range(200)))


@pytest.fixture(scope="session")
def html(contents: report.Contents) -> str:
    """The report as a file, with the requests' words."""
    return report.page(contents)
