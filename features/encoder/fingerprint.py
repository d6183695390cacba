"""The fingerprint of an encoder that lies in a folder: the hash of everything that decides its vectors."""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from features.encoder.modules import module_folders

NUMERIC_CLASS = "fp32"

# Versions of the libraries that wrote the folder, and what a person reads, decide nothing.
_IGNORED = {"config_sentence_transformers.json", "built.json"}
_SUFFIXES = {".safetensors", ".json", ".txt", ".model"}
_OLD_WEIGHTS = ".bin"

Entry = dict[str, Any]


def fingerprint(
    folder: Path, *, prefix: str, max_tokens: int, cache_dir: Path, numeric_class: str = NUMERIC_CLASS
) -> str:
    """Hash weights, tokenizer, pooling, prefix, maximum length and numeric class; 64 hexadecimal digits.

    Hashing half a gigabyte takes a moment, so the hash of each file is kept under `cache_dir` for as long as
    its size and its time of change stay the same. Loads no torch.
    """
    parts = {
        "files": file_hashes(folder, cache_dir=cache_dir),
        "prefix": prefix,
        "max_tokens": max_tokens,
        "numeric_class": numeric_class,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def file_hashes(folder: Path, *, cache_dir: Path) -> dict[str, str]:
    """Give the sha256 of each deciding file by its path inside the folder."""
    root = folder.resolve()
    store = cache_dir / "fingerprints" / f"{hashlib.sha256(str(root).encode()).hexdigest()[:16]}.json"
    known = _read(store)
    entries = {}
    for file in deciding_files(root):
        name = file.relative_to(root).as_posix()
        entries[name] = _entry(file, known.get(name))
    if entries != known:
        _write(store, entries)
    return {name: entry["sha256"] for name, entry in entries.items()}


def deciding_files(folder: Path) -> list[Path]:
    """List the files of a sentence-transformers folder that decide its vectors: root and module folders."""
    found: list[Path] = []
    for place in sorted({folder, *module_folders(folder)}):
        files = [file for file in sorted(place.glob("*")) if file.is_file() and file.name not in _IGNORED]
        chosen = [file for file in files if file.suffix in _SUFFIXES]
        if not any(file.suffix == ".safetensors" for file in chosen):
            chosen += [file for file in files if file.suffix == _OLD_WEIGHTS]
        found += chosen
    return found


def _entry(file: Path, known: Entry | None) -> Entry:
    state = {"size": file.stat().st_size, "mtime_ns": file.stat().st_mtime_ns}
    if isinstance(known, dict) and "sha256" in known and known | state == known:
        return known
    with file.open("rb") as stream:
        return state | {"sha256": hashlib.file_digest(stream, "sha256").hexdigest()}


def _read(store: Path) -> dict[str, Entry]:
    try:
        known = json.loads(store.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # never written, or torn: hash again
        return {}
    return known if isinstance(known, dict) else {}


def _write(store: Path, entries: dict[str, Entry]) -> None:
    # The store only saves time: where it cannot be written, the next start hashes again.
    with contextlib.suppress(OSError):
        store.parent.mkdir(parents=True, exist_ok=True)
        handle, temp = tempfile.mkstemp(dir=store.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(entries, stream)
        Path(temp).replace(store)
