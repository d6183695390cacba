"""The format in which requests and what people said of them travel from serving to training.

A snapshot is a folder:

    manifest.json       format, as of, policy, redaction, rows, erased rows, sha256 of the other files
    requests.parquet    reviewed requests, with text and customer facts as they were at intake
    reviews.parquet     every review of these, without a person's reason and note
    taxonomy.yaml       the taxonomy in force

Rows are sorted by identifier and nothing in the files tells when they were written, so the same moment gives
the same bytes, unless an erasure fell between.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.errors import SnapshotError, TaxonomyError
from features.records import Request
from features.reviews import Review
from features.snapshot_rows import (
    REQUEST_COLUMNS,
    REVIEW_COLUMNS,
    request_of,
    request_row,
    review_of,
    review_row,
)
from features.taxonomy import Taxonomy

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1
MANIFEST, REQUESTS, REVIEWS, TAXONOMY = (
    "manifest.json",
    "requests.parquet",
    "reviews.parquet",
    "taxonomy.yaml",
)


@dataclass(frozen=True, kw_only=True)
class SnapshotManifest:
    """What a snapshot says of itself.

    as_of: nothing later is in it, in ISO 8601. policy: version and hash of the one in force then. redaction:
    `none`, or `personal` where personal data were taken out of texts. rows, erased: `requests` and
    `reviews`; the erased ones are those whose words are gone, and are not in it.
    """

    as_of: str
    policy: Mapping[str, Any]
    redaction: str
    rows: Mapping[str, int]
    erased: Mapping[str, int]
    sha256: Mapping[str, str]
    format: int = FORMAT

    def as_data(self) -> dict[str, Any]:
        """Plain data, as in manifest.json."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Requests by identifier and the reviews of each, oldest first. predicted: review -> field -> the label
    that the assessment it judged had."""

    manifest: SnapshotManifest
    taxonomy: Taxonomy
    requests: Mapping[str, Request]
    reviews: Mapping[str, Sequence[Review]]
    predicted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def as_of(self) -> datetime:
        """The moment it shows."""
        return datetime.fromisoformat(self.manifest.as_of)

    @cached_property
    def sha256(self) -> str:
        """A hash of all its files."""
        return hashlib.sha256(json.dumps(dict(self.manifest.sha256), sort_keys=True).encode()).hexdigest()


def write(
    folder: Path,
    *,
    requests: Mapping[str, Request],
    reviews: Sequence[Review],
    predicted: Mapping[str, Mapping[str, str]],
    taxonomy: Taxonomy,
    told: Mapping[str, Any],
) -> SnapshotManifest:
    """Write a snapshot into an empty folder, manifest last. told: as_of, policy, redaction and erased."""
    ordered = sorted(reviews, key=lambda each: (each.request_id, each.version))
    request_rows = [request_row(number, requests[number]) for number in sorted(requests)]
    review_rows = [review_row(each, predicted.get(each.id, {})) for each in ordered]
    _write_table(folder / REQUESTS, request_rows, REQUEST_COLUMNS)
    _write_table(folder / REVIEWS, review_rows, REVIEW_COLUMNS)
    (folder / TAXONOMY).write_text(taxonomy.as_yaml(), "utf-8")
    manifest = SnapshotManifest(
        **told,
        rows={"requests": len(request_rows), "reviews": len(review_rows)},
        sha256={name: _hash(folder / name) for name in (REQUESTS, REVIEWS, TAXONOMY)},
    )
    words = json.dumps(manifest.as_data(), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(words + "\n", "utf-8")
    return manifest


def read(folder: Path) -> Snapshot:
    """Read a snapshot back.

    Raises SnapshotError, in one sentence, where it is incomplete, was edited after its hash, is of a later
    format, holds no review, or has a label that its own taxonomy does not know.
    """
    manifest = _manifest(folder)
    for name in (REQUESTS, REVIEWS, TAXONOMY):
        if not (folder / name).is_file():
            raise SnapshotError(f"The snapshot {str(folder)!r} has no {name}: export it again.")
        if _hash(folder / name) != manifest.sha256.get(name):
            raise SnapshotError(
                f"The snapshot {str(folder)!r} was edited after it was written: {name} has another hash than "
                f"{MANIFEST} says; export it again."
            )
    if not manifest.rows.get("reviews"):
        raise SnapshotError(
            f"The snapshot {str(folder)!r} holds no review up to {manifest.as_of}: there is nothing to learn "
            "from before people review requests."
        )
    requests = {row["id"]: request_of(row) for row in _rows(folder / REQUESTS)}
    reviews: dict[str, list[Review]] = {}
    predicted: dict[str, Mapping[str, str]] = {}
    for row in _rows(folder / REVIEWS):
        made = review_of(row)
        reviews.setdefault(made.request_id, []).append(made)
        predicted[made.id] = json.loads(row["predicted"])
    try:
        taxonomy = Taxonomy.load(folder / TAXONOMY)
    except TaxonomyError as error:
        raise SnapshotError(f"The snapshot {str(folder)!r} cannot be used: {error}") from error
    _check(folder, requests, reviews, taxonomy)
    return Snapshot(
        manifest=manifest, taxonomy=taxonomy, requests=requests, reviews=reviews, predicted=predicted
    )


def _manifest(folder: Path) -> SnapshotManifest:
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as error:
        raise SnapshotError(
            f"{str(folder)!r} is no snapshot: it has no {MANIFEST}.", field="snapshot"
        ) from error
    except (OSError, ValueError) as error:
        raise SnapshotError(
            f"The {MANIFEST} of the snapshot {str(folder)!r} cannot be read: {error}."
        ) from error
    found = data.get("format") if isinstance(data, dict) else None
    if not isinstance(found, int) or found > FORMAT:
        raise SnapshotError(
            f"The snapshot {str(folder)!r} has format {found!r} and this release reads {FORMAT}: upgrade, or "
            "export it with this release."
        )
    try:
        return SnapshotManifest(**data)
    except TypeError as error:
        raise SnapshotError(
            f"The {MANIFEST} of the snapshot {str(folder)!r} is incomplete: {error}."
        ) from error


def _check(
    folder: Path,
    requests: Mapping[str, Request],
    reviews: Mapping[str, Sequence[Review]],
    taxonomy: Taxonomy,
) -> None:
    for number, each in ((number, review) for number, some in reviews.items() for review in some):
        if number not in requests:
            raise SnapshotError(
                f"The snapshot {str(folder)!r} has a review of {number!r} and no such request: export "
                "it again."
            )
        for code, label in each.labels.items():
            if code not in taxonomy.fields or taxonomy.field(code).resolve(label) is None:
                raise SnapshotError(
                    f"The review {each.id!r} says {label!r} of {code!r}, which the taxonomy of the snapshot "
                    f"{str(folder)!r} does not know: give that label an alias or mark it retired, and export "
                    "again.",
                    field=code,
                )


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _type(kind)) for name, kind in columns.items()])
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    pq.write_table(table, path, compression="none", use_dictionary=False, store_schema=False, version="2.6")


def _type(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {"text": pa.string(), "number": pa.float64(), "count": pa.int64(), "flag": pa.bool_()}[kind]


def _rows(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return found


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
