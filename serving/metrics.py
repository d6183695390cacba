"""What Prometheus reads of the service, summed up over its processes.

Under the supervisor each process writes its figures to a file in a folder of the supervisor's
(prometheus_client's multi-process mode), and whichever web process is asked adds them up. Anywhere else
figures stay in the process. No label holds a word of a request, an identifier or a caller.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.steps import observed, step

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus_client import CollectorRegistry

    from features.records import ModelReference

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable in which prometheus_client looks for the folder, when it is first imported."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
CALL_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
STEP_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
Labels = tuple[str, ...]


@dataclass
class Metrics:
    """The figures of one process. Safe for use by several threads; nothing is imported before the first."""

    _model: ModelReference | None = None
    _shown: dict[str, set[Labels]] = field(default_factory=dict)

    def call_began(self) -> None:
        """A call came in."""
        self._of.in_flight.inc()

    def call_ended(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """A call was answered. route: its template."""
        self._of.in_flight.dec()
        self._of.calls.labels(method, route, str(status)).inc()
        self._of.call_seconds.labels(method, route).observe(seconds)

    def step_took(self, name: str, seconds: float) -> None:
        """One step of an answer took so long."""
        self._of.step_seconds.labels(name).observe(seconds)

    @contextmanager
    def steps(self) -> Iterator[None]:
        """Measure the steps taken inside."""
        with observed(self.step_took):
            yield

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure what is inside as one step."""
        with observed(self.step_took), step(name):
            yield

    def asked(self) -> None:
        """A text waits for the model."""
        self._of.waiting_for_model.inc()

    def answered(self) -> None:
        """It waits no more."""
        self._of.waiting_for_model.dec()

    def graded(self, *, grade: str, model: ModelReference | None) -> None:
        """A request got a grade by a version of the model."""
        self._of.grades.labels(grade, *_named(model)).inc()

    def judged(self, field: str, *, changed: bool) -> None:
        """A person confirmed or changed a field, or the grade."""
        self._of.judged.labels(field, "changed" if changed else "confirmed").inc()

    def serves(self, model: ModelReference) -> None:
        """This process answers with that version from now on."""
        if self._model is not None:
            self._of.models.labels(*_named(self._model)).set(0)
        self._of.models.labels(*_named(model)).set(1)
        self._model = model

    def found(self, name: str, counts: Mapping[Labels, int]) -> None:
        """What is in the database now: `jobs`, `open_requests` or `unassessed`; by label.

        What was told before and is there no more is told as 0.
        """
        gauge = self._of.found[name]
        seen = self._shown.setdefault(name, set())
        for labels in seen - set(counts):
            gauge.labels(*labels).set(0)
        for labels, count in counts.items():
            gauge.labels(*labels).set(count)
        seen |= set(counts)

    def counted(self, at: datetime) -> None:
        """The database was last counted then."""
        self._of.counted.set(at.timestamp())

    def exposition(self) -> bytes:
        """All figures, of every process where there are several, in Prometheus's text format."""
        from prometheus_client import CollectorRegistry, generate_latest, multiprocess

        registry = self._of.registry
        if FOLDER in os.environ:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    @cached_property
    def _of(self) -> _Figures:
        return _Figures.made()


@dataclass(frozen=True, kw_only=True)
class _Figures:
    """The figures by their names here."""

    registry: CollectorRegistry
    in_flight: Any
    calls: Any
    call_seconds: Any
    step_seconds: Any
    waiting_for_model: Any
    grades: Any
    judged: Any
    models: Any
    counted: Any
    found: Mapping[str, Any]

    @classmethod
    def made(cls) -> _Figures:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        registry = CollectorRegistry()

        def counter(name: str, words: str, *labels: str) -> Counter:
            return Counter(f"triage_{name}", words, labels, registry=registry)

        def gauge(name: str, words: str, *labels: str, mode: Any = "livesum") -> Gauge:
            return Gauge(f"triage_{name}", words, labels, registry=registry, multiprocess_mode=mode)

        def histogram(name: str, words: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"triage_{name}", words, labels, registry=registry, buckets=buckets)

        latest = "livemostrecent"
        return cls(
            registry=registry,
            in_flight=gauge("calls_in_flight", "Calls being answered."),
            calls=counter("calls", "Calls answered.", "method", "route", "status"),
            call_seconds=histogram(
                "call_seconds", "Time to a whole answer.", "method", "route", buckets=CALL_SECONDS
            ),
            step_seconds=histogram(
                "step_seconds", "Time of one step; a batch of texts is one.", "step", buckets=STEP_SECONDS
            ),
            waiting_for_model=gauge("texts_waiting_for_model", "Texts that the model was asked for."),
            grades=counter("grades", "Grades given to requests.", "grade", "model", "version"),
            judged=counter("judged_fields", "Fields that people judged.", "field", "verdict"),
            models=gauge("model_processes", "Web processes that answer by it.", "model", "version"),
            counted=gauge("counted_timestamp_seconds", "The last count of the database.", mode="livemax"),
            found={
                "jobs": gauge("jobs", "Jobs that are not done.", "kind", "state", mode=latest),
                "open_requests": gauge("open_requests", "Requests in the queue.", "grade", mode=latest),
                "unassessed": gauge("unassessed_requests", "Without a grade yet.", "status", mode=latest),
            },
        )


def _named(model: ModelReference | None) -> Labels:
    return ("-", "-") if model is None else (model.name, model.version)


@contextmanager
def gathered() -> Iterator[None]:
    """In the supervisor: a folder in which the processes started inside leave their figures."""
    folder = tempfile.mkdtemp(prefix="triage-metrics-")
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        os.environ.pop(FOLDER, None)
        shutil.rmtree(folder, ignore_errors=True)


def forget(process: int) -> None:
    """In the supervisor: take the gauges of a process that ended out of the sums; its counts stay."""
    for path in Path(os.environ.get(FOLDER, os.devnull)).glob(f"gauge_live*_{process}.db"):
        with suppress(FileNotFoundError):
            path.unlink()
