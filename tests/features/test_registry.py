"""MLflow knows every version, and who moved champion and why. Real MLflow on a real sqlite file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from features import delivered, ledger, verdicts
from features.bundle import TriageModel
from features.encoder import HashEncoder
from features.errors import ConflictError, NotFoundError, RegistryError
from features.records import ModelReference
from features.registry import GATE, Registry
from features.versions import AGAINST_TAG, RESULT_TAG
from tests.serving import recorded_models

pytestmark = pytest.mark.filterwarnings("ignore::Warning")  # MLflow's own, of its own libraries

ONE = ModelReference(name="triage", version="1")
TWO = ModelReference(name="triage", version="2")


@pytest.fixture
def registry(trained_home: Path, tmp_path: Path) -> Registry:
    """A registry of its own with version 1 champion and version 2 challenger."""
    return Registry(home=Path(shutil.copytree(trained_home, tmp_path / "home")))


def test_versions_carry_aliases_and_metrics(registry: Registry) -> None:
    newest, oldest = registry.versions("triage")
    assert (newest.reference, newest.aliases) == (TWO, ("challenger",))
    assert (oldest.reference, oldest.aliases) == (ONE, ("champion",))
    assert newest.metrics["type.n"] == 40


def test_promotion_moves_the_alias_the_pointer_and_writes_history(registry: Registry) -> None:
    move = registry.promote(TWO, expected="1", reason="better on urgency", actor="lin")
    assert registry.alias("triage", "champion") == "2"
    assert registry.alias("triage", "challenger") is None
    assert delivered.current(registry.home, "triage") == registry.home / "models" / "triage" / "2"
    first, last = registry.history("triage")
    assert (first.replaced, first.version, first.reason) == (None, "1", "the first version")
    assert (last.replaced, last.version, last.reason, last.actor) == ("1", "2", "better on urgency", "lin")
    assert move.version == "2"


def test_a_move_that_another_came_before_fails_and_changes_nothing(registry: Registry) -> None:
    registry.promote(TWO, expected="1", reason="first")
    with pytest.raises(ConflictError, match="is version 2, not version 1"):
        registry.promote(ONE, expected="1", reason="second")
    assert registry.alias("triage", "champion") == "2"
    assert len(registry.history("triage")) == 2


def test_rollback_goes_back_and_then_has_nowhere_to_go(registry: Registry) -> None:
    registry.promote(TWO, expected="1", reason="better")
    assert registry.roll_back("triage", reason="worse after all").version == "1"
    assert registry.alias("triage", "champion") == "1"
    with pytest.raises(NotFoundError, match="nothing to roll back"):
        registry.roll_back("triage", reason="again")


def test_an_unknown_version_is_named(registry: Registry) -> None:
    with pytest.raises(NotFoundError, match="no version '9'"):
        registry.promote(ModelReference(name="triage", version="9"), expected="1", reason="x")


def test_a_moved_home_still_resolves_and_trains_elsewhere(registry: Registry, tmp_path: Path) -> None:
    moved = Registry(home=Path(shutil.move(registry.home, tmp_path / "elsewhere")))
    folder, reference = moved.resolve("models:/triage@champion")
    assert (folder, reference) == (tmp_path / "elsewhere" / "models" / "triage" / "1", ONE)
    assert TriageModel.load(folder, encoder=HashEncoder()).heads


def test_a_version_not_on_this_disk_is_fetched_from_mlflow(registry: Registry) -> None:
    shutil.rmtree(registry.home / "models" / "triage" / "1")
    folder, _ = registry.resolve("models:/triage/1")
    assert set(TriageModel.load(folder).heads) == {"type", "urgency", "impact", "difficulty"}


def test_the_environment_of_our_subprocesses_is_left_alone(registry: Registry) -> None:
    registry.alias("triage", "champion")
    assert not {"MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"} & set(os.environ)


def test_without_a_model_the_command_to_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="triage train"):
        Registry(home=tmp_path).resolve("models:/triage@champion")


def test_a_registry_out_of_reach_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    registry = Registry(home=tmp_path, tracking_uri=f"sqlite:///{tmp_path / 'file' / 'no.db'}")
    with pytest.raises(RegistryError, match="MLflow at"):
        registry.versions("triage")


def test_what_moves_is_copied_for_the_pages(registry: Registry) -> None:
    registry.promote(TWO, expected="1", reason="better", actor="lin", verdict="passed against 1")
    kept = ledger.load(registry.home, "triage")
    assert kept is not None
    assert [(each.reference, each.aliases) for each in kept.versions] == [(TWO, ("champion",)), (ONE, ())]
    assert kept.moves == tuple(registry.history("triage"))
    assert kept.versions[0].data["rows"] == "200"
    assert kept.versions[0] == registry.versions("triage")[0]


def test_a_verdict_kept_elsewhere_is_brought_here_and_a_newer_one_too(
    registry: Registry, tmp_path: Path
) -> None:
    for result in ("refused", "passed"):
        recorded_models.judged(tmp_path, [])
        written = verdicts.path_of(tmp_path, ModelReference(name="triage", version="3"))
        folder = tmp_path / result
        folder.mkdir()
        (folder / verdicts.FILE).write_text(written.read_text("utf-8").replace('"refused"', f'"{result}"'))
        registry.note(TWO, folder, place=GATE, tags={RESULT_TAG: result, AGAINST_TAG: "2"})
        found = verdicts.load(registry.home, TWO)
        assert found is not None
        assert (found.result, found.champion) == (result, "2")


def test_a_copy_that_cannot_be_made_is_logged_and_the_move_stands(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    path = verdicts.path_of(registry.home, TWO)
    path.parent.mkdir(parents=True)
    path.write_text("{", "utf-8")
    registry.note(TWO, registry.home / "models" / "triage" / "2", place="x", tags={RESULT_TAG: "passed"})
    assert "The page of models stays as it was: The verdict" in caplog.text
