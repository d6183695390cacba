"""The encoder as an ordinary sentence-transformers folder: writing it, and telling whether it is whole."""

import json
from pathlib import Path
from typing import Any

from features.encoder.durable import sync_file, sync_folder
from features.encoder.quantized import QuantizedModel, Shape
from features.encoder.tokenizer import tokenizer_config, tokenizer_json
from features.encoder.weights import write_weights

SEAL = "built.json"
_MODULES = (
    ("", "sentence_transformers.base.modules.transformer.Transformer"),
    ("1_Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling"),
    ("2_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
)


def write_folder(model: QuantizedModel, folder: Path, *, progress: bool) -> None:
    """Write weights, tokenizer and configuration into the empty `folder`, and seal it.

    Everything is on the disk when this returns, and the same `model` gives the same bytes on every machine.
    Raises OSError if the disk is full or refuses.
    """
    with (folder / "model.safetensors").open("wb") as file:
        write_weights(model, file, progress=progress)
        sync_file(file)
    for name, content in _documents(model).items():
        _write_json(folder / name, content)
    _write_json(folder / SEAL, {"sizes": _sizes(folder)})
    for place in (folder, *(path for path in folder.iterdir() if path.is_dir())):
        sync_folder(place)


def is_whole(folder: Path) -> bool:
    """Tell whether every file that the seal names is there with its size."""
    try:
        sizes: dict[str, int] = json.loads((folder / SEAL).read_text(encoding="utf-8"))["sizes"]
    except (OSError, ValueError, KeyError):  # not there, or torn: then it is to be made
        return False
    files = {folder / name: size for name, size in sizes.items()}
    return all(file.is_file() and file.stat().st_size == size for file, size in files.items())


def _sizes(folder: Path) -> dict[str, int]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in files}


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.write((json.dumps(content, ensure_ascii=False) + "\n").encode())
        sync_file(file)


def _documents(model: QuantizedModel) -> dict[str, Any]:
    scores = [float(score) for score in model.scores]
    return {
        "config.json": _network_config(model.shape),
        "tokenizer.json": tokenizer_json(model.pieces, scores, model.replacements),
        "tokenizer_config.json": tokenizer_config(max_tokens=model.shape.positions),
        **_module_configs(model.shape),
    }


def _network_config(shape: Shape) -> dict[str, Any]:
    return {
        "model_type": "bert",
        "architectures": ["BertModel"],
        "dtype": "float32",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.segments,
        "layer_norm_eps": float(f"{shape.epsilon:.3g}"),
        "hidden_act": "gelu",
        "pad_token_id": 1,
    }


def _module_configs(shape: Shape) -> dict[str, Any]:
    """Say how vectors are made of the network: its last layer, the mean over the tokens, length 1."""
    sentence = "sentence_embedding"
    return {
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
            "module_output_name": "token_embeddings",
        },
        "1_Pooling/config.json": {
            "embedding_dimension": shape.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {"module_input_name": sentence, "module_output_name": sentence},
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": kind}
            for index, (path, kind) in enumerate(_MODULES)
        ],
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
