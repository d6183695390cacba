"""How long it takes to find what is like a request among 200,000, and whether it is what is nearest.

    python experiments/similar/run.py [--requests 200000] [--encoder multilingual-e5-small]

It makes an SQLite database in a folder of its own. Vectors are those of the sample requests, each many times
with noise of its own, so that they lie as close together as real ones. Beside the service's search stands an
exact one by numpy over float32. It measures serving, and so it imports it.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from features.encoder import DEFAULT_ENCODER, Encoder, FileCachedEncoder, open_encoder
from features.encoder.location import default_cache_dir
from features.language import detect
from features.records import ModelReference, Prediction, Request
from features.taxonomy import Taxonomy
from serving import assess, similar
from serving.access.roles import Caller, Role
from serving.services import Services, build
from serving.settings import Settings
from serving.store import schema, vectors
from serving.store.assessments import Cause, Made, row
from serving.store.tables import assessments, request_words, requests
from serving.store.vector_tables import request_vectors
from training import dataset as datasets

Vectors = NDArray[np.float32]
LEAD = Caller(name="benchmark", role=Role.LEAD)
ASKED = 40
PART = 5_000
NOISE = 0.3
"""Length of the noise against a vector of length 1: two of one sample have a cosine of about 0.92."""


@dataclass
class Encodes:
    """A model as far as the search knows one: an encoder."""

    encoder: Encoder
    taxonomy: Taxonomy = field(default_factory=Taxonomy.default)
    reference: ModelReference = field(default_factory=lambda: ModelReference(name="benchmark", version="1"))

    def predict(self, requests: object) -> list[Prediction]:
        """Raises NotImplementedError: a search predicts nothing, so whoever asks is at fault."""
        raise NotImplementedError("the search asks for vectors alone")


@dataclass(frozen=True)
class Stock:
    """Requests to be stored: vectors, texts and languages."""

    vectors: Vectors
    texts: list[str]
    languages: list[str]


def spread(samples: Vectors, texts: list[str], count: int) -> Stock:
    """The samples again and again, each time with other noise on the vector."""
    chance = np.random.default_rng(0)
    drawn = chance.integers(len(samples), size=count)
    made, spoken = samples[drawn], [detect(text) for text in texts]
    noise = chance.standard_normal(made.shape, dtype=np.float32)
    made = made + NOISE * noise / np.linalg.norm(noise, axis=1, keepdims=True)
    unit = np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), dtype=np.float32)
    return Stock(unit, [texts[i] for i in drawn], [spoken[i] for i in drawn])


def rows(
    services: Services, made: Stock, fingerprint: str, start: int
) -> Iterator[tuple[dict[str, object], ...]]:
    """For each vector: the rows of its request, its words, its assessment and itself."""
    now = services.tools.clock()
    body = row(
        Made(
            id="",
            request_id="",
            at=now,
            cause=Cause.RECEIVED,
            assessment=assess.pending(services, Request(text="hello", received_at=now), None),
        )
    )
    for i in range(start, min(start + PART, len(made.texts))):
        number, verdict = services.tools.new_id(), services.tools.new_id()
        yield (
            {
                "id": number,
                "version": 2,
                "status": "open",
                "source": "benchmark",
                "owner": "benchmark",
                "facts_trusted": False,
                "sample": False,
                "received_at": now,
                "stored_at": now,
                "assessment_id": verdict,
                "language": made.languages[i],
            },
            {"request_id": number, "text": made.texts[i], "attributes": {}},
            dict(body) | {"id": verdict, "request_id": number},
            {
                "request_id": number,
                "fingerprint": fingerprint,
                "words_key": f"{i:032}",
                "vector": made.vectors[i].astype(vectors.KEPT).tobytes(),
            },
        )


def fill(services: Services, made: Stock, fingerprint: str) -> list[str]:
    """Store so many assessed requests with these vectors; their identifiers, in order."""
    ids: list[str] = []
    for start in range(0, len(made.texts), PART):
        parts = zip(*rows(services, made, fingerprint, start), strict=True)
        with services.store.write() as connection:
            for table, part in zip(
                (requests, request_words, assessments, request_vectors), parts, strict=True
            ):
                connection.execute(insert(table), list(part))
                if table is requests:
                    ids += [str(each["id"]) for each in part]
    return ids


def milliseconds(do: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)


def processor(do: Callable[[], object]) -> float:
    """Processor time of this thread, once."""
    began = time.thread_time()
    do()
    return 1000 * (time.thread_time() - began)


def told(name: str, times: list[float]) -> None:
    """Print a line of the table."""
    print(f"| {name} | {statistics.median(times):.1f} | {sorted(times)[int(0.95 * len(times))]:.1f} |")


def measure(services: Services, stock: Stock, ids: list[str], fingerprint: str) -> None:
    """Ask, and print what it took and what was found."""
    first = milliseconds(lambda: similar.similar(services, LEAD, ids[0], limit=10))
    print(f"\nThe first question, which reads the table: {first / 1000:.1f} s.\n")
    with services.store.read() as connection:
        asked = {"fingerprint": fingerprint, "count": 1, "party": None}
        means = services.vectors.nearest(connection, stock.vectors[0], **asked).means
    made = means.over(stock.vectors, stock.languages)
    print(f"| over {len(made):,} vectors, milliseconds | median | 95th of 100 |\n|---|---|---|")
    asked = np.random.default_rng(1).choice(len(made), size=ASKED, replace=False).tolist()
    whole, index, exact, agree, used = [], [], [], [], []
    for i in asked:
        vector = vectors_of(services, ids[i], fingerprint)
        found: list[similar.Like] = []
        whole.append(milliseconds(partial(ask, services, ids[i], found)))
        used.append(processor(partial(ask, services, ids[i], [])))
        index.append(milliseconds(partial(nearest, services, vector, fingerprint)))
        exact.append(milliseconds(partial(by_float32, made, made[i])))
        order = np.argsort(-(made @ made[i]), kind="stable")
        best = {ids[j] for j in order[1:11].tolist()}
        agree.append(len(best & {each.answer.stored.id for each in found if each.answer.stored}) / 10)
    told("the whole answer: search, measure again, group, read ten requests", whole)
    told("the same, processor time", used)
    told("of these the search in memory, bytes", index)
    told("peer: numpy over float32, search only", exact)
    print(f"\nOf the ten nearest by float32, {100 * statistics.mean(agree):.1f} % are in the answer.")


def ask(services: Services, request_id: str, found: list[similar.Like]) -> None:
    """The whole use case."""
    found.extend(similar.similar(services, LEAD, request_id, limit=10).like)


def by_float32(made: Vectors, vector: Vectors) -> Vectors:
    """The peer: an exact search."""
    return np.asarray(np.argpartition(-(made @ vector), 200)[:200])


def vectors_of(services: Services, request_id: str, fingerprint: str) -> Vectors:
    """The vector of a request as kept."""
    with services.store.read() as connection:
        return vectors.of_request(connection, request_id, fingerprint).vectors[0]


def nearest(services: Services, vector: Vectors, fingerprint: str) -> None:
    """The search alone."""
    with services.store.read() as connection:
        services.vectors.nearest(connection, vector, fingerprint=fingerprint, count=40, party=None)


def main() -> None:
    """Make the database, fill it, ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    arguments = parser.parse_args()
    encoder = FileCachedEncoder(open_encoder(arguments.encoder), default_cache_dir() / "vectors")
    given, _ = datasets.load(Path("data/requests.csv"), taxonomy=Taxonomy.default())
    made = spread(encoder.encode(given.words, progress=True), list(given.words), arguments.requests)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        services = build(Settings(home=Path(folder), database_url=f"sqlite:///{folder}/triage.db"))
        schema.upgrade(services.store)
        services.engine.use(Encodes(encoder))
        ids = fill(services, made, encoder.fingerprint)
        measure(services, made, ids, encoder.fingerprint)
        services.store.close()


if __name__ == "__main__":
    main()
