"""Finding stored requests by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.errors import InputError
from features.search_words import terms
from serving import intake
from serving.assess import Answer
from serving.store import requests
from serving.store import search as entries

if TYPE_CHECKING:
    from serving.services import Services

LONGEST_QUERY = 200


def search(
    services: Services, query: str, *, limit: int, before: int | None
) -> tuple[list[Answer], int | None]:
    """Requests that hold all that the query says, newest first, and the number to go on from, if any.

    Raises InputError where the query is longer than 200 characters or has neither letter nor digit.
    """
    if len(query) > LONGEST_QUERY:
        raise InputError(
            f"The query has {len(query)} characters; at most {LONGEST_QUERY} are searched for.", field="q"
        )
    if not terms(query):
        raise InputError(f"The query {query!r} has neither a letter nor a digit to search for.", field="q")
    with services.store.read() as connection:
        hits = entries.find(connection, query, limit=limit + 1, before=before)
        page = requests.of_ids(connection, [hit.request_id for hit in hits[:limit]])
        answers = [intake.standing(services, connection, stored) for stored in page]
    return answers, hits[limit - 1].number if len(hits) > limit else None
