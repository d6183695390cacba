"""Many requests in one body: each read on its own, so that one wrong item spoils no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, WithJsonSchema

from features import text
from features.errors import InputError
from serving.api.schemas import Body, Moment, RequestIn
from serving.batch import Item
from serving.services import Services
from serving.store.idempotency import Use

MOST = 1000
SHOWN = 100
"""So many characters of a wrong value are repeated."""
SLACK = timedelta(minutes=5)
"""How far ahead of ours a sender's clock may be."""

Faults = tuple[tuple[str, str], ...]
"""Field and what is wrong with it."""


class ItemIn(RequestIn):
    """A request of many. status `closed` with `closed_at`: it was worked elsewhere, and is kept to be found;
    it starts no clock, raises nothing and is nobody's work."""

    status: Literal["closed"] | None = None
    closed_at: Moment | None = None

    def item(self, services: Services, *, use: Use | None = None) -> Item:
        """The item as a record. Raises InputError with the field at fault."""
        record = self.record(currencies=services.policy.value.currencies)
        text.check(record.text, record.subject)
        if (self.status is None) != (self.closed_at is None):
            field = "closed_at" if self.closed_at is None else "status"
            raise InputError(f"{field}: give both status and closed_at, or neither.", field=field)
        if self.closed_at is not None:
            if self.received_at is None:
                raise InputError("received_at: say when a closed request came in.", field="received_at")
            if not self.received_at <= self.closed_at <= services.tools.clock() + SLACK:
                told = f"closed_at: {self.closed_at.isoformat()!r} must lie between received_at and now."
                raise InputError(told, field="closed_at")
        return Item(request=record, closed_at=self.closed_at, use=use)


class BatchIn(Body):
    """1 to 1,000 requests."""

    items: Annotated[
        list[Annotated[Any, WithJsonSchema(ItemIn.model_json_schema())]],
        Field(min_length=1, max_length=MOST),
    ]


def read_items(services: Services, items: Sequence[Any], uses: Sequence[Use | None]) -> list[Item | Faults]:
    """Each item, or what is wrong with it, in order."""
    return [read_item(services, item, use) for item, use in zip(items, uses, strict=True)]


def read_item(services: Services, item: Any, use: Use | None = None) -> Item | Faults:
    """An item, or what is wrong with it."""
    try:
        return ItemIn.model_validate(item).item(services, use=use)
    except ValidationError as error:
        return tuple(_line(each) for each in error.errors(include_url=False))
    except InputError as error:
        return ((error.field or "", sendable(str(error))),)


def _line(found: Mapping[str, Any]) -> tuple[str, str]:
    steps = [str(step) for step in found["loc"]]
    field = ".".join(steps[:-1] if steps[-1:] == ["[key]"] else steps)
    message = found["msg"] if found["type"] == "missing" else f"{found['msg']}: {_shown(found['input'])}"
    return sendable(field), sendable(message)


def _shown(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


def sendable(words: str) -> str:
    """Words with half characters written out."""
    return words.encode("utf-8", "backslashreplace").decode("utf-8")
