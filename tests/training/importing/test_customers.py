"""Customers as a CRM exports them become the facts that grading reads, and nothing else."""

from __future__ import annotations

import pytest

from features.errors import InputError
from tests.training.importing.exports import NOW, export
from training.importing.convert import Became
from training.importing.customers import convert_customers, propose_customers

COLUMNS = [
    "客户编号", "客户名称", "年营收(万元)", "合同金额", "首次签约日期", "回款及时率", "同比增长", "满意度",
    "是否重点客户", "客户等级", "数据日期", "电话",
]  # fmt: skip
ROW = [
    "C1",
    "甲公司",
    "1,200",
    "USD 5万",
    "2020年1月1日",
    "91",
    "8%",
    "86",
    "是",
    "核心客户",
    "2026/6/30",
    "x",
]


def made(*rows: list[str]):
    given = export(COLUMNS, *rows)
    return convert_customers(given, propose_customers(given, sheet=None), now=NOW)


def test_units_and_words_are_read_out_of_names_and_values() -> None:
    mapping = propose_customers(export(COLUMNS, ROW), sheet=None)
    assert (mapping.id, mapping.name) == ("客户编号", "客户名称")
    assert mapping.facts["revenue"].unit == 10_000
    assert mapping.facts["payment_punctuality"].percent
    assert mapping.facts["satisfaction"].unit == 0.1
    assert "电话" not in [each.column for each in mapping.facts.values()]


def test_facts_are_written_as_grading_reads_them() -> None:
    row = [*ROW[:3], "5万", *ROW[4:]]
    rows, outcomes = made(row)
    assert rows == [
        {
            "id": "C1", "name": "甲公司", "revenue": "12000000", "contract_amount": "50000",
            "currency": "CNY",
            "tenure_years": "6.49", "payment_punctuality": "0.91", "growth": "0.08", "satisfaction": "8.6",
            "tier": "core", "key_account": "true", "as_of": "2026-06-30",
        }
    ]  # fmt: skip
    assert outcomes[0].became is Became.TAKEN


def test_sums_in_two_currencies_are_left_empty_and_said() -> None:
    rows, outcomes = made(ROW)
    assert (rows[0]["revenue"], rows[0]["contract_amount"], rows[0]["currency"]) == ("", "", "")
    assert "they are in CNY and USD" in outcomes[0].remarks[0]


def test_an_unknown_currency_takes_the_sums_with_it() -> None:
    given = export(["客户编号", "年营收", "币种"], ["C1", "100", "XYZ"], ["C2", "100", "人民币"])
    rows, outcomes = convert_customers(given, propose_customers(given, sheet=None), now=NOW)
    assert [(row["revenue"], row["currency"]) for row in rows] == [("", ""), ("100", "CNY")]
    assert "in XYZ, for which the policy has no rate" in outcomes[0].remarks[0]


def test_a_fact_that_cannot_be_is_left_empty_and_the_others_kept() -> None:
    given = export(
        ["客户编号", "员工人数", "增长率", "是否签约", "数据日期"],
        ["C1", "约300", "-500%", "也许", "1900/1/1"],
        ["C2", "300人", "-", "无", "2026-06-30"],
    )
    rows, outcomes = convert_customers(given, propose_customers(given, sheet=None), now=NOW)
    assert set(rows[0].values()) == {"C1", ""}
    assert [remark.split()[0] for remark in outcomes[0].remarks] == [
        "employees", "has_contract", "as_of", "growth",
    ]  # fmt: skip
    assert rows[1] == {
        "id": "C2",
        "growth": "",
        "employees": "300",
        "has_contract": "false",
        "as_of": "2026-06-30",
    }
    assert outcomes[1].became is Became.TAKEN


def test_customers_without_an_id_or_named_twice_are_left_out() -> None:
    given = export(["客户编号", "客户名称"], ["C1", "甲"], ["", "乙"], ["C1", "丙"])
    rows, outcomes = convert_customers(given, propose_customers(given, sheet=None), now=NOW)
    assert [row["name"] for row in rows] == ["甲"]
    assert [each.remarks for each in outcomes] == [(), ("It has no id.",), ("Row 2 is the same customer.",)]


def test_names_are_the_id_where_there_is_no_other() -> None:
    assert propose_customers(export(["公司名称", "员工数"], ["甲", "3"]), sheet=None).id == "公司名称"
    with pytest.raises(InputError, match="no column looks like the customers' number or name"):
        propose_customers(export(["x", "员工数"], ["甲", "3"]), sheet=None)
