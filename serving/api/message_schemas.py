"""A message to a request, checked at the edge."""

from __future__ import annotations

from serving.api.schemas import WrittenIn


class MessageIn(WrittenIn):
    """What was written after a request, to the same request."""
