"""Records as JSON documents, and back.

The shape in the database is the shape of the dataclasses in features.records; a later release that
changes one reads what an earlier one wrote.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from features.records import Assessment, Contact, CustomerFacts

Document = dict[str, Any]

_ASSESSMENT = TypeAdapter(Assessment)
_FACTS = TypeAdapter(CustomerFacts)
_CONTACT = TypeAdapter(Contact)


def of_assessment(assessment: Assessment) -> Document:
    """An assessment as plain data."""
    return _plain(_ASSESSMENT, assessment)


def to_assessment(body: Document) -> Assessment:
    """Read what `of_assessment` gave."""
    return _ASSESSMENT.validate_python(body)


def of_facts(facts: CustomerFacts | None) -> Document | None:
    """Facts as plain data, without those not known."""
    return None if facts is None else _plain(_FACTS, facts, known_only=True)


def to_facts(body: Document | None) -> CustomerFacts | None:
    """Read what `of_facts` gave."""
    return None if body is None else _FACTS.validate_python(body)


def of_contact(contact: Contact | None) -> Document | None:
    """A contact as plain data, without what is not known."""
    return None if contact is None else _plain(_CONTACT, contact, known_only=True)


def to_contact(body: Document | None) -> Contact | None:
    """Read what `of_contact` gave."""
    return None if body is None else _CONTACT.validate_python(body)


def _plain(adapter: TypeAdapter[Any], record: Any, *, known_only: bool = False) -> Document:
    made: Document = adapter.dump_python(record, mode="json", exclude_none=known_only)
    return made
