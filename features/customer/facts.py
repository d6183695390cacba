"""Customer facts as they come in, from JSON or from a file: checked one by one, and named in the error."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from features.errors import InputError
from features.policy.policy import Policy
from features.records import CustomerFacts

_BOUNDS = {
    "revenue": (0.0, math.inf),
    "contract_amount": (0.0, math.inf),
    "tenure_years": (0.0, math.inf),
    "orders_per_year": (0.0, math.inf),
    "payment_punctuality": (0.0, 1.0),
    "growth": (-1.0, math.inf),
    "employees": (0.0, math.inf),
    "satisfaction": (0.0, 10.0),
}
_WORDS = ("tier", "account_manager")
_FLAGS = ("has_contract", "key_account")
_YES = ("true", "yes", "y", "1", "是")
_NO = ("false", "no", "n", "0", "否")


def parse_facts(
    raw: Mapping[str, Any],
    *,
    path: str = "customer",
    currencies: Collection[str] | None = None,
    dated: bool = False,
) -> CustomerFacts:
    """Facts out of JSON or of a file's row, where numbers and flags may be words and an empty cell is
    unknown.

    currencies: the codes that can be converted, the default policy's where none are given. dated: facts
    without the day they were true (`as_of`) are refused.
    Raises InputError at the first fault, `field` being its dotted path.
    """
    known = {each.name for each in fields(CustomerFacts)}
    for key in raw:
        if key not in known:
            told = f"unknown fact {key!r}; known are {', '.join(sorted(known))}."
            raise InputError(f"{path}.{key}: {told}", field=f"{path}.{key}")
    given = {key: value for key, value in raw.items() if value is not None and value != ""}
    found = {key: _fact(key, value, f"{path}.{key}", currencies) for key, value in given.items()}
    if dated and found and found.get("as_of") is None:
        raise InputError(f"{path}.as_of: say the day the facts were true.", field=f"{path}.as_of")
    return CustomerFacts(**found)


def _fact(key: str, value: Any, path: str, currencies: Collection[str] | None) -> Any:
    if key in _BOUNDS:
        return _number(value, path, *_BOUNDS[key])
    if key in _FLAGS:
        return _flag(value, path)
    if key == "as_of":
        return _day(value, path)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path}: expected words, found {value!r}.", field=path)
    return value.strip() if key in _WORDS else _currency(value, path, currencies)


def _number(value: Any, path: str, low: float, high: float) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{path}: {value!r} is not a number.", field=path)
    if not low <= number <= high:
        bounds = f"{low:g} or more" if math.isinf(high) else f"from {low:g} to {high:g}"
        raise InputError(f"{path}: {value!r} must be {bounds}.", field=path)
    return number


def _flag(value: Any, path: str) -> bool:
    word = str(value).strip().casefold()
    if word not in _YES and word not in _NO:
        raise InputError(f"{path}: {value!r} must be true or false.", field=path)
    return word in _YES


def _day(value: Any, path: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value.strip())
    except (AttributeError, ValueError) as error:
        raise InputError(f"{path}: {value!r} is no day; write it as 2026-01-31.", field=path) from error


def _currency(value: str, path: str, currencies: Collection[str] | None) -> str:
    known = Policy.default().value.currencies if currencies is None else currencies
    code = value.strip().upper()
    if code not in known:
        told = f"there is no rate for the currency {value!r}; the policy has {', '.join(sorted(known))}."
        raise InputError(f"{path}: {told}", field=path)
    return code
