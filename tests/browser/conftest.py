"""A served service, a real Chromium, and people at it."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from features import delivered
from features.bundle import TriageModel
from features.records import Customer, CustomerFacts, ModelReference, Request
from serving import customers, intake
from serving.access import sessions
from serving.access.roles import Caller, Role
from serving.app import create_app
from serving.services import Services
from serving.settings import Settings
from tests import databases
from tests.serving import recorded_models
from tests.serving.set_aside_reviews import Held, hold

CHAMPION = ModelReference(name="triage", version="2")
STAFF = Caller(name="mail", role=Role.ADMIN, trusted=True)
TEXTS = (
    "产线停产了，整个车间六十多人都在等，请马上派人处理！",
    "How do I change the address on our invoices?",
    "想问一下，怎么把报表导出成表格？不着急。",
    "Since this morning nobody at head office can sign in; 200 people are waiting.",
    "上个月的发票抬头开错了，能重开一张吗？",
    "We would like a quotation for 40 more seats.",
    "销售人员态度恶劣，我要投诉，请给说法。",
    "Please move our delivery from the 12th to the 19th.",
    "打印机又卡纸了，二楼的那台。",
    "Could you add a dark mode in a later version?",
    "有人从国外登录了我们的账号，正在下载客户资料！",
    "The report shows last year's figures.",
    "<script>document.title='owned'</script><b id=\"planted\">bold</b> & <img src=x onerror=alert(1)>",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. It fails where there is none: a page that nobody opened is not tested."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("There is no chromium on the PATH; on Debian: apt install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Site:
    """A service that is being served. numbers: of the requests in it, in the order of TEXTS."""

    address: str
    services: Services
    numbers: list[str]

    def link(self, role: Role, name: str) -> str:
        return f"{self.address}/sign-in/{sessions.create_link(self.services, name=name, role=role)}"


class Served:
    """An app served on a port of its own, in a thread."""

    def __init__(self, app: Any) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()


@pytest.fixture
def start_site(
    hash_model: TriageModel, sqlite_template: Path, tmp_path: Path
) -> Iterator[Callable[..., Site]]:
    """Serves a site with requests in it; each is stopped at the end."""
    running: list[Served] = []

    def start(**options: Any) -> Site:
        path = tmp_path / f"triage{len(running)}.db"
        shutil.copyfile(sqlite_template, path)
        delivered.folder_of(tmp_path, CHAMPION).mkdir(parents=True, exist_ok=True)
        delivered.point(tmp_path, CHAMPION)
        settings = Settings(
            home=tmp_path,
            database_url=databases.sqlite_url(path),
            model="models:/triage@champion",
            sweep_seconds=3600,
            poll_seconds=3600,
            **{"blind_share": 0.0, "second_share": 0.0} | options,
        )
        app = create_app(settings, model_loader=lambda _folder, _reference: hash_model)
        running.append(Served(app))
        services: Services = app.state.services
        facts = CustomerFacts(revenue=900_000, has_contract=True, growth=0.3)
        customers.put(services, STAFF, Customer(id="C1", name="清河机械", facts=facts))
        numbers = [_received(services, text, number) for number, text in enumerate(TEXTS)]
        recorded_models.record(tmp_path, numbers)
        hold(tmp_path, Held(id=f"b{len(running)}", reviews=["no longer stored"] * 12))
        return Site(f"http://127.0.0.1:{running[-1].port}", services, numbers)

    yield start
    for each in running:
        each.stop()


def _received(services: Services, text: str, number: int) -> str:
    request = Request(text=text, channel="email", customer_id="C1" if number % 2 else None)
    _, answer = intake.receive(services, STAFF, request)
    assert answer.stored is not None
    return answer.stored.id


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """Opens a browser in one language, of one width; each is closed at the end."""
    opened: list[Any] = []

    def open_one(language: str = "en", *, width: int = 1440, script: bool = True) -> Page:
        context = chromium.new_context(
            locale={"en": "en-US", "zh": "zh-CN"}[language],
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        return context.new_page()

    yield open_one
    for each in opened:
        each.close()
