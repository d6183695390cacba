"""Personal data in excerpts, where the settings take them out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.errors import InputError
from serving.redaction import Output, leaving
from serving.settings import Settings

WORDS = "Call me on 13800138000 or write to ann@example.com"


@pytest.mark.parametrize(
    ("value", "redacted"),
    [("", {"similar"}), ("none", set()), ("queue", {"queue"}), ("queue, similar", {"queue", "similar"})],
)
def test_the_setting_names_outputs(value, redacted):
    assert Settings.read({"TRIAGE_REDACT": value}).redact == redacted


@pytest.mark.parametrize("value", ["yes", "queue,", "similar,none"])
def test_an_output_that_is_not_there_is_refused(value):
    with pytest.raises(InputError, match="TRIAGE_REDACT"):
        Settings.read({"TRIAGE_REDACT": value})


@pytest.mark.parametrize("output", list(Output))
def test_only_the_outputs_named_are_redacted(services, output):
    for named in Output:
        asked = replace(services, settings=replace(services.settings, redact=frozenset({named.value})))
        told = leaving(WORDS, asked, output=output)
        assert (told == WORDS) is (named is not output)
        assert ("[MOBILE]" in told, "[EMAIL]" in told) == (named is output, named is output)


def test_the_queue_tells_no_numbers_where_it_may_not(start, settings):
    service = start(replace(settings, redact=frozenset({"queue"})))
    headers = service.headers("lead")
    body = {"text": WORDS, "subject": "13800138000"}
    number = service.client.post("/v1/requests", headers=headers, json=body).json()["id"]
    (item,) = service.client.get("/v1/queue", headers=headers).json()["items"]
    assert item["excerpt"]["subject"] == "[MOBILE]"
    assert item["excerpt"]["text"] == "Call me on [MOBILE] or write to [EMAIL]"
    whole = service.client.get(f"/v1/requests/{number}", headers=headers).json()
    assert whole["request"]["text"] == WORDS
