"""The file of 4-bit weights is read as its source tells."""

import struct

import numpy as np
import pytest

from features.encoder.quantized import parse, unpack


def test_low_halves_come_before_high_halves_and_eight_is_zero() -> None:
    halves = bytes(range(16))  # low half: 0..15, high half: 0
    blocks = np.frombuffer(struct.pack("<e", 0.5) + halves, dtype=[("scale", "<f2"), ("halves", "u1", (16,))])
    weights = unpack(blocks)
    assert weights.dtype == np.float32
    assert weights[:16].tolist() == [(low - 8) * 0.5 for low in range(16)]
    assert weights[16:].tolist() == [-4.0] * 16


def test_pieces_scores_and_replacements_are_read_in_order(tiny_weights: bytes) -> None:
    model = parse(tiny_weights)
    assert model.pieces[:5] == ("<s>", "<pad>", "</s>", "<unk>", "▁")
    assert model.pieces[-1] == "<mask>"
    assert model.scores[4] == -1
    assert model.replacements["Ａ"] == "A"
    assert model.replacements["\x01"] == ""
    assert (model.shape.hidden, model.shape.layers, model.shape.positions) == (32, 1, 64)


def test_a_part_of_a_tensor_equals_that_part_of_the_whole(tiny_weights: bytes) -> None:
    model = parse(tiny_weights)
    for name in ("emb.word", "emb.pos"):
        whole = model.weights(name)
        assert whole.size == model.tensors[name].count
        assert np.array_equal(model.weights(name, first=64, count=32), whole[64:96])


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 a zip", b"E5S1\x01\x00"])
def test_another_or_a_cut_file_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not a file of 4-bit e5 weights"):
        parse(raw)
