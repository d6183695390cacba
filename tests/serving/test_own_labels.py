"""A model of own labels is served: levels in the answer, and only under a policy that meets them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml

from features import delivered
from features.bundle import TriageModel
from features.errors import PolicyError
from features.grading import grade
from features.policy import Policy
from features.records import ModelReference, Request
from features.taxonomy import Taxonomy
from features.taxonomy.changes import renamed
from serving.api import wire
from serving.loading import met
from serving.services import build, workers
from serving.store import bodies, deployments, schema
from tests.serving.stand_in import KeywordModel
from tests.training import own_labels
from training import carried

OWN_URGENCY = Taxonomy.parse(
    "{format: 1, version: 2, fields: {urgency: {ordered: true, labels: {普通: , 加急: , 特急: }}}}"
)


@pytest.fixture(scope="module")
def own_model(hash_model):
    """Sixty categories and urgency from own data; type, impact and difficulty carried over."""
    base = replace(hash_model, reference=ModelReference(name="triage", version="1"))
    return replace(
        carried.joined(own_labels.fitted(), base), reference=ModelReference(name="triage", version="2")
    )


def test_levels_stand_in_the_answer_and_carried_impact_in_the_grade(start, settings, own_model):
    service = start(settings)
    service.services.engine.use(own_model)
    answer = service.client.post(
        "/v1/triage",
        json={"text": "门店的网络要更换，第3号工位。今天必须解决，否则停产。"},
        headers=service.headers("admin"),
    ).json()
    category = answer["fields"]["category"]
    assert category["path"] == ["网络", "网络/门店", "网络/门店/更换"]
    assert category["name"] == {"zh": "更换", "en": "Replacement"}
    assert sum(category["parents"][top] for top in own_labels.TOPS) == pytest.approx(1, abs=1e-4)
    assert answer["fields"]["urgency"]["path"] == [answer["fields"]["urgency"]["label"]]
    assert answer["fields"]["urgency"]["parents"] == {}
    assert answer["reasons"][0]["code"] == "matrix"


def test_a_stored_answer_is_shown_by_the_present_name_of_a_renamed_label(own_model):
    body = bodies.of_assessment(_assessed(own_model))
    for field in body["prediction"]["fields"].values():
        del field["parents"]  # as an earlier release stored it
    stored = bodies.to_assessment(body)
    said = stored.prediction.fields["type"]
    later = renamed(own_model.taxonomy, "type", old=said.label, new="renamed")
    shown = wire._field(said, later.field("type"))
    assert (shown["label"], shown["path"], shown["parents"]) == (said.label, ["renamed"], {})
    assert shown["name"] == dict(own_model.taxonomy.field("type").by_code[said.label].name)
    assert wire._field(said, None)["path"] == [said.label], "a field that is gone is no crash"


def _assessed(model: TriageModel):
    prediction = model.predict([Request(text="总部的网络要更换")])[0]
    return grade(Policy.default(), model.taxonomy, prediction, value=None, received_at=None)


def test_a_version_whose_labels_the_policy_does_not_have_is_not_used_and_logged(settings, caplog):
    services = build(replace(settings, model="models:/triage@champion"))
    schema.upgrade(services.store)
    fields = {**Taxonomy.default().fields, **OWN_URGENCY.fields}
    taxonomies = {"1": Taxonomy.default(), "2": replace(OWN_URGENCY, fields=fields)}

    def load(_folder, reference):
        return _Said(reference=reference, taxonomy=taxonomies[reference.version])

    delivery = workers(services, load=load).delivery
    for version in ("1", "2"):
        reference = ModelReference(name="triage", version=version)
        delivered.folder_of(settings.home, reference).mkdir(parents=True)
        with services.store.write() as connection:
            deployments.add(connection, reference, at=datetime.now(UTC))
        delivery.look()
    services.store.close()
    assert services.engine.model.reference.version == "1"
    assert "matrix.high.urgent: the model has no label 'urgent' of 'urgency'" in caplog.text


class _Said(KeywordModel):
    """Labels by the default taxonomy, whatever its own one is."""

    def _field(self, code, label, decision):
        return KeywordModel()._field(code, label, decision)


def test_loading_refuses_in_one_sentence_naming_the_cell(tmp_path):
    model = KeywordModel(taxonomy=OWN_URGENCY)
    load = met(lambda _folder, _reference: model, Policy.default())
    with pytest.raises(PolicyError, match=r"matrix\.high\.特急: is open") as caught:
        load(tmp_path, model.reference)
    assert "\n" not in str(caught.value)


def test_a_policy_of_own_labels_is_read_for_the_model_on_this_disk(settings, own_model, tmp_path):
    fields = {**own_model.taxonomy.fields, **OWN_URGENCY.fields}
    folder = tmp_path / "own"
    taxonomy = replace(own_model.taxonomy, fields=fields)
    heads = {code: head for code, head in own_model.heads.items() if code != "urgency"}
    labels = {code: list(head.labels) for code, head in heads.items()}
    manifest = replace(own_model.manifest, taxonomy=taxonomy.as_data(), labels=labels)
    replace(own_model, heads=heads, taxonomy=taxonomy, manifest=manifest).save(folder)
    data = Policy.default().as_data()
    grades = {"high": ("P1", "P2", "P3"), "medium": ("P2", "P3", "P4"), "low": ("P3", "P4", "P4")}
    data["matrix"] = {
        row: dict(zip(("特急", "加急", "普通"), each, strict=True)) for row, each in grades.items()
    }
    data["floors"] = []
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    services = build(replace(settings, model=str(folder), policy=path))
    assert services.policy.matrix["high"]["特急"] == "P1"
    services.store.close()
    with pytest.raises(PolicyError, match=r"matrix\.high\.特急: the model has no label '特急'"):
        build(replace(settings, policy=path))
