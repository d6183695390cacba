"""The files of a bundle: written whole, hashed, and read back without trusting them."""

from __future__ import annotations

import hashlib
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from features.encoder import Encoder
from features.errors import BundleError
from features.heads import OWN
from features.scope import ScopeModel
from features.vectors import FeatureExtractor

VOCABULARIES = "vocabularies.json"
HEADS = "heads.skops"
SCOPE = "scope.npz"
_OPENS_TORCH = "sklearn.externals.array_api_compat.torch"


def write(
    folder: Path,
    *,
    extractors: Mapping[str, FeatureExtractor],
    classifiers: Mapping[str, Any],
    scope: ScopeModel | None,
) -> None:
    """Write the vocabularies of each part, the classifier of each field, and the scope where it is known."""
    import numpy as np

    words = json.dumps({part: each.as_data() for part, each in extractors.items()}, ensure_ascii=False)
    (folder / VOCABULARIES).write_text(words, "utf-8")
    _skops().dump(dict(classifiers), folder / HEADS)
    if scope is not None:
        np.savez_compressed(folder / SCOPE, **scope.arrays())


def hashes(folder: Path) -> dict[str, str]:
    """Each file's sha256."""
    written = [name for name in (VOCABULARIES, HEADS, SCOPE) if (folder / name).is_file()]
    return {name: sha256(folder / name) for name in written}


def check(folder: Path, expected: Mapping[str, str]) -> None:
    """Raise BundleError where a file is missing or not the one that was written."""
    for name, known in expected.items():
        if not (folder / name).is_file():
            raise BundleError(f"The model {folder} is damaged: {name} is missing.")
        if sha256(folder / name) != known:
            raise BundleError(
                f"The model {folder} is damaged: {name} does not have the sha256 in its manifest."
            )


def read_extractors(folder: Path, *, encoder: Encoder, format: int) -> dict[str, FeatureExtractor]:
    """The extractor of each part; in format 1 there was one part, unnamed."""
    path = folder / VOCABULARIES
    try:
        data = json.loads(path.read_text("utf-8"))
        parts = {OWN: data} if format == 1 else data
        return {part: FeatureExtractor.of(each, encoder=encoder) for part, each in parts.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(f"The model file {path} is damaged: {error}.") from error


def read_classifiers(folder: Path) -> Any:
    """The classifiers by field: only types that skops trusts by itself. Raises BundleError otherwise."""
    path, skops_io = folder / HEADS, _skops()
    try:
        foreign = skops_io.get_untrusted_types(file=path)
        if foreign:
            raise BundleError(f"{path} holds the foreign type {foreign[0]!r} and is not loaded.")
        return skops_io.load(path, trusted=[])
    except BundleError:
        raise
    except Exception as error:
        raise BundleError(f"The model file {path} is damaged: {error}.") from error


def read_scope(folder: Path) -> ScopeModel | None:
    """The scope, None where the bundle has none: plain arrays. Raises BundleError where it is damaged."""
    import numpy as np

    path = folder / SCOPE
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return ScopeModel.of({name: arrays[name] for name in arrays.files})
    except Exception as error:
        raise BundleError(f"The model file {path} is damaged: {error}.") from error


def _skops() -> Any:
    """The module skops.io, imported without torch.

    It asks scikit-learn for the names of all its estimators, and that search opens every package on its way.
    One of them imports torch, which takes seconds and 300 MB; an empty module stands in its place meanwhile.
    """
    stands_in = _OPENS_TORCH not in sys.modules
    if stands_in:
        sys.modules[_OPENS_TORCH] = ModuleType(_OPENS_TORCH)
    try:
        return importlib.import_module("skops.io")
    finally:
        if stands_in:
            sys.modules.pop(_OPENS_TORCH, None)


def sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
