"""Model versions on this disk: `HOME/models/NAME/VERSION`, and which of them is champion.

MLflow's own paths are absolute; these are found from HOME by relative path, so HOME can be copied or
moved, and serving needs no MLflow to answer. `current.json` beside the versions is a copy of the champion
alias, written whenever it moves here; MLflow stays the one truth.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from features.errors import InputError, RegistryError
from features.records import ModelReference

CHAMPION = "champion"
POINTER = "current.json"
COPIES = 3
"""A version lies twice under home, in MLflow's artifacts and delivered, and once more while it is copied."""
ROOM_FOR_RECORDS = 10_000_000
"""Bytes for figures and MLflow's own database."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def free_bytes(folder: Path) -> int:
    """The room left on a folder's disk."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True)
class ModelUri:
    """`models:/NAME@ALIAS` or `models:/NAME/VERSION`; exactly one of alias and version is set."""

    name: str
    alias: str | None = None
    version: str | None = None

    @classmethod
    def parse(cls, uri: str) -> ModelUri:
        """Raises InputError where it is neither form."""
        found = re.fullmatch(r"models:/([^/@]+)(?:@([^/@]+)|/(\d+))", uri)
        if found is None:
            raise InputError(
                f"{uri!r} is neither models:/NAME@ALIAS, nor models:/NAME/VERSION, nor a folder.",
                field="model",
            )
        return cls(name=check_name(found[1]), alias=found[2], version=found[3])


def check_name(name: str) -> str:
    """A model's name, as MLflow and a folder can both carry it. Raises InputError otherwise."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"The model name {name!r} may hold letters, digits, dot, dash and underscore only.", field="model"
        )
    return name


def folder_of(home: Path, reference: ModelReference) -> Path:
    """Where a version lives on this disk, there or not."""
    return home / "models" / reference.name / reference.version


def current(home: Path, name: str) -> Path | None:
    """The delivered champion's folder by the pointer, or None where none was delivered here."""
    pointer = home / "models" / name / POINTER
    try:
        version = json.loads(pointer.read_text("utf-8"))["version"]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(
            f"{pointer} is damaged ({error}): delete it; the champion is then asked of MLflow."
        ) from error
    return folder_of(home, ModelReference(name=name, version=str(version)))


def point(home: Path, reference: ModelReference) -> None:
    """Say that a version is the champion here; the file is replaced in one step."""
    folder = home / "models" / reference.name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        json.dump({"version": reference.version}, file)
    Path(file.name).replace(folder / POINTER)


def place(bundle: Path, *, home: Path, reference: ModelReference) -> Path:
    """Copy a bundle to its place on this disk, whole or not at all; no-op where it is there already.

    Raises RegistryError where the disk does not take it.
    """
    target = folder_of(home, reference)
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".placing-", dir=target.parent) as part:
            made = Path(shutil.copytree(bundle, Path(part) / target.name))
            made.rename(target)
    except OSError as error:
        if target.is_dir():  # another process was first, with the same version
            return target
        raise RegistryError(
            f"Cannot copy version {reference.version} of {reference.name!r} to {target}: {_why(error)}."
        ) from error
    return target


def check_room(bundle: Path, home: Path, *, free: Callable[[Path], int] = free_bytes) -> None:
    """Refuse, before anything is written, where a bundle and its record will not fit on home's disk.

    Raises RegistryError with what it needs and what there is.
    """
    home.mkdir(parents=True, exist_ok=True)
    needed = COPIES * sum(each.stat().st_size for each in bundle.rglob("*")) + ROOM_FOR_RECORDS
    if free(home) < needed:
        raise RegistryError(
            f"The disk of {home} has {free(home) / 1e6:.0f} MB free and this model needs "
            f"{needed / 1e6:.0f} MB: make room, and train again. Nothing was registered."
        )


def _why(error: OSError) -> str:
    """The first cause, in a few words: a copied folder fails with a list of all its files."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        return str(error.args[0][0][-1]).split(":", maxsplit=1)[0]
    return error.strerror or str(error)
