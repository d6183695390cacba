"""Writing unpacked weights as `model.safetensors`, under the names that `transformers` gives a BERT network.

The safetensors format is: u64 length of a JSON header, the header, the numbers
(https://github.com/huggingface/safetensors#format). It is written here in pieces, so that neither torch nor
half a gigabyte of memory is needed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from features.encoder.quantized import BLOCK, QuantizedModel, Shape

_CHUNK = 200_000 * BLOCK


@dataclass(frozen=True)
class Target:
    """One tensor to be written: its name in `transformers`, in the packed file (None: zeros), its shape."""

    name: str
    source: str | None
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


def write_weights(model: QuantizedModel, file: IO[bytes], *, progress: bool) -> None:
    """Write every tensor in float32. Raises OSError if the disk is full, ValueError if a size is wrong."""
    targets = network(model.shape)
    header = _header(targets)
    file.write(len(header).to_bytes(8, "little") + header)
    total = 4 * sum(target.count for target in targets)
    hidden = None if progress else True  # None: shown on a terminal only
    with tqdm(total=total, unit="B", unit_scale=True, desc="unpacking weights", disable=hidden) as bar:
        for target in targets:
            for numbers in _numbers(model, target):
                file.write(numbers.astype("<f4", copy=False).tobytes())
                bar.update(numbers.nbytes)


def network(shape: Shape) -> list[Target]:
    """List the tensors of a BERT network of this shape."""
    hidden, wide = shape.hidden, shape.feed_forward
    square = (hidden, hidden)
    targets = [
        Target("embeddings.word_embeddings.weight", "emb.word", (shape.vocabulary, hidden)),
        Target("embeddings.position_embeddings.weight", "emb.pos", (shape.positions, hidden)),
        Target("embeddings.token_type_embeddings.weight", "emb.type", (shape.segments, hidden)),
        *_pair("embeddings.LayerNorm", "emb.ln", (hidden,)),
    ]
    for layer in range(shape.layers):
        name, source = f"encoder.layer.{layer}", f"l{layer}"
        targets += _pair(f"{name}.attention.self.query", f"{source}.q", square)
        targets += _pair(f"{name}.attention.self.key", f"{source}.k", square)
        targets += _pair(f"{name}.attention.self.value", f"{source}.v", square)
        targets += _pair(f"{name}.attention.output.dense", f"{source}.ao", square)
        targets += _pair(f"{name}.attention.output.LayerNorm", f"{source}.aln", (hidden,))
        targets += _pair(f"{name}.intermediate.dense", f"{source}.fi", (wide, hidden))
        targets += _pair(f"{name}.output.dense", f"{source}.fo", (hidden, wide))
        targets += _pair(f"{name}.output.LayerNorm", f"{source}.oln", (hidden,))
    # `transformers` wants a pooler; mean pooling never reads it, and the packed file leaves it out.
    return [
        *targets,
        Target("pooler.dense.weight", None, square),
        Target("pooler.dense.bias", None, (hidden,)),
    ]


def _pair(name: str, source: str, weight: tuple[int, ...]) -> list[Target]:
    return [
        Target(f"{name}.weight", f"{source}.w", weight),
        Target(f"{name}.bias", f"{source}.b", weight[:1]),
    ]


def _numbers(model: QuantizedModel, target: Target) -> Iterator[NDArray[np.float32]]:
    """Yield a tensor's numbers, a bounded number at a time."""
    if target.source is None:
        yield np.zeros(target.count, dtype=np.float32)
        return
    found = model.tensors[target.source].count
    if found != target.count:
        raise ValueError(f"tensor {target.source!r} has {found} numbers, not {target.count}")
    for first in range(0, target.count, _CHUNK):
        yield model.weights(target.source, first=first, count=min(_CHUNK, target.count - first))


def _header(targets: Sequence[Target]) -> bytes:
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for target in targets:
        end = offset + 4 * target.count
        entries[target.name] = {"dtype": "F32", "shape": target.shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(entries).encode()
    return text + b" " * (-len(text) % 8)
