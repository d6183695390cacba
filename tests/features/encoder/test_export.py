"""Exporting for onnxruntime: proved or refused, whole or not there, once for all. A tiny network."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from features.encoder import HashEncoder, OnnxEncoder, Runtime, TransformerEncoder, on_runtime
from features.encoder.export import export, free_bytes
from features.encoder.exported import Proof, exported_folder, read_proof
from features.encoder.exporting import make, pooling_of
from features.encoder.folder import write_folder
from features.encoder.onnx import LARGEST_RUN, runs
from features.encoder.quantized import parse
from features.errors import EncoderBuildError, EncoderNameError, NotExportableError

TEXTS = ["printer", "a b", "打印", "", " ", "printer " * 300, "😀", "<s></s><mask>", "ab\x01Ａ①～"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny_weights: bytes) -> Path:
    """A sentence-transformers folder of one layer."""
    made = tmp_path_factory.mktemp("tiny")
    write_folder(parse(tiny_weights), made, progress=False)
    return made


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Path:
    """A cache in which the tiny network was exported, and a killed export left something before."""
    made = tmp_path_factory.mktemp("cache")
    (made / "onnx" / ".unfinished-x").mkdir(parents=True)
    export(encoder_of(folder, made), cache_dir=made)
    return made


def encoder_of(folder: Path, cache: Path) -> TransformerEncoder:
    return TransformerEncoder(folder, max_tokens=32, cache_dir=cache)


def place_of(folder: Path, cache: Path) -> Path:
    return exported_folder(encoder_of(folder, cache).fingerprint, cache_dir=cache)


def test_its_vectors_and_its_fingerprint_are_those_of_torch(folder: Path, cache: Path) -> None:
    torch = encoder_of(folder, cache)
    onnx = export(torch, cache_dir=cache)
    assert (onnx.name, onnx.fingerprint, onnx.dimensions) == (torch.name, torch.fingerprint, 32)
    assert np.allclose(onnx.encode(TEXTS), torch.encode(TEXTS), atol=1e-5)
    assert onnx.encode([]).shape == (0, 32)
    shares, known = onnx.encode_tokens("printer a"), torch.encode_tokens("printer a")
    assert shares is not None
    assert known is not None
    assert shares.spans == known.spans
    assert np.allclose(shares.vectors, known.vectors, atol=1e-5)
    assert np.allclose(shares.vectors.sum(axis=0) + shares.rest, onnx.encode(["printer a"])[0], atol=1e-5)


def test_the_proof_is_kept_and_nothing_unfinished_is(folder: Path, cache: Path) -> None:
    proof = read_proof(place_of(folder, cache))
    assert proof is not None
    assert proof.least_cosine >= 0.9999
    assert (proof.texts, proof.max_tokens, proof.pooling) == (64, 32, "mean")
    assert not list((cache / "onnx").glob(".unfinished-*"))


def test_it_answers_in_a_process_that_loads_no_torch(
    folder: Path, cache: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from features.encoder import Runtime, TransformerEncoder, on_runtime\n"
        "cache = Path(sys.argv[2]); e = TransformerEncoder(sys.argv[1], max_tokens=32, cache_dir=cache)\n"
        "shape = on_runtime(e, Runtime.ONNX, cache_dir=cache).encode(['a', 'b']).shape\n"
        "print(shape, {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules))"
    )
    assert start_python(script, folder, cache).communicate(timeout=60) == ("(2, 32) set()\n", "")


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(path.read_bytes()[:-4]), lambda path: path.unlink()]
)
@pytest.mark.parametrize("name", ["network.onnx", "network.onnx.data", "proof.json"])
def test_a_damaged_export_is_none(
    folder: Path, cache: Path, tmp_path: Path, name: str, damage: Callable[[Path], object]
) -> None:
    copy = shutil.copytree(place_of(folder, cache), tmp_path / "copy")
    assert read_proof(copy) is not None
    damage(copy / name)
    assert read_proof(copy) is None


def test_what_other_libraries_proved_is_proved_anew(folder: Path, cache: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(place_of(folder, cache), tmp_path / "copy")
    seal = json.loads((copy / "proof.json").read_text())
    seal["libraries"]["onnxruntime"] = "0.0.1"
    (copy / "proof.json").write_text(json.dumps(seal))
    assert read_proof(copy) is None


def test_a_network_that_is_no_network_is_told_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "network.onnx").write_bytes(b"torn")
    proof = Proof(max_tokens=32, pad=1, pooling="mean", dimensions=32, least_cosine=1.0, texts=64)
    with pytest.raises(EncoderNameError, match=r"onnxruntime cannot load .*network\.onnx"):
        OnnxEncoder(encoder_of(folder, tmp_path), tmp_path, proof).encode(["a"])


class Other(TransformerEncoder):
    """Gives other vectors than its network."""

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        return np.asarray(super().encode(texts, progress=progress)[:, ::-1], dtype=np.float32)


def test_other_vectors_than_those_of_torch_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotExportableError, match="other vectors than torch"):
        make(Other(folder, max_tokens=32, cache_dir=tmp_path), tmp_path / "made")
    assert read_proof(tmp_path / "made") is None


def refused_folder(folder: Path, tmp_path: Path) -> Path:
    copy = shutil.copytree(folder, tmp_path / "max")
    (copy / "1_Pooling" / "config.json").write_text('{"embedding_dimension": 32, "pooling_mode": "max"}')
    return copy


def test_a_refusal_is_remembered_until_it_is_asked_again(folder: Path, tmp_path: Path) -> None:
    encoder = encoder_of(refused_folder(folder, tmp_path), tmp_path)
    for _ in range(2):
        with pytest.raises(NotExportableError, match="pooled in a way of its own"):
            export(encoder, cache_dir=tmp_path)
    note = exported_folder(encoder.fingerprint, cache_dir=tmp_path) / "refused.json"
    note.write_text(note.read_text().replace("pooled in a way of its own", "as it was noted"))
    with pytest.raises(NotExportableError, match="as it was noted"):
        export(encoder, cache_dir=tmp_path)
    with pytest.raises(NotExportableError, match="pooled in a way of its own"):
        export(encoder, cache_dir=tmp_path, again=True)


def test_where_it_cannot_be_exported_torch_runs_it_and_the_log_says_so(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = encoder_of(refused_folder(folder, tmp_path), tmp_path)
    assert on_runtime(encoder, Runtime.AUTO, cache_dir=tmp_path) is encoder
    assert "the encoder runs on torch" in caplog.text
    with pytest.raises(NotExportableError):
        on_runtime(encoder, Runtime.ONNX, cache_dir=tmp_path)


def test_what_is_no_network_or_is_to_run_on_torch_stays_as_it_is(folder: Path, cache: Path) -> None:
    hashing, torch = HashEncoder(), encoder_of(folder, cache)
    assert on_runtime(hashing, Runtime.ONNX) is hashing
    assert on_runtime(torch, Runtime.TORCH, cache_dir=cache) is torch
    assert isinstance(on_runtime(torch, Runtime.AUTO, cache_dir=cache), OnnxEncoder)


def test_too_little_room_is_told_before_anything_is_made(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderBuildError, match="TRIAGE_CACHE") as told:
        export(encoder_of(folder, tmp_path), cache_dir=tmp_path, free=lambda _: 10)
    assert not isinstance(told.value, NotExportableError), "it may be tried again"
    assert free_bytes(tmp_path) > 10
    assert [path.suffix for path in (tmp_path / "onnx").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("pooling", "known"),
    [
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": ["mean"]}, "mean"),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode": ["mean", "max"]}, None),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True}, None),
        ({}, None),
    ],
)
def test_only_plain_poolings_are_exported(
    folder: Path, tmp_path: Path, pooling: dict[str, object], known: str | None
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    if known is not None:
        assert pooling_of(copy) == known
        return
    with pytest.raises(NotExportableError):
        pooling_of(copy)


def test_more_modules_than_a_network_and_a_pooling_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    listed = json.loads((copy / "modules.json").read_text())
    listed[2]["type"] = "sentence_transformers.models.Dense"
    (copy / "modules.json").write_text(json.dumps(listed))
    with pytest.raises(NotExportableError, match="Dense"):
        pooling_of(copy)


@pytest.mark.parametrize("lengths", [[], [5], [256] * 32, [3, 256, 4, 250, 3], list(range(1, 257))])
def test_runs_hold_every_text_once_with_little_padding(lengths: list[int]) -> None:
    found = list(runs(lengths))
    assert sorted(row for run in found for row in run) == list(range(len(lengths)))
    for run in found:
        longest = max(lengths[row] for row in run)
        assert len(run) == 1 or longest * len(run) <= LARGEST_RUN
        assert min(lengths[row] for row in run) >= 0.75 * longest
