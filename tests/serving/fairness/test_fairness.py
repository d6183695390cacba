"""The fairness report: its figures, its words, and who may read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from features.records import Grade
from serving import samples
from serving.commands import commands
from serving.fairness import report, sentences
from serving.store import graded

RICH, POOR = 25, 1


@pytest.fixture
def filled(service, tmp_path):
    """Twenty-five customers, each with two samples: C24 is worth most, and one has no customer."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows = ["id,received_at,channel,customer_id,subject,text"]
    for i in range(50):
        words = "产线停产了" if i % 10 == 0 else "怎么改抬头"
        customer = "" if i >= 45 else f"C{i % 25}"
        rows.append(f"r{i},2026-03-02T01:{i:02d}:00Z,form,{customer},,{words}")
    (folder / "requests.csv").write_text("\n".join(rows), "utf-8")
    facts = [f"C{i},客户{i}号,{(i + 1) * 20000},{i / 100},true" for i in range(25)]
    (folder / "customers.csv").write_text("\n".join(["id,name,revenue,growth,has_contract", *facts]), "utf-8")
    samples.load(service.services, folder)
    samples.assess_waiting(service.services, service.model)
    return service


def test_the_tiers_add_up_to_the_total(filled):
    made = report(filled.services)
    assert made.total.count == sum(group.count for group in made.tiers) == 50
    for each in Grade:
        assert made.total.grades[each] == sum(group.grades[each] for group in made.tiers)
        assert made.total.without[each] == sum(group.without[each] for group in made.tiers)
    assert [group.tier for group in made.tiers][-1] is None
    assert made.tiers[0].tier == "core"


def test_value_alone_moves_the_grades_of_those_it_lifted(filled):
    made = report(filled.services)
    by_tier = {group.tier: group for group in made.tiers}
    assert by_tier["core"].lifted > 0
    assert by_tier["core"].changed == by_tier["core"].lifted
    assert by_tier[None].lifted == by_tier[None].changed == 0
    for group in made.tiers:
        assert sum(group.without.values()) == group.count
        for before, after in group.changes:
            assert after.rank == before.rank + 1


def test_the_hours_are_those_of_the_policy(filled):
    late = datetime(2026, 3, 2, 6, tzinfo=UTC)
    services = replace(filled.services, tools=replace(filled.services.tools, clock=lambda: late))
    total = report(services).total
    assert total.waiting.count == 50
    assert 4 < total.waiting.median < 5
    urgent = [group for group in report(services).tiers if set(group.grades) and group.grades[Grade.P1]]
    assert urgent
    assert total.respond.median > 24


def test_small_batches_give_the_same_report(filled, monkeypatch):
    whole = report(filled.services)
    real = graded.batches
    monkeypatch.setattr(graded, "batches", lambda store, *, sample: real(store, sample=sample, size=7))
    assert replace(report(filled.services), as_of=whole.as_of).total.grades == whole.total.grades


def test_too_many_p1_are_a_warning_and_few_are_not(filled):
    made = report(filled.services)
    assert made.p1_share == 0.1
    code, text = sentences.remarks(filled.services, made, "en")[0]
    assert (code, text[:8]) == ("p1", "Warning:")
    calm = replace(made, total=replace(made.total, grades={**made.total.grades, Grade.P1: 2, Grade.P4: 48}))
    assert not calm.too_many_p1
    assert "Warning" not in sentences.remarks(filled.services, calm, "en")[0][1]


def test_samples_are_left_out_as_soon_as_there_are_others(filled):
    assert report(filled.services).samples
    filled.client.post("/v1/requests", json={"text": "hello"}, headers=filled.headers("admin"))
    made = report(filled.services)
    assert (made.samples, made.total.count) == (False, 1)


def test_a_grade_that_the_policy_would_not_give_now_is_told(filled):
    policy = filled.services.policy
    strict = replace(policy, value=replace(policy.value, lifts_from=101.0), data=policy.data)
    made = report(replace(filled.services, policy=strict))
    assert made.outdated > 0
    assert made.total.changed == 0
    assert "outdated" in [code for code, _ in sentences.remarks(filled.services, made, "en")]


def test_without_requests_it_says_so(service):
    made = report(service.services)
    assert made.total.count == 0
    assert sentences.remarks(service.services, made, "en") == [
        ("none", "No request has been assessed yet; there is nothing to report.")
    ]
    assert service.client.get("/v1/reports/fairness", headers=service.headers("lead")).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_figure_is_read_aloud(filled, language):
    made = report(filled.services)
    for group in (*made.tiers, made.total):
        told = dict(sentences.readings(filled.services, made, group, language))
        assert {"grades", "promise", "waiting", "value"} <= set(told)
        for words in told.values():
            assert words.endswith("。" if language == "zh" else ".")
            assert "{" not in words
            assert "fairness." not in words


def test_the_api_gives_figures_and_words(filled):
    headers = filled.headers("scientist") | {"Accept-Language": "zh"}
    told = filled.client.get("/v1/reports/fairness", headers=headers).json()
    assert told["requests"] == 50
    assert told["p1"] == {"share": 0.1, "most": 0.05, "too_many": True}
    assert [each["tier"] for each in told["tiers"]][-1] is None
    core = told["tiers"][0]
    assert core["name"] == "核心客户"
    assert sum(each["count"] for each in core["grades"].values()) == core["count"]
    assert {"mean", "median", "count"} == set(core["respond_hours"])
    assert core["without_value"]["changes"][0].keys() == {"from", "to", "count"}
    assert told["remarks"][0]["text"].startswith("警告")


@pytest.fixture
def run(filled, monkeypatch):
    monkeypatch.setenv("TRIAGE_HOME", str(filled.services.settings.home))
    monkeypatch.setenv("TRIAGE_DATABASE_URL", filled.services.settings.database_url)
    for name in ("TRIAGE_MODEL", "TRIAGE_POLICY"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words: CliRunner().invoke(commands["fairness"], words)


def test_the_command_prints_a_table_and_the_words(run):
    done = run()
    assert done.exit_code == 0, done.output
    assert "Core customer" in done.stdout
    assert "No known customer" in done.stdout
    assert "Without value," in done.stdout
    assert "核心客户" in run("--language", "zh").stdout


def test_the_command_writes_what_the_api_gives(run, filled, tmp_path):
    path = tmp_path / "report.json"
    assert run("--json", str(path)).exit_code == 0
    told = filled.client.get("/v1/reports/fairness", headers=filled.headers("lead")).json()
    written = json.loads(path.read_text("utf-8"))
    assert written["as_of"] != told.pop("as_of")
    assert {key: written[key] for key in ("requests", "p1")} == {key: told[key] for key in ("requests", "p1")}
    assert [each["grades"] for each in written["tiers"]] == [each["grades"] for each in told["tiers"]]


def test_a_file_that_cannot_be_written_is_one_sentence(run, tmp_path):
    done = run("--json", str(tmp_path / "none" / "report.json"))
    assert "Cannot write" in str(done.exception)


def test_waiting_grows_with_the_clock(filled):
    later = datetime.now(UTC) + timedelta(days=7)
    services = replace(filled.services, tools=replace(filled.services.tools, clock=lambda: later))
    assert report(services).total.waiting.mean > report(filled.services).total.waiting.mean
