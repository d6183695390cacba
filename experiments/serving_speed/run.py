"""How fast the service answers, beside the bare libraries that it stands on, in one run.

    python experiments/serving_speed/run.py [--home HOME] [--rounds 3] [--only one,many,store,memory]

HOME is one in which a model on the default encoder was trained; without it one is made of the samples. Each
text is asked once, so no vector is remembered, but where the table says so. The service and a peer take
turns on the same texts, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from service import ROOT, Client, Service, at_once, run, serving

from features.encoder import OnnxEncoder, TransformerEncoder, e5
from features.encoder.export import export
from features.encoder.onnx import open_tokenizer

TOKENS = 30
CLIENTS = 16
WORDS = {
    "en": "printer invoice jammed since morning floor accounting cannot print order delivery contract please "
    "server login password customer wrong amount again broken office network report statement today",
    "zh": "打印机 发票 卡纸 今天 早上 三楼 财务部 无法 打印 订单 交货 合同 请 服务器 登录 密码 客户",
}


class Texts:
    """Endless texts of 30 tokens, half Chinese and half English, none twice."""

    def __init__(self, encoder: TransformerEncoder) -> None:
        self._tokenizer = open_tokenizer(encoder.folder, max_tokens=4 * TOKENS)
        self._prefix = encoder.prefix
        self._chance = random.Random(0)  # noqa: S311 - nothing secret
        self._made = 0

    def take(self, number: int) -> list[str]:
        """So many new ones."""
        return [self._new() for _ in range(number)]

    def _new(self) -> str:
        self._made += 1
        language = "zh" if self._made % 2 else "en"
        text = str(self._made)
        while len(self._tokenizer.encode(self._prefix + text).ids) < TOKENS:
            text += ("" if language == "zh" else " ") + self._chance.choice(WORDS[language].split())
        return text


def spread(times: Sequence[float]) -> tuple[float, float]:
    """Their median and 99th percentile."""
    return statistics.median(times), float(np.percentile(times, 99))


def one_client(service: Service, texts: Texts, encoder: TransformerEncoder, *, count: int) -> list[str]:
    """One client: the whole answer, beside SentenceTransformer.encode of the same text."""
    bare, client = encoder.network(), Client(service)
    ours, theirs, used = [], [], 0.0
    before = service.processor_ms()
    for text in texts.take(count):
        ours.append(client.post("/v1/triage", {"text": text}))
        began, ticks = time.perf_counter(), time.process_time()
        bare.encode(encoder.prefix + text, prompt="", show_progress_bar=False)
        theirs.append(1000 * (time.perf_counter() - began))
        used += 1000 * (time.process_time() - ticks)
    processor, peer_processor = (service.processor_ms() - before) / count, used / count
    (p50, p99), (peer, peer99) = spread(ours), spread(theirs)
    figures = [p50, p99, peer, peer99, p50 / peer, p99 / p50, processor, peer_processor]
    return [f"{each:.2f}" if each < 10 else f"{each:.1f}" for each in figures]


def many_clients(service: Service, texts: Texts, onnx: OnnxEncoder, bare: TransformerEncoder) -> list[str]:
    """16 clients, beside the two bare runtimes on batches of 16 of the same texts."""
    asked = texts.take(20 * CLIENTS)
    batches = [asked[i : i + CLIENTS] for i in range(0, len(asked), CLIENTS)]
    ours, times = at_once(service, "/v1/triage", asked, clients=CLIENTS)
    by_onnx = len(asked) / seconds(lambda: [onnx.encode(batch) for batch in batches])
    by_torch = len(asked) / seconds(lambda: [bare.encode(batch) for batch in batches])
    warm, _ = at_once(service, "/v1/triage", asked * 2, clients=CLIENTS)
    p50, p99 = spread(times)
    figures = [ours, by_onnx, by_torch, ours / by_onnx, ours / by_torch]
    return [f"{each:.2f}" if each < 10 else f"{each:.0f}" for each in figures] + [
        f"{p50:.0f}",
        f"{p99:.0f}",
        f"{warm:.0f}",
    ]


def storing(service: Service, texts: Texts, *, count: int) -> list[str]:
    """What storing a request adds: POST /v1/requests less POST /v1/triage of the same warm text."""
    client = Client(service)
    assessed, stored = [], []
    for text in texts.take(count):
        client.post("/v1/triage", {"text": text})
        assessed.append(client.post("/v1/triage", {"text": text}))
        stored.append(client.post("/v1/requests", {"text": text}))
    (plain, _), (p50, p99) = spread(assessed), spread(stored)
    return [f"{plain:.1f}", f"{p50:.1f}", f"{p50 - plain:.1f}", f"{p99:.1f}"]


def seconds(do: Callable[[], object]) -> float:
    """How long it takes, once."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def table(heads: Sequence[str], rows: Iterator[list[str]]) -> None:
    """Print rows as they come, then their medians."""
    print("\n| " + " | ".join(["run", *heads]) + " |\n|" + "---|" * (len(heads) + 1))
    kept: list[list[str]] = []
    for number, row in enumerate(rows, start=1):
        kept.append(row)
        print("| " + " | ".join([str(number), *row]) + " |", flush=True)
    middle = [f"{statistics.median(float(each) for each in column):g}" for column in zip(*kept, strict=True)]
    print("| median | " + " | ".join(middle) + " |", flush=True)


def measure(home: Path, *, rounds: int, only: frozenset[str], postgresql: str | None) -> None:
    """Print the tables that were asked for."""
    bare = e5.open_default(progress=True)
    onnx = export(bare)
    texts = Texts(bare)
    bare.encode(["a"]), onnx.encode(["a"])
    databases = {"SQLite": f"sqlite:///{home / 'speed.db'}"} | (
        {"PostgreSQL": postgresql} if postgresql else {}
    )
    for name, url in databases.items():
        with serving(home, TRIAGE_DATABASE_URL=url) as service:
            print(f"\n{name}: ready in {service.ready_seconds:.1f} s.")
            at_once(service, "/v1/triage", texts.take(32), clients=4)
            tables(
                service, texts, onnx, bare, rounds=rounds, only=only if name == "SQLite" else only & {"store"}
            )


def tables(
    service: Service,
    texts: Texts,
    onnx: OnnxEncoder,
    bare: TransformerEncoder,
    *,
    rounds: int,
    only: frozenset[str],
) -> None:
    """Print those of one service."""
    if "one" in only:
        heads = ["p50 ms", "p99", "bare p50", "bare p99", "p50 to bare", "p99 to p50", "processor ms", "bare"]
        table(heads, (one_client(service, texts, bare, count=200) for _ in range(rounds)))
    if "many" in only:
        heads = [
            "a second",
            "bare onnxruntime",
            "torch",
            "to onnxruntime",
            "to torch",
            "p50",
            "p99",
            "warm a second",
        ]
        table(heads, (many_clients(service, texts, onnx, bare) for _ in range(rounds)))
    if "store" in only:
        table(
            ["triage p50 ms", "requests p50", "adds", "p99"],
            (storing(service, texts, count=150) for _ in range(rounds)),
        )
    if "memory" in only:
        held(service, texts)


def held(service: Service, texts: Texts) -> None:
    """Print what the web process holds after 1,000 mixed requests, and what they were answered."""
    service.answers.clear()
    for path in ("/v1/triage", "/v1/requests"):
        at_once(service, path, [text * (1 + i % 40) for i, text in enumerate(texts.take(500))], clients=8)
    told = ", ".join(f"{count} x {status}" for status, count in sorted(service.answers.items()))
    print(f"\nAfter 1,000 more requests of 30 to 1,200 tokens: {service.megabytes():,.0f} MB ({told});")
    print(f"torch loaded: {service.maps('libtorch')}; onnxruntime loaded: {service.maps('onnxruntime')}.")


def main() -> None:
    """Read what is asked, make what is missing, and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="one,many,store,memory")
    parser.add_argument("--postgresql", help="the URL of an empty database, to be measured too")
    given = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            run(
                ["train", "--data", str(ROOT / "data" / "requests.csv")],
                os.environ | {"TRIAGE_HOME": str(home), "PYTHONPATH": str(ROOT)},
            )
        measure(home, rounds=given.rounds, only=frozenset(given.only.split(",")), postgresql=given.postgresql)
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}.")


if __name__ == "__main__":
    main()
