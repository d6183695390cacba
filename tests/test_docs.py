"""The documentation is true: commands, options, targets, files and settings that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tests.conftest import ROOT
from triage import COMMANDS, triage

DOCUMENTS = sorted(
    [
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        *ROOT.glob("*/README.md"),
        *ROOT.glob("*/*/README.md"),
        *ROOT.glob("docs/*.md"),
    ]
)
DOCUMENTS = [path for path in DOCUMENTS if ".venv" not in path.parts]


def command(words: list[str]) -> click.Command | None:
    """The command that some words name, as far as they go."""
    context = click.Context(triage)
    found: click.Command | None = triage.get_command(context, words[0])
    while isinstance(found, click.Group) and len(words) > 1:
        words = words[1:]
        found = found.get_command(context, words[0])
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_option_named_exists(path: Path) -> None:
    for line in re.findall(r"(?:\.venv/bin/|`)triage ([a-z][^`#\n]*)", path.read_text("utf-8")):
        words = re.match(r"[a-z]+(?: [a-z]+)?", line).group().split()  # type: ignore[union-attr]
        found = command(words)
        assert found is not None, line
        known = {option for each in found.params for option in each.opts}
        assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", line)) <= known | {"--help"}, line


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?m)(?:^|`)make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")):
        assert f"\n{target}:" in makefile, target


def test_every_setting_named_is_read_somewhere() -> None:
    sources = "".join(
        path.read_text("utf-8")
        for room in ("features", "training", "serving")
        for path in (ROOT / room).rglob("*.py")
    )
    for name in re.findall(r"`(TRIAGE_[A-Z_]+)`", (ROOT / "README.md").read_text("utf-8")):
        if name != "TRIAGE_CACHE" and name != "TORCH_INDEX":
            assert name in sources or name.removeprefix("TRIAGE_").lower() in sources, name


def test_the_front_door_and_the_rooms_agree() -> None:
    for name in COMMANDS:
        assert command([name]) is not None, name
