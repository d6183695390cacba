"""Vectors in files outlive the process, and neither a torn file nor a second writer spoils them."""

import logging
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.encoder import FileCachedEncoder, HashEncoder

Counting = Callable[..., Any]
TEXTS = ["打印机卡纸了", "the invoice is wrong", "VPN 连不上", ""]


def shards(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.npy"))


def test_the_next_run_encodes_only_new_texts(tmp_path: Path, counting: Counting) -> None:
    FileCachedEncoder(HashEncoder(), tmp_path).encode(TEXTS)
    encoder = counting()
    vectors = FileCachedEncoder(encoder, tmp_path).encode([*TEXTS, "new", *TEXTS])
    assert encoder.asked == ["new"]
    assert np.array_equal(vectors, HashEncoder().encode([*TEXTS, "new", *TEXTS]))


def test_nothing_is_written_when_nothing_is_new(tmp_path: Path) -> None:
    for _ in range(3):
        FileCachedEncoder(HashEncoder(), tmp_path).encode(TEXTS)
    assert len(shards(tmp_path)) == 1


def test_encoders_with_another_fingerprint_share_nothing(tmp_path: Path, counting: Counting) -> None:
    FileCachedEncoder(HashEncoder(), tmp_path).encode(TEXTS)
    narrow = counting(dimensions=64)
    assert FileCachedEncoder(narrow, tmp_path).encode(TEXTS).shape == (4, 64)
    assert narrow.asked == TEXTS


@pytest.mark.parametrize("kept", [0, 10, 200, -1])
def test_a_torn_file_is_passed_over_and_said(
    tmp_path: Path, counting: Counting, caplog: pytest.LogCaptureFixture, kept: int
) -> None:
    FileCachedEncoder(HashEncoder(), tmp_path).encode(TEXTS[:2])
    (torn,) = shards(tmp_path)
    torn.write_bytes(torn.read_bytes()[:kept])
    encoder = counting()
    with caplog.at_level(logging.WARNING):
        vectors = FileCachedEncoder(encoder, tmp_path).encode(TEXTS[:2])
    assert encoder.asked == TEXTS[:2]
    assert np.array_equal(vectors, HashEncoder().encode(TEXTS[:2]))
    assert str(torn) in caplog.text


def test_a_row_that_is_no_unit_vector_is_made_again(tmp_path: Path, counting: Counting) -> None:
    FileCachedEncoder(HashEncoder(), tmp_path).encode(TEXTS[:2])
    (damaged,) = shards(tmp_path)
    rows = np.load(damaged)
    rows["vector"][0] = 0
    np.save(damaged, rows)
    encoder = counting()
    FileCachedEncoder(encoder, tmp_path).encode(TEXTS[:2])
    assert len(encoder.asked) == 1


def test_a_folder_that_cannot_be_written_costs_only_the_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        vectors = FileCachedEncoder(HashEncoder(), tmp_path / "file").encode(TEXTS)
    assert np.array_equal(vectors, HashEncoder().encode(TEXTS))
    assert "could not be kept" in caplog.text


def test_processes_that_write_at_once_lose_nothing(
    tmp_path: Path, counting: Counting, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    script = (
        "import sys; from pathlib import Path; from features.encoder import FileCachedEncoder, HashEncoder\n"
        "cached = FileCachedEncoder(HashEncoder(), Path(sys.argv[1])); first = int(sys.argv[2])\n"
        "for n in range(first, first + 30): cached.encode([f'text {n}'])"
    )
    writers = [start_python(script, tmp_path, first) for first in (0, 15, 30)]
    assert [writer.communicate(timeout=120)[1] for writer in writers] == ["", "", ""]
    encoder = counting()
    texts = [f"text {n}" for n in range(60)]
    assert np.array_equal(FileCachedEncoder(encoder, tmp_path).encode(texts), HashEncoder().encode(texts))
    assert encoder.asked == []
    assert not list(tmp_path.rglob("*.tmp"))


def test_what_another_process_wrote_meanwhile_is_seen(tmp_path: Path, counting: Counting) -> None:
    encoder = counting()
    opened_before = FileCachedEncoder(encoder, tmp_path)
    opened_before.encode(["a"])
    FileCachedEncoder(HashEncoder(), tmp_path).encode(["b"])
    opened_before.encode(["b"])
    assert encoder.asked == ["a"]
