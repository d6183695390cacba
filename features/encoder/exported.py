"""A network exported for onnxruntime: where it lies, and the seal that says that it was proved.

    CACHE/onnx/FINGERPRINT/network.onnx        the graph: input_ids, attention_mask -> last_hidden_state
    CACHE/onnx/FINGERPRINT/network.onnx.data   its weights, which processes map into memory and share
    CACHE/onnx/FINGERPRINT/proof.json          sizes, how texts are cut and pooled, the least cosine to torch

It lies by the fingerprint of the encoder, so other weights, another tokenizer or another length never meet
it. In place of all this there may be refused.json: why this encoder was not exported.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from features.encoder.durable import sync_file

NETWORK = "network.onnx"
PROOF = "proof.json"
REFUSED = "refused.json"
FORMAT = 1
LIBRARIES = ("onnxruntime", "torch")
"""What was proved under one version of them is proved anew under another."""

MEAN, FIRST = "mean", "cls"
POOLINGS = (MEAN, FIRST)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """max_tokens: what goes beyond is not read. pad: the id that fills up short rows. pooling: the mean of a
    text's tokens, or its first. least_cosine: the worst of the texts it was proved on."""

    max_tokens: int
    pad: int
    pooling: str
    dimensions: int
    least_cosine: float
    texts: int


def exported_folder(fingerprint: str, *, cache_dir: Path) -> Path:
    """Name the folder where the exported network of an encoder is, or will be."""
    return cache_dir / "onnx" / fingerprint[:32]


def read_proof(folder: Path) -> Proof | None:
    """What was proved of the network in a folder; None where none is there whole, or other libraries are."""
    seal = _read(folder / PROOF)
    if seal is None or seal.get("format") != FORMAT or seal.get("libraries") != libraries():
        return None
    try:
        files = {folder / name: size for name, size in seal["sizes"].items()}
        if not all(file.is_file() and file.stat().st_size == size for file, size in files.items()):
            return None
        return Proof(**seal["proof"])
    except (KeyError, TypeError, AttributeError):
        return None


def seal(folder: Path, proof: Proof) -> None:
    """Write the proof beside the network; everything is on the disk when this returns."""
    sizes = {}
    for path in sorted(folder.glob(f"{NETWORK}*")):
        with path.open("rb+") as file:
            sync_file(file)
        sizes[path.name] = path.stat().st_size
    _write(folder / PROOF, {"sizes": sizes, "proof": asdict(proof)})


def read_refusal(folder: Path) -> str | None:
    """Why the encoder of this folder was not exported by these libraries; None where it was never refused."""
    told = _read(folder / REFUSED)
    if told is None or told.get("format") != FORMAT or told.get("libraries") != libraries():
        return None
    return str(told.get("why"))


def write_refusal(folder: Path, why: str) -> None:
    """Note it, so that not every start tries for a minute."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / REFUSED, {"why": why})


def libraries() -> dict[str, str | None]:
    """The versions of the libraries that make and run it, without loading them."""
    return {name: _version(name) for name in LIBRARIES}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _write(path: Path, content: dict[str, Any]) -> None:
    with path.open("wb") as file:
        file.write(json.dumps({"format": FORMAT, "libraries": libraries(), **content}, indent=1).encode())
        sync_file(file)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):  # never written, or torn: then it is to be made
        return None
    return found if isinstance(found, dict) else None
