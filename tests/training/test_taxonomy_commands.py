"""`triage taxonomy`: a file inferred, checked, shown and changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from features.errors import TriageError
from features.taxonomy import Taxonomy
from tests.training import own_labels
from training.taxonomy_commands import commands

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `triage taxonomy`; an error of ours is raised."""
    monkeypatch.chdir(tmp_path)

    def runs(*arguments: str) -> Result:
        done = CliRunner().invoke(commands["taxonomy"], arguments)
        if isinstance(done.exception, TriageError):
            raise done.exception
        return done

    return runs


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sixty categories on three levels, as csv."""
    path = tmp_path / "data.csv"
    lines = [",".join(row) for row in own_labels.texts()]
    path.write_text("\n".join(["text,category,urgency", *lines]), "utf-8")
    return path


def test_infer_writes_a_file_that_check_finds_nothing_wrong_with(run: Run, data: Path) -> None:
    done = run("infer", str(data), "--fields", "category,urgency", "--out", "t.yaml")
    assert "Wrote t.yaml: 84 labels of category, 3 labels of urgency" in done.stdout
    assert "category: 60 leaves on 3 levels." in done.stderr
    field = Taxonomy.load(Path("t.yaml")).field("category")
    assert field.by_code[own_labels.THIN].rows == 2
    checked = run("check", "t.yaml", "--data", str(data))
    assert checked.exit_code == 0, checked.stdout
    assert f"'{own_labels.THIN}' (2)" in checked.stdout, "what trains its parent is said"
    with pytest.raises(TriageError, match="is there already"):
        run("infer", str(data), "--fields", "category", "--out", "t.yaml")


def test_infer_prints_without_out_and_keeps_labels_whole_where_told(run: Run, data: Path) -> None:
    done = run("infer", str(data), "--fields", "category", "--separator", "none")
    assert not Taxonomy.parse(done.stdout).field("category").has_levels
    assert "labels are kept whole (60 with '/')" in done.stderr


def test_infer_names_levels_that_may_be_part_of_a_name(run: Run, data: Path) -> None:
    data.write_text(data.read_text("utf-8") + "\nVPN 断了,网络/TCP/IP故障,urgent", "utf-8")
    done = run("infer", str(data), "--fields", "category")
    assert "'网络/TCP'" in done.stderr
    assert "take the level out" in done.stderr


def test_infer_refuses_a_column_that_is_not_there(run: Run, data: Path) -> None:
    with pytest.raises(TriageError, match="no column 'colour'; it has text, category, urgency"):
        run("infer", str(data), "--fields", "colour")


def test_check_names_labels_of_the_data_and_of_the_file_that_have_no_counterpart(
    run: Run, data: Path
) -> None:
    run("infer", str(data), "--fields", "category", "--out", "t.yaml")
    run("rename", "t.yaml", "category", own_labels.CATEGORIES[1], "硬件/总部/换新")
    run("retire", "t.yaml", "category", own_labels.CATEGORIES[2])
    data.write_text(data.read_text("utf-8").replace("账号/外勤/咨询", "账号/外勤/别的"), "utf-8")
    done = run("check", "t.yaml", "--data", str(data))
    assert done.exit_code == 1
    assert "fault  fields.category.labels.账号/外勤/别的: 9 rows of the data have this label" in done.stdout
    assert "1 labels have no row, so they are never predicted: '账号/外勤/咨询'" in done.stdout
    assert f"by a former name, read as the present one: '{own_labels.CATEGORIES[1]}' (9)" in done.stdout
    assert (
        f"rows of retired labels, which train the parent or nothing: '{own_labels.CATEGORIES[2]}'"
        in done.stdout
    )


def test_check_tells_every_fault_of_a_file(run: Run) -> None:
    words = "format: 1\nversion: 1\nfields:\n  c:\n    labels:\n      a: {parent: b}\n      b: {parent: a}\n"
    Path("t.yaml").write_text(f"{words}      c: {{parent: gone}}\n", "utf-8")
    done = run("check", "t.yaml")
    assert done.exit_code == 1
    assert done.stdout.count("fault") == 2
    assert "run in a circle: a -> b -> a" in done.stdout
    missing = run("check", "gone.yaml")
    assert (missing.exit_code, "No such file" in missing.stdout) == (1, True)


def test_check_explains_a_label_that_is_leaf_and_parent_and_asks_about_5000(run: Run) -> None:
    rows = [f"words {i},top {i % 50}/leaf {i}" for i in range(5000)] + ["words,top 1"] * 9
    Path("d.csv").write_text("\n".join(["text,c", *rows]), "utf-8")
    run("infer", "d.csv", "--fields", "c", "--out", "t.yaml")
    done = run("check", "t.yaml", "--data", "d.csv")
    assert done.exit_code == 0
    assert "c: 5050 labels. Most will be too rare" in done.stdout
    assert (
        "labels and parents at once, their own rows learnt as none of those below: 'top 1' (9 rows)"
        in done.stdout
    )


def test_show_is_a_tree_with_sums(run: Run, data: Path) -> None:
    run("infer", str(data), "--fields", "category", "--out", "t.yaml")
    lines = run("show", "t.yaml").stdout.splitlines()
    assert lines[0] == "category (Category): 84 labels"
    assert lines[1] == "  硬件  Hardware  128 rows, 0 of its own"
    assert f"      {own_labels.THIN}  Fault  2 rows" in lines
    assert "category (类别)" in run("show", "t.yaml", "--language", "zh").stdout


def test_rename_and_retire_write_the_next_version_and_keep_the_heading(run: Run, data: Path) -> None:
    run("infer", str(data), "--fields", "category", "--out", "t.yaml")
    Path("t.yaml").write_text("# Our categories.\n" + Path("t.yaml").read_text("utf-8"), "utf-8")
    done = run("rename", "t.yaml", "category", "硬件", "设备")
    assert "version 2: '设备' was '硬件'" in done.stdout
    assert "5 labels below it keep their codes" in done.stderr
    assert Path("t.yaml").read_text("utf-8").startswith("# Our categories.\nformat: 1\nversion: 2\n")
    with pytest.raises(TriageError, match="'设备' is the parent of"):
        run("retire", "t.yaml", "category", "设备")
    assert "was 硬件" in run("show", "t.yaml").stdout
