"""A row as a file gives it: strings, its number, and what its reader had to mend or give up."""

from __future__ import annotations

from typing import NamedTuple

MERGED = "A merged cell's value was read in each of its cells."
REPEATS_HEADER = "It repeats the header."


class Row(NamedTuple):
    """One row of a file.

    number: counted from 1 over all rows, blank ones too, as a spreadsheet shows it. remarks: sentences about
    what was mended, or why it is lost. lost: its cells cannot be trusted.
    """

    number: int
    cells: list[str]
    remarks: tuple[str, ...] = ()
    lost: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)

    def lose(self, remark: str) -> Row:
        """The row, given up for a reason."""
        return self._replace(remarks=(*self.remarks, remark), lost=True)

    def mend(self, cells: list[str], remark: str) -> Row:
        """The row with other cells, and why."""
        return self._replace(cells=cells, remarks=(*self.remarks, remark))
