"""The report's files: for MLflow without any request's words, and where the user asked for it with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from features.errors import InputError
from training.report.contents import Contents, Wanted
from training.report.page import page, standalone
from training.report.sections import alone, confusion, reliability
from training.report.wording import Say

REPORT = "report.html"
CHARTS = {"alone": alone, "reliability": reliability, "confusion": confusion}


def write(folder: Path, *, contents: Contents | None, figures: Mapping[str, Any]) -> Path:
    """Write `metrics.json`, and where rows were measured `report.html` without the words of requests, and
    `FIELD.alone.svg`, `FIELD.reliability.svg` and `FIELD.confusion.svg` of each field."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "metrics.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if contents is None:
        return folder
    (folder / REPORT).write_text(page(contents, texts=False), "utf-8")
    for each in contents.fields:
        for name, module in CHARTS.items():
            for figure in module.section(each, Say("en")).figures:
                (folder / f"{each.field.code}.{name}.svg").write_text(standalone(figure.svg), "utf-8")
    return folder


def write_pages(contents: Contents, wanted: Wanted) -> None:
    """Write the report where it was asked for. Raises InputError where that cannot be."""
    words = page(contents) if wanted.paths else ""
    for path in wanted.paths:
        try:
            path.write_text(words, "utf-8")
        except OSError as error:
            raise InputError(f"Cannot write {str(path)!r}: {error.strerror}.", field="report") from error
