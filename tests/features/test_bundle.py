"""A bundle is the model: saved, loaded, and refused when it is not what it says."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.bundle import TriageModel, _load_pyfunc
from features.bundle_files import HEADS, VOCABULARIES
from features.calibration import Calibration
from features.encoder import HashEncoder
from features.errors import BundleError
from features.manifest import MANIFEST
from features.records import Decision, Request
from features.taxonomy import Taxonomy

REQUESTS = (
    Request(text="产线的PLC通讯中断，三条线都停了，今天要交货"),
    Request(subject="Invoice", text="We were charged twice for March, please refund when you can."),
)


def copy(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "copy"))


def rewrite(folder: Path, **changes: object) -> Path:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
    return folder


def test_predictions_before_and_after_a_round_trip_are_equal(
    hash_model: TriageModel, champion_folder: Path
) -> None:
    loaded = TriageModel.load(champion_folder)
    assert loaded.taxonomy == hash_model.taxonomy, "the order of ordered labels is kept"
    for before, after in zip(hash_model.predict(REQUESTS), loaded.predict(REQUESTS), strict=True):
        assert before.fields == after.fields


def test_probabilities_are_a_distribution_over_the_labels(hash_model: TriageModel) -> None:
    for prediction in hash_model.predict(REQUESTS):
        for code, said in prediction.fields.items():
            assert set(said.probabilities) == set(hash_model.taxonomy.field(code).codes)
            assert sum(said.probabilities.values()) == pytest.approx(1)
            assert said.confidence == max(said.probabilities.values()) == said.probabilities[said.label]


def test_a_request_is_answered_alike_alone_and_in_a_batch(hash_model: TriageModel) -> None:
    together = hash_model.predict(REQUESTS)
    alone = [hash_model.predict([each])[0] for each in REQUESTS]
    for a, b in zip(together, alone, strict=True):
        for code in a.fields:
            assert np.allclose(
                list(a.fields[code].probabilities.values()), list(b.fields[code].probabilities.values())
            )


def test_without_thresholds_words_are_suggested_and_emoji_reviewed(hash_model: TriageModel) -> None:
    model = replace(hash_model, scope=None, manifest=replace(hash_model.manifest, thresholds=None))
    words, emoji = model.predict([REQUESTS[0], Request(text="🙏🙏 12345")])
    assert {said.decision for said in words.fields.values()} == {Decision.SUGGEST}
    assert {said.decision for said in emoji.fields.values()} == {Decision.REVIEW}


def test_pyfunc_answers_a_frame(champion_folder: Path) -> None:
    import pandas as pd

    answered = _load_pyfunc(str(champion_folder)).predict(pd.DataFrame({"text": ["发票开错了"]}))
    assert {"type", "type_confidence", "urgency", "impact"} <= set(answered.columns)


def test_a_later_taxonomy_renames_labels(champion_folder: Path) -> None:
    data = Taxonomy.default().as_data()
    labels = data["fields"]["type"]["labels"]
    labels["fault"] = labels.pop("incident") | {"aliases": ["incident"]}
    later = TriageModel.load(champion_folder, taxonomy=Taxonomy.of(data | {"version": 2}))
    prediction = later.predict(REQUESTS)[0]
    assert "fault" in prediction.fields["type"].probabilities
    assert prediction.taxonomy_version == 2


def test_a_label_without_counterpart_is_refused(champion_folder: Path) -> None:
    data = Taxonomy.default().as_data()
    del data["fields"]["type"]["labels"]["incident"]
    with pytest.raises(BundleError, match="'incident' of 'type'"):
        TriageModel.load(champion_folder, taxonomy=Taxonomy.of(data))


@pytest.mark.parametrize("name", [VOCABULARIES, HEADS])
def test_a_damaged_file_is_named(champion_folder: Path, tmp_path: Path, name: str) -> None:
    folder = copy(champion_folder, tmp_path)
    raw = bytearray((folder / name).read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    (folder / name).write_bytes(raw)
    with pytest.raises(BundleError, match=f"damaged: {name}"):
        TriageModel.load(folder)


def test_a_missing_file_is_named(champion_folder: Path, tmp_path: Path) -> None:
    folder = copy(champion_folder, tmp_path)
    (folder / HEADS).unlink()
    with pytest.raises(BundleError, match=f"{HEADS} is missing"):
        TriageModel.load(folder)


def test_an_empty_folder_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="is no model"):
        TriageModel.load(tmp_path)


def test_a_later_format_asks_for_an_upgrade(champion_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="format 99"):
        TriageModel.load(rewrite(copy(champion_folder, tmp_path), format=99))


def test_a_bundle_of_the_format_before_answers_alike(hash_model: TriageModel, tmp_path: Path) -> None:
    warm = Calibration(parameters={"temperature": 1.5})
    heads = {code: replace(head, calibration=warm) for code, head in hash_model.heads.items()}
    calibrations = {code: warm.as_data() for code in heads}
    known = replace(hash_model.manifest, calibrations=calibrations, thresholds=None, guarantees={})
    now = replace(hash_model, manifest=known, heads=heads)
    folder = now.save(tmp_path / "before")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    for name in ("calibrations", "parts", "kinds", "weights", "priors", "guarantees", "reviewed"):
        del manifest[name]
    vocabularies = json.loads((folder / VOCABULARIES).read_text("utf-8"))
    (folder / VOCABULARIES).write_text(json.dumps(vocabularies["own"]), "utf-8")
    manifest |= {"format": 1, "temperatures": dict.fromkeys(heads, 1.5), "sha256": {}}
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    before = TriageModel.load(folder)
    for one, other in zip(before.predict(REQUESTS), now.predict(REQUESTS), strict=True):
        assert one.fields == other.fields


def test_another_encoder_is_refused(champion_folder: Path, tmp_path: Path) -> None:
    folder = rewrite(copy(champion_folder, tmp_path), encoder_fingerprint="another")
    with pytest.raises(BundleError, match="fingerprint"):
        TriageModel.load(folder, encoder=HashEncoder())


def test_foreign_types_are_not_loaded(champion_folder: Path, tmp_path: Path) -> None:
    from skops import io as skops_io

    folder = copy(champion_folder, tmp_path)
    skops_io.dump({"type": Request(text="not a classifier")}, folder / HEADS)
    with pytest.raises(BundleError, match=r"foreign type 'features\.records\.Request'"):
        TriageModel.load(rewrite(folder, sha256={}))
