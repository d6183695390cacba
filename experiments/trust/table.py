"""Every table on whether a model can be trusted, from one command: each study in turn, in its own process.

    python experiments/trust/table.py --data FOLDER

Accuracy, calibration, coverage, ordered fields and the promise (this folder), what is out of scope, and
banking77 with no row, one and eight rows a label (the whole curve, of three sets, is that study's own). Each
study's README says what its figures mean.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
STUDIES: dict[str, list[str]] = {
    "trust": [],
    "out_of_scope": [],
    "cold_start": ["--only", "banking77", "--sizes", "0", "1", "8"],
}
"""What is run, and what beyond the folder it is asked for."""


def main() -> None:
    """Run the studies; ends with the first exit code that is not 0, after all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    failed = 0
    for study, more in STUDIES.items():
        print(f"\n## {study}\n", flush=True)
        command = [sys.executable, str(HERE / study / "run.py"), "--data", str(folder), *more]
        ended = subprocess.run(command, check=False)  # noqa: S603 -- our own files, with a folder as argument
        failed = failed or ended.returncode
    sys.exit(failed)


if __name__ == "__main__":
    main()
