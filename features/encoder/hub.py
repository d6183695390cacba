"""Finding the folder of a model: a local one, or the local copy of one on the Hugging Face hub."""

import contextlib
from pathlib import Path

from features.errors import EncoderNameError

_MARKS = ("modules.json", "config.json")
_NEEDED = ["*.json", "*.txt", "*.model", "*.safetensors"]
_OLD_WEIGHTS = ["*.bin"]
_OTHER_RUNTIMES = ["onnx/*", "openvino/*"]
_HELP = (
    "Give 'multilingual-e5-small', a folder that sentence-transformers can read, or the name of a model on a "
    "hub that this machine reaches."
)


def resolve(folder_or_name: str | Path) -> Path:
    """Find the folder of a model; one on the hub is fetched once, and later read from the hub's local cache.

    Raises EncoderNameError if there is no such folder, it holds no model, or the hub does not give one.
    """
    folder = Path(folder_or_name).expanduser()
    if not str(folder_or_name).strip() or (isinstance(folder_or_name, Path) and not folder.is_dir()):
        raise _unknown(folder_or_name)
    if not folder.is_dir():
        return _from_hub(str(folder_or_name))
    if not any((folder / mark).is_file() for mark in _MARKS):
        raise EncoderNameError(f"the folder {str(folder)!r} has no {' or '.join(_MARKS)}. {_HELP}")
    return folder


def _from_hub(name: str) -> Path:
    """Prefer what is here already, so that a start needs no network; else fetch it."""
    from httpx import HTTPError
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        with contextlib.suppress(LocalEntryNotFoundError):
            return _snapshot(name, local=True)
        return _snapshot(name, local=False)
    except HFValidationError as error:
        raise _unknown(name) from error
    except (OSError, HTTPError) as error:
        lines = str(error).strip().splitlines()
        raise _unknown(name, f", and the hub gives no such model ({(lines or [repr(error)])[0]})") from error


def _unknown(name: str | Path, why: str = "") -> EncoderNameError:
    return EncoderNameError(f"no encoder and no folder is called {str(name)!r}{why}. {_HELP}")


def _snapshot(name: str, *, local: bool) -> Path:
    """Fetch what torch needs of a model; weights of the older form only where there are no others."""
    from huggingface_hub import snapshot_download

    found = Path()
    for patterns in (_NEEDED, _NEEDED + _OLD_WEIGHTS):
        found = Path(
            snapshot_download(
                name, allow_patterns=patterns, ignore_patterns=_OTHER_RUNTIMES, local_files_only=local
            )
        )
        if any(found.glob("**/*.safetensors")):
            break
    return found
