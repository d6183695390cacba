"""The loop closes, through the real API, database, MLflow registry and command line, on the hash encoder.

request -> answer -> override -> snapshot -> retrain -> gate -> promote -> the same request answered by the
new version -> rollback.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from features.registry import Registry
from serving.access import keys
from serving.access.roles import Role
from serving.app import create_app
from serving.jobs.kinds import KINDS
from serving.jobs.runner import Runner
from serving.jobs.watch import Watch
from serving.settings import Settings
from tests.conftest import run_triage

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries

COUNT = 660
"""Enough that a fifth of a fifth can be judged: the newest, and the frozen ones."""
WORDS = {
    "billing": ("发票", "付款", "账单", "对账", "退款"),
    "complaint": ("态度", "投诉", "失望", "欺骗", "道歉"),
    "incident": ("停机", "报错", "崩溃", "故障", "黑屏"),
    "question": ("怎么", "如何", "哪里", "请问", "兼容"),
}
FILLERS = (
    "系统",
    "客户",
    "今天",
    "门店",
    "软件",
    "合同",
    "设备",
    "昨天",
    "仓库",
    "同事",
    "页面",
    "账号",
    "电话",
)


def written(number: int) -> tuple[str, str]:
    """A text, and the type that a person gives it: by a word the champion has not learnt."""
    chance = random.Random(number)  # noqa: S311 - words by chance, and no secret
    kind = sorted(WORDS)[number % len(WORDS)]
    words = [chance.choice(WORDS[kind]), *chance.sample(FILLERS, 5), str(chance.randrange(1000, 9999))]
    chance.shuffle(words)
    return " ".join(words), kind


@dataclass
class Office:
    """A home with a champion, the service on it, and the command line."""

    home: Path
    client: TestClient
    headers: dict[str, dict[str, str]]

    def ask(self, method: str, path: str, by: str, **more: Any) -> Any:
        headers = self.headers[by] | more.pop("headers", {})
        answer = self.client.request(method, f"/v1{path}", headers=headers, **more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def post(self, text: str) -> dict[str, Any]:
        made: dict[str, Any] = self.ask("POST", "/requests", "form", json={"text": text})
        return made

    def post_all(self, texts: list[str]) -> list[dict[str, Any]]:
        """As they then stand; in one call, since each alone waits for the model."""
        items = [{"text": text} for text in texts]
        made = self.ask("POST", "/requests:batch", "form", json={"items": items})
        return [self.ask("GET", f"/requests/{each['id']}", "ann") for each in made["items"]]

    def review(self, was: dict[str, Any], labels: dict[str, str], by: str = "ann") -> None:
        body = {"assessment_id": was["assessment_id"], "shown": True, "purpose": "work", "fields": labels}
        path = f"/requests/{was['id']}/reviews"
        self.ask("POST", path, by, json=body, headers={"If-Match": f'"{was["version"]}"'})

    def run(self, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = run_triage(arguments, home=self.home)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def deliver(self) -> None:
        """What the jobs process does, and a web process after it."""
        services = self.client.app.state.services  # type: ignore[attr-defined]
        Watch(services).look()
        Runner(services, KINDS).run_due()
        self.client.app.state.workers.delivery.look()  # type: ignore[attr-defined]


@pytest.fixture
def office(trained_home: Path, tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    home = Path(shutil.copytree(trained_home, tmp_path / "home"))
    shutil.copyfile(sqlite_template, home / "triage.db")
    settings = Settings(
        home=home,
        database_url=f"sqlite:///{home / 'triage.db'}",
        answer_seconds=60.0,
        sweep_seconds=3600,
        poll_seconds=3600,
    )
    app = create_app(settings)
    with TestClient(app, raise_server_exceptions=False) as client:
        services = app.state.services
        made = {
            name: keys.create(services.store, services.tools, role=Role(role), name=name, trusted=False)[0]
            for name, role in {"form": "intake", "ann": "reviewer", "lea": "lead"}.items()
        }
        yield Office(home, client, {name: {"Authorization": f"Bearer {key}"} for name, key in made.items()})


def test_a_correction_makes_the_next_version_better(office: Office, tmp_path: Path) -> None:
    asked, wanted = written(10_000)
    before = office.post(asked)
    assert before["model"]["version"] == "1"
    texts, kinds = zip(*(written(number) for number in range(COUNT)), strict=True)
    for number, was in enumerate(office.post_all(list(texts))):
        office.review(was, {"type": kinds[number]}, by="ann" if number % 3 else "lea")

    office.run("data", "export", "--out", tmp_path / "snapshot")
    done = office.run("retrain", "--snapshot", tmp_path / "snapshot", "--json", tmp_path / "verdict.json")
    assert "Registered triage version 3 as challenger" in done.stdout
    verdict = json.loads((tmp_path / "verdict.json").read_text("utf-8"))
    assert verdict["result"] == "passed", done.stdout
    assert (office.home / "frozen" / "triage.json").is_file()

    office.run("models", "promote", "3", "--reason", "learnt from what people said")
    move = Registry(home=office.home).history("triage")[-1]
    assert (move.replaced, move.version, move.verdict) == ("1", "3", "passed against 1")

    office.deliver()
    after = office.post(asked)
    assert after["model"]["version"] == "3"
    assert after["fields"]["type"]["label"] == wanted
    assert before["fields"]["type"]["confidence"] < after["fields"]["type"]["confidence"]

    office.run("models", "rollback", "--reason", "to show that it goes")
    office.deliver()
    assert office.post(asked)["model"]["version"] == "1"
