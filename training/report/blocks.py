"""What a report is built of, whatever its language: sections with sentences, figures, tables and cases."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table. number: set to the right, in figures of one width."""

    name: str
    number: bool = True


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table. faint: of too few requests to rely on. strong: the one that the others are beside."""

    cells: tuple[str, ...]
    faint: bool = False
    strong: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a header. folded: shown when asked for; on paper always."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    folded: str | None = None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart. svg: whole and escaped. wide: as wide as it is, scrolled where the screen is narrower."""

    svg: Markup
    caption: str
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request that was answered wrongly. verdict: what was said and what it should be. text: without
    personal data and cut, None where it is left out. language: of the text, as HTML names it."""

    verdict: str
    note: str
    text: str | None
    language: str


@dataclass(frozen=True, kw_only=True)
class CaseList:
    """Cases under a heading."""

    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One subject of the report. key: the same in each language, for anchors. sentences: what it means here,
    in words; notes: how it is measured, and what to beware of."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    lists: tuple[CaseList, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """All sections of one field, or of what concerns all fields. headline: the one sentence to take away."""

    key: str
    title: str
    headline: str
    sections: tuple[Section, ...]
