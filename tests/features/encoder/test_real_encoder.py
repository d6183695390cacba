"""The real encoder, in this user's cache: its ids and vectors are those of the package it came from."""

import json
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features.encoder import DEFAULT_ENCODER, TransformerEncoder, e5, open_encoder

pytestmark = pytest.mark.real_encoder

KNOWN: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "known_vectors.json").read_text(encoding="utf-8")
)["texts"]


@pytest.fixture(scope="module")
def encoder() -> TransformerEncoder:
    return e5.open_default(progress=True)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["text"])
def test_token_ids_are_the_models_own(encoder: TransformerEncoder, known: dict[str, Any]) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    assert tokenizer.encode("query: " + known["text"]).ids == known["ids"]


def test_vectors_are_those_of_the_package(encoder: TransformerEncoder) -> None:
    vectors = encoder.encode([known["text"] for known in KNOWN])
    for vector, known in zip(vectors, KNOWN, strict=True):
        # The package rounds activations to 8 bits; here nothing is rounded.
        assert np.allclose(vector[:8], known["first"], atol=2e-3)
        if "vector" in known:
            assert vector @ np.array(known["vector"]) > 0.9998


def test_rows_have_length_one_whatever_the_text(encoder: TransformerEncoder) -> None:
    texts = ["", " ", "😀" * 50, "0", "报修" * 10_000, "https://example.com/a.png", "<s></s><mask>", "a\x01b"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (len(texts), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_meaning_crosses_languages(encoder: TransformerEncoder) -> None:
    printer, jammed, invoice = encoder.encode(
        ["打印机卡纸了，打不出来", "The printer is jammed", "Please send last month's invoice again"]
    )
    assert printer @ jammed > printer @ invoice + 0.03


def test_what_goes_beyond_the_maximum_length_is_not_read(encoder: TransformerEncoder) -> None:
    start = "the printer is broken " * 100
    first, second = encoder.encode([start, start + "and the invoice is wrong too " * 100])
    assert first @ second > 0.99999


def test_a_text_has_the_same_vector_in_any_company(encoder: TransformerEncoder) -> None:
    alone = encoder.encode([KNOWN[0]["text"]])[0]
    among = encoder.encode(["long " * 200, KNOWN[0]["text"], "short"])[1]
    assert np.allclose(alone, among, atol=1e-5)


def test_threads_may_share_it(encoder: TransformerEncoder) -> None:
    texts = [known["text"] for known in KNOWN]
    expected = encoder.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda text: encoder.encode([text])[0], texts * 3))
    assert np.allclose(vectors, np.tile(expected, (3, 1)), atol=1e-5)


def test_opening_it_and_asking_its_fingerprint_loads_no_torch(
    start_python: Callable[..., subprocess.Popen[str]], encoder: TransformerEncoder
) -> None:
    script = (
        "import sys; from features.encoder import open_encoder; e = open_encoder('multilingual-e5-small')\n"
        "print(e.name, e.dimensions, e.fingerprint, {'torch', 'transformers'} & set(sys.modules))"
    )
    said, _ = start_python(script).communicate(timeout=60)
    assert said == f"{DEFAULT_ENCODER} 384 {encoder.fingerprint} set()\n"


def test_loading_needs_no_network_and_says_nothing(
    start_python: Callable[..., subprocess.Popen[str]],
) -> None:
    script = (
        "import socket\n"
        "def refuse(*_, **__): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from features.encoder import open_encoder\n"
        "print(open_encoder('multilingual-e5-small').encode(['a', 'b']).shape)"
    )
    assert start_python(script).communicate(timeout=120) == ("(2, 384)\n", "")


def test_its_folder_opens_as_any_other_folder_does(encoder: TransformerEncoder) -> None:
    by_folder = open_encoder(str(encoder.folder))
    assert by_folder.fingerprint == encoder.fingerprint
    assert by_folder.name == str(encoder.folder)
