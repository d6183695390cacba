"""Who gets in, and who does not."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from serving.access.sessions import session_of


@pytest.mark.parametrize("path", ["/", "/?lang=zh"])
def test_whoever_is_not_signed_in_is_sent_to_the_form(browser, path):
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert 'name="key"' in browser.get("/sign-in").text


def test_a_client_that_wants_no_page_is_sent_there_too(service):
    answer = service.client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("role", ["reviewer", "lead", "scientist", "admin"])
def test_staff_sign_in_with_a_key(browser, role):
    assert browser.sign_in(role).get("/").status_code == 200


def test_the_session_is_not_for_scripts_nor_for_other_sites(browser):
    answer = browser.post("/sign-in", {"key": browser.service.key("lead")})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_the_session_is_secure_over_https(service):
    client = TestClient(service.app, base_url="https://testserver")
    answer = client.post("/sign-in", data={"key": service.key("lead")}, follow_redirects=False)
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("trusted", [False, True])
def test_an_intake_key_is_refused_in_a_clear_sentence(browser, trusted):
    answer = browser.post("/sign-in", {"key": browser.service.key("intake", trusted=trusted)})
    assert answer.status_code == 403
    assert "This is an intake key" in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("key", ["", "tri_nobody", "键", "\0"])
def test_an_unknown_key_is_refused(browser, key):
    answer = browser.post("/sign-in", {"key": key})
    assert answer.status_code == 401
    assert "not known here" in answer.text


@pytest.mark.parametrize("path", ["/sign-in?token={}", "/sign-in/{}"])
def test_a_one_time_link_works_once(browser, path):
    link = path.format(browser.link())
    first = browser.get(link)
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert browser.get("/").status_code == 200
    browser.client.cookies.clear()
    second = browser.get(link)
    assert second.status_code == 401
    assert "used before" in second.text
    assert browser.get("/").status_code == 303


def test_a_used_link_still_leads_in_whoever_is_in(browser):
    link = f"/sign-in/{browser.link()}"
    browser.get(link)
    assert browser.get(link).headers["location"] == "/"


def test_loading_ahead_does_not_use_a_link_up(browser):
    link = f"/sign-in/{browser.link()}"
    assert browser.get(link, **{"Sec-Purpose": "prefetch;prerender"}).status_code == 503
    assert browser.get(link).status_code == 303


def test_a_link_for_a_system_signs_nobody_in(browser):
    answer = browser.get(f"/sign-in/{browser.link('intake')}")
    assert answer.status_code == 403
    assert browser.get("/").status_code == 303


def test_a_link_too_old_is_refused(start, settings, browser):
    service = start(replace(settings, link_minutes=-1))
    browser.service, browser.client = service, service.client
    assert browser.get(f"/sign-in/{browser.link()}").status_code == 401


def test_signing_out_ends_the_session(browser):
    browser.sign_in()
    cookie = browser.client.cookies["triage_session"]
    answer = browser.post("/sign-out", {"csrf": browser.csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert session_of(browser.service.services, cookie) is None
    assert browser.get("/").status_code == 303


def test_nobody_is_signed_out_without_their_token(browser):
    browser.sign_in()
    assert browser.post("/sign-out", {"csrf": "forged"}).status_code == 403
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://testserver:8080"},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/sign-in", "/sign-out"])
def test_a_form_of_another_site_is_refused(browser, path, headers):
    browser.sign_in()
    form = {"csrf": browser.csrf, "text": "How?", "key": browser.service.key("lead")}
    answer = browser.post(path, form, **headers)
    assert answer.status_code == 403
    assert "This is not allowed" in answer.text
    assert "set-cookie" not in answer.headers
    assert browser.get("/").status_code == 200


def test_a_proxy_that_changes_the_host_keeps_no_form_out(browser):
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "https://triage.example"}
    assert browser.post("/sign-in", {"key": browser.service.key("lead")}, **headers).status_code == 303


def test_a_foreign_referer_is_refused_where_there_is_no_origin(service):
    form, headers = {"key": service.key("lead")}, {"Referer": "https://elsewhere.example/trap"}
    assert service.client.post("/sign-in", data=form, headers=headers).status_code == 403


def test_whoever_asked_for_a_page_comes_to_it_after_signing_in(browser):
    wanted = "/queue?grade=P1&type=incident"
    address = browser.get(wanted).headers["location"]
    assert address == f"/sign-in?{urlencode({'next': wanted})}"
    page = browser.get(address).text
    assert f'name="next" value="{wanted.replace("&", "&amp;")}"' in page
    assert f"{urlencode({'next': wanted}).replace('&', '&amp;')}&amp;lang=zh" in page
    wrong = browser.post("/sign-in", {"key": "tri_wrong", "next": wanted})
    assert f'value="{wanted.replace("&", "&amp;")}"' in wrong.text
    assert "what you typed" not in wrong.text.lower()
    right = browser.post("/sign-in", {"key": browser.service.key("lead"), "next": wanted})
    assert right.headers["location"] == wanted
    assert browser.get(address).headers["location"] == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/sign-out",
        "/v1/requests",
        "/" + "a" * 2000,
        "/队列",
        "",
    ],
)
def test_nobody_is_led_elsewhere(browser, elsewhere):
    key = browser.service.key("lead")
    answer = browser.post("/sign-in", {"key": key, "next": elsewhere})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get(f"/sign-in?{urlencode({'next': elsewhere})}").headers["location"] == "/"


def test_the_way_back_is_within_the_path_of_a_proxy(start, settings):
    service = start(replace(settings, root_path="/triage"))
    address = service.client.get("/triage/queue?grade=P1", follow_redirects=False).headers["location"]
    assert address == "/triage/sign-in?next=%2Fqueue%3Fgrade%3DP1"
    form = {"key": service.key("lead"), "next": "/queue?grade=P1"}
    answer = service.client.post("/triage/sign-in", data=form, follow_redirects=False)
    assert answer.headers["location"] == "/triage/queue?grade=P1"
