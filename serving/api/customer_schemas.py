"""Many customers in one body: each read on its own, so that one wrong row spoils no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError, WithJsonSchema

from features.errors import InputError
from features.records import Customer, CustomerFacts
from serving.api.schemas import Body, CustomerIn, Line
from serving.customers import check_id

MOST = 1000
SHOWN = 100
"""So many characters of a wrong value are repeated."""


class CustomerRow(CustomerIn):
    """One of many customers: its id and its facts as of a day, `as_of`, without which no fact is taken."""

    id: Line

    def customer(self, *, currencies: Mapping[str, float]) -> Customer:
        """The customer as a record. Raises InputError with the name of the fact at fault."""
        check_id(self.id)
        customer = self.record(self.id, currencies=currencies)
        if customer.facts != CustomerFacts() and customer.facts.as_of is None:
            raise InputError("as_of: say the day the facts were true, as in 2026-01-31.", field="as_of")
        return customer


class CustomersIn(Body):
    """Up to 1,000 customers, no two of one id."""

    items: Annotated[
        list[Annotated[Any, WithJsonSchema(CustomerRow.model_json_schema())]], Field(max_length=MOST)
    ]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row: its place, its id if it has one, and field -> message."""

    index: int
    id: str | None
    errors: tuple[tuple[str, str], ...]


def read_rows(items: Sequence[Any], *, currencies: Mapping[str, float]) -> tuple[list[Customer], list[Fault]]:
    """The customers that can be kept, and what is wrong with the others.

    Rows that share an id are all refused: which of them is right is not for us to say.
    """
    ids = [_id(item) for item in items]
    twice = {number for number, times in Counter(ids).items() if number is not None and times > 1}
    good: list[Customer] = []
    faults: list[Fault] = []
    for index, (item, number) in enumerate(zip(items, ids, strict=True)):
        read = _row(item, currencies)
        errors = () if isinstance(read, Customer) else read
        if number in twice:
            same = [str(place) for place, each in enumerate(ids) if each == number]
            errors = (*errors, ("id", _sendable(f"{number!r} is the id of the items {', '.join(same)}.")))
        if errors:
            faults.append(Fault(index, None if number is None else _sendable(number), errors))
        elif isinstance(read, Customer):
            good.append(read)
    return good, faults


def _id(item: Any) -> str | None:
    number = item.get("id") if isinstance(item, dict) else None
    return number if isinstance(number, str) else None


def _row(item: Any, currencies: Mapping[str, float]) -> Customer | tuple[tuple[str, str], ...]:
    try:
        return CustomerRow.model_validate(item).customer(currencies=currencies)
    except ValidationError as error:
        return tuple(_line(each) for each in error.errors(include_url=False))
    except InputError as error:
        return ((error.field or "", _sendable(str(error))),)


def _line(found: Any) -> tuple[str, str]:
    field = ".".join(str(step) for step in found["loc"])
    message = found["msg"] if found["type"] == "missing" else f"{found['msg']}: {_shown(found['input'])}"
    return _sendable(field), _sendable(message)


def _shown(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


def _sendable(words: str) -> str:
    """Words with half characters written out."""
    return words.encode("utf-8", "backslashreplace").decode("utf-8")
