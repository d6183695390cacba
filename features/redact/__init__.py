"""Personal data in texts: found by its form and its check digits, and replaced where a text leaves the house.

Found are Chinese resident ids, bank cards, Chinese mobiles, other telephones, e-mail and IP addresses. Names
and postal addresses have no form by which to know them and are not. What the sender calls an order, a
ticket or a version is none, whatever its digits.
"""

from __future__ import annotations

from features.redact.finding import find, redact
from features.redact.kinds import ALL, Found, Kind

__all__ = ["ALL", "Found", "Kind", "find", "redact"]
