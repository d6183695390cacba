"""The proof that an exported network gives the vectors of torch: texts of all lengths, and their cosines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.encoder.onnx import OnnxEncoder, open_tokenizer

TEXTS = 64
LEAST_COSINE = 0.9999
_ZH = (
    "您好，三楼财务部的打印机从今天早上起一直卡纸，重启两次也没有用，下午还要开十几张发票，麻烦尽快派人来看一下。"
    "另外上个月的对账单我们还没有收到，合同编号是 HT-2024-0731，请一并核实，谢谢！"
)
_EN = (
    "Hello, since this morning the printer on the third floor has been jamming, two restarts did not help, "
    "and accounting must print a dozen invoices by 4 pm. We also miss last month's statement (contract "
    "2024-0731); could you look into both, please? "
)
_ODD = ("", " ", "😀 <s></s><mask>\t１２３ ", "https://example.com/a.png\n\n-- \nsent from my phone")


def proof_texts(folder: Path, *, prefix: str, max_tokens: int) -> list[str]:
    """So many texts, odd ones and as many Chinese as English, of every length up to over the longest read."""
    tokenizer = open_tokenizer(folder, max_tokens=4 * max_tokens)
    each = (TEXTS - len(_ODD)) // 2
    texts = list(_ODD)
    for number, words in enumerate(_EN if half else _ZH for half in (0, 1) for _ in range(each)):
        start = number % each * 7 % len(words)
        long = (words[start:] + words) * (1 + max_tokens // 16)
        offsets = tokenizer.encode(prefix + long).offsets
        last = 1 + number % each * (max_tokens + 8) // (each - 1)
        texts.append(long[: max(offsets[min(last, len(offsets) - 2)][1] - len(prefix), 1)])
    return texts


def least_cosine(exported: OnnxEncoder, texts: Sequence[str], known: NDArray[np.float32]) -> float:
    """The least cosine of any text to its known vector: read among others, and some of them alone."""
    together = np.einsum("ij,ij->i", known, exported.encode(texts))
    alone = [float(known[row] @ exported.encode([texts[row]])[0]) for row in range(0, len(texts), 8)]
    return float(min(together.min(), *alone))
