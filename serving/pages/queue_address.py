"""How the address of the queue's page says what is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from pydantic import ValidationError

from serving.api.queue_schemas import QueueQuery

SHOWN = 25
"""Requests on a page."""
TOLD = 5
"""Of so many unknown values the page tells."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks for. dropped: the values that are none."""

    query: QueueQuery
    dropped: tuple[str, ...] = ()

    @property
    def filters(self) -> str:
        """The filters, for an address."""
        kept = self.query.model_dump(mode="json", exclude_defaults=True, exclude={"cursor", "limit"})
        pairs = [(name, each) for name, value in kept.items() for each in several(value)]
        return urlencode([(name, word(each)) for name, each in pairs])


def asked(pairs: Sequence[tuple[str, str]]) -> Asked:
    """What an address asks for; what is empty or unknown is left out."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip() and name in QueueQuery.model_fields and name != "limit":
            values.setdefault(name, []).append(value)
    dropped: list[str] = []
    while True:
        try:
            return Asked(
                query=QueueQuery.model_validate(_shaped(values)), dropped=tuple(dict.fromkeys(dropped))[:5]
            )
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            dropped += values.pop(name)


def asked_in(query: str) -> Asked:
    """What the filters of a form ask for."""
    return asked(parse_qsl(query[:4000]))


def _shaped(values: Mapping[str, list[str]]) -> dict[str, list[str] | str]:
    lists = {name for name, each in QueueQuery.model_fields.items() if each.default_factory is list}
    last = {name: each if name in lists else each[-1] for name, each in values.items()}
    return {**last, "limit": str(SHOWN)}


def several(value: object) -> list[object]:
    """A filter's value, or its values."""
    return list(value) if isinstance(value, list) else [value]


def word(value: object) -> str:
    """A value as an address has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
