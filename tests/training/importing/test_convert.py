"""Rows under a map: each one is taken, changed or left out, and says why."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from features.tables import Export, Row
from tests.training.importing.exports import NOW, export
from training.importing.convert import Became, Imported, convert
from training.importing.mapping import LabelMap, RequestMap


def run(mapping: RequestMap, columns: list[str], *rows: list[str]) -> Imported:
    return convert(export(columns, *rows), mapping, zone=ZoneInfo("Asia/Shanghai"), now=NOW)


def test_text_columns_are_joined_and_nothing_is_said_twice() -> None:
    mapping = RequestMap(subject=("标题",), text=("描述", "详情"))
    found = run(
        mapping,
        ["标题", "描述", "详情"],
        ["短", "坏了\r\n请修", "在三楼"],
        ["", "坏了", "坏了"],
        ["只有标题", "", ""],
    )
    assert [(row["subject"], row["text"]) for row in found.rows] == [
        ("短", "坏了\n请修\n在三楼"), ("", "坏了"), ("只有标题", ""),
    ]  # fmt: skip
    assert found.count(Became.TAKEN) == 3


def test_a_row_without_words_is_left_out() -> None:
    found = run(RequestMap(text=("描述",)), ["描述", "x"], [" ", "合计"], ["坏\0了", ""], ["坏了", ""])
    assert [each.became for each in found.outcomes] == [Became.LEFT_OUT, Became.LEFT_OUT, Became.TAKEN]
    assert "nothing to read" in found.outcomes[0].remarks[0]
    assert "NUL" in found.outcomes[1].remarks[0]


def test_times_become_utc_and_what_is_none_is_left_empty_and_said() -> None:
    mapping = RequestMap(single={"received_at": "时间"}, text=("描述",))
    found = run(
        mapping, ["时间", "描述"], ["2024/3/5 下午3:20", "a"], ["1900/1/1", "b"], ["", "c"], ["3/4/2024", "d"]
    )
    assert [row["received_at"] for row in found.rows] == ["2024-03-05T07:20:00Z", "", "", ""]
    assert [each.became for each in found.outcomes] == [
        Became.TAKEN, Became.CHANGED, Became.TAKEN, Became.CHANGED,
    ]  # fmt: skip
    assert "'1900/1/1' is a day of 1900" in found.outcomes[1].remarks[0]


def test_labels_are_mapped_by_value_and_own_ones_stay() -> None:
    each = LabelMap(columns=("级",), values={"特急": "urgent", "待定": None, "其他": "其他"})
    cells = [["特急", "a"], ["待定", "b"], ["未知", "c"], ["其他", "d"], ["加塞", "e"], ["", "f"]]
    found = run(RequestMap(text=("描述",), labels={"urgency": each}), ["级", "描述"], *cells)
    assert [row["urgency"] for row in found.rows] == ["urgent", "", "", "其他", "加塞", ""]
    assert found.labels["urgency"] == Counter(
        {
            ("特急", "urgent"): 1,
            ("待定", ""): 1,
            ("未知", ""): 1,
            ("其他", "其他"): 1,
            ("加塞", "加塞"): 1,
            ("", ""): 1,
        }
    )


HIERARCHY = RequestMap(
    text=("描述",), labels={"category": LabelMap(columns=("一", "二", "三"), fill_down=True)}
)


def test_an_empty_level_above_a_filled_one_is_read_from_the_row_above() -> None:
    rows = [
        ["硬件", "打印机", "卡纸", "a"], ["", "", "缺墨", "b"], ["", "电脑", "", "c"], ["", "", "", "d"],
        ["软件", "", "", "e"], ["", "邮箱", "", "f"],
    ]  # fmt: skip
    found = run(HIERARCHY, ["一", "二", "三", "描述"], *rows)
    assert [row["category"] for row in found.rows] == [
        "硬件/打印机/卡纸", "硬件/打印机/缺墨", "硬件/电脑", "", "软件", "软件/邮箱",
    ]  # fmt: skip
    assert found.count(Became.TAKEN) == 6
    assert found.outcomes[1].remarks == (
        "By the map, the row above was read for an empty level of category.",
    )


def test_after_a_lost_row_no_level_is_made_up() -> None:
    rows = (
        Row(2, ["硬件", "打印机", "", "a"]),
        Row(3, ["软件"], ("It has 1 cells under 4 columns.",), lost=True),
        Row(4, ["", "邮箱", "", "b"]),
        Row(5, ["硬件", "", "", "c"]),
    )
    made = Export(columns=("一", "二", "三", "描述"), rows=rows, header=(1,))
    found = convert(made, HIERARCHY, zone=ZoneInfo("UTC"), now=NOW)
    assert [row["category"] for row in found.rows] == ["硬件/打印机", "", "硬件"]
    assert found.outcomes[2].became is Became.CHANGED
    assert "stays empty" in found.outcomes[2].remarks[0]


def test_a_repeated_header_does_not_part_merged_cells() -> None:
    rows = (
        Row(2, ["硬件", "打印机", "", "a"]),
        Row(3, ["一", "二", "三", "描述"], ("It repeats the header.",), lost=True),
        Row(4, ["", "电脑", "", "b"]),
    )
    made = Export(columns=("一", "二", "三", "描述"), rows=rows, header=(1,))
    found = convert(made, HIERARCHY, zone=ZoneInfo("UTC"), now=NOW)
    assert found.rows[1]["category"] == "硬件/电脑"


def test_one_row_exported_twice_is_left_out_and_one_id_for_two_is_told_apart() -> None:
    mapping = RequestMap(single={"id": "号"}, text=("描述",))
    cells = [["7", "a"], ["7", "a"], ["7", "b"], ["8", "a"], ["", "a"], ["", "a"], ["7 (2)", "c"]]
    found = run(mapping, ["号", "描述"], *cells)
    assert [row["id"] for row in found.rows] == ["7", "7 (2)", "8", "", "", "7 (2) (2)"]
    assert "the same as row 2" in found.outcomes[1].remarks[0]
    assert "Row 2 has its id too; this one became '7 (2)'" in found.outcomes[2].remarks[0]


def test_an_id_that_a_spreadsheet_shortened_is_said() -> None:
    found = run(RequestMap(single={"id": "号"}, text=("描述",)), ["号", "描述"], ["2.02403E+14", "a"])
    assert "shortened by a spreadsheet" in found.outcomes[0].remarks[0]


def test_channels_get_their_common_names() -> None:
    found = run(
        RequestMap(single={"channel": "来源"}, text=("描述",)), ["来源", "描述"], ["邮件", "a"], ["线下", "b"]
    )
    assert [row["channel"] for row in found.rows] == ["email", "线下"]
