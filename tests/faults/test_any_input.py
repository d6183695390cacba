"""Whatever fits or does not fit the described API is answered, and never with a fault of ours.

Inputs are made by Schemathesis from the service's own OpenAPI; how many for each operation is
TRIAGE_TEST_EXAMPLES.
"""

from __future__ import annotations

import contextlib
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests import databases

EXAMPLES = int(os.environ.get("TRIAGE_TEST_EXAMPLES", "6"))
CHECKED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def statuses_of(operation, mode, headers):
    """Ask one operation many things; the statuses that were seen."""
    seen = set()

    @CHECKED
    @given(case=operation.as_strategy(generation_mode=mode))
    def is_answered(case):
        answer = case.call(headers=headers, timeout=60)
        seen.add(answer.status_code)
        assert answer.status_code < 500, (operation.label, answer.text, case.as_curl_command())

    with contextlib.suppress(Unsatisfiable):  # nothing about it can be wrong: it takes no input
        is_answered()
    return seen


@pytest.mark.parametrize(
    ("place", "mode"),
    [  # what does not fit the description seldom reaches a database: one kind will do
        (databases.SQLITE, GenerationMode.POSITIVE),
        (databases.POSTGRESQL, GenerationMode.POSITIVE),
        (databases.POSTGRESQL, GenerationMode.NEGATIVE),
    ],
    indirect=["place"],
)
def test_no_answer_is_a_fault_of_ours(site, mode):
    described = schemathesis.openapi.from_url(f"http://127.0.0.1:{site.running.port}/openapi.json")
    headers = {"Authorization": f"Bearer {site.key}"}
    operations = [found.ok() for found in described.get_all_operations()]
    seen = {each.label: sorted(statuses_of(each, mode, headers)) for each in operations}
    print(f"\n{mode.value}, {EXAMPLES} inputs each: {seen}")
    assert sum(bool(statuses) for statuses in seen.values()) >= 9
    assert site.missing() == []
