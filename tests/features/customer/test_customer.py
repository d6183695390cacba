"""Facts are checked one by one; the value is percentiles times weights; the tier follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.customer import Scale, build_scale, named_numbers, parse_facts, value
from features.customer.scale import LEAST_CUSTOMERS, quantiles
from features.errors import InputError
from features.policy import Policy
from features.policy.parts import FACTS
from features.records import Customer, CustomerFacts, Tier

RULES = Policy.default().value
TODAY = date(2026, 6, 8)


def customer(**facts: Any) -> Customer:
    return Customer(id="c", facts=CustomerFacts(**facts))


def full(place: int) -> Customer:
    """The customer at a place of a base of 100 in which all facts rise together."""
    return customer(
        revenue=1000.0 * place,
        contract_amount=2000.0 * place,
        growth=place / 100 - 0.5,
        tenure_years=place / 10,
        orders_per_year=float(place),
        payment_punctuality=place / 100,
        employees=float(place),
        satisfaction=place / 10,
    )


BASE = [replace(full(place), id=str(place)) for place in range(100)]
SCALE = build_scale(BASE, version=4, as_of=TODAY)


def test_facts_are_read_from_json_and_from_words() -> None:
    found = parse_facts(
        {
            "revenue": "120000",
            "currency": "usd",
            "growth": -0.2,
            "has_contract": "是",
            "key_account": False,
            "tier": "金牌",
            "satisfaction": None,
            "employees": "",
            "as_of": "2026-05-01",
            "account_manager": " 王敏 ",
        }
    )
    assert found == CustomerFacts(
        revenue=120000.0,
        currency="USD",
        growth=-0.2,
        has_contract=True,
        key_account=False,
        tier="金牌",
        as_of=date(2026, 5, 1),
        account_manager="王敏",
    )


@pytest.mark.parametrize(
    ("raw", "field", "told"),
    [
        ({"revenue": -1}, "customer.revenue", "-1 must be 0 or more"),
        ({"revenue": "much"}, "customer.revenue", "'much' is not a number"),
        ({"revenue": True}, "customer.revenue", "True is not a number"),
        ({"revenue": float("inf")}, "customer.revenue", "inf is not a number"),
        ({"revenue": 10**400}, "customer.revenue", "is not a number"),
        ({"revenue": [1]}, "customer.revenue", "[1] is not a number"),
        ({"contract_amount": -0.01}, "customer.contract_amount", "-0.01"),
        ({"payment_punctuality": 1.2}, "customer.payment_punctuality", "1.2 must be from 0 to 1"),
        ({"satisfaction": 11}, "customer.satisfaction", "11 must be from 0 to 10"),
        ({"growth": -1.5}, "customer.growth", "-1.5 must be -1 or more"),
        ({"employees": -3}, "customer.employees", "-3"),
        ({"currency": "ZZZ"}, "customer.currency", "'ZZZ'"),
        ({"currency": 7}, "customer.currency", "7"),
        ({"as_of": "yesterday"}, "customer.as_of", "'yesterday' is no day"),
        ({"as_of": 20260101}, "customer.as_of", "20260101"),
        ({"has_contract": "maybe"}, "customer.has_contract", "'maybe' must be true or false"),
        ({"tier": 1}, "customer.tier", "expected words, found 1"),
        ({"turnover": 5}, "customer.turnover", "unknown fact 'turnover'"),
    ],
)
def test_a_bad_fact_is_named_with_its_value(raw: Mapping[str, Any], field: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_facts(raw)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")
    assert told in str(caught.value)


def test_the_path_and_the_currencies_are_the_callers() -> None:
    with pytest.raises(InputError) as caught:
        parse_facts({"currency": "USD"}, path="items.3", currencies=("CNY",))
    assert caught.value.field == "items.3.currency"


def test_undated_facts_are_refused_where_dates_are_asked_for() -> None:
    with pytest.raises(InputError, match="say the day") as caught:
        parse_facts({"revenue": 5}, dated=True)
    assert caught.value.field == "customer.as_of"
    assert parse_facts({}, dated=True) == CustomerFacts()
    assert parse_facts({"revenue": 5}).as_of is None


def test_sums_are_converted_and_nothing_else_is() -> None:
    facts = CustomerFacts(revenue=100.0, contract_amount=10.0, employees=7.0, currency="USD")
    assert named_numbers(facts) == {"revenue": 700.0, "contract_amount": 70.0, "employees": 7.0}
    with pytest.raises(InputError, match="'XYZ'") as caught:
        named_numbers(replace(facts, currency="XYZ"))
    assert caught.value.field == "customer.currency"


def test_value_is_the_sum_of_percentiles_times_weights() -> None:
    found = value(full(50), SCALE)
    assert found.scale_version == 4
    assert set(found.shares) == set(FACTS)
    for fact, (percentile, points) in found.shares.items():
        assert percentile == pytest.approx(50.5, abs=0.1)
        assert points == pytest.approx(RULES.weights[fact] * 50 / 99, abs=0.01)
    assert found.value == pytest.approx(sum(points for _, points in found.shares.values()))
    assert found.missing == ()


def test_weights_of_missing_facts_are_shared_by_the_known_ones() -> None:
    found = value(customer(revenue=99_000.0, tenure_years=0.0), SCALE)
    assert found.shares == {"revenue": (100.0, 75.0), "tenure_years": (0.0, 0.0)}
    assert found.value == 75.0
    assert set(found.missing) == set(FACTS) - {"revenue", "tenure_years"}


def test_no_facts_give_no_value() -> None:
    found = value(customer(account_manager="王敏"), SCALE)
    assert found.value is None
    assert found.shares == {}
    assert found.missing == FACTS
    assert found.tier == Tier.ORDINARY
    assert found.account_manager == "王敏"


@pytest.mark.parametrize(
    ("facts", "tier"),
    [
        ({"tier": "钻石", "key_account": True}, "钻石"),
        ({"key_account": True}, "core"),
        ({"has_contract": False, "employees": 5.0}, "prospect"),
        ({"has_contract": False, "key_account": True}, "core"),
        ({"revenue": 95_000.0}, "core"),
        ({"revenue": 50_000.0, "growth": 0.35}, "potential"),
        ({"revenue": 50_000.0, "growth": 0.2}, "ordinary"),
        ({"revenue": 50_000.0, "has_contract": True}, "ordinary"),
    ],
)
def test_tiers(facts: dict[str, Any], tier: str) -> None:
    assert value(customer(**facts), SCALE).tier == tier


def test_a_tenth_of_the_base_is_core() -> None:
    tiers = [value(each, SCALE).tier for each in BASE]
    assert tiers.count("core") == 10
    assert tiers.count("potential") == 10  # the fast growing ones that are not core


def test_under_twenty_customers_the_anchors_stand_in_and_it_is_said() -> None:
    few = build_scale(BASE[: LEAST_CUSTOMERS - 1], version=4, as_of=TODAY)
    assert (few.version, few.n, few.as_of) == (0, 19, TODAY)
    assert few.anchored == (*FACTS, "value")
    assert value(full(50), few).scale_version == 0
    assert build_scale(BASE[:LEAST_CUSTOMERS], version=4, as_of=TODAY).version == 4


def test_a_fact_that_few_have_keeps_its_anchors() -> None:
    bare = [replace(each, facts=replace(each.facts, satisfaction=None)) for each in BASE]
    scale = build_scale(bare, version=5, as_of=TODAY)
    assert scale.anchored == ("satisfaction",)
    assert scale.references["satisfaction"] == Scale.anchors().references["satisfaction"]


def test_a_scale_survives_being_stored() -> None:
    for scale in (SCALE, Scale.anchors()):
        assert Scale.of(json.loads(json.dumps(scale.as_data()))) == scale
    with pytest.raises(InputError, match="format is 9"):
        Scale.of(SCALE.as_data() | {"format": 9})


def test_a_scale_is_small_whatever_the_base() -> None:
    numbers = [float(each) for each in range(5001)]
    assert quantiles(numbers) == tuple(float(50 * each) for each in range(101))


def test_percentiles_of_equals_are_the_middle_of_their_places() -> None:
    scale = replace(SCALE, references={"growth": (0.0, 1.0, 1.0, 1.0, 5.0)})
    found = [scale.percentile("growth", each) for each in (-1.0, 0.0, 0.5, 1.0, 3.0, 5.0, 9.0)]
    assert found == [0.0, 0.0, 12.5, 50.0, 87.5, 100.0, 100.0]


def test_the_scale_is_in_the_policys_currency() -> None:
    data = Policy.default().as_data()
    rates = data["value"]["currencies"]
    dollars = {code: rate / rates["USD"] for code, rate in rates.items()}
    data["value"] |= {"currency": "USD", "currencies": dollars}
    rules = Policy.of(data).value
    scale = build_scale(BASE, version=4, as_of=TODAY, rules=rules)
    for each in BASE[::10]:
        assert value(each, scale, rules).value == pytest.approx(value(each, SCALE).value)
    anchors = Scale.anchors()
    assert value(full(50), anchors, rules).value == pytest.approx(value(full(50), anchors).value)


def test_anchors_rise_and_cover_every_fact() -> None:
    references = Scale.anchors().references
    assert set(references) == {*FACTS, "value"}
    assert all(list(each) == sorted(each) and len(each) == 11 for each in references.values())


known = st.fixed_dictionaries({}, optional={fact: st.floats(0, 1) for fact in FACTS})


@settings(max_examples=800, deadline=None, derandomize=True, database=None)
@given(known, st.sampled_from(FACTS), st.floats(0, 1), st.sampled_from([SCALE, Scale.anchors()]))
def test_more_of_a_fact_never_lowers_the_value(
    facts: dict[str, float], fact: str, more: float, scale: Scale
) -> None:
    less = facts | {fact: facts.get(fact, 0.0)}
    low, high = (value(customer(**each), scale).value for each in (less, less | {fact: less[fact] + more}))
    assert low is not None
    assert high is not None
    assert 0 <= low <= high + 1e-9 <= 100 + 1e-6
