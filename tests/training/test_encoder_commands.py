"""`triage encoder`: what needs building and what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from features.errors import EncoderNameError
from training.encoder_commands import encoder


def run(*arguments: str, cache: Path) -> tuple[str, BaseException | None]:
    done = CliRunner(env={"TRIAGE_CACHE": str(cache)}).invoke(encoder, arguments)
    return done.output, done.exception


def test_an_encoder_that_is_no_network_needs_no_building(tmp_path: Path) -> None:
    assert run("build", "hash", cache=tmp_path) == ("The encoder 'hash' needs no building.\n", None)


def test_a_folder_that_is_no_encoder_is_told(tmp_path: Path) -> None:
    _, error = run("build", str(tmp_path), cache=tmp_path)
    assert isinstance(error, EncoderNameError)


def test_the_status_says_what_to_do_where_nothing_is_built(tmp_path: Path) -> None:
    said, _ = run("status", cache=tmp_path)
    assert "not built: run `triage encoder build`" in said


@pytest.mark.real_encoder
def test_the_status_tells_of_the_export_too() -> None:
    said = CliRunner().invoke(encoder, ["status"]).output
    assert "for onnxruntime: " in said
