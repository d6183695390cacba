"""An encoder as it runs on onnxruntime: exported once a machine, and found in the cache ever after.

The export runs in a process of its own (features.encoder.exporting), so that whoever serves need not load
torch. One that does not give the vectors of torch is refused.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from features.encoder import exported as sealed
from features.encoder.durable import locked, sync_folder
from features.encoder.exported import Proof, exported_folder
from features.encoder.location import default_cache_dir
from features.encoder.onnx import OnnxEncoder
from features.encoder.transformer import TransformerEncoder
from features.errors import EncoderBuildError, NotExportableError

UNFINISHED = ".unfinished-"
LONGEST = 1800.0
"""Seconds an export may take; the default encoder takes half a minute on two quiet cores."""
REFUSED = 3
"""The exit code of that process where the encoder cannot be exported, however often it is tried."""

logger = logging.getLogger(__name__)


def free_bytes(folder: Path) -> int:
    """Tell how much a user may still write to the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def export(
    encoder: TransformerEncoder,
    *,
    cache_dir: Path | None = None,
    again: bool = False,
    threads: int = 0,
    free: Callable[[Path], int] = free_bytes,
) -> OnnxEncoder:
    """Export an encoder unless it was, and give it as it runs on onnxruntime, with so many `threads`.

    Two processes do it once; it appears whole or not at all. again: try even what was refused before.
    Raises EncoderBuildError where it cannot be exported, its vectors would differ, or there is no room.
    """
    folder = exported_folder(encoder.fingerprint, cache_dir=cache_dir or default_cache_dir())
    proof = sealed.read_proof(folder)
    try:
        if proof is None:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with locked(folder, "the network for onnxruntime"):
                proof = sealed.read_proof(folder) or _exported(encoder, folder, again=again, free=free)
    except OSError as error:
        raise EncoderBuildError(
            f"the network for onnxruntime could not be written to {str(folder.parent)!r}: "
            f"{error.strerror or error}. Make room there, or set TRIAGE_CACHE to another folder."
        ) from error
    return OnnxEncoder(encoder, folder, proof, threads=threads)


def _exported(
    encoder: TransformerEncoder, folder: Path, *, again: bool, free: Callable[[Path], int]
) -> Proof:
    """Have it made in a workshop beside its folder, and rename it. The lock is held."""
    why = sealed.read_refusal(folder)
    if why is not None and not again:
        raise NotExportableError(why)
    for leftover in folder.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    _check_room(encoder.folder, folder.parent, free)
    workshop = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        _run_child(encoder, workshop / "made")
        proof = sealed.read_proof(workshop / "made")
        if proof is None:
            raise EncoderBuildError("the export for onnxruntime ended without a proof; try again.")
        _put_in_place(workshop / "made", folder)
    except NotExportableError as refused:
        sealed.write_refusal(folder, str(refused))
        raise
    finally:
        shutil.rmtree(workshop, ignore_errors=True)  # what resists now is removed by the next export
    return proof


def _put_in_place(made: Path, folder: Path) -> None:
    if folder.exists():
        folder.rename(made.with_name("before"))
    made.rename(folder)
    sync_folder(folder.parent)


def _check_room(source: Path, target: Path, free: Callable[[Path], int]) -> None:
    weights = max((file.stat().st_size for file in source.glob("*") if file.is_file()), default=0)
    need, have = int(weights * 1.1), free(target)
    if have < need:
        raise EncoderBuildError(
            f"the network for onnxruntime needs {need / 1e6:,.0f} MB of free disk, and {str(target)!r} has "
            f"{have / 1e6:,.0f} MB: make room there, or set TRIAGE_CACHE to a folder on a larger disk."
        )


def _run_child(encoder: TransformerEncoder, folder: Path) -> None:
    """Export in a process of its own: torch stays out of this one, and its chatter off the screen."""
    logger.warning("exporting the encoder %r for onnxruntime, once; this takes a minute", encoder.name)
    asked = {"source": str(encoder.folder), "prefix": encoder.prefix, "max_tokens": encoder.max_tokens}
    command = [sys.executable, "-m", "features.encoder.exporting", json.dumps(asked), str(folder)]
    place = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (place, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            env=os.environ | {"PYTHONPATH": paths},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EncoderBuildError(f"the export for onnxruntime took over {LONGEST:g} s.") from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise (NotExportableError if done.returncode == REFUSED else EncoderBuildError)(said)
