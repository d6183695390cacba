"""What a column is, told by its name in Chinese or English."""

from __future__ import annotations

import pytest

from features.tables.columns import (
    category_level,
    customer_role,
    is_after_intake,
    label_field,
    request_role,
)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("工单编号", "id"),
        ("*工单编号（必填）：", "id"),
        ("Ticket ID", "id"),
        ("ticket_id", "id"),
        ("创建时间", "received_at"),
        ("Created At", "received_at"),
        ("客户编号", "customer_id"),
        ("工单信息/标题", "subject"),
        ("问题描述", "text"),
        ("Description", "text"),
    ],
)
def test_names_of_a_requests_parts(name: str, role: str) -> None:
    found = request_role(name)
    assert found is not None
    assert found[0] == role


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("一级分类", 1), ("二级分类", 2), ("三级类目", 3), ("分类/一级", 1), ("问题分类2", 2),
        ("Category 3", 3),
                ("Level 2", 2), ("大类", 1), ("小类", 3), ("Sub-category", 2), ("分类", None), ("级别", None),
    ],
)  # fmt: skip
def test_levels_of_a_hierarchy(name: str, level: int | None) -> None:
    assert category_level(name) == level


@pytest.mark.parametrize(
    "name",
    ["处理结果", "处理结果说明", "解决方案", "关闭时间", "处理人", "Resolution",
     "Resolution Notes", "Closed At", "assignee", "满意度评价", "首次响应时间", "solution"],
)  # fmt: skip
def test_what_is_written_after_intake_is_known(name: str) -> None:
    assert is_after_intake(name)


@pytest.mark.parametrize("name", ["问题描述", "description", "创建时间", "title", "客户名称", "优先级"])
def test_what_is_written_at_intake_is_not_taken_for_it(name: str) -> None:
    assert not is_after_intake(name)


def test_labels_and_facts_have_names_too() -> None:
    assert label_field("紧急程度") == ("urgency", 1)
    assert label_field("Priority") == ("priority", 0)
    assert customer_role("年营收(万元)") == ("revenue", 0)
    assert customer_role("问题描述") is None
