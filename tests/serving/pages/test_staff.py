"""Sign-in by password on the page, sessions that one ends, and what an erased request looks like."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from serving import erase, users
from serving.access import passwords
from serving.access.roles import PAGES, RULES, Caller, Role
from serving.api import reference
from serving.audit import SERVICE
from serving.pages import routes
from serving.processes import config_of
from serving.store import requests

ROLES = [role.value for role in Role if role is not Role.INTAKE]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Hashes of the least that Argon2 takes: how long it takes is no matter here."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)


@pytest.fixture
def ann(service):
    """Ann's password."""
    return users.create(service.services, "ann", role=Role.LEAD, actor=SERVICE)


def test_staff_sign_in_by_name_and_password(browser, ann):
    answer = browser.post("/sign-in", {"name": "ann", "password": ann})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "ann" in browser.get("/").text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_wrong_password_is_told_in_both_languages(browser, ann, language):
    browser.language = language
    answers = [browser.post("/sign-in", {"name": name, "password": "wrong"}) for name in ("ann", "nobody")]
    assert [each.status_code for each in answers] == [401, 401]
    assert answers[0].text == answers[1].text
    assert {"en": "let nobody in", "zh": "密码不对"}[language] in answers[0].text
    assert "set-cookie" not in answers[0].headers


def test_an_account_is_locked_from_the_page_too(start, settings, browser):
    service = start(replace(settings, lockout_failures=2))
    browser.service, browser.client = service, service.client
    password = users.create(service.services, "ann", role=Role.LEAD, actor=SERVICE)
    for _ in range(2):
        browser.post("/sign-in", {"name": "ann", "password": "wrong"})
    assert browser.post("/sign-in", {"name": "ann", "password": password}).status_code == 401


def test_what_was_typed_is_kept_over_a_sign_in_by_password(browser, ann):
    answer = browser.post("/sign-in", {"name": "ann", "password": ann, "text": "How do I?"})
    assert answer.status_code == 200
    assert "How do I?" in answer.text


def test_a_session_is_ended_by_its_owner(browser, service, ann):
    browser.post("/sign-in", {"name": "ann", "password": ann})
    page = browser.get("/sessions")
    assert "this browser" in page.text
    csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
    number = re.search(r'name="session" value="([^"]+)"', page.text)[1]
    assert browser.post("/sessions/end", {"csrf": "forged", "session": number}).status_code == 403
    assert browser.post("/sessions/end", {"csrf": csrf, "session": "x"}).status_code == 404
    assert browser.post("/sessions/end", {"csrf": csrf, "session": number}).status_code == 303
    assert browser.get("/").headers["location"] == "/sign-in"


def test_an_erased_request_is_shown_as_such(with_samples, browser):
    services = with_samples.services
    with services.store.read() as connection:
        shown = requests.spread_samples(connection, count=30)
    for each in shown[:2]:
        erase.erase_request(services, each.id, actor=SERVICE, reason="a test")
    browser.sign_in()
    assert browser.get("/").text.count("The words of this request were erased.") == 2
    both = f"/compare?a={shown[0].id}&b={shown[1].id}"
    assert browser.get(both).text.count("The words of this request were erased.") == 2


def test_every_page_is_in_the_table_of_who_may():
    there = {
        (method, route.path)
        for router in (*routes.ROUTERS, reference.router)
        for route in router.routes
        for method in route.methods
    }
    assert {each for each in there if each[0] != "HEAD"} == set(PAGES)


@pytest.mark.parametrize("role", ["none", *ROLES])
def test_each_role_may_see_the_pages_that_the_table_says(browser, role):
    if role != "none":
        browser.sign_in(role)
    for (method, path), rule in PAGES.items():
        url = path.format(token="x", name="triage.css", request_id="x", batch="x")
        if method == "GET":
            answer = browser.get(url)
        elif url in ("/sign-in", "/sign-out"):
            continue  # they change who asks
        else:
            answer = browser.post(url, {"csrf": browser.csrf, "session": "x", "text": "How?"})
        open_to_all = rule is None
        allowed = open_to_all or (role != "none" and rule.allows(Caller(name="x", role=Role(role))))
        if allowed:
            assert answer.status_code in (200, 303, 404, 422, 401 if open_to_all else 200), (method, path)
            assert open_to_all or answer.headers.get("location") != "/sign-in", (method, path)
        elif role == "none":
            assert answer.status_code in (303, 401), (method, path)
        else:
            assert answer.status_code == 403, (method, path)


def test_pages_and_api_share_no_path():
    assert not {path for _, path in PAGES} & {path for _, path in RULES}


@pytest.mark.parametrize("sent", ["", "/triage"])
def test_links_redirects_and_cookies_lead_under_the_root_path(start, settings, sent):
    """Whether the proxy keeps the path or takes it off."""
    service = start(replace(settings, root_path="/triage"))
    page = service.client.get(f"{sent}/", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/triage/sign-in")
    form = {"key": service.key("admin")}
    signed = service.client.post(f"{sent}/sign-in", data=form, follow_redirects=False)
    assert signed.headers["location"] == "/triage/"
    assert "path=/triage;" in signed.headers["set-cookie"].lower()
    cookie = {"Cookie": signed.headers["set-cookie"].split(";")[0]}
    for path in ("/", "/fairness", "/sessions", "/compare?a=x&b=x"):
        shown = service.client.get(f"{sent}{path}", headers=cookie | {"Accept": "text/html"})
        led = re.findall(r'(?:href|src|action)="(/[^"]*)"', shown.text)
        assert led, path
        assert all(each.startswith("/triage/") for each in led), path
    asset = re.search(r'href="(/triage/static/triage.css[^"]*)"', shown.text)[1]
    assert service.client.get(asset).status_code == 200
    assert service.client.get(f"{sent}/healthz").status_code == 200
    answer = service.client.post(f"{sent}/v1/triage", headers=service.headers("intake"), json={"text": "Hi"})
    assert answer.status_code == 200
    missing = service.client.get(
        f"{sent}/v1/requests/x", headers=service.headers("admin") | {"Accept": "text/html"}
    )
    assert missing.headers["content-type"] == "application/problem+json"


def test_no_template_leads_past_the_root_path():
    templates = (routes.Pages.read().templates.loader.list_templates(),)
    for name in templates[0]:
        source = routes.Pages.read().templates.loader.get_source(None, name)[0]
        assert not re.search(r'(href|src|action)="/', source), name


@pytest.mark.parametrize(("proxy", "secure"), [("127.0.0.1", True), ("10.1.2.3", True), ("10.9.9.9", False)])
def test_forwarded_headers_are_believed_from_trusted_proxies_only(service, settings, proxy, secure):
    config = config_of(service.app, replace(settings, trusted_proxies="127.0.0.1,10.1.2.0/24"))
    config.load()
    client = TestClient(config.loaded_app, client=(proxy, 1234))
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4", "Origin": "https://testserver"}
    answer = client.post(
        "/sign-in", data={"key": service.key("lead")}, headers=headers, follow_redirects=False
    )
    assert answer.status_code == 303
    assert ("secure" in answer.headers["set-cookie"].lower()) is secure
