"""The proof that the loop works: how much better a model gets with each batch of reviews, by their order.

    python experiments/loop/run.py courses --data FOLDER [--only SET] [--orders ...] [--seeds ...]
    python experiments/loop/run.py table
    python experiments/loop/run.py figures --into FOLDER

See README.md here. Each point is a line of `--out`, and a run goes on where an earlier one stopped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from experiments.loop import figures, tables
from experiments.loop.course import BATCH, REVIEWS, Course, Point, points
from experiments.loop.ground import SETS, load
from experiments.loop.orders import ORDERS
from experiments.loop.reviewers import REVIEWERS
from features import language

BATCHES = tuple(range(0, REVIEWS + 1, BATCH))
AT_RANDOM = (500, 1000, 1500)
"""Without a model's say a course needs no model in between: it is measured at these reviews only."""
SEEDS = 3


def main() -> None:
    """Run courses, or print the tables or draw the curves of what was run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("courses", "table", "figures"))
    parser.add_argument("--data", type=Path, help="The folder of the public sets, for courses.")
    parser.add_argument("--into", type=Path, default=Path("figures"), help="Where figures are written.")
    parser.add_argument("--out", type=Path, default=Path("loop.jsonl"), help="Where each point is kept.")
    parser.add_argument("--only", nargs="*", choices=SETS, default=list(SETS))
    parser.add_argument("--orders", nargs="*", choices=ORDERS, default=list(ORDERS))
    parser.add_argument("--reviewers", nargs="*", choices=REVIEWERS, default=list(REVIEWERS))
    parser.add_argument("--seeds", nargs="*", type=int, default=list(range(SEEDS)))
    asked = parser.parse_args()
    if asked.part == "table":
        print("\n".join(tables.tables(kept(asked.out))))
        return
    if asked.part == "figures":
        print("\n".join(str(each) for each in figures.draw(kept(asked.out), asked.into)))
        return
    language.__dict__["shares"] = cache(language.shares)  # each text is asked about after every batch
    for name in asked.only:
        ground = load(name, asked.data)
        for course in courses(name, orders=asked.orders, reviewers=asked.reviewers, seeds=asked.seeds):
            done = [each for each in kept(asked.out) if each.key == course.key]
            for point in points(ground, course, done):
                with asked.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(point.as_data(), ensure_ascii=False) + "\n")
                print(tables.line(point), flush=True)


def courses(name: str, *, orders: list[str], reviewers: list[str], seeds: list[int]) -> Iterator[Course]:
    """What is tried on a set: faultless people in each order and seed, the others in the queue's order with
    the first seed."""
    for seed in seeds:
        for order in orders:
            for people in reviewers:
                if people == "faultless" or (order == "queue" and seed == 0):
                    sizes = AT_RANDOM if order == "random" else BATCHES
                    yield Course(set=name, order=order, reviewers=people, seed=seed, sizes=sizes)


def kept(out: Path) -> list[Point]:
    """The points so far."""
    if not out.exists():
        return []
    return [Point.of(json.loads(each)) for each in out.read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
