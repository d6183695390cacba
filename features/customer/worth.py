"""From customer facts to a value 0..100 and a tier, each number explained.

The value is a weighted mean of percentiles: where the customer stands in the customer base, fact by
fact. The weights, currencies and tiers are the policy's; the base is a Scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum

from features.customer.facts import parse_facts
from features.customer.scale import LEAST_CUSTOMERS, Scale, quantiles
from features.errors import InputError
from features.policy.parts import FACTS, ValueRules
from features.policy.policy import Policy
from features.records import Customer, CustomerFacts, CustomerValue, Tier

__all__ = ["Scale", "TierReason", "build_scale", "named_numbers", "parse_facts", "tier_reason", "value"]

_SUMS = ("revenue", "contract_amount")


def value(customer: Customer, scale: Scale, rules: ValueRules | None = None) -> CustomerValue:
    """The value of a customer on a scale, with its shares and tier. None where no number is known.

    rules: the policy's `value` section, the default policy's where none is given.
    Raises InputError where a sum is in a currency the rules have no rate for.
    """
    rules = rules or Policy.default().value
    percentiles = _percentiles(customer.facts, scale, rules)
    shares = _shares(percentiles, rules)
    worth = min(round(sum(points for _, points in shares.values()), 2), 100.0) if shares else None
    why = _tier_reason(customer.facts, worth, percentiles.get("growth"), scale, rules)
    return CustomerValue(
        id=customer.id,
        value=worth,
        tier=customer.facts.tier or _TIERS[why].value,
        scale_version=scale.version,
        shares=shares,
        missing=tuple(fact for fact in FACTS if fact not in percentiles),
        account_manager=customer.facts.account_manager,
    )


def named_numbers(facts: CustomerFacts, rules: ValueRules | None = None) -> dict[str, float]:
    """The facts that are numbers and known, sums in the rules' base currency.

    Raises InputError where a sum is in a currency the rules have no rate for.
    """
    rules = rules or Policy.default().value
    found = {fact: getattr(facts, fact) for fact in FACTS if getattr(facts, fact) is not None}
    return {
        fact: number * _rate(facts.currency, rules) if fact in _SUMS else float(number)
        for fact, number in found.items()
    }


def _rate(currency: str, rules: ValueRules) -> float:
    if currency not in rules.currencies:
        told = f"there is no rate for {currency!r}; the policy has {', '.join(sorted(rules.currencies))}."
        raise InputError(f"customer.currency: {told}", field="customer.currency")
    return rules.currencies[currency]


def _percentiles(facts: CustomerFacts, scale: Scale, rules: ValueRules) -> dict[str, float]:
    numbers = named_numbers(facts, rules)
    factor = _rate(scale.currency, rules)
    return {
        fact: scale.percentile(fact, number / factor if fact in _SUMS else number)
        for fact, number in numbers.items()
    }


def _shares(percentiles: dict[str, float], rules: ValueRules) -> dict[str, tuple[float, float]]:
    """Fact -> its percentile and the points it adds: the weights of known facts, made to sum to 100."""
    total = sum(rules.weights[fact] for fact in percentiles)
    return {
        fact: (round(each, 1), round(rules.weights[fact] / total * each, 2))
        for fact, each in percentiles.items()
        if total > 0
    }


class TierReason(StrEnum):
    """What decided a tier: the CRM's own word or flag, else the first of the rules that holds."""

    CRM = "crm"
    KEY_ACCOUNT = "key_account"
    NO_CONTRACT = "no_contract"
    TOP_VALUE = "top_value"
    TOP_GROWTH = "top_growth"
    REST = "rest"


_TIERS = {
    TierReason.KEY_ACCOUNT: Tier.CORE,
    TierReason.NO_CONTRACT: Tier.PROSPECT,
    TierReason.TOP_VALUE: Tier.CORE,
    TierReason.TOP_GROWTH: Tier.POTENTIAL,
    TierReason.REST: Tier.ORDINARY,
}


def tier_reason(customer: Customer, scale: Scale, rules: ValueRules | None = None) -> TierReason:
    """Why `value` gives a customer its tier.

    Raises InputError where a sum is in a currency the rules have no rate for.
    """
    rules = rules or Policy.default().value
    worth, growth = value(customer, scale, rules).value, customer.facts.growth
    placed = None if growth is None else scale.percentile("growth", growth)
    return _tier_reason(customer.facts, worth, placed, scale, rules)


def _tier_reason(
    facts: CustomerFacts, worth: float | None, growth: float | None, scale: Scale, rules: ValueRules
) -> TierReason:
    """The CRM's own word as it is; else a customer not yet won, one of the most valuable, a fast growing
    one, or the rest."""
    if facts.tier:
        return TierReason.CRM
    if facts.key_account:
        return TierReason.KEY_ACCOUNT
    if facts.has_contract is False:
        return TierReason.NO_CONTRACT
    if worth is not None and scale.percentile("value", worth) >= 100 - rules.core_top_percent:
        return TierReason.TOP_VALUE
    if growth is not None and growth >= 100 - rules.potential_growth_top_percent:
        return TierReason.TOP_GROWTH
    return TierReason.REST


def build_scale(
    customers: Iterable[Customer], *, version: int, as_of: date, rules: ValueRules | None = None
) -> Scale:
    """The scale of a customer base. Under 20 customers it is the packaged anchors, version 0; a fact that
    fewer than 20 of them have keeps its anchors, and is named in `anchored`.

    Raises InputError where a sum is in a currency the rules have no rate for.
    """
    rules = rules or Policy.default().value
    base = tuple(customers)
    anchors = Scale.anchors(n=len(base), as_of=as_of)
    if len(base) < LEAST_CUSTOMERS:
        return anchors
    numbers = [named_numbers(each.facts, rules) for each in base]
    known = {fact: [each[fact] for each in numbers if fact in each] for fact in FACTS}
    factor = rules.currencies.get(anchors.currency, 1.0)
    in_base = {
        fact: tuple(each * factor for each in reference) if fact in _SUMS else reference
        for fact, reference in anchors.references.items()
    }
    scale = replace(_with(anchors, in_base, known), version=version, currency=rules.currency)
    worths = [each for one in base if (each := value(one, scale, rules).value) is not None]
    return _with(scale, scale.references, {"value": worths})


def _with(
    scale: Scale, references: Mapping[str, tuple[float, ...]], found: Mapping[str, list[float]]
) -> Scale:
    """The scale with those references that enough customers have."""
    enough = {name: quantiles(numbers) for name, numbers in found.items() if len(numbers) >= LEAST_CUSTOMERS}
    anchored = tuple(name for name in scale.anchored if name not in enough)
    return replace(scale, references={**references, **enough}, anchored=anchored)
