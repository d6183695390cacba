"""A model knows what it learnt from: too little, another language and what is unlike all of it are told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features import language
from features.bundle import TriageModel
from features.bundle_files import SCOPE
from features.errors import BundleError
from features.grading import grade
from features.manifest import MANIFEST
from features.policy import Policy
from features.records import Decision, Outside, Request, Scope
from features.scope import Distance, ScopeModel, Shape, different_letters, letters
from features.taxonomy import Taxonomy
from tests.features import cases

WIDTH = 4
ENGLISH = "The conveyor in hall three stopped this morning and nothing ships."


def scope(*, distance: bool = True) -> ScopeModel:
    """A scope around two groups on the first two axes."""
    shape = Shape(
        centre=np.full(WIDTH, 0.1, dtype=np.float32),
        groups=np.eye(WIDTH, dtype=np.float32)[:2],
        within=np.eye(WIDTH, dtype=np.float32),
        overall=np.eye(WIDTH, dtype=np.float32),
        examples=np.zeros((0, WIDTH), dtype=np.float32),
    )
    known = Distance(
        shape=shape, means=np.zeros(4), spreads=np.ones(4), weights=np.array([1.0, 1.0, 0, 0]), cutoff=0.5
    )
    return ScopeModel(
        languages=("en", "zh"),
        language_cutoff=0.05,
        fewest_letters=6,
        distance=known if distance else None,
    )


def judged(words: str, axis: int = 0) -> Scope:
    return scope().judge([words], np.eye(WIDTH, dtype=np.float32)[[axis]])[0]


def test_a_request_near_a_group_is_in_scope_and_one_far_from_all_is_not() -> None:
    near, far = judged(ENGLISH), judged(ENGLISH, axis=3)
    assert near.why is None
    assert far.why is Outside.UNLIKE
    assert near.score is not None
    assert far.score is not None
    assert near.score < 0.5 < far.score


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Bonjour, l'imprimante du deuxième étage ne fonctionne plus depuis ce matin.", "fr"),
        ("Der Drucker im zweiten Stock funktioniert seit heute Morgen nicht mehr.", "de"),
        ("二階のプリンターが今朝から動きません。", "ja"),
        ("Принтер на втором этаже не работает с утра.", "ru"),
    ],
)
def test_another_language_is_named(words: str, code: str) -> None:
    found = judged(words)
    assert (found.why, found.language) == (Outside.LANGUAGE, code)


@pytest.mark.parametrize(
    "words", [ENGLISH, "产线的PLC通讯中断，三条线都停了", "VPN down", "退款", "无法登录 SAP"]
)
def test_known_languages_stay_in_scope(words: str) -> None:
    assert judged(words).why is None


@pytest.mark.parametrize("words", ["", "hi", "test test test", "啊啊啊啊啊", "12345 !!", "嗯"])
def test_hardly_a_letter_is_too_little(words: str) -> None:
    assert judged(words).why is Outside.LITTLE


def test_keys_hit_at_random_are_in_no_language() -> None:
    found = judged("lkjsdf lksjdf oiwuer xcvmn")
    assert (found.why, found.language) == (Outside.LANGUAGE, None)


def test_a_scope_without_distance_judges_words_alone() -> None:
    found = scope(distance=False).judge([ENGLISH, "hi"], np.zeros((2, WIDTH), dtype=np.float32))
    assert [each.why for each in found] == [None, Outside.LITTLE]
    assert found[0].score is None


def test_letters_of_other_scripts_weigh_three() -> None:
    assert letters("aa 退款") == 2 + 6
    assert different_letters("Aa 退退") == 1 + 3


def test_shares_of_languages_are_a_distribution() -> None:
    shares = language.shares(ENGLISH)
    assert max(shares, key=shares.__getitem__) == "en"
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("distance", [True, False])
def test_arrays_bring_the_same_judgement_back(tmp_path: Path, distance: bool) -> None:
    given = scope(distance=distance)
    np.savez_compressed(tmp_path / "scope.npz", **given.arrays())
    with np.load(tmp_path / "scope.npz", allow_pickle=False) as arrays:
        again = ScopeModel.of(dict(arrays))
    vectors = np.random.default_rng(0).normal(size=(5, WIDTH)).astype(np.float32)
    assert again.judge([ENGLISH] * 5, vectors) == given.judge([ENGLISH] * 5, vectors)


def test_a_bundle_carries_its_scope(hash_model: TriageModel, champion_folder: Path) -> None:
    requests = [Request(text=ENGLISH), Request(text="Bonjour, merci de nous rappeler demain matin.")]
    before, after = hash_model.predict(requests), TriageModel.load(champion_folder).predict(requests)
    assert [each.scope for each in before] == [each.scope for each in after]
    assert after[1].out_of_scope
    assert after[1].language == "other"
    assert {said.decision for said in after[1].fields.values()} == {Decision.REVIEW}
    assert (champion_folder / SCOPE).stat().st_size < 3_000_000


def test_a_damaged_scope_is_named(hash_model: TriageModel, tmp_path: Path) -> None:
    folder = hash_model.save(tmp_path / "copy")
    (folder / SCOPE).write_bytes(b"not arrays")
    with pytest.raises(BundleError, match=f"damaged: {SCOPE}"):
        TriageModel.load(folder)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | {"sha256": {}}), "utf-8")
    with pytest.raises(BundleError, match="damaged"):
        TriageModel.load(folder)


def test_the_reason_is_told_until_a_person_has_judged_every_field() -> None:
    outside = Scope(score=4.2, cutoff=3.0, why=Outside.UNLIKE)
    given = replace(cases.prediction(type=cases.field(Decision.REVIEW, incident=1.0)), scope=outside)

    def codes(**labels: str) -> list[str]:
        made = grade(Policy.default(), Taxonomy.default(), given, value=None, received_at=None, labels=labels)
        return [reason.code for reason in made.reasons]

    assert "out_of_scope" in codes()
    assert "out_of_scope" not in codes(type="billing")
