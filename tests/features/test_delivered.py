"""Versions on this disk are found by relative path."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from features import delivered
from features.delivered import ModelUri
from features.errors import InputError, RegistryError
from features.records import ModelReference

ONE = ModelReference(name="triage", version="1")


@pytest.mark.parametrize(
    ("uri", "parsed"),
    [
        ("models:/triage@champion", ModelUri("triage", alias="champion")),
        ("models:/a.b-c/12", ModelUri("a.b-c", version="12")),
    ],
)
def test_model_uris_are_read(uri: str, parsed: ModelUri) -> None:
    assert ModelUri.parse(uri) == parsed


@pytest.mark.parametrize(
    "uri", ["triage", "models:/triage", "models:/triage@", "models:/../x/1", "models:/a/b/c"]
)
def test_other_uris_are_refused_by_name(uri: str) -> None:
    with pytest.raises(InputError, match=r"models:|model name"):
        ModelUri.parse(uri)


def test_a_home_can_be_moved(champion_folder: Path, tmp_path: Path) -> None:
    delivered.place(champion_folder, home=tmp_path / "old", reference=ONE)
    delivered.point(tmp_path / "old", ONE)
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert delivered.current(tmp_path / "new", "triage") == tmp_path / "new" / "models" / "triage" / "1"


def test_placing_twice_is_placing_once(champion_folder: Path, tmp_path: Path) -> None:
    first = delivered.place(champion_folder, home=tmp_path, reference=ONE)
    assert delivered.place(champion_folder, home=tmp_path, reference=ONE) == first
    assert [each.name for each in first.parent.iterdir()] == ["1"]


def test_nothing_half_made_is_left_where_placing_fails(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="Cannot copy version 1"):
        delivered.place(tmp_path / "gone", home=tmp_path, reference=ONE)
    assert not any((tmp_path / "models" / "triage").iterdir())


def test_no_pointer_is_none_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    assert delivered.current(tmp_path, "triage") is None
    delivered.point(tmp_path, ONE)
    (tmp_path / "models" / "triage" / delivered.POINTER).write_text("{", "utf-8")
    with pytest.raises(RegistryError, match=r"current\.json is damaged"):
        delivered.current(tmp_path, "triage")


def test_a_full_disk_is_told_before_anything_is_written(champion_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"has 1 MB free and this model needs \d+ MB"):
        delivered.check_room(champion_folder, tmp_path, free=lambda _: 1_000_000)
    delivered.check_room(champion_folder, tmp_path, free=lambda _: 10**9)
