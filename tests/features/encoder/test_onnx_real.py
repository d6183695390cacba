"""The default encoder on onnxruntime: the vectors of torch at every length, and no torch loaded."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from features.encoder import OnnxEncoder, TransformerEncoder, e5
from features.encoder.export import export

pytestmark = pytest.mark.real_encoder


@pytest.fixture(scope="module")
def torch() -> TransformerEncoder:
    return e5.open_default(progress=True)


@pytest.fixture(scope="module")
def onnx(torch: TransformerEncoder) -> OnnxEncoder:
    return export(torch)


def test_it_gives_the_vectors_of_torch_whatever_the_length(
    torch: TransformerEncoder, onnx: OnnxEncoder
) -> None:
    texts = ["打印机卡纸了，发票打不出来。" * n for n in (1, 3, 9, 30)]
    texts += ["the invoice of last month is wrong, please send it again. " * n for n in (1, 2, 7, 200)]
    texts += [
        "",
        " ",
        "😀" * 50,
        "报修" * 10_000,
        "<s></s><mask>",
        "a\x01b",
        "0",
        "https://example.com/a.png",
    ]
    found, known = onnx.encode(texts), torch.encode(texts)
    assert found.dtype == np.float32
    assert (found * known).sum(axis=1).min() >= 0.9999
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_it_is_of_the_same_class_and_the_proof_says_so(torch: TransformerEncoder, onnx: OnnxEncoder) -> None:
    assert (onnx.fingerprint, onnx.dimensions) == (torch.fingerprint, torch.dimensions)
    assert onnx.proof.least_cosine >= 0.9999


def test_a_text_has_the_same_vector_in_any_company_and_any_thread(onnx: OnnxEncoder) -> None:
    text = "The printer is jammed 打印机卡纸"
    alone = onnx.encode([text])[0]
    among = onnx.encode(["long " * 200, text, "short"])[1]
    with ThreadPoolExecutor(4) as pool:
        threads = list(pool.map(lambda _: onnx.encode([text])[0], range(8)))
    assert np.allclose([among, *threads], alone, atol=1e-5)


def test_the_shares_of_tokens_are_those_of_torch(torch: TransformerEncoder, onnx: OnnxEncoder) -> None:
    found, known = onnx.encode_tokens("打印机卡纸了 again"), torch.encode_tokens("打印机卡纸了 again")
    assert found is not None
    assert known is not None
    assert found.spans == known.spans
    assert np.allclose(found.vectors, known.vectors, atol=1e-5)


def test_serving_by_it_loads_no_torch(start_python: Callable[..., subprocess.Popen[str]]) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from features.encoder import Runtime, on_runtime, open_encoder\n"
        "e = on_runtime(open_encoder('multilingual-e5-small'), Runtime.ONNX)\n"
        "shape, maps = e.encode(['a', '打印']).shape, Path('/proc/self/maps').read_text()\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx', 'onnxscript'}\n"
        "print(shape, heavy & set(sys.modules), 'libtorch' in maps)"
    )
    assert start_python(script).communicate(timeout=120) == ("(2, 384) set() False\n", "")
