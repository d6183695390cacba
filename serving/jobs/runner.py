"""Runs jobs: claims those that are due, each in a thread of its own, and says what became of them.

The claims are kept alive while their jobs run, however long that takes. A process that dies leaves its jobs
to the others as soon as its leases run out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from features.errors import StorageError, TriageError
from serving import heartbeat
from serving.jobs import kind as kinds_of
from serving.jobs.kind import Kind
from serving.store import jobs
from serving.store.jobs import Job

if TYPE_CHECKING:
    from serving.services import Services

log = logging.getLogger(__name__)
LONGEST_PAUSE = timedelta(hours=1)
"""Between two attempts of a job."""
LONGEST_ERROR = 1000
"""Characters of an error that are kept."""

Word = Callable[[Connection], object]
"""What is to be written of a job that came to an end."""


@dataclass
class Runner:
    """Runs the jobs of these kinds."""

    services: Services
    kinds: Sequence[Kind]
    _running: dict[str, Job] = field(default_factory=dict)
    _ended: list[tuple[Job, Word]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _wake: threading.Event = field(default_factory=threading.Event)
    _planned: dict[str, datetime] = field(default_factory=dict)
    _renew_at: float = 0.0
    _answers: bool = True

    def run(self, stop: threading.Event) -> None:
        """Run what is due until told to stop; then wait a while for what runs, and give the rest back."""
        while not stop.is_set():
            heartbeat.beat(self.services.settings)
            self.turn()
            self._wake.wait(self.services.settings.job_seconds)
            self._wake.clear()
        self._end()

    def run_due(self) -> int:
        """Run what is due now, one after the other; how many there were. Raises StorageError."""
        self._plan()
        count = 0
        while (job := self._claim()) is not None:
            self._work(job)
            self._write_ended()
            count += 1
        return count

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def turn(self) -> None:
        """Once: write what ended, keep what runs, start what is due; wait for a database that is gone."""
        try:
            self._write_ended()
            self._plan()
            self._renew()
            while len(self._running) < self.services.settings.job_threads:
                job = self._claim()
                if job is None:
                    break
                threading.Thread(target=self._work, args=(job,), name=job.kind, daemon=True).start()
        except StorageError as error:
            if self._answers:
                log.warning("Jobs wait, the database does not answer: %s", error)
            self._answers = False
        else:
            self._answers = True

    def _plan(self) -> None:
        """Leave periodic jobs to be done, once for each time that they are due."""
        for kind in self.kinds:
            if kind.every is None:
                continue
            due = kinds_of.due_time(kind.every, self.services.tools.clock())
            if self._planned.get(kind.name) != due:
                with self.services.store.write() as connection:
                    kinds_of.add(self.services, connection, kind, key=due.isoformat(), run_at=due)
                self._planned[kind.name] = due

    def _claim(self) -> Job | None:
        settings, now = self.services.settings, self.services.tools.clock()
        names = [kind.name for kind in self.kinds]
        with self.services.store.read() as connection:
            if not jobs.any_due(connection, names, at=now):
                return None
        with self.services.store.write() as connection:
            job = jobs.claim(
                connection, names, at=now, until=self._lease(now), attempts=settings.job_attempts
            )
        if job is not None:
            self._running[job.id] = job
        return job

    def _lease(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.services.settings.lease_seconds)

    def _renew(self) -> None:
        """Keep the claims, well before they run out."""
        seconds = self.services.tools.seconds()
        if self._running and seconds >= self._renew_at:
            with self.services.store.write() as connection:
                jobs.renew(connection, self._running.values(), until=self._lease(self.services.tools.clock()))
            self._renew_at = seconds + self.services.settings.lease_seconds / 3

    def _work(self, job: Job) -> None:
        """Run a job and note what is to be written of it."""
        run = next(kind.run for kind in self.kinds if kind.name == job.kind)
        try:
            run(self.services, job.payload)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a job raises is stored with it
            word = self._failed(job, error)
        else:
            word = self._succeeded(job)
        with self._lock:
            self._ended.append((job, word))
        self._wake.set()

    def _succeeded(self, job: Job) -> Word:
        at = self.services.tools.clock()
        return lambda connection: jobs.finish(connection, job, at=at)

    def _failed(self, job: Job, error: BaseException) -> Word:
        """Again after a pause, each time after twice as long; given up after so many attempts."""
        settings, now, why = self.services.settings, self.services.tools.clock(), _why(error)
        if job.attempts >= settings.job_attempts:
            log.error("A job (%s, %s) is given up: %s", job.kind, job.id, why)
            return lambda connection: jobs.give_up(connection, job, error=why, at=now)
        pause = min(timedelta(seconds=settings.job_backoff_seconds) * 2 ** (job.attempts - 1), LONGEST_PAUSE)
        log.warning("A job (%s, %s) failed, again in %s: %s", job.kind, job.id, pause, why)
        return lambda connection: jobs.try_again(connection, job, error=why, run_at=now + pause)

    def _write_ended(self) -> None:
        """Write what became of the jobs that ended. Raises StorageError; then it is written later."""
        with self._lock:
            ended = list(self._ended)
        if not ended:
            return
        with self.services.store.write() as connection:
            for _, word in ended:
                word(connection)
        with self._lock:
            self._ended = self._ended[len(ended) :]
        for job, _ in ended:
            self._running.pop(job.id, None)

    def _end(self) -> None:
        deadline = self.services.tools.seconds() + self.services.settings.shutdown_seconds
        while len(self._running) > len(self._ended) and self.services.tools.seconds() < deadline:
            self._wake.wait(0.1)
            self._wake.clear()
        try:
            self._write_ended()
            with self.services.store.write() as connection:
                jobs.let_go(connection, self._running.values())
        except StorageError as error:
            log.warning("Jobs are left to their leases, the database does not answer: %s", error)


def _why(error: BaseException) -> str:
    """What is kept of an error: the message of one of ours, of any other the class alone."""
    words = str(error) if isinstance(error, TriageError) else f"{type(error).__name__} was raised."
    return words[:LONGEST_ERROR]
