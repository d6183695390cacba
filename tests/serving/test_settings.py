"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import InputError
from serving.settings import Settings


def test_an_empty_environment_gives_the_defaults():
    assert Settings.read({}) == Settings()
    assert Settings.read({"TRIAGE_HOME": "  ", "TRIAGE_MODEL": ""}) == Settings()


def test_the_database_lives_under_home_unless_told_otherwise():
    assert Settings.read({"TRIAGE_HOME": "/srv/t"}).database_url == "sqlite:////srv/t/triage.db"
    url = "postgresql+psycopg://u:p@h/n"
    assert Settings.read({"TRIAGE_HOME": "/srv/t", "TRIAGE_DATABASE_URL": url}).database_url == url


def test_every_setting_can_be_set():
    read = Settings.read(
        {
            "TRIAGE_ANSWER_SECONDS": "0.5",
            "TRIAGE_MAX_IN_FLIGHT": "8",
            "TRIAGE_CACHE": "/c",
            "TRIAGE_MODEL": "m",
        }
    )
    assert (read.answer_seconds, read.max_in_flight, read.cache, read.model) == (0.5, 8, Path("/c"), "m")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIAGE_ANSWER_SECONDS", "soon"),
        ("TRIAGE_ANSWER_SECONDS", "-1"),
        ("TRIAGE_ENCODER_RUNTIME", "tensorrt"),
        ("TRIAGE_ENCODER_THREADS", "-2"),
        ("TRIAGE_ANSWER_SECONDS", "nan"),
        ("TRIAGE_MAX_IN_FLIGHT", "2.5"),
        ("TRIAGE_MAX_IN_FLIGHT", "0"),
        ("TRIAGE_ASSESS_HISTORY", "perhaps"),
        ("TRIAGE_POLICY", "/no/such/policy.yaml"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name, value):
    with pytest.raises(InputError) as caught:
        Settings.read({name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", ["no url", "oracle://u:secret@h/n", "mongodb://u:secret@h"])
def test_a_wrong_database_url_is_refused_without_repeating_its_password(value):
    with pytest.raises(InputError, match="TRIAGE_DATABASE_URL") as caught:
        Settings.read({"TRIAGE_DATABASE_URL": value})
    assert "secret" not in str(caught.value)
