"""Entries of the audit log as JSON."""

from __future__ import annotations

from typing import Any

from serving.store.audit import Entry


def as_data(entry: Entry) -> dict[str, Any]:
    """One entry. at: in UTC."""
    return {
        "number": entry.number,
        "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": entry.actor,
        "role": entry.role,
        "action": entry.action,
        "object": entry.about,
        "details": dict(entry.details),
    }
