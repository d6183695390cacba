"""The commands on data: a company's own export in, a checked file out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from features import tables
from features.errors import InputError
from training.check_command import check
from training.importing.customer_import import import_customers
from training.importing.requests import DEFAULT_ZONE, Source, import_requests
from training.quarantine_commands import quarantine


@click.group()
def data() -> None:
    """Import a company's own history, look at it before it is trained on; export what people said."""


@data.command(name="import")
@click.argument("file", type=Path)
@click.option("--out", type=Path, required=True, help="Where to write: csv, jsonl or parquet.")
@click.option("--map", "mapping", type=Path, default=None, help="A map; by default one is proposed.")
@click.option(
    "--zone", default=None, help=f"Of times that name none.  [default: the map's, or {DEFAULT_ZONE}]"
)
@click.option("--sheet", default=None, help="Of a workbook; by default the first that holds anything.")
@click.option(
    "--largest-mb", default=tables.LARGEST_FILE // 2**20, show_default=True, help="Refuse larger files."
)
@click.option("--customers", is_flag=True, help="FILE holds customers and their facts.")
@click.option(
    "--join", type=Path, default=None, help="With --customers: requests whose customers to look for."
)
def import_(
    file: Path,
    out: Path,
    mapping: Path | None,
    zone: str | None,
    sheet: str | None,
    largest_mb: int,
    customers: bool,
    join: Path | None,
) -> None:
    """Import FILE (xlsx, xls, csv, tsv, jsonl, parquet) as it is, and say what became of every row.

    Which column is what is proposed, and kept beside the output as .map.yaml; the remarks on rows as
    .rows.csv.
    """
    source = Source(file=file, map=mapping, zone=zone, sheet=sheet, largest=largest_mb * 2**20)
    now = datetime.now(UTC)
    if customers:
        if zone is not None:
            raise InputError("--zone has no meaning with --customers: their facts are days.", field="zone")
        import_customers(source, out, other=join, now=now, say=click.echo)
        return
    if join is not None:
        raise InputError("--join has a meaning only with --customers.", field="join")
    import_requests(source, out, now=now, say=click.echo)


data.add_command(check)
data.add_command(quarantine)

commands: dict[str, click.Command] = {"data": data}
