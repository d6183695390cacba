"""An encoder that runs an exported network on onnxruntime: the vectors of torch, and no torch loaded.

Texts are cut by the library `tokenizers`, pooled and scaled in numpy. A text of 30 tokens takes about half
the time it takes sentence-transformers: see experiments/serving_speed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.encoder.batches import encode_in_batches, unit_rows
from features.encoder.exported import FIRST, MEAN, NETWORK, Proof
from features.encoder.tokens import TokenShares, shares_of
from features.encoder.transformer import TransformerEncoder
from features.errors import EncoderNameError

READ_AT_ONCE = 64
LARGEST_RUN = 2048
"""Tokens of a run with its padding: more are no faster, and take memory that is never given back."""
LIKE = 0.75
"""Texts share a run down to this part of its longest: what is padded costs as much as what is read."""


class OnnxEncoder:
    """Gives the vectors of `encoder` by its exported network in `folder`; loaded once, at the first `encode`.

    threads: of one run, 0 for as many as this process has processors. Many threads may use it at once.
    """

    def __init__(self, encoder: TransformerEncoder, folder: Path, proof: Proof, *, threads: int = 0) -> None:
        self.encoder = encoder
        self.folder = folder
        self.proof = proof
        self.threads = threads
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def name(self) -> str:
        """The name of the encoder it was exported from."""
        return self.encoder.name

    @property
    def fingerprint(self) -> str:
        """That of the encoder it was exported from: float32 by torch and by onnxruntime is one class."""
        return self.encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.proof.dimensions

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Give the vectors of the texts, an array of shape (len(texts), dimensions), each of length 1."""
        return encode_in_batches(
            texts, self._encode_batch, dimensions=self.dimensions, batch_size=READ_AT_ONCE, progress=progress
        )

    def encode_tokens(self, text: str) -> TokenShares | None:
        """What each token adds to the vector of a text; None where the model does not pool by the mean."""
        if self.proof.pooling != MEAN:
            return None
        read = self._tokenizer.encode(self.encoder.prefix + text)
        return shares_of(
            self._run([read.ids])[0],
            np.asarray(read.offsets, dtype=np.int64),
            special=np.asarray(read.special_tokens_mask, dtype=bool),
            prefix=len(self.encoder.prefix),
        )

    def _encode_batch(self, texts: list[str]) -> NDArray[np.float32]:
        ids = [self._tokenizer.encode(self.encoder.prefix + text).ids for text in texts]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for rows in runs([len(each) for each in ids]):
            vectors[rows] = self._vectors([ids[row] for row in rows])
        return unit_rows(vectors)

    def _vectors(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        tokens = self._run(ids)
        if self.proof.pooling == FIRST:
            return tokens[:, 0]
        lengths = np.array([len(each) for each in ids])
        for row, length in enumerate(lengths):
            tokens[row, length:] = 0
        return np.asarray(tokens.sum(axis=1) / lengths[:, None], dtype=np.float32)

    def _run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """(texts, longest, dimensions): the last hidden state of each token."""
        longest = max(map(len, ids))
        filled = np.full((len(ids), longest), self.proof.pad, dtype=np.int64)
        mask = np.zeros((len(ids), longest), dtype=np.int64)
        for row, each in enumerate(ids):
            filled[row, : len(each)] = each
            mask[row, : len(each)] = 1
        found: NDArray[np.float32] = self._session.run(None, {"input_ids": filled, "attention_mask": mask})[0]
        return found

    @property
    def _session(self) -> Any:
        with self._lock:  # a model tried and an explanation asked for may come first at once
            return self._loaded

    @cached_property
    def _loaded(self) -> Any:
        return open_session(self.folder / NETWORK, threads=self.threads)

    @cached_property
    def _tokenizer(self) -> Any:
        return open_tokenizer(self.encoder.folder, max_tokens=self.proof.max_tokens)


def runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Part texts of so many tokens into runs of like length, the longest first; gives their positions."""
    run: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: -lengths[row]):
        if run:
            longest = lengths[run[0]]
            if lengths[row] < LIKE * longest or (len(run) + 1) * longest > LARGEST_RUN:
                yield run
                run = []
        run.append(row)
    if run:
        yield run


def open_tokenizer(folder: Path, *, max_tokens: int) -> Any:
    """The tokenizer of an encoder's folder, which reads so many tokens of a text.

    Raises EncoderNameError if it is missing or damaged.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise EncoderNameError(f"the tokenizer {str(path)!r} cannot be read: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def open_session(path: Path, *, threads: int) -> Any:
    """A session of onnxruntime on the processor. Raises EncoderNameError if the file cannot be loaded."""
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or processors()
    options.inter_op_num_threads = 1
    # Threads that spin while they wait starve those of the web server as soon as both have work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library raises nothing narrower
        raise EncoderNameError(f"onnxruntime cannot load {str(path)!r}: {error}") from error


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS and Windows do not tell
