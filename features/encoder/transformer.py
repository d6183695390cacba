"""An encoder that runs a sentence-transformers folder on torch."""

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.encoder import fingerprint as fingerprints
from features.encoder.batches import encode_in_batches, unit_rows
from features.encoder.hub import resolve
from features.encoder.location import default_cache_dir
from features.encoder.modules import configured_dimensions
from features.encoder.tokens import TokenShares, shares_of
from features.errors import EncoderNameError

PREFIX = "query: "
MAX_TOKENS = 256
BATCH_SIZE = 32


class TransformerEncoder:
    """Wraps a sentence-transformers model in float32; it is loaded once, at the first `encode`.

    `folder_or_name` is a local folder or the name of a model on the Hugging Face hub; `prefix` is put before
    every text, and what goes beyond `max_tokens` is not read. Many threads may use it; they take turns.
    """

    def __init__(
        self,
        folder_or_name: str | Path,
        *,
        prefix: str = PREFIX,
        max_tokens: int = MAX_TOKENS,
        name: str | None = None,
        cache_dir: Path | None = None,
        device: str = "cpu",
    ) -> None:
        self.folder_or_name = folder_or_name
        self.prefix = prefix
        self.max_tokens = max_tokens
        self.device = device
        self._name = name
        self._cache_dir = cache_dir
        self._model: Any = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def name(self) -> str:
        """The name it was given; else its folder, or its name on the hub."""
        return self._name or str(self.folder_or_name)

    @cached_property
    def folder(self) -> Path:
        """The local folder. Raises EncoderNameError if there is neither a folder nor a model on the hub."""
        return resolve(self.folder_or_name)

    @cached_property
    def fingerprint(self) -> str:
        """The hash of all that decides the vectors, found without torch."""
        return fingerprints.fingerprint(
            self.folder,
            prefix=self.prefix,
            max_tokens=self.max_tokens,
            cache_dir=self._cache_dir or default_cache_dir(),
        )

    @cached_property
    def dimensions(self) -> int:
        """The width of a vector: told by the folder's configuration, or else by the loaded model."""
        configured = configured_dimensions(self.folder)
        if configured is not None:
            return configured
        with self._lock:
            return int(self._loaded().get_embedding_dimension())

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> NDArray[np.float32]:
        """Give the vectors of the texts, an array of shape (len(texts), dimensions), each of length 1."""
        return encode_in_batches(
            texts, self._encode_batch, dimensions=self.dimensions, batch_size=BATCH_SIZE, progress=progress
        )

    def _encode_batch(self, texts: list[str]) -> NDArray[np.float32]:
        # The prefix is joined here and the model's own prompt emptied: given a bare text that is the address
        # of a picture, sentence-transformers may take it for the picture.
        prefixed = [self.prefix + text for text in texts]
        with self._lock:  # one tokenizer cannot serve two threads at once
            vectors = self._loaded().encode(
                prefixed, prompt="", batch_size=BATCH_SIZE, show_progress_bar=False
            )
        return unit_rows(np.asarray(vectors, dtype=np.float32))

    def encode_tokens(self, text: str) -> TokenShares | None:
        """What each token adds to the vector of a text; None where the model does not pool by the mean."""
        with self._lock:
            model = self._loaded()
            if not pools_by_mean(model):
                return None
            return _shares(model, self.prefix, text)

    def network(self) -> Any:
        """The model of sentence-transformers itself, loaded if it was not yet."""
        with self._lock:
            return self._loaded()

    def _loaded(self) -> Any:
        """The model, loaded if it was not yet. The caller holds the lock."""
        if self._model is None:
            self._model = load_model(self.folder, max_tokens=self.max_tokens, device=self.device)
        return self._model


def pools_by_mean(model: Any) -> bool:
    """Whether a sentence-transformers model is a transformer, a mean over its tokens, and a unit length."""
    kinds = [type(part).__name__ for part in model]
    if kinds[:2] != ["Transformer", "Pooling"] or set(kinds[2:]) - {"Normalize"}:
        return False
    return model[1].pooling_mode in ("mean", ("mean",), ["mean"])


def _shares(model: Any, prefix: str, text: str) -> TokenShares:
    import torch

    read = model.tokenizer(
        prefix + text,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        truncation=True,
        max_length=model.max_seq_length,
        return_tensors="pt",
    )
    offsets, special = read.pop("offset_mapping")[0].numpy(), read.pop("special_tokens_mask")[0].numpy()
    with torch.inference_mode():
        tokens = model[0].forward(dict(read))["token_embeddings"][0].numpy()
    return shares_of(tokens, offsets, special=special.astype(bool), prefix=len(prefix))


def _let_idle_threads_sleep() -> None:
    """Ask OpenMP, which torch is about to load, not to spin while it waits; a user's own choice stands.

    Spinning threads starve those they wait for as soon as anything else runs: on two cores shared with other
    work, about 20 short texts a second against 110.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def load_model(folder: Path, *, max_tokens: int, device: str) -> Any:
    """Load a sentence-transformers folder in float32, without network and without a word on the screen.

    Raises EncoderNameError if the folder cannot be loaded.
    """
    _let_idle_threads_sleep()
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            str(folder), device=device, local_files_only=True, model_kwargs={"dtype": "float32"}
        )
    except Exception as error:  # the libraries below have no common error; each is told as this one
        raise EncoderNameError(
            f"sentence-transformers cannot load the folder {str(folder)!r}: {error}"
        ) from error
    model.max_seq_length = min(max_tokens, model.max_seq_length or max_tokens)
    return model
