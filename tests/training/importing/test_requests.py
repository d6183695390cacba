"""An import as a whole: what is written, what is said, and what stops it in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from features import tables
from features.errors import InputError
from features.taxonomy import Taxonomy
from tests.conftest import ROOT
from tests.training.importing.exports import NOW
from training import dataset
from training.importing.requests import Source, import_requests

EXPORT = ROOT / "data" / "messy-export.csv"


def run(file: Path, out: Path, **given: object) -> list[str]:
    said: list[str] = []
    import_requests(Source(file=file, **given), out, now=NOW, say=said.append)  # type: ignore[arg-type]
    return said


def test_the_messy_export_becomes_a_file_that_training_reads(tmp_path: Path) -> None:
    said = run(EXPORT, tmp_path / "out.csv")
    assert any("taken 256, changed 4, left out 11." in line for line in said)
    assert any("处理人, 处理结果, 关闭时间, 处理信息/备注" in line for line in said)
    loaded, _ = dataset.load(tmp_path / "out.csv", taxonomy=Taxonomy.default())
    assert len(loaded) == 260
    assert list(loaded.labels) == ["urgency"]
    assert "已派工程师" not in (tmp_path / "out.csv").read_text("utf-8-sig")


def test_a_file_of_the_projects_own_stays_as_it_is(tmp_path: Path) -> None:
    run(ROOT / "data" / "requests.csv", tmp_path / "out.csv")
    given, made = tables.read(ROOT / "data" / "requests.csv").frame, tables.read(tmp_path / "out.csv").frame
    assert given["text"].str.strip().tolist() == made["text"].tolist()
    for name in ("id", "received_at", "channel", "customer_id", "type", "urgency", "impact", "difficulty"):
        assert given[name].tolist() == made[name].tolist()


def test_every_row_of_the_file_has_its_line(tmp_path: Path) -> None:
    run(EXPORT, tmp_path / "out.csv")
    rows = tables.read(tmp_path / "out.rows.csv").frame
    assert rows.columns.tolist() == ["row", "id", "outcome", "remarks"]
    assert rows["row"].tolist() == [str(number) for number in range(5, 276)]
    assert all(rows.loc[rows["outcome"] != "taken", "remarks"] != "")


def test_an_edited_map_is_followed(tmp_path: Path) -> None:
    run(EXPORT, tmp_path / "out.csv")
    words = (tmp_path / "out.map.yaml").read_text("utf-8")
    edited = words.replace("低: long_term", "低: routine").replace("zone: Asia/Shanghai", "zone: UTC")
    (tmp_path / "mine.yaml").write_text(edited, "utf-8")
    run(EXPORT, tmp_path / "again.csv", map=tmp_path / "mine.yaml")
    first, again = (tables.read(tmp_path / name).frame for name in ("out.csv", "again.csv"))
    assert (first["urgency"] == "routine").sum() < (again["urgency"] == "routine").sum()
    assert not (tmp_path / "again.map.yaml").exists()
    assert set(first["received_at"]) != set(again["received_at"])


def test_the_zone_of_the_command_overrules_the_map(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("时间,描述\n2024-03-05 15:20,坏了\n", "utf-8")
    (tmp_path / "m.yaml").write_text(
        "format: 1\nkind: requests\ntime: {zone: Asia/Shanghai}\nreceived_at: 时间\ntext: 描述\n", "utf-8"
    )
    run(tmp_path / "a.csv", tmp_path / "o.csv", map=tmp_path / "m.yaml", zone="UTC")
    assert tables.read(tmp_path / "o.csv").frame["received_at"].tolist() == ["2024-03-05T15:20:00Z"]


def test_a_workbook_with_titles_merged_cells_and_dates_is_imported(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy/m/d"})
        sheet.merge_range("A1:D1", "2024年工单")
        sheet.write_row(1, 0, ["工单编号", "创建时间", "一级分类", "问题描述"])
        sheet.merge_range("C3:C4", "硬件")
        for at in (2, 3):
            sheet.write_row(at, 0, [at, None, None, "打印机卡纸"])
        sheet.write_number(2, 1, 45356, day)
        sheet.write_number(3, 1, 1, day)
    said = run(tmp_path / "a.xlsx", tmp_path / "o.jsonl")
    rows = tables.read(tmp_path / "o.jsonl").frame
    assert rows.to_dict("list") == {
        "id": ["2", "3"],
        "received_at": ["2024-03-04T16:00:00Z", ""],
        "text": ["打印机卡纸", "打印机卡纸"],
        "category": ["硬件", "硬件"],
    }
    assert any("is a day of" in line for line in said)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_one_file_in_any_encoding_is_one_table(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes("工单编号,问题描述\n1,打印机卡纸\n".encode(encoding))
    run(tmp_path / "a.csv", tmp_path / "o.csv")
    assert tables.read(tmp_path / "o.csv").frame["text"].tolist() == ["打印机卡纸"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("id,级\n1,高\n", "text: name the columns that hold what the request says"),
        ("id,描述\n1,x,y\n2,z,w,v\n", "No row of .* could be taken; .*o.rows.csv says why of each"),
        ("id,描述\n1,\n2, \n", "text: name the columns"),
        ("", "is empty"),
    ],
)
def test_what_leaves_nothing_to_import_is_one_sentence(tmp_path: Path, words: str, told: str) -> None:
    (tmp_path / "a.csv").write_text(words, "utf-8")
    with pytest.raises(InputError, match=told):
        run(tmp_path / "a.csv", tmp_path / "o.csv")


def test_a_file_without_text_still_leaves_a_map_to_be_edited(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,级\n1,高\n", "utf-8")
    with pytest.raises(InputError, match="text: name the columns"):
        run(tmp_path / "a.csv", tmp_path / "o.csv")
    assert "id: id" in (tmp_path / "o.map.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("o.xlsx", "expected a name ending in .csv, .jsonl, .parquet"),
        ("no/o.csv", "There is no folder"),
        ("a.csv", "would be written over the file that is imported"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_first(tmp_path: Path, out: str, told: str) -> None:
    (tmp_path / "a.csv").write_text("描述\n坏了\n", "utf-8")
    with pytest.raises(InputError, match=told):
        run(tmp_path / "a.csv", tmp_path / out)
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_an_unknown_zone_and_an_edited_map_in_the_way_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("描述\n坏了\n", "utf-8")
    run(tmp_path / "a.csv", tmp_path / "o.csv")
    with pytest.raises(InputError, match="is there already and says something else"):
        run(tmp_path / "a.csv", tmp_path / "o.csv", zone="UTC")
    with pytest.raises(InputError, match="no time zone 'Mars'"):
        run(tmp_path / "a.csv", tmp_path / "p.csv", zone="Mars")
