"""The header is found below titles, in one row or two, and its names are told apart."""

from __future__ import annotations

import pytest

from features.tables.columns import is_known
from features.tables.header import Header, find_header
from features.tables.rows import Row


def header(*lines: str) -> Header | None:
    rows = [Row(at, line.split("|")) for at, line in enumerate(lines, start=1)]
    return find_header(rows, is_known=is_known)


def names(*lines: str) -> tuple[str, ...]:
    found = header(*lines)
    assert found is not None
    return found.names


@pytest.mark.parametrize(
    "title", ["2024年工单||", "工单导出|工单导出|工单导出", "导出时间：2024-03-05 09:00||", "1|2|3"]
)
def test_titles_are_passed_over(title: str) -> None:
    found = header(title, "工单编号|创建时间|问题描述", "1|2024-03-05|坏了")
    assert found is not None
    assert found.numbers == (2,)
    assert found.names == ("工单编号", "创建时间", "问题描述")


def test_unknown_names_are_found_by_their_shape() -> None:
    assert names("标的||", "甲|乙|丙", "1|2024-03-05|这里写了很长的一句话") == ("甲", "乙", "丙")


def test_parts_below_a_merged_cell_are_joined_where_alone_they_say_little() -> None:
    found = header("工单编号|分类||描述", "|一甲|二乙|", "7|硬件|打印机|坏了")
    assert found is not None
    assert found.numbers == (1, 2)
    assert found.names == ("工单编号", "分类/一甲", "分类/二乙", "描述")


def test_groups_above_the_names_are_left_out_where_names_are_known() -> None:
    lines = ("工单信息||分类||备用", "工单编号|创建时间|一级分类|二级分类|甲", "7|2024-03-05|硬件|打印机|x")
    assert names(*lines) == ("工单编号", "创建时间", "一级分类", "二级分类", "备用/甲")


def test_cells_merged_downwards_are_one_name() -> None:
    lines = ("工单编号|分类|分类|描述", "工单编号|一甲|二乙|描述", "7|硬件|打印机|坏了")
    assert names(*lines) == ("工单编号", "分类/一甲", "分类/二乙", "描述")


def test_a_first_row_of_data_is_no_second_header() -> None:
    found = header("工单编号|分类|描述", "甲乙|硬件|坏了", "丙丁|软件|死机")
    assert found is not None
    assert found.numbers == (1,)


def test_columns_without_a_name_and_of_one_name_are_told_apart() -> None:
    assert names("id|text||text*", "1|a|b|c") == ("id", "text", "column C", "text (2)")


def test_numbers_alone_have_no_header() -> None:
    assert header("1|2", "3|4") is None
