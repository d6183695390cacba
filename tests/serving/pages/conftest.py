"""A service with graded samples, and someone who is signed in with a browser's headers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from serving import samples
from serving.access import sessions
from serving.access.roles import Role
from tests import databases

ORIGIN = {"Origin": "http://testserver", "Accept": "text/html"}


@pytest.fixture
def database_kind() -> str:
    """What a page shows is no matter of the database."""
    return databases.SQLITE


@dataclass
class Browser:
    """A client with cookies. csrf: what its session's forms carry."""

    service: Any
    client: httpx.Client
    language: str = "en"
    csrf: str = ""

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=self._headers(headers), follow_redirects=False)

    def post(self, path: str, data: dict[str, str], **headers: str) -> httpx.Response:
        return self.client.post(
            path, data=data, headers=self._headers(ORIGIN | headers), follow_redirects=False
        )

    def sign_in(self, role: str = "reviewer") -> Browser:
        key = self.service.key(role)
        assert self.post("/sign-in", {"key": key}).status_code == 303
        cookie = self.client.cookies["triage_session"]
        session = sessions.session_of(self.service.services, cookie)
        assert session is not None
        self.csrf = session.csrf
        return self

    def link(self, role: str = "admin") -> str:
        return sessions.create_link(self.service.services, name="demo", role=Role(role))

    def attempt(self, text: str, **more: str) -> httpx.Response:
        return self.post("/", {"csrf": self.csrf, "text": text, **more})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Accept": "text/html", "Accept-Language": self.language} | more


@pytest.fixture
def browser(service: Any) -> Browser:
    return Browser(service, service.client)


@pytest.fixture
def with_samples(service: Any, tmp_path: Path) -> Any:
    """Forty sample requests of twenty-five customers, graded."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = ["id,received_at,channel,customer_id,subject,text"]
    for i in range(40):
        words = "产线停产了，等着处理" if i % 5 == 0 else f"第 {i} 个问题：怎么改抬头"
        rows.append(f"r{i},2026-03-02T01:{i:02d}:00Z,form,C{i % 25},,{words}")
    (folder / "requests.csv").write_text("\n".join(rows), "utf-8")
    facts = [f"C{i},客户{i}号,{(i + 1) * 20000},{i / 100},true" for i in range(25)]
    (folder / "customers.csv").write_text("\n".join(["id,name,revenue,growth,has_contract", *facts]), "utf-8")
    samples.load(service.services, folder)
    samples.assess_waiting(service.services, service.model)
    return service
