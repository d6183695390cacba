"""What is said to release reviews that are set aside, checked at the edge."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from serving.api.schemas import Body, Words


class ReleaseIn(Body):
    """Why the reviews of a batch are right."""

    reason: Annotated[Words, Field(min_length=1, max_length=2000)]
