"""The sample requests and customers: enough of each kind, told apart, and fitting together."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from features import tables
from features.customer import build_scale, value
from features.customer.table import read_customers
from features.language import detect
from features.records import Request, Tier
from features.taxonomy import Taxonomy
from features.text import read

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = ("zh", "en")
TYPES = {
    "incident",
    "service",
    "feature",
    "question",
    "purchase",
    "complaint",
    "billing",
    "change",
    "security",
}
LABELS = ("type", "urgency", "impact", "difficulty")
REPEATS = 4
LEAST_OF_A_CELL = 12
LEAST_OF_A_CELL_IN_A_LANGUAGE = 4


@pytest.fixture(scope="module")
def rows():
    return tables.read(DATA / "requests.csv").frame.to_dict("records")


@pytest.fixture(scope="module")
def customers():
    return read_customers(DATA / "customers.csv")


def words(row):
    return read(Request(text=row["text"], subject=row["subject"] or None)).words


def trigrams(text):
    folded = re.sub(r"\s+", " ", text.lower())
    return {folded[i : i + 3] for i in range(max(len(folded) - 2, 1))}


def nearest(texts):
    """For each text, the Jaccard of character trigrams to the text most like it."""
    columns, found, ends = {}, [], [0]
    for text in texts:
        found += [columns.setdefault(each, len(columns)) for each in sorted(trigrams(text))]
        ends.append(len(found))
    ones = np.ones(len(found), dtype=np.float32)
    matrix = csr_matrix((ones, found, ends), shape=(len(texts), len(columns)))
    shared = (matrix @ matrix.T).toarray()
    sizes = np.diff(ends)
    likeness = shared / (sizes[:, None] + sizes[None, :] - shared)
    np.fill_diagonal(likeness, 0)
    return likeness.max(axis=1)


def edges(text, language):
    """How a text opens and closes: five words, or eight Chinese characters."""
    if language == "en":
        found = re.findall(r"[\w']+", text.lower())
        return " ".join(found[:5]), " ".join(found[-5:])
    plain = "".join(each for each in text if each.isalnum())
    return plain[:8], plain[-8:]


def test_enough_rows_half_in_each_language(rows):
    assert len(rows) >= 1300
    counted = Counter(row["language"] for row in rows)
    assert set(counted) == set(LANGUAGES)
    assert all(0.45 <= counted[language] / len(rows) <= 0.55 for language in LANGUAGES)


def test_ids_are_unique(rows):
    assert len({row["id"] for row in rows}) == len(rows)


def test_every_label_is_known_and_every_type_is_in_both_languages(rows):
    taxonomy = Taxonomy.default()
    for name in LABELS:
        known = {label.code for label in taxonomy.field(name).labels}
        for language in LANGUAGES:
            assert {row[name] for row in rows if row["language"] == language} == known, (name, language)
    assert {row["type"] for row in rows} == TYPES


def test_every_cell_that_occurs_has_enough_rows_in_both_languages(rows):
    cells = Counter((row["language"], row["type"], row["urgency"], row["impact"]) for row in rows)
    found = {cell[1:]: [cells[(language, *cell[1:])] for language in LANGUAGES] for cell in cells}
    thin = {
        cell: counts
        for cell, counts in found.items()
        if sum(counts) < LEAST_OF_A_CELL or min(counts) < LEAST_OF_A_CELL_IN_A_LANGUAGE
    }
    assert thin == {}


def test_the_language_is_the_one_that_is_detected(rows):
    assert [row["id"] for row in rows if detect(words(row)) != row["language"]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_rows_are_alike(rows, language):
    own = [row for row in rows if row["language"] == language]
    likeness = nearest([words(row) for row in own])
    assert [row["id"] for row, each in zip(own, likeness, strict=True) if each >= 0.5] == []
    assert np.median(likeness) < 0.25


@pytest.mark.parametrize("language", LANGUAGES)
def test_openings_and_closings_hardly_repeat(rows, language):
    found = [edges(row["text"], language) for row in rows if row["language"] == language]
    for side in zip(*found, strict=True):
        often = {words: count for words, count in Counter(side).items() if count > REPEATS}
        assert often == {}


def test_times_are_rfc_3339_in_utc(rows):
    for row in rows:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["received_at"]), row["id"]
        assert datetime.fromisoformat(row["received_at"]).tzinfo == UTC


def test_nobody_can_be_called_or_written_to(rows):
    """Addresses are of reserved domains; no number has a prefix that Chinese mobiles have."""
    for row in rows:
        whole = f"{row['subject']}\n{row['text']}"
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", whole):
            assert re.search(r"[@.](example|invalid|test)(\.(com|org|net))?$", address), (row["id"], address)
        assert not re.search(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", whole), row["id"]


def test_every_customer_of_a_request_is_one_of_the_120(rows, customers):
    assert len(customers) == 120
    assert len({each.name for each in customers}) == 120
    named = {row["customer_id"] for row in rows} - {""}
    assert named <= {each.id for each in customers}
    assert 0.15 <= sum(not row["customer_id"] for row in rows) / len(rows) <= 0.26


def test_all_four_tiers_occur(customers):
    scale = build_scale(customers, version=1, as_of=date(2026, 6, 30))
    shares = Counter(value(each, scale).tier for each in customers)
    assert set(shares) == {tier.value for tier in Tier}
    assert 8 <= shares["core"] <= 16
    assert 12 <= shares["potential"] <= 24
    assert 12 <= shares["prospect"] <= 18


def test_a_prospect_has_no_contract_and_pays_nothing(customers):
    prospects = [each.facts for each in customers if each.facts.has_contract is False]
    assert prospects
    assert all(not facts.contract_amount and not facts.revenue for facts in prospects)
    assert all(facts.tenure_years is None for facts in prospects)


def test_every_customer_says_when_its_facts_were_true(customers):
    assert all(each.name and each.facts.as_of for each in customers)
