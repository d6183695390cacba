"""Facts of customers as people write them."""

from __future__ import annotations

import pytest

from features.errors import InputError
from training.importing import facts


@pytest.mark.parametrize(
    ("value", "number", "currency"),
    [
        ("580", 580, None), ("1,200.50", 1200.5, None), ("580万", 5.8e6, None),
        ("5.8亿元", 5.8e8, "CNY"),
        ("$1.2M", 1.2e6, "USD"), ("USD 300k", 3e5, "USD"), ("300 美元", 300, "USD"),
        ("￥120,000", 120_000, None),
        ("91%", 0.91, None), ("(3%)", -0.03, None), ("-3%", -0.03, None), ("16次", 16, None),
        ("１２", 12, None),
        ("€2bn", 2e9, "EUR"), ("1.2E+06", 1.2e6, None),
    ],
)  # fmt: skip
def test_amounts(value: str, number: float, currency: str | None) -> None:
    found = facts.amount(value)
    assert found.number == pytest.approx(number)
    assert found.currency == currency


@pytest.mark.parametrize("value", ["约300", "500-999", "12,34", "很多", "1.234,56", "3万5", ""])
def test_ranges_and_estimates_are_no_numbers(value: str) -> None:
    with pytest.raises(InputError, match="is not a number"):
        facts.amount(value)


def test_a_columns_unit_counts_where_the_cell_has_none() -> None:
    assert facts.amount("58", unit=1e4).number == 580_000
    assert facts.amount("58万", unit=1e4).number == 580_000
    assert facts.amount("91", percent=True).number == 0.91
    assert facts.amount("91%", percent=True).number == 0.91


@pytest.mark.parametrize(
    ("name", "unit", "bare"),
    [
        ("年营收(万元)", (1e4, "CNY", False), "年营收(万元)"),
        ("年营收万元", (1e4, "CNY", False), "年营收"),
        ("Revenue (k USD)", (1e3, "USD", False), "revenue (k usd)"),
        ("Revenue USD million", (1e6, "USD", False), "revenue usd"),
        ("营收（万美元）", (1e4, "USD", False), "营收(万美元)"),
        ("回款率%", (1.0, None, True), "回款率"), ("growth (%)", (1.0, None, True), "growth (%)"),
        ("revenue", (1.0, None, False), "revenue"), ("platform", (1.0, None, False), "platform"),
    ],
)  # fmt: skip
def test_units_in_a_columns_name(name: str, unit: tuple[float, str | None, bool], bare: str) -> None:
    assert facts.unit_of(name) == unit
    assert facts.without_unit(name) == bare


def test_years_flags_currencies_and_tiers() -> None:
    assert [facts.years(each) for each in ("5", "5年3个月", "18个月", "2.5 years")] == [5, 5.25, 1.5, 2.5]
    assert [facts.flag(each) for each in ("是", "√", "No", "无", "已签约")] == [
        "true",
        "true",
        "false",
        "false",
        "true",
    ]
    assert [facts.currency(each) for each in ("人民币", "usd", "XXX")] == ["CNY", "USD", "XXX"]
    assert [facts.tier(each) for each in ("核心客户", "VIP", "金牌")] == ["core", "core", "金牌"]
    with pytest.raises(InputError, match="neither yes nor no"):
        facts.flag("也许")
