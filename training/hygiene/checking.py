"""All checks, one after the other, and what they found together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.hygiene.alike import alike
from training.hygiene.amounts import check_amounts
from training.hygiene.defaults import check_defaults
from training.hygiene.duplicates import check_duplicates
from training.hygiene.encodings import check_encodings
from training.hygiene.findings import Checked, Doubt, Finding, Severity
from training.hygiene.label_errors import check_label_errors
from training.hygiene.languages import check_languages
from training.hygiene.leakage import check_leakage
from training.hygiene.personal import check_personal
from training.hygiene.sheet import READ_CHARACTERS, Sheet
from training.hygiene.templates import SHARED, check_templates

if TYPE_CHECKING:
    from features.encoder import Encoder

_PRESSING = list(Severity)


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found, the most pressing first. seconds: check -> how long it took."""

    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    seconds: Mapping[str, float]

    @property
    def must_be_mended(self) -> bool:
        """Whether a finding is one that training must not pass over."""
        return any(each.severity is Severity.MEND for each in self.findings)


def check(
    sheet: Sheet,
    *,
    known: Sequence[Finding] = (),
    encoder: Encoder | None,
    seed: int,
    on_check: Callable[[str], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """Run every check on a sheet.

    known: what was found when it was read. encoder: None looks at characters alone. on_check hears each
    check's name before it runs.
    """
    checks: Mapping[str, Callable[[], Checked]] = {
        "amounts": lambda: check_amounts(sheet),
        "encodings": lambda: check_encodings(sheet),
        "languages": lambda: check_languages(sheet),
        "personal": lambda: check_personal(sheet),
        "defaults": lambda: check_defaults(sheet),
        "leakage": lambda: check_leakage(sheet),
        "duplicates": lambda: _check_alike(sheet, seed=seed),
        "label_errors": lambda: check_label_errors(sheet, encoder=encoder, seed=seed),
    }
    findings = list(known)
    doubts: list[Doubt] = []
    seconds = {}
    for name, run in checks.items():
        on_check(name)
        started = clock()
        checked = run()
        seconds[name] = round(clock() - started, 3)
        findings += checked.findings
        doubts += checked.doubts
    return Report(findings=in_order(findings), doubts=tuple(doubts), seconds=seconds)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """The most pressing first, otherwise as they were found."""
    return tuple(sorted(findings, key=lambda each: _PRESSING.index(each.severity)))


def _check_alike(sheet: Sheet, *, seed: int) -> Checked:
    """Duplicates and templates, which read the same pairs. Each text is compared once."""
    first: dict[str, int] = {}
    for i in sheet.readable:
        first.setdefault(sheet.groups[i], i)
    rows = list(first.values())
    pairs = alike([sheet.words[i][:READ_CHARACTERS] for i in rows], least=SHARED, seed=seed)
    parts = (check_duplicates(sheet, rows, pairs), check_templates(sheet, rows, pairs))
    return Checked(
        findings=tuple(each for part in parts for each in part.findings),
        doubts=tuple(each for part in parts for each in part.doubts),
    )
