"""The fault tests with figures: what was posted, acknowledged, found and assessed. See README.md here."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the fault tests and show their figures; the exit code of pytest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--burst", type=int, default=10_000, help="Requests in the burst.")
    parser.add_argument("--only", default="acknowledged", help="Which tests, by words of their names.")
    asked = parser.parse_args()
    command = [sys.executable, "-m", "pytest", "-s", "-q", "--durations=0", "tests/faults", "-k", asked.only]
    environment = os.environ | {"TRIAGE_TEST_BURST": str(asked.burst)}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603 - our own tests


if __name__ == "__main__":
    sys.exit(main())
