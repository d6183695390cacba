"""Encoders are opened by name, an unknown name is told at once, and importing them is cheap."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from features.encoder import HashEncoder, open_encoder
from features.errors import EncoderNameError


def test_hash_is_the_encoder_without_a_model() -> None:
    assert isinstance(open_encoder("hash"), HashEncoder)


@pytest.mark.parametrize("name", ["no such/encoder/here", "./nowhere at all", "  ", ""])
def test_an_unknown_name_is_told_with_what_to_do(name: str) -> None:
    with pytest.raises(EncoderNameError) as told:
        open_encoder(name)
    assert repr(name) in str(told.value)
    assert "'multilingual-e5-small'" in str(told.value)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncoderNameError, match=r"has no modules\.json or config\.json"):
        open_encoder(str(tmp_path))


def test_importing_loads_no_torch(start_python: Callable[..., subprocess.Popen[str]]) -> None:
    script = (
        "import sys, features.encoder; heavy = {'torch', 'transformers', 'sentence_transformers', 'mlflow', "
        "'sklearn', 'huggingface_hub', 'tokenizers'}; print(sorted(heavy & set(sys.modules)))"
    )
    assert start_python(script).communicate(timeout=60) == ("[]\n", "")
