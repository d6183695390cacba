"""Whether the words shown are those that moved the label, by deleting them; ten explanations; the time.

    python experiments/why/run.py [--data FOLDER] [--rows 100]

FOLDER holds banking77.parquet; without it only the sample requests are used. A fifth of the samples, or
banking77's own test rows, are held back from training, and explained.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from features import text
from features.bundle import TriageModel
from features.encoder import DEFAULT_ENCODER, Encoder, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.explain import FieldExplanation, Word, explain
from features.language import detect
from features.records import Prediction, Request
from features.taxonomy import Taxonomy
from training import dataset as datasets
from training import splits
from training.dataset import Dataset
from training.fit import fit

WORDS = 3
"""Deleted at a time."""
SHOWN = 5
BATCH = 32
LENGTHS = (20, 30, 100, 250)
"""Tokens of the texts that are timed."""


def fitted(learn: Dataset, taxonomy: Taxonomy, raw: Encoder) -> TriageModel:
    """A model whose training vectors come from the cache, and which answers by the encoder itself."""
    cached = FileCachedEncoder(raw, default_cache_dir() / "vectors")
    model = fit(learn, taxonomy, encoder=cached, seed=0)
    parts = {part: replace(each, encoder=raw) for part, each in model.extractors.items()}
    return replace(model, extractors=parts)


def without(words: str, gone: Sequence[Word]) -> str:
    """The text without some of its words."""
    for word in sorted(gone, key=lambda each: -each.start):
        words = words[: word.start] + words[word.end :]
    return words


def chosen(said: FieldExplanation, chance: np.random.Generator) -> dict[str, list[Word]]:
    """Which words to delete: those shown first, as many by chance, and those that spoke against."""
    top = [word for word in said.words if word.weight > 0][:WORDS]
    order = chance.permutation(len(said.words))[: len(top)]
    lowest = sorted(said.words, key=lambda word: word.weight)[: len(top)]
    return {"shown": top, "by chance": [said.words[i] for i in order], "lowest": lowest}


def lost(model: TriageModel, requests: Sequence[Request]) -> Mapping[str, Mapping[str, list[float]]]:
    """Field -> which words were deleted -> how much of its probability the label lost, for each request."""
    chance = np.random.default_rng(0)
    asked: list[tuple[str, str, FieldExplanation, str]] = []
    for request in requests:
        words = text.read(request).words
        for code, said in explain(model, Request(text=words)).items():
            if len(said.words) > 2 * WORDS:
                asked += [
                    (code, kind, said, without(words, gone)) for kind, gone in chosen(said, chance).items()
                ]
    found: dict[str, dict[str, list[float]]] = {}
    for (code, kind, said, _), prediction in zip(asked, predicted(model, asked), strict=True):
        left = prediction.fields[code].probabilities[said.label]
        found.setdefault(code, {}).setdefault(kind, []).append(said.probability - left)
    return found


def predicted(
    model: TriageModel, asked: Sequence[tuple[str, str, FieldExplanation, str]]
) -> Iterator[Prediction]:
    """What the model says of the texts with words deleted, those of like length together."""
    order = sorted(range(len(asked)), key=lambda i: len(asked[i][3]))
    said: dict[int, Prediction] = {}
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        said.update(zip(batch, model.predict([Request(text=asked[i][3] or ".") for i in batch]), strict=True))
    return (said[i] for i in range(len(asked)))


def table(name: str, found: Mapping[str, Mapping[str, list[float]]]) -> None:
    """Print a line for each field: means, and the difference with its 95 % interval."""
    for code, kinds in found.items():
        shown, others = np.array(kinds["shown"]), np.array(kinds["by chance"])
        gap = shown - others
        half = 1.96 * gap.std(ddof=1) / np.sqrt(len(gap))
        means = " | ".join(
            f"{statistics.mean(kinds[kind]):+.3f}" for kind in ("shown", "by chance", "lowest")
        )
        share = float((gap > 0).mean())
        print(f"| {name} | {code} | {len(gap)} | {means} | {gap.mean():+.3f} ± {half:.3f} | {share:.2f} |")


def print_ten(model: TriageModel, held: Dataset) -> None:
    """Print the explanations of five requests in each language, the same at each run."""
    for language in ("zh", "en"):
        mine = [i for i, words in enumerate(held.words) if detect(words) == language]
        for i in np.random.default_rng(7).choice(mine, size=5, replace=False).tolist():
            words = " ".join(held.words[i].split())
            print(f"\n**{words[:150]}{'…' if len(words) > 150 else ''}**\n")
            for code, said in explain(model, held.requests[i]).items():
                moved = ", ".join(f"{word.text} {word.weight:+.2f}" for word in said.words[:SHOWN])
                second, truth = said.runners_up[0], held.labels[code][i]
                mark = "" if truth == said.label else f", labelled {truth}"
                print(
                    f"- {code}: {said.label} {said.probability:.2f} against {second.label} "
                    f"{second.probability:.2f}{mark}: {moved}"
                )


def milliseconds(do: Callable[[], object], *, times: int = 15) -> tuple[float, float]:
    """The median over several times, after one that does not count: by the clock, and of the processor."""
    do()
    clock, processor = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        do()
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - worked))
    return statistics.median(clock), statistics.median(processor)


def timed(model: TriageModel, held: Dataset) -> None:
    """Print how long an explanation takes beside a prediction, by the length of the text."""
    long = " ".join(words for words in held.words if detect(words) == "en")
    print(
        "\n| tokens | predict, ms | explain, ms | ratio | processor: predict | explain |\n" + "|---" * 6 + "|"
    )
    for tokens in LENGTHS:
        request = Request(text=_of_length(model.encoder, long, tokens))
        predicts, of_it = milliseconds(partial(model.predict, [request]))
        explains, of_this = milliseconds(partial(explain, model, request))
        ratio = explains / predicts
        print(f"| {tokens} | {predicts:.0f} | {explains:.0f} | {ratio:.2f} | {of_it:.0f} | {of_this:.0f} |")


def _of_length(encoder: Encoder, long: str, tokens: int) -> str:
    """The beginning of a text, of so many tokens."""
    from features.encoder.tokens import token_shares

    words = long.split()
    for count in range(1, len(words)):
        shares = token_shares(encoder, " ".join(words[:count]))
        if shares is not None and len(shares.spans) >= tokens:
            return " ".join(words[:count])
    return long


def held_back(given: Dataset) -> tuple[Dataset, Dataset]:
    """What is learnt from and what is held back: the set's own split, or the first of five folds."""
    if given.split is not None:
        learn = [i for i, part in enumerate(given.split) if part == "train"]
        test = [i for i, part in enumerate(given.split) if part == "test"]
    else:
        first = next(iter(splits.folds(given, next(iter(given.labels)), seed=0)))
        learn, test = first[0].tolist(), first[1].tolist()
    return given.rows(learn), given.rows(test)


def main() -> None:
    """Print the tables and the explanations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rows", type=int, default=100)
    arguments = parser.parse_args()
    raw = open_encoder(DEFAULT_ENCODER)
    given, taxonomy = datasets.load(Path("data/requests.csv"), taxonomy=Taxonomy.default())
    learn, held = held_back(given)
    model = fitted(learn, taxonomy, raw)
    print("| set | field | texts | shown | by chance | lowest | difference | shown costs more |")
    print("|---" * 8 + "|")
    some = np.random.default_rng(0).permutation(len(held))
    table("samples", lost(model, [held.requests[i] for i in some[: arguments.rows].tolist()]))
    if arguments.data is not None:
        bank, its_own = datasets.load(arguments.data / "banking77.parquet", taxonomy=None)
        bank_learn, bank_held = held_back(bank)
        rows = np.random.default_rng(0).permutation(len(bank_held))[: 3 * arguments.rows].tolist()
        table(
            "banking77",
            lost(fitted(bank_learn, its_own, raw), [bank_held.requests[i] for i in rows]),
        )
    timed(model, held)
    print_ten(model, held)


if __name__ == "__main__":
    main()
