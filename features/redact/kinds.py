"""The kinds of personal data that are looked for, and what stands in their place."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """One kind of personal data. Where two could be meant, the earlier one is."""

    EMAIL = "email"
    RESIDENT_ID = "resident_id"
    BANK_CARD = "bank_card"
    MOBILE = "mobile"
    IP = "ip"
    PHONE = "phone"

    @property
    def placeholder(self) -> str:
        """What stands in place of it, such as `[EMAIL]`.

        One form for both languages: plain ASCII, which every channel and encoding carries, and without a
        digit, an `@` or a point, so that nothing is found in it again.
        """
        return f"[{self.name}]"


ALL = tuple(Kind)


class Found(NamedTuple):
    """One piece of personal data: `text[start:end]`. A tuple, since a hostile text holds 20,000 of them."""

    kind: Kind
    start: int
    end: int
