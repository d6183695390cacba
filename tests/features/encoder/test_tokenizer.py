"""The tokenizer's JSON, run by the library that will run it, treats characters as the model's own does."""

import json

import pytest
from tokenizers import Tokenizer

from features.encoder.quantized import parse
from features.encoder.tokenizer import tokenizer_json


@pytest.fixture(scope="module")
def tokenizer(tiny_weights: bytes) -> Tokenizer:
    model = parse(tiny_weights)
    scores = [float(score) for score in model.scores]
    return Tokenizer.from_str(json.dumps(tokenizer_json(model.pieces, scores, model.replacements)))


def test_ids_are_the_models_own_between_start_and_end(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("printer").ids == [0, 5, 2]
    assert tokenizer.token_to_id("<mask>") == 14


def test_what_the_model_never_saw_is_unknown(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("aж").ids == [0, 6, 3, 2]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a  a", ["▁a", "▁a"]),
        ("  a", ["▁a"]),
        ("a\ta\u200ba", ["▁a", "▁a", "▁a"]),
        ("a\x01b", ["▁a", "b"]),
        ("aＡ①", ["▁a", "A", "1"]),
        ("a～", ["▁a", "～"]),
        ("打印", ["▁", "打印"]),
        ("", []),
    ],
)
def test_characters_are_normalised_as_the_map_tells(
    tokenizer: Tokenizer, text: str, tokens: list[str]
) -> None:
    assert tokenizer.encode(text).tokens[1:-1] == tokens
