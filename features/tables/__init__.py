"""Tables of requests and customers, always as strings, so that `NA`, `null` and `007` stay.

Two ways in. `read` is strict: the project's own csv, jsonl and parquet, where one bad row stops the file.
`read_export` takes what other programs write (workbooks, torn csv, titles above the header) and remarks on
each row instead. An empty cell is the empty string in both. Encodings are never guessed from statistics.
"""

from __future__ import annotations

from features.tables.decoding import decode
from features.tables.export import EXPORT_SUFFIXES, LARGEST_FILE, Export, read_export
from features.tables.rows import Row
from features.tables.strict import SUFFIXES, Table, read, write

__all__ = [
    "EXPORT_SUFFIXES",
    "LARGEST_FILE",
    "SUFFIXES",
    "Export",
    "Row",
    "Table",
    "decode",
    "read",
    "read_export",
    "write",
]
