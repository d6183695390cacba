"""The report of a training run: to MLflow's folder always, to the user's files where asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from features.bundle import TriageModel
from training.dataset import Dataset
from training.report import files
from training.report.contents import Contents, Wanted, gather


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """folder: of what MLflow gets. policy: the file to grade by, None for the packaged one."""

    folder: Path
    policy: Path | None
    wanted: Wanted

    def write(
        self, model: TriageModel, measured: Dataset, *, figures: Mapping[str, Mapping[str, Any]], **known: Any
    ) -> Contents | None:
        """Write all files. known: what else `gather` is given. None where no row was measured, and then no
        report is written."""
        told = None
        if figures:
            told = gather(model, measured, figures=figures, policy=self.policy, wanted=self.wanted, **known)
            files.write_pages(told, self.wanted)
        files.write(self.folder, contents=told, figures=figures)
        return told
