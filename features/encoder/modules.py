"""What a sentence-transformers folder says of itself, read without torch: modules, width of a vector."""

import json
from pathlib import Path
from typing import Any

from features.errors import EncoderNameError


def module_folders(folder: Path) -> list[Path]:
    """List the folders of the modules in their order; the root itself may be one.

    A folder without `modules.json` is a bare network: the root alone. Raises EncoderNameError if the file is
    damaged.
    """
    listed = read_json(folder / "modules.json")
    if listed is None:
        return [folder]
    try:
        return [folder / module["path"] for module in listed]
    except (TypeError, KeyError) as error:
        raise EncoderNameError(f"{str(folder / 'modules.json')!r} lists no modules.") from error


def configured_dimensions(folder: Path) -> int | None:
    """Read the width of a vector from the last module that sets it, a dense layer or a plain pooling.

    None where the folder does not tell. Raises EncoderNameError if a file is damaged.
    """
    for place in reversed(module_folders(folder)):
        width = _width(read_json(place / "config.json") or {}) if place != folder else None
        if width is not None:
            return width
    return None


def read_json(path: Path) -> Any:
    """Read a JSON file; None if there is none. Raises EncoderNameError if it is damaged."""
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EncoderNameError(f"the encoder's file {str(path)!r} is damaged: {error}.") from error


def _width(config: dict[str, Any]) -> int | None:
    """Read it from one module; several poolings are put end to end, so only one alone tells it."""
    modes = config.get(
        "pooling_mode", [key for key in config if key.startswith("pooling_mode_") and config[key]]
    )
    pooled = config.get("embedding_dimension", config.get("word_embedding_dimension"))
    width = config.get("out_features", pooled if isinstance(modes, str) or len(modes) == 1 else None)
    return None if width is None else int(width)
