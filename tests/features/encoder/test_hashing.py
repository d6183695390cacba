"""The hash encoder: fast, the same everywhere, and like texts lie close together."""

import json
import subprocess
from collections.abc import Callable

import numpy as np

from features.encoder import HashEncoder

StartPython = Callable[..., subprocess.Popen[str]]


def test_like_texts_are_closer_than_unlike_ones() -> None:
    jam, jammed, invoice = HashEncoder().encode(["打印机卡纸了", "打印机又卡纸了", "please send the invoice"])
    assert jam @ jammed > 0.5
    assert jam @ invoice < 0.3


def test_rows_have_length_one_even_for_nothing() -> None:
    vectors = HashEncoder(dimensions=64).encode(["", " ", "a", "报修"])
    assert vectors.shape == (4, 64)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_texts_give_no_rows() -> None:
    assert HashEncoder().encode([]).shape == (0, 256)


def test_another_process_gives_the_same_vectors(start_python: StartPython) -> None:
    script = (
        "import json; from features.encoder import HashEncoder\n"
        "print(json.dumps(HashEncoder().encode(['报修 a']).tolist()))"
    )
    said, _ = start_python(script).communicate(timeout=60)
    assert np.array_equal(np.array(json.loads(said), dtype=np.float32), HashEncoder().encode(["报修 a"]))


def test_the_fingerprint_tells_the_width() -> None:
    assert HashEncoder(dimensions=64).fingerprint != HashEncoder().fingerprint
