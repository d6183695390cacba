"""Exporting an encoder for onnxruntime, and proving that nothing was lost: loads torch, for half a minute.

`python -m features.encoder.exporting JSON FOLDER` is what features.encoder.export runs.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from features.encoder.export import REFUSED
from features.encoder.exported import NETWORK, POOLINGS, Proof, seal
from features.encoder.modules import read_json
from features.encoder.onnx import OnnxEncoder
from features.encoder.proof import LEAST_COSINE, least_cosine, proof_texts
from features.encoder.transformer import TransformerEncoder
from features.errors import NotExportableError, TriageError

_PLAIN_MODULES = ["Transformer", "Pooling"]


def make(encoder: TransformerEncoder, folder: Path) -> Proof:
    """Export and prove in this process, into a new folder. Loads torch.

    Raises NotExportableError where the encoder cannot be exported or its vectors would differ, OSError where
    the disk is full.
    """
    pooling = pooling_of(encoder.folder)
    if not (encoder.folder / "tokenizer.json").is_file():
        raise NotExportableError(f"{encoder.name!r} has no tokenizer.json, so it runs on torch only.")
    network = encoder.network()
    max_tokens = int(network.max_seq_length)
    texts = proof_texts(encoder.folder, prefix=encoder.prefix, max_tokens=max_tokens)
    known = encoder.encode(texts)  # before the network is changed for the export
    folder.mkdir(parents=True)
    proof = Proof(
        max_tokens=max_tokens,
        pad=int(network.tokenizer.pad_token_id or 0),
        pooling=pooling,
        dimensions=encoder.dimensions,
        least_cosine=0.0,
        texts=len(texts),
    )
    write_network(network[0].auto_model, folder / NETWORK)
    found = least_cosine(OnnxEncoder(encoder, folder, proof), texts, known)
    if not found >= LEAST_COSINE:
        raise NotExportableError(
            f"{encoder.name!r} exported for onnxruntime gives other vectors than torch (the least cosine is "
            f"{found:.6f}, it must be {LEAST_COSINE}), so it runs on torch only."
        )
    proof = replace(proof, least_cosine=found)
    seal(folder, proof)
    return proof


def pooling_of(folder: Path) -> str:
    """How the vectors of a folder are pooled. Raises NotExportableError where that is not plain."""
    listed = [str(module.get("type", "")) for module in read_json(folder / "modules.json") or []]
    kinds = [each.rsplit(".", 1)[-1] for each in listed]
    if kinds[:2] != _PLAIN_MODULES or set(kinds[2:]) - {"Normalize"}:
        raise NotExportableError(f"{str(folder)!r} is made of {kinds}, so it runs on torch only.")
    path = read_json(folder / "modules.json")[1].get("path", "")
    config = read_json(folder / path / "config.json") or {}
    mode = config.get("pooling_mode")
    if mode is None:  # as sentence-transformers wrote it up to 5.0: a flag for each
        flags = {key for key, value in config.items() if key.startswith("pooling_mode_") and value is True}
        names = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
        mode = names.get(flags.pop()) if len(flags) == 1 else None
    mode = mode[0] if isinstance(mode, list | tuple) and len(mode) == 1 else mode
    if mode not in POOLINGS:
        raise NotExportableError(f"{str(folder)!r} is pooled in a way of its own, so it runs on torch only.")
    return str(mode)


def write_network(network: Any, path: Path) -> None:
    """Write a network of `transformers` as ONNX, its weights beside it.

    Raises NotExportableError where torch cannot, OSError where the disk is full.
    """
    import torch

    # The plain way of attention gives a third fewer nodes, and is the faster one under onnxruntime.
    network.set_attn_implementation("eager")
    ids = torch.ones((2, 16), dtype=torch.long)
    mask = torch.ones_like(ids)
    mask[1, 10:] = 0
    axes = {0: torch.export.Dim("texts", min=1), 1: torch.export.Dim("tokens", min=2)}
    for noisy in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch warns of what it itself will change
            program = torch.onnx.export(
                _last_hidden_state(network).eval(),
                (ids, mask),
                dynamo=True,
                dynamic_shapes={"input_ids": axes, "attention_mask": axes},
                input_names=["input_ids", "attention_mask"],
                output_names=["last_hidden_state"],
            )
            if program is not None:  # it is None only for the exporter before this one
                program.save(path, external_data=True)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # the exporter has no common error
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise NotExportableError(
            f"torch cannot export this network ({lines[0]}), so it runs on torch only."
        ) from error


def _last_hidden_state(network: Any) -> Any:
    import torch

    class LastHiddenState(torch.nn.Module):
        """The network with one output."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
            found = self.network(input_ids=input_ids, attention_mask=attention_mask)
            return found.last_hidden_state

    return LastHiddenState()


def main(asked: str, folder: Path) -> int:
    """Export what is asked for into a folder; the exit code, with the reason on standard error."""
    given = json.loads(asked)
    encoder = TransformerEncoder(
        Path(given["source"]), prefix=given["prefix"], max_tokens=given["max_tokens"]
    )
    try:
        make(encoder, folder)
    except NotExportableError as refused:
        print(refused, file=sys.stderr)
        return REFUSED
    except (TriageError, OSError, ImportError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
