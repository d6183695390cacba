"""The gate tried: simulated pairs of models, poisoned batches of corrections, the time of a retraining.

See README.md here. Each part prints a line for what it did, and goes on where an earlier run stopped.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.gate import batches
from experiments.gate.pairs import pair
from features.encoder import HashEncoder
from training.fit import fit
from training.gate import judge

ROWS = 2000
TIMED_ROWS = 20_000
KUAKE = "zh_kuake_qic.parquet"


def main() -> None:
    """Run a part, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("pairs", "batches", "time", "all"))
    parser.add_argument("--data", type=Path, help="The folder of the public sets, for batches and time.")
    parser.add_argument("--out", type=Path, default=Path("gate.jsonl"), help="Where each outcome is kept.")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--flips", type=int, default=30, help="Seeds on which a tenth of labels is flipped.")
    asked = parser.parse_args()
    if asked.part in ("pairs", "all"):
        tell(asked.out, pairs_of(asked.out, count=asked.pairs))
    if asked.part in ("batches", "all"):
        tell(asked.out, batches_of(asked.out, asked.data / KUAKE, seeds=asked.seeds, flips=asked.flips))
    if asked.part in ("time", "all"):
        timed(asked.data / KUAKE)


def tell(out: Path, outcomes: Iterator[dict[str, object]]) -> None:
    """Keep each outcome as it comes, then print how many of each there are."""
    for each in outcomes:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(each) + "\n")
    counts: dict[str, Counter[str]] = {}
    for each in kept(out):
        counts.setdefault(str(each["of"]), Counter())[str(each["outcome"])] += 1
    for name, counted in sorted(counts.items()):
        print(f"{name:<28} {dict(counted)}")


def kept(out: Path) -> list[dict[str, object]]:
    """The outcomes so far."""
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()] if out.exists() else []


def pairs_of(out: Path, *, count: int) -> Iterator[dict[str, object]]:
    """Pairs of equal models, and of models that are better by 2 points; of one field and of three."""
    done = {(each["of"], each["seed"]) for each in kept(out)}
    for fields in (1, 3):
        for better in (0.0, 0.02):
            name = f"pairs of {fields} field(s) +{better:.2f}"
            for seed in range(count):
                if (name, seed) not in done:
                    random = np.random.default_rng([seed, fields, round(100 * better)])
                    found = judge(pair(random, rows=ROWS, better=better, fields=fields), seed=seed)
                    yield {"of": name, "seed": seed, "outcome": found.result.value}


def batches_of(out: Path, data: Path, *, seeds: int, flips: int) -> Iterator[dict[str, object]]:
    """Clean batches, poisoned ones, and some with labels flipped by chance."""
    done = {(each["of"], each["seed"]) for each in kept(out)}
    whole, taxonomy = batches.loaded(data)
    for seed in range(seeds):
        kinds = ("clean", "poison", "flips") if seed < flips else ("clean", "poison")
        left = [kind for kind in kinds if (kind, seed) not in done]
        if left:
            given = batches.ground(whole, taxonomy, encoder=HashEncoder(), seed=seed)
            for kind in left:
                yield {"of": kind, "seed": seed, "outcome": batches.outcome(given, kind)}


def timed(data: Path) -> None:
    """Fitting on 20,000 base rows and 1,000 new corrections with all vectors at hand, as a retraining does.

    The set is repeated with a number after each text, so that no two rows say the same.
    """
    whole, taxonomy = batches.loaded(data)
    places = [i % len(whole) for i in range(TIMED_ROWS + batches.CORRECTIONS)]
    rows = whole.rows(places)
    requests = tuple(replace(each, text=f"{each.text} {i}") for i, each in enumerate(rows.requests))
    rows, encoder = replace(rows, requests=requests), HashEncoder()
    started = time.monotonic()
    fit(rows, taxonomy, encoder=encoder, seed=0)
    print(f"{len(rows)} rows, one field: {time.monotonic() - started:.1f} s, hash vectors included")


if __name__ == "__main__":
    main()
