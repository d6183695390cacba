"""The fingerprint changes with whatever changes the vectors, and with nothing else."""

import os
import shutil
from pathlib import Path

import pytest

from features.encoder.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    model = tmp_path / "model"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "onnx").mkdir()
    (model / "modules.json").write_text('[{"path": ""}, {"path": "1_Pooling"}]')
    (model / "1_Pooling" / "config.json").write_text('{"pooling_mode": "mean"}')
    (model / "model.safetensors").write_bytes(b"weights")
    (model / "tokenizer.json").write_text("{}")
    return model


def taken(
    folder: Path, *, prefix: str = "query: ", max_tokens: int = 256, numeric_class: str = "fp32"
) -> str:
    return fingerprint(
        folder,
        prefix=prefix,
        max_tokens=max_tokens,
        numeric_class=numeric_class,
        cache_dir=folder.parent / "cache",
    )


@pytest.mark.parametrize(
    "name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json", "modules.json"]
)
def test_it_changes_with_weights_tokenizer_and_pooling(folder: Path, name: str) -> None:
    before = taken(folder)
    (folder / name).write_text((folder / name).read_text() + " ")
    assert taken(folder) != before


def test_it_changes_with_prefix_length_and_numeric_class(folder: Path) -> None:
    others = [taken(folder, prefix=""), taken(folder, max_tokens=512), taken(folder, numeric_class="int8")]
    assert len({taken(folder), *others}) == 4


def test_it_is_the_same_whatever_the_model_card_or_another_runtime_says(folder: Path) -> None:
    before = taken(folder)
    for name in ("README.md", "config_sentence_transformers.json", "pytorch_model.bin", "onnx/model.onnx"):
        (folder / name).write_text("beside the point")
    assert taken(folder) == before


def test_weights_of_the_older_form_count_where_there_are_no_others(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    before = taken(folder)
    (folder / "pytorch_model.bin").write_bytes(b"weights")
    assert taken(folder) != before


def test_it_is_the_same_in_another_place(folder: Path) -> None:
    copy = folder.parent / "elsewhere"
    shutil.copytree(folder, copy)
    assert taken(copy) == taken(folder)


def test_a_file_of_the_same_size_and_time_is_not_read_again(folder: Path) -> None:
    before = taken(folder)
    weights = folder / "model.safetensors"
    time = weights.stat().st_mtime_ns
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, ns=(time, time))
    assert taken(folder) == before
    os.utime(weights, ns=(time, time + 1))
    assert taken(folder) != before


@pytest.mark.parametrize(
    "torn", ["", "{", "[1]", '{"tokenizer.json": 5}', '{"model.safetensors": {"size": 7}}']
)
def test_a_torn_store_of_hashes_only_costs_time(folder: Path, torn: str) -> None:
    before = taken(folder)
    (store,) = (folder.parent / "cache" / "fingerprints").iterdir()
    store.write_text(torn)
    assert taken(folder) == before
