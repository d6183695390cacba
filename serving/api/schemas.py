"""What callers send, checked at the edge: unknown keys, naive times and half characters are refused.

The words of a request are checked by features.text, so that files and HTTP are told the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictStr
from pydantic_core import PydanticCustomError

from features.customer import parse_facts
from features.errors import InputError
from features.records import Contact, Customer, CustomerFacts, Request

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_PATH = "customer"


def _whole(value: str) -> str:
    if "\0" in value:
        raise PydanticCustomError("nul", "holds a NUL character")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PydanticCustomError("half", "holds half a character (a lone surrogate)") from error
    return value


def _moment(value: Any) -> Any:
    """A time as RFC 3339 writes it, with its offset."""
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise PydanticCustomError(
            "moment", "write the time as RFC 3339 with its offset, like 2026-01-31T09:00:00+08:00"
        )
    return value.upper()


def _in_bounds(value: datetime) -> datetime:
    if not _EARLIEST <= value <= _LATEST:
        raise PydanticCustomError("moment", "the time must be of this century")
    return value.astimezone(UTC)


Words = Annotated[StrictStr, AfterValidator(_whole)]
Line = Annotated[Words, Field(min_length=1, max_length=200)]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_in_bounds)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Body(BaseModel):
    """A body of JSON: no unknown keys."""

    model_config = ConfigDict(extra="forbid")


class ContactIn(Body):
    """Who can be asked back."""

    name: Annotated[Words, Field(max_length=500)] | None = None
    email: Annotated[Words, Field(max_length=500)] | None = None
    phone: Annotated[Words, Field(max_length=100)] | None = None


class FactsIn(Body):
    """What is known of a customer. Sums are a year's, in `currency`; `as_of` is the day they were true."""

    revenue: Number | None = None
    contract_amount: Number | None = None
    currency: Annotated[Words, Field(max_length=10)] | None = None
    tenure_years: Number | None = None
    orders_per_year: Number | None = None
    payment_punctuality: Number | None = None
    growth: Number | None = None
    employees: Number | None = None
    satisfaction: Number | None = None
    has_contract: StrictBool | None = None
    tier: Line | None = None
    key_account: StrictBool | None = None
    account_manager: Line | None = None
    as_of: Annotated[Words, Field(max_length=10, examples=["2026-01-31"])] | None = None

    def facts(self, *, path: str, currencies: Mapping[str, float]) -> CustomerFacts:
        """The facts as a record. Raises InputError with the path of the fact at fault."""
        given = self.model_dump(include=set(FactsIn.model_fields), exclude_unset=True)
        return parse_facts(given, path=path, currencies=currencies)


class WrittenIn(Body):
    """What a person wrote, in a request or after one. external_id: what the source calls it."""

    text: Words
    subject: Annotated[Words, Field(max_length=2000)] | None = None
    channel: Annotated[Words, Field(min_length=1, max_length=64)] | None = None
    source: Line | None = None
    external_id: Annotated[Words, Field(min_length=1, max_length=1000)] | None = None
    contact: ContactIn | None = None
    received_at: Moment | None = None

    def written(self) -> Request:
        """These fields as a record."""
        return Request(
            text=self.text,
            subject=self.subject,
            channel=self.channel,
            source=self.source,
            external_id=self.external_id,
            contact=None if self.contact is None else Contact(**self.contact.model_dump()),
            received_at=self.received_at,
        )


class RequestIn(WrittenIn):
    """A request as a person wrote it. `customer` is what the sender knows of the customer."""

    customer_id: Line | None = None
    customer: FactsIn | None = None
    attributes: Annotated[
        dict[Annotated[Words, Field(min_length=1, max_length=100)], Annotated[Words, Field(max_length=2000)]],
        Field(max_length=50),
    ] = Field(default_factory=dict)
    locale: Annotated[Words, Field(min_length=1, max_length=35)] | None = None

    def record(self, *, currencies: Mapping[str, float]) -> Request:
        """The request as a record. Raises InputError where a customer's fact is wrong."""
        facts = self.customer
        return replace(
            self.written(),
            customer_id=self.customer_id,
            customer=None if facts is None else facts.facts(path=_PATH, currencies=currencies),
            attributes=self.attributes,
            locale=self.locale,
        )


class CustomerIn(FactsIn):
    """A customer's facts as they are now; those left out are not known any more."""

    name: Annotated[Words, Field(max_length=200)] | None = None

    def record(self, customer_id: str, *, currencies: Mapping[str, float]) -> Customer:
        """The customer as a record. Raises InputError with the name of the fact at fault."""
        try:
            facts = self.facts(path=_PATH, currencies=currencies)
        except InputError as error:  # here the facts are the body itself
            field = (error.field or "").removeprefix(f"{_PATH}.")
            raise InputError(str(error).removeprefix(f"{_PATH}."), field=field) from error
        return Customer(id=customer_id, name=self.name, facts=facts)
