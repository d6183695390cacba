"""The fault tests with figures: what was posted, acknowledged, found, twice, and assessed. See README.md."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEADS = "fault | database | posted | acknowledged | found | twice | assessed of all | seconds | statuses"


def main() -> int:
    """Run the fault tests and print a table of their figures; the exit code of pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--burst", type=int, default=10_000, help="Requests in the burst.")
    parser.add_argument("--only", default="", help="Which tests, by words of their names.")
    asked = parser.parse_args()
    began = os.getloadavg()[0]
    command = [sys.executable, "-m", "pytest", "-s", "-q", "-p", "no:cacheprovider"]
    command += ["tests/faults/test_survived.py", "-k", asked.only]
    environment = os.environ | {"TRIAGE_TEST_BURST": str(asked.burst)}
    rows = []
    with subprocess.Popen(  # noqa: S603 - our own tests
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            rows += [line] if line.startswith("| ") else []
    print(f"\n{os.cpu_count()} processors, load {began:.1f} to {os.getloadavg()[0]:.1f}\n")
    print(f"| {HEADS} |\n" + "|---" * len(HEADS.split("|")) + "|\n" + "".join(rows), end="")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
