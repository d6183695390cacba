"""The route of files: rows of other programs become requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile

from features.errors import InputError
from features.tables.dates import open_zone
from serving.access.roles import Caller
from serving.api import batch_wire
from serving.api.batch_routes import kept
from serving.api.batch_schemas import Faults, read_item
from serving.api.guard import Asking, GuardedRoute, Serving
from serving.batch import Item
from serving.imports import columns as parts
from serving.imports import rows
from serving.imports.rows import Row
from serving.services import Services

router = APIRouter(prefix="/v1", route_class=GuardedRoute)


async def _file(file: Annotated[UploadFile, File()]) -> tuple[str, bytes]:
    return file.filename or "", await file.read()


@router.post("/requests:upload")
def upload(
    file: Annotated[tuple[str, bytes], Depends(_file)],
    services: Serving,
    caller: Asking,
    columns: Annotated[str | None, Form()] = None,
    zone: Annotated[str | None, Form()] = None,
    preview: Annotated[bool, Form()] = False,
) -> Any:
    """Store the requests in a csv, tsv, xlsx, xls or jsonl file; they are assessed soon after.

    columns: part -> names of columns, as JSON; by default told by their names, and repeated in the answer.
    zone: of times that name none, by default the policy's. preview: read everything, store nothing. A wrong
    row is told by its number in the file, and the others kept.
    """
    settings, (name, raw) = services.settings, file
    export = rows.read_file(raw, name, largest=settings.upload_bytes, most_rows=settings.upload_rows)
    names = export.columns
    chosen = parts.proposed(names) if columns is None else parts.told(_columns(columns), names)
    where = open_zone(zone or services.policy.calendar.timezone)
    found = rows.rows_of(export, chosen, zone=where, now=services.tools.clock())
    read = [_read(services, each) for each in found]
    told = {"columns": chosen.as_data(), "unused": list(chosen.unused), "notes": _notes(export.notes)}
    return told | (_preview(found, read) if preview else _kept(services, caller, found, read))


def _columns(given: str) -> dict[str, list[str]]:
    fault = InputError('columns: write it as JSON, like {"text": ["Description"]}.', field="columns")
    try:
        read = json.loads(given)
    except (ValueError, RecursionError) as error:
        raise fault from error
    if not isinstance(read, dict):
        raise fault
    made = {part: [names] if isinstance(names, str) else names for part, names in read.items()}
    if not all(
        isinstance(each, list) and all(isinstance(name, str) for name in each) for each in made.values()
    ):
        raise fault
    return made


def _notes(notes: Sequence[str]) -> list[str]:
    """What the reader remarks, without the name it knows the file by."""
    return [
        note.partition(": ")[2] if "triage-upload-" in note.partition(": ")[0] else note for note in notes
    ]


def _read(services: Services, row: Row) -> Item | Faults:
    return row.faults if row.item is None else read_item(services, row.item)


def _preview(found: Sequence[Row], read: Sequence[Item | Faults]) -> dict[str, Any]:
    return {
        "readable": sum(isinstance(each, Item) for each in read),
        "refused": sum(not isinstance(each, Item) for each in read),
        "items": [
            {"row": row.number, **batch_wire.line(index, each)}
            for index, (row, each) in enumerate(zip(found, read, strict=True))
            if not isinstance(each, Item)
        ],
    }


def _kept(
    services: Services, caller: Caller, found: Sequence[Row], read: Sequence[Item | Faults]
) -> dict[str, Any]:
    told = batch_wire.batch(kept(services, caller, read, seconds=None))
    told["items"] = [{"row": row.number, **line} for row, line in zip(found, told["items"], strict=True)]
    return told
