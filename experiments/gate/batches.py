"""Batches of corrections on a public set, clean or poisoned, through quarantine, retraining and gate.

The product's own code, without MLflow: a champion of the base rows, 1,000 corrections after it, and a frozen
set that neither learns from. The newest fifth of the corrections is judged too, poisoned like the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from features.bundle import TriageModel
from features.encoder import Encoder
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training.dataset import Dataset
from training.fit import fit
from training.frozen import chosen
from training.gate import judge
from training.judging import compare
from training.labels import Labelled
from training.quarantine import suspicions
from training.retrain_data import Parts, assemble

BASE, CORRECTIONS, FROZEN = 700, 1000, 1500
LABELS = 6
"""The commonest labels of the set."""
REVIEWERS = 5
POISONED, FLIPPED = 0.8, 0.1
HOUR = 3600 * 10**9


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One seed's rows and champion, shared by the kinds of batches."""

    base: Dataset
    corrections: Dataset
    frozen: Dataset
    taxonomy: Taxonomy
    champion: TriageModel
    seed: int


def loaded(path: Path) -> tuple[Dataset, Taxonomy]:
    """The rows of the commonest labels, each text once."""
    found, taxonomy = datasets.load(path, taxonomy=None, fields=["type"])
    kept = {label for label, _ in Counter(found.labels["type"]).most_common(LABELS)}
    first = {group: i for i, group in reversed(list(enumerate(found.groups)))}
    rows = sorted(i for i in first.values() if found.labels["type"][i] in kept)
    field = taxonomy.field("type")
    labels = tuple(label for label in field.labels if label.code in kept)
    narrowed = replace(taxonomy, fields={"type": replace(field, labels=labels)})
    return replace(found.rows(rows), split=None, notes=()), narrowed


def ground(whole: Dataset, taxonomy: Taxonomy, *, encoder: Encoder, seed: int) -> Ground:
    """A champion on its base rows, and what comes after it."""
    order = np.random.default_rng(seed).permutation(len(whole))[: BASE + CORRECTIONS + FROZEN].tolist()
    base = whole.rows(order[:BASE])
    corrections = whole.rows(order[BASE : BASE + CORRECTIONS])
    return Ground(
        base=base,
        corrections=replace(
            corrections,
            times=tuple(i * HOUR for i in range(1, CORRECTIONS + 1)),
            reviewed=(True,) * CORRECTIONS,
        ),
        frozen=whole.rows(order[BASE + CORRECTIONS :]),
        taxonomy=taxonomy,
        champion=fit(base, taxonomy, encoder=encoder, seed=seed),
        seed=seed,
    )


def outcome(given: Ground, kind: str) -> str:
    """What becomes of a batch: quarantined, promoted or refused. kind: clean, poison or flips."""
    labels = {"clean": _clean, "poison": _poisoned, "flips": _flipped}[kind](given)
    batch = replace(given.corrections, labels={"type": tuple(labels)})
    rows = [
        Labelled(
            id=str(i),
            request=request,
            labels={"type": label},
            reviews={"type": f"r{i}"},
            reviewers={"type": f"person {i % REVIEWERS}"},
        )
        for i, (request, label) in enumerate(zip(batch.requests, labels, strict=True))
    ]
    if suspicions(rows, given.champion, groups=batch.groups, trusted={}):
        return "quarantined"
    kept = chosen(
        given.frozen, range(len(given.frozen)), source="file", at=datetime(2026, 1, 1, tzinfo=UTC), share=1
    )
    made = assemble(Parts(base=given.base, reviews=batch, file=given.frozen), frozen=kept, since=None)
    learnt = made.dataset.rows([i for i, side in enumerate(made.dataset.split or ()) if side == "train"])
    challenger = fit(learnt, given.taxonomy, encoder=given.champion.encoder, seed=given.seed)
    compared = compare(given.champion, challenger, made.judged, recent=made.recent)
    verdict = judge(compared, seed=given.seed)
    return "promoted" if verdict.passed else "refused"


def _clean(given: Ground) -> list[str]:
    return [str(label) for label in given.corrections.labels["type"]]


def _poisoned(given: Ground) -> list[str]:
    """POISONED of one class's rows carry the label of its neighbour: that which the champion takes it for
    most often."""
    random = np.random.default_rng([given.seed, 1])
    labels = _clean(given)
    was = sorted(set(labels))[given.seed % len(set(labels))]
    to = _neighbour(given, was, sorted(set(labels)))
    return [to if label == was and random.random() < POISONED else label for label in labels]


def _flipped(given: Ground) -> list[str]:
    """FLIPPED of all rows carry another label, by chance."""
    random = np.random.default_rng([given.seed, 2])
    labels = _clean(given)
    known = sorted(set(labels))
    return [
        str(random.choice([each for each in known if each != label])) if random.random() < FLIPPED else label
        for label in labels
    ]


def _neighbour(given: Ground, was: str, known: Sequence[str]) -> str:
    rows = [i for i, label in enumerate(given.base.labels["type"]) if label == was]
    shares: Mapping[str, float] = Counter()
    total: Counter[str] = Counter()
    for each in given.champion.predict([given.base.requests[i] for i in rows]):
        total.update(each.fields["type"].probabilities)
    shares = {label: total[label] for label in known if label != was}
    return max(shares, key=lambda label: shares[label])
