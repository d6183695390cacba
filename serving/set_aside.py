"""Reviews that a retraining set aside since they look poisoned: shown to whoever reads reports, and released
by a lead. What was said, and of which request, comes from the database; it may have changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from features.errors import NotFoundError, RegistryError, UnavailableError
from features.outcome import Outcome
from features.reviews import Review
from features.set_aside import Batch, Quarantine
from features.taxonomy import Taxonomy
from serving import model_versions
from serving.access.roles import Caller
from serving.audit import Action, actor_of, note
from serving.store import exporting, requests, reviews
from serving.store.requests import Stored

if TYPE_CHECKING:
    from serving.services import Services


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is set aside of the reviews that a model learns from. name: the model's; None where the settings
    name a folder. waiting: oldest first. released: the newest first."""

    name: str | None
    waiting: tuple[Batch, ...] = ()
    released: tuple[Batch, ...] = ()

    @property
    def number(self) -> int:
        """How many reviews wait for a lead."""
        return len({review for each in self.waiting for review in each.reviews})

    def batch(self, batch_id: str) -> Batch:
        """A batch, released or not. Raises NotFoundError."""
        found = next((each for each in (*self.waiting, *self.released) if each.id == batch_id), None)
        if found is None:
            raise _unknown(batch_id)
        return found


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A review that is still stored. request: what it judged. predicted: field -> what the model had said.
    counts: field -> what counts of all that people say of the request now."""

    review: Review
    request: Stored
    predicted: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[str, Outcome]:
        """Of the fields that a person judged."""
        return self.request.said.outcomes


def report(services: Services) -> Report:
    """Every batch. Raises UnavailableError where the file is damaged."""
    kept = _quarantine(services)
    if kept is None:
        return Report(name=None)
    with _told():
        batches = kept.batches()
    released = sorted(
        ((each.released.at, each) for each in batches if each.released is not None),
        key=lambda pair: pair[0],
        reverse=True,
    )
    return Report(
        name=kept.name,
        waiting=tuple(each for each in batches if each.released is None),
        released=tuple(each for _, each in released),
    )


def evidence(services: Services, review_ids: Sequence[str]) -> dict[str, Evidence]:
    """Reviews by their identifiers, each with its request; those that are no longer stored left out."""
    with services.store.read() as connection:
        said = reviews.of_ids(connection, review_ids)
        predicted = exporting.predicted(connection, [each.assessment_id for each in said.values()])
        numbers = sorted({each.request_id for each in said.values()})
        there = {each.id: each for each in requests.several(connection, numbers)}
    return {
        each.id: Evidence(
            review=each,
            request=there[each.request_id],
            predicted=predicted.get(each.assessment_id, {}),
        )
        for each in said.values()
        if each.request_id in there
    }


def named(batch: Batch, taxonomy: Taxonomy, language: str) -> tuple[str, str]:
    """What a batch is about in one language: its field, and the reviewer or `LABEL → LABEL`."""
    field = taxonomy.fields.get(batch.field)
    if field is None:
        return batch.field, batch.of
    labels = (field.full_name(label, language) for label in batch.labels or ())
    return field.name[language], " → ".join(labels) or batch.of


def sentence(batch: Batch, taxonomy: Taxonomy, language: str) -> str:
    """The evidence in one language."""
    field, of = named(batch, taxonomy, language)
    return batch.sentence(language, field=field, of=of)


def release(services: Services, caller: Caller, batch_id: str, *, reason: str) -> Batch:
    """Let the reviews of a batch be learnt from, from the next retraining on.

    Raises NotFoundError where there is no such batch, ConflictError where it was released before, InputError
    where the reason is empty, UnavailableError where the file is damaged or cannot be written.
    """
    kept, at = _quarantine(services), services.tools.clock()
    if kept is None:
        raise _unknown(batch_id)
    batch = report(services).batch(batch_id)
    with services.store.write() as connection, _told():
        note(
            connection,
            actor_of(caller),
            action=Action.REVIEWS_RELEASED,
            about=f"quarantine {batch.id}",
            at=at,
            model=kept.name,
            kind=batch.kind,
            field=batch.field,
            reviews=len(batch.reviews),
        )
        return kept.release(batch.id, by=caller.name, reason=reason, at=at)


def _quarantine(services: Services) -> Quarantine | None:
    name = model_versions.name_of(services)
    return None if name is None else Quarantine(services.settings.home, name)


def _unknown(batch_id: str) -> NotFoundError:
    return NotFoundError(f"No batch {batch_id[:40]!r} is set aside: list those that are.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RegistryError as error:
        raise UnavailableError(str(error)) from error
    except OSError as error:
        raise UnavailableError(f"What is set aside cannot be written: {error.strerror or error}.") from error
