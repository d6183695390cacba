"""What thresholds rest on best, where some reviewed rows were taken by chance: on kept answers, drawn often.

    python experiments/loop/slices.py --data FOLDER --points loop.jsonl [--only SET] [--seeds ...]

A model of 800 reviews in the queue's order, or of 1,000 at random, from the points of run.py. Rows of chance
are drawn with replacement from its answers to the test rows, which are also those that a threshold is held
against; reviewed rows are its own, out of fold. With `--flattered` a third of the wrong answers among these
count as right: people let stand what they are shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.loop.course import Point
from experiments.loop.ground import FIELD, SETS, Ground, load
from experiments.loop.reviewers import ACCEPTED
from experiments.loop.run import kept
from training import by_chance, thresholds
from training.fit import fit_all
from training.thresholds import Asked, Claims, Stage

REVIEWED = {"queue": 800, "random": 1000}
SIZES = (120, 200, 300, 400)
ASKED = Asked(target=0.95, of_labels={})


def main() -> None:
    """Print a line for each set, order, number of rows of chance and way."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--points", type=Path, default=Path("loop.jsonl"))
    parser.add_argument("--only", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    parser.add_argument("--draws", type=int, default=40, help="Of each size, for each model.")
    parser.add_argument("--flattered", action="store_true")
    asked = parser.parse_args()
    for name in asked.only:
        ground = load(name, asked.data)
        for order in REVIEWED:
            models = [answers(ground, kept(asked.points), order, seed=seed) for seed in asked.seeds]
            for size in SIZES:
                found: dict[str, list[tuple[float, bool]]] = {}
                for seen, stream, labels in models:
                    seen = looked_at(seen) if asked.flattered else seen
                    for draw in range(asked.draws):
                        random = np.random.default_rng([draw, size])
                        for way, cutoffs in ways(seen, stream, labels, size=size, random=random):
                            alone = thresholds.reached(stream, cutoffs)
                            broken = alone.any() and stream.right[alone].mean() < ASKED.target
                            found.setdefault(way, []).append((float(alone.mean()), bool(broken)))
                for way, each in found.items():
                    coverage, broken = np.mean(each, axis=0)
                    print(
                        f"{name} {order} {size} {way}: coverage {coverage:.3f}, broken {broken:.3f}",
                        flush=True,
                    )


def answers(
    ground: Ground, points: list[Point], order: str, *, seed: int
) -> tuple[Claims, Claims, list[str]]:
    """Of a model of a course's first reviews: answers to these out of fold, and to the test rows; labels."""
    course = (ground.name, order, "faultless", seed)
    chosen = [i for each in points if each.key == course for i in each.chosen][: REVIEWED[order]]
    made = fit_all(ground.open.rows(chosen), ground.taxonomy, encoder=ground.encoder, seed=seed)
    seen = made.fields[FIELD].out_of_fold
    said = [each.fields[FIELD] for each in made.model.predict(ground.test.requests)]
    truth = ground.test.labels[FIELD]
    stream = Claims(
        said=np.array([each.label for each in said]),
        confidence=np.array([each.confidence for each in said]),
        right=np.array([each.label == label for each, label in zip(said, truth, strict=True)]),
        groups=np.arange(len(said)),
    )
    labels = np.array(seen.labels)
    reviewed = Claims(
        said=labels[seen.answers], confidence=seen.confidence, right=seen.right, groups=seen.groups
    )
    return reviewed, stream, list(seen.labels)


def looked_at(seen: Claims) -> Claims:
    """The answers as people judge them who accept a share of what is wrong."""
    return replace(seen, right=seen.right | (np.random.default_rng(5).random(len(seen)) < ACCEPTED))


def ways(
    seen: Claims, stream: Claims, labels: list[str], *, size: int, random: np.random.Generator
) -> Iterator[tuple[str, Mapping[str, float | None]]]:
    """Cutoffs by what they rest on: as the product has it, all rows alike, rows of chance alone."""
    drawn = stream.where(random.integers(len(stream), size=size))
    every = Claims(
        said=np.concatenate([seen.said, drawn.said]),
        confidence=np.concatenate([seen.confidence, drawn.confidence]),
        right=np.concatenate([seen.right, drawn.right]),
        groups=np.concatenate([seen.groups, len(seen) + np.arange(size)]),
    )
    weights = np.concatenate([np.zeros(len(seen)), np.ones(size)])
    whole, alone = (Stage(claims=each, labels=labels) for each in (every, every.where(weights > 0)))
    yield "product", by_chance.guarantee([whole], ASKED, weights=weights, data_hash="").cutoffs
    yield "all alike", thresholds.guarantee([whole], ASKED, data_hash="").cutoffs
    yield "chance alone", thresholds.guarantee([alone], ASKED, data_hash="").cutoffs


if __name__ == "__main__":
    main()
