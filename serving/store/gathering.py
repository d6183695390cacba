"""Writers of a process that come at the same time, each with its piece of work, in one transaction.

SQLite lets one write at a time, and every transaction waits for the disk and for the lock on the file. In a
burst that, and not the work, is what takes long: so whoever comes first runs the pieces of all who wait by
then, and commits once. A piece is done or undone whole, and told only after the commit.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection

from features.errors import StorageError, TriageError

Told = TypeVar("Told")
AT_ONCE = 32
"""So many pieces are done in a transaction: others who write wait no longer than for these."""


class _Piece:
    """A piece of work and what became of it. leads: it is this caller's turn to run the pieces of all."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self._work = work
        self._context = contextvars.copy_context()  # a line of the log names the call it belongs to
        self._error: Exception | None = None
        self._result: Any = None
        self.leads = False
        self.called = threading.Event()

    def run(self, connection: Connection) -> None:
        """Do it; whatever it raises is raised here."""
        self._result, self._error = self._context.run(self._work, connection), None

    def fail(self, error: Exception) -> None:
        """It is undone, because of an error."""
        self._error = error

    def told(self) -> Any:
        """What it gave; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


class Gathering:
    """Runs pieces of work in transactions, some at a time."""

    def __init__(self, write: Callable[[], AbstractContextManager[Connection]], *, seconds: float) -> None:
        """write: opens a transaction. seconds: how long a piece waits for its turn."""
        self._write = write
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: deque[_Piece] = deque()
        self._led = False

    def write(self, work: Callable[[Connection], Told]) -> Told:
        """What the work gives, once it is committed. Raises what it raises, and StorageError where its turn
        does not come in time or the database fails: then nothing of it is there."""
        piece = _Piece(work)
        with self._lock:
            self._waiting.append(piece)
            piece.leads, self._led = not self._led, True
        if not piece.leads:
            self._wait(piece)
        if piece.leads:
            self._lead()
        result: Told = piece.told()
        return result

    def _wait(self, piece: _Piece) -> None:
        """Until the piece is done, or its caller is to lead."""
        if piece.called.wait(self._seconds):
            return
        with self._lock:
            if piece in self._waiting and not piece.leads:
                self._waiting.remove(piece)
                raise StorageError("The database does not answer: it is locked, and others wait to write.")
        piece.called.wait()  # it is being done now

    def _lead(self) -> None:
        """Run the pieces of all who wait, one's own among them, and let the next who came lead."""
        with self._lock:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        try:
            self._run(batch)
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].leads = True
                    self._waiting[0].called.set()
            for piece in batch:
                piece.called.set()

    def _run(self, batch: Sequence[_Piece]) -> None:
        """Run some in one transaction. Where one spoils it, each in its own, so that one fails alone."""
        try:
            with self._write() as connection:
                for piece in batch:
                    _run_one(connection, piece, alone=len(batch) == 1)
        except Exception as error:  # noqa: BLE001 - whatever it is, each caller is told
            if len(batch) == 1 or isinstance(error, StorageError):
                for piece in batch:
                    piece.fail(error)
                return
            for piece in batch:
                self._run([piece])
        except BaseException:  # this process is being ended: nobody is told of a commit that may not be
            for piece in batch:
                piece.fail(StorageError("The database does not answer: this process ends."))
            raise


def _run_one(connection: Connection, piece: _Piece, *, alone: bool) -> None:
    """Run a piece; where others share the transaction, what a refused one wrote is taken back."""
    if alone:
        piece.run(connection)
        return
    try:
        with connection.begin_nested():
            piece.run(connection)
    except StorageError:
        raise
    except TriageError as error:
        piece.fail(error)
