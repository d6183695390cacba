"""The commands on taxonomies: infer one from a file, check it, show it, rename or retire a label."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.errors import InputError, TaxonomyError
from training.places import open_registry

if TYPE_CHECKING:
    import pandas as pd

    from features.taxonomy import Field


@click.group()
def taxonomy() -> None:
    """Infer, check or show a taxonomy; rename or retire a label."""


@taxonomy.command()
@click.argument("path", type=Path)
@click.option("--fields", required=True, help="The columns that are labels, parted by commas.")
@click.option("--separator", default=None, help="What parts the levels of a label; `none` for no levels.")
@click.option("--out", type=Path, default=None, help="Write it here; default: print it.")
def infer(path: Path, fields: str, separator: str | None, out: Path | None) -> None:
    """Write a taxonomy of the labels in PATH, with counts, levels, and names to be translated.

    Levels are found where most labels share a separator: / > - :: | ／.
    """
    from features import tables
    from features import taxonomy as taxonomies
    from training import taxonomy_checks as checks

    names = [name.strip() for name in fields.split(",") if name.strip()]
    table = tables.read(path)
    for note in table.notes:
        click.echo(note, err=True)
    columns = {name: _labels(table.frame, name, path) for name in names}
    wanted = {"none": None, None: taxonomies.FIND}.get(separator, separator)
    made = taxonomies.infer(columns, separator=wanted).counted(columns)
    for note in (*checks.levels_found(made, columns), *checks.notes(made)):
        click.echo(note, err=True)
    if out is None:
        click.echo(made.as_yaml(), nl=False)
        return
    if out.exists():
        raise InputError(f"{str(out)!r} is there already; name a new file.", field="out")
    _write(out, made.as_yaml())
    counts = ", ".join(f"{len(field.codes)} labels of {code}" for code, field in made.fields.items())
    click.echo(f"Wrote {out}: {counts}. Look at the names, then: triage taxonomy check {out} --data {path}")


@taxonomy.command()
@click.argument("file", type=Path)
@click.option("--data", type=Path, default=None, help="Also hold it against the labels in this file.")
def check(file: Path, data: Path | None) -> None:
    """Name every fault of a taxonomy file, and what is to be known of it; exit code 1 on a fault."""
    from features import tables
    from training import taxonomy_checks as checks

    found = checks.check(file, None if data is None else tables.read(data).frame)
    for fault in found.faults:
        click.echo(f"fault  {fault}")
    for note in found.notes:
        click.echo(f"note   {note}")
    if found.faults:
        click.echo(f"{file}: {len(found.faults)} to mend.", err=True)
        sys.exit(1)
    click.echo(f"{file}: no fault.", err=True)


@taxonomy.command()
@click.argument("source")
@click.option("--language", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def show(source: str, language: str) -> None:
    """The labels of SOURCE, a taxonomy file or a model, as a tree with the rows of each."""
    from features.manifest import read_manifest
    from features.taxonomy import Taxonomy

    if Path(source).is_file():
        made = Taxonomy.load(Path(source))
    else:
        made = Taxonomy.of(read_manifest(open_registry().resolve(source)[0]).taxonomy)
    for field in made.fields.values():
        order = ", from least to most" if field.ordered else ""
        click.echo(f"{field.code} ({field.name[language]}): {len(field.codes)} labels{order}")
        for line in _tree(field, language):
            click.echo(line)


@taxonomy.command()
@click.argument("file", type=Path)
@click.argument("field")
@click.argument("old")
@click.argument("new")
def rename(file: Path, field: str, old: str, new: str) -> None:
    """Call the label OLD of FIELD by the code NEW from now on; OLD stays readable."""
    from features.taxonomy import Taxonomy, changes

    before = Taxonomy.load(file)
    made = changes.renamed(before, field, old=old, new=new)
    _write(file, _heading(file) + made.as_yaml())
    click.echo(
        f"{file} is version {made.version}: {new!r} was {old!r}, which data and models may go on saying."
    )
    below = before.field(field).children.get(before.field(field).resolve(old) or old, ())
    if below:
        click.echo(f"The {len(below)} labels below it keep their codes.", err=True)


@taxonomy.command()
@click.argument("file", type=Path)
@click.argument("field")
@click.argument("label")
def retire(file: Path, field: str, label: str) -> None:
    """Predict LABEL of FIELD no more from the next training on; what was said of it stays readable."""
    from features.taxonomy import Taxonomy, changes

    made = changes.retired(Taxonomy.load(file), field, label=label)
    _write(file, _heading(file) + made.as_yaml())
    click.echo(f"{file} is version {made.version}: {label!r} is retired.")


commands: dict[str, click.Command] = {"taxonomy": taxonomy}


def _labels(frame: pd.DataFrame, name: str, path: Path) -> list[str]:
    if name not in frame:
        raise InputError(f"{path} has no column {name!r}; it has {', '.join(frame.columns)}.", field=name)
    return [value for value in frame[name] if value]


def _tree(field: Field, language: str) -> list[str]:
    """A line a label, below its parent, with its own rows and, for a parent, those of all below it."""
    sums = dict.fromkeys((label.code for label in field.labels), 0)
    for label in field.labels:
        for code in field.path(label.code):
            sums[code] += label.rows or 0
    counted = any(label.rows is not None for label in field.labels)
    order = {label.code: place for place, label in enumerate(field.labels)}
    lines = []
    for label in sorted(field.labels, key=lambda each: [order[code] for code in field.path(each.code)]):
        depth = len(field.path(label.code))
        own = f", {label.rows or 0} of its own" if label.code in field.children else ""
        rows = f"  {sums[label.code]} rows{own}" if counted else ""
        name = label.name[language] if label.name[language] != label.code else ""
        retired = "  retired" if label.retired else ""
        former = f"  was {', '.join(label.aliases)}" if label.aliases else ""
        shown = f"  {name}" if name else ""
        lines.append(f"{'  ' * depth}{label.code}{shown}{rows}{retired}{former}")
    return lines


def _heading(file: Path) -> str:
    """The comment at the top of a file, which is kept when it is written anew."""
    lines = file.read_text("utf-8-sig").splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:first])


def _write(path: Path, words: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(words, "utf-8")
        part.replace(path)
    except OSError as error:
        raise TaxonomyError(f"Cannot write {str(path)!r}: {error.strerror or error}.") from error
