"""xls and xlsx as spreadsheets leave them: merged cells, formulas, dates, passwords, empty sheets."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from features.errors import TableError
from features.tables import read_export

FILES = Path(__file__).parent / "files"


def book(path: Path, fill: Callable[[Any, Any], None], *, sheets: tuple[str, ...] = ("工单",)) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        for at, name in enumerate(sheets):
            sheet = made.add_worksheet(name)
            if at == 0:
                fill(made, sheet)
    return path


def simple(_: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, ["id", "text"])
    sheet.write_row(1, 0, [7, "坏了"])


def cells(path: Path, **given: Any) -> list[list[str]]:
    return [row.cells for row in read_export(path, **given).rows]


def test_numbers_flags_and_dates_are_written_plainly(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        day = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["id", "created", "text", "share", "flag", "big"])
        sheet.write_row(1, 0, [7, None, "坏了", 0.25, True, 202403051520001])
        sheet.write_datetime(1, 1, datetime(2024, 3, 5, 15, 20), day)
        sheet.write_number(2, 1, 45356.638888888, day)
        sheet.write_number(3, 1, 0, day)

    found = cells(book(tmp_path / "a.xlsx", fill))
    assert found[0] == ["7", "2024-03-05 15:20:00", "坏了", "0.25", "TRUE", "202403051520001"]
    assert found[1][1] == "2024-03-05 15:20:00"
    assert "2024" not in found[2][1]


def test_merged_cells_are_filled_and_said(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.merge_range("A1:C1", "2024年工单")
        sheet.write_row(1, 0, ["id", "category", "text"])
        sheet.merge_range("B3:B4", "硬件")
        for at in (2, 3):
            sheet.write(at, 0, at)
            sheet.write(at, 2, "坏了")

    found = read_export(book(tmp_path / "a.xlsx", fill))
    assert [row.cells[1] for row in found.rows] == ["硬件", "硬件"]
    assert [bool(row.remarks) for row in found.rows] == [False, True]
    assert any(note.startswith("Merged cells: 2") for note in found.notes)


def test_formulas_give_the_value_last_calculated_and_empty_ones_are_named(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["id", "text", "total"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(1, 1, '="a"&"b"', None, "ab")
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    found = read_export(book(tmp_path / "a.xlsx", fill))
    assert found.rows[0].cells == ["2", "ab", ""]
    assert found.rows[0].remarks == ("A formula without a value was read as empty: C2.",)
    assert "Cells with formulas: 3" in found.notes[0]


def test_the_first_sheet_that_holds_anything_is_read_and_others_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", simple, sheets=("工单", "说明"))
    assert cells(path) == [["7", "坏了"]]
    assert "not '说明'" in read_export(path).notes[0]
    with pytest.raises(TableError, match="the sheet '说明' is empty"):
        read_export(path, sheet="说明")
    with pytest.raises(TableError, match="no sheet 'x'; it has '工单', '说明'"):
        read_export(path, sheet="x")


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the sheet '工单' is empty"):
        read_export(book(tmp_path / "a.xlsx", lambda _, __: None))


def test_a_password_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"locked\.xlsx is protected by a password: save a copy"):
        read_export(FILES / "locked.xlsx")
    with pytest.raises(TableError, match="protected by a password"):
        read_export(Path(shutil.copy(FILES / "locked.xlsx", tmp_path / "a.xls")))


def test_the_old_format_is_read_too() -> None:
    found = read_export(FILES / "old.xls")
    assert found.columns == ("工单编号", "创建时间", "分类", "描述")
    assert found.header == (2,)
    assert [row.cells for row in found.rows] == [
        ["1001", "2024-03-05 15:20:00", "硬件", "打印机卡纸，急用"],
        ["1002", "2024-03-06 09:05:00", "硬件", "The printer is on fire"],
    ]


def test_a_stray_cell_far_away_is_refused_before_room_is_made_for_it(tmp_path: Path) -> None:
    def fill(made: Any, sheet: Any) -> None:
        simple(made, sheet)
        sheet.write(1_048_575, 16_383, "x")

    with pytest.raises(TableError, match="spans 17,179,869,184 cells"):
        read_export(book(tmp_path / "a.xlsx", fill))


@pytest.mark.parametrize(
    ("name", "raw", "told"),
    [
        ("a.xlsx", b"PK\x03\x04 nope", "not a workbook that can be read"),
        ("a.xlsx", b"", "is empty"),
        ("a.xls", b"<html><table></table>", "a web page or XML under the name of a workbook"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, name: str, raw: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(TableError, match=told):
        read_export(tmp_path / name)


def test_plain_text_under_the_name_of_a_workbook_is_read_and_said(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes("id\ttext\n7\t坏了\n".encode("gb18030"))
    found = read_export(tmp_path / "a.xls")
    assert found.rows[0].cells == ["7", "坏了"]
    assert "no workbook but plain text" in found.notes[0]


def test_a_workbook_is_measured_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda _, sheet: [sheet.write(at, 0, "x" * 20) for at in range(5_000)])
    size = path.stat().st_size
    with pytest.raises(TableError, match="MB unpacked, more than"):
        read_export(path, largest=size + 1)


def test_a_part_that_unpacks_to_more_than_is_said_is_refused_and_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda _, sheet: [sheet.write(at, 0, "x" * 20) for at in range(5_000)])
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"xl/worksheets/sheet1.xml") - 46  # its entry in the list at the end of the file
    assert raw[at : at + 4] == b"PK\x01\x02"
    raw[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    with zipfile.ZipFile(path) as archive:
        start = archive.read("xl/worksheets/sheet1.xml")[:1_001]  # as a forger would who expects a check
    raw[at + 16 : at + 20] = zlib.crc32(start).to_bytes(4, "little")
    path.write_bytes(raw)
    with pytest.raises(TableError, match=r"'xl/worksheets/sheet1.xml' unpacks to another size"):
        read_export(path)


def test_a_part_with_broken_bytes_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", lambda _, sheet: [sheet.write(at, 0, str(at)) for at in range(5_000)])
    raw = bytearray(path.read_bytes())
    at = raw.index(b"xl/worksheets/sheet1.xml") + 2_000
    raw[at : at + 40] = bytes(40)
    path.write_bytes(raw)
    with pytest.raises(TableError, match="is damaged"):
        read_export(path)
