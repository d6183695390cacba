"""The examples of docs/intake.md do what the page says."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.conftest import ROOT
from tests.databases import SQLITE

FILES = {
    "requests.csv": b"No,What happened\n1,The printer is broken\n",
    "mail.eml": b"Subject: Printer\r\nMessage-ID: <1@x>\r\n\r\nThe printer is broken.",
}
HOST = "http://127.0.0.1:8000"


@pytest.fixture
def database_kind():
    return SQLITE


def examples():
    page = (ROOT / "docs" / "intake.md").read_text("utf-8")
    return re.findall(r"```sh\n(curl .*?)```", page, re.DOTALL)


def run(client, words):
    """What a line of curl does, by a client of the app."""
    headers, files, data, content, url = {}, {}, {}, None, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word in ("-d", "--data-binary"):
            value = next(rest)
            content = FILES[value[1:]] if value.startswith("@") else value.encode()
        elif word == "-F":
            name, _, value = next(rest).partition("=")
            if value.startswith("@"):
                files[name] = (value[1:], FILES[value[1:]])
            else:
                data[name] = value
        elif word != "-s":
            url = word.removeprefix(HOST)
    return client.post(url, headers=headers, content=content, files=files or None, data=data or None)


def test_every_example_is_accepted(service):
    key, number, told = service.key(name="desk"), "", []
    for example in examples():
        line = example.replace("\\\n", " ").replace("$KEY", key).replace("$ID", number)
        answer = run(service.client, shlex.split(line))
        assert answer.status_code < 300, (example, answer.text)
        number = number or answer.json()["id"]
        told.append(answer)
    assert [each.status_code for each in told] == [201, 201, 200, 200, 201]
    assert told[1].json()["message"]["kind"] == "facts"
    assert [each["status"] for each in told[2].json()["items"]] == [201, 422]
    assert told[3].json()["readable"] == 1
