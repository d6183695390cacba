"""The guide to operating is true: what it names is there, and all settings and metrics are in it."""

from __future__ import annotations

import re
import subprocess

from serving.metrics import Metrics
from serving.settings import _READERS, Settings
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "operate.md").read_text("utf-8")
SOURCES = "".join(path.read_text("utf-8") for path in (ROOT / "serving").rglob("*.py"))
DEPLOY = ROOT / "docs" / "deploy"


def test_every_setting_is_in_the_table_with_its_default():
    table = dict(re.findall(r"\| `TRIAGE_([A-Z_]+)` \| .* \| (?:`(.*)`)? ?\|", GUIDE))
    assert {name.lower() for name in table} == set(_READERS)
    for name, told in table.items():
        if told:
            read = Settings.read({f"TRIAGE_{name}": told})
            assert getattr(read, name.lower()) == getattr(Settings(), name.lower()), name


def test_every_metric_is_in_the_table_and_no_other_is_named():
    metrics = Metrics()
    metrics.call_began()
    named = set(re.findall(r"# HELP (triage_\w+)", metrics.exposition().decode()))
    told = {re.sub(r"_bucket$", "", name) for name in re.findall(r"\b(triage_[a-z_]+)", GUIDE)}
    assert told == named


def test_every_message_under_troubleshooting_is_one_of_ours():
    rows = re.findall(r"(?m)^\| (.*) \| .* \|$", GUIDE.split("## Troubleshooting")[1])
    for message in re.findall(r"`([^`]+)`", " ".join(rows)):
        for piece in re.split(r"\b(?:X|Y|ID|NAME|KIND|N|HOME)\b|models:/triage@champion|-9|the web", message):
            assert piece.strip(" ;,()") in SOURCES, message


def test_the_unit_serves_with_options_that_exist_and_the_folder_of_the_installer():
    unit = (DEPLOY / "triage.service").read_text("utf-8")
    installer = (DEPLOY / "install.sh").read_text("utf-8")
    assert "EnvironmentFile=/opt/triage/triage.env" in unit
    assert '> "$folder/triage.env"' in installer
    assert re.search(r"ExecStart=/opt/triage/venv/bin/triage serve( --[a-z]+ [\w.]+)+\n", unit)


def test_the_scripts_are_whole():
    for script in (ROOT / ".ci" / "offline_build", ROOT / ".ci" / "offline_smoke", DEPLOY / "install.sh"):
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_the_container_copies_what_there_is():
    for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", (DEPLOY / "Containerfile").read_text("utf-8")):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
