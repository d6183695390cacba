"""The inference thread: it owns the model, and answers up to a batch of waiting requests at once.

Handlers wait on a future and hold nothing meanwhile. A new model is swapped in between two batches; the
batch under way ends with the model it began with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol, TypeVar

from features.errors import UnavailableError
from features.records import ModelReference, Prediction, Request
from features.taxonomy import Taxonomy
from serving.metrics import Metrics

log = logging.getLogger(__name__)
Told = TypeVar("Told")
RUSH = 8
"""So many callers within a second are a rush."""


class Model(Protocol):
    """What the engine needs of a model: features.bundle.TriageModel has it."""

    @property
    def taxonomy(self) -> Taxonomy:
        """The taxonomy its labels are from."""

    @property
    def reference(self) -> ModelReference:
        """Which version it is."""

    def predict(self, requests: Sequence[Request]) -> list[Prediction]:
        """A prediction for each request, in order."""


@dataclass(frozen=True)
class _Waiting:
    request: Request
    answer: Future[Prediction]


class Engine:
    """Predicts for many callers, one batch at a time."""

    def __init__(
        self,
        *,
        batch_size: int = 32,
        metrics: Metrics | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """seconds: a clock of elapsed time."""
        self._batch_size = batch_size
        self._model: Model | None = None
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._aside = threading.Lock()
        self._metrics = metrics or Metrics()
        self._seconds = seconds
        self._came: deque[float] = deque(maxlen=RUSH)

    @property
    def model(self) -> Model | None:
        """The model that answers now."""
        return self._model

    @property
    def alive(self) -> bool:
        """Whether someone would answer."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def has_callers(self) -> bool:
        """Whether anybody waits for an answer now, or callers come in a rush: what need not be done now
        would take the processor from them."""
        came = tuple(self._came)
        rush = len(came) == RUSH and self._seconds() - came[0] < 1.0
        return rush or not self._queue.empty()

    def use(self, model: Model) -> None:
        """Answer with this model from the next batch on."""
        self._model = model
        self._metrics.serves(model.reference)

    def start(self) -> None:
        """Start the thread, once."""
        if not self.alive:
            self._thread = threading.Thread(target=self._run, name="inference", daemon=True)
            self._thread.start()

    def stop(self, *, seconds: float = 5.0) -> None:
        """Answer what waits, then end."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join(seconds)
            self._thread = None

    def submit(self, request: Request) -> Future[Prediction]:
        """Ask for a prediction. The future raises UnavailableError where there will be none."""
        answer: Future[Prediction] = Future()
        self._metrics.asked()
        answer.add_done_callback(lambda _: self._metrics.answered())
        self._queue.put(_Waiting(request, answer))
        return answer

    def predict(self, request: Request, *, seconds: float) -> Prediction:
        """A prediction within so many seconds. Raises UnavailableError where it fails or is late."""
        if self._model is None or not self.alive:
            raise UnavailableError("There is no model to answer yet; try again soon.")
        self._came.append(self._seconds())
        answer = self.submit(request)
        try:
            return answer.result(timeout=seconds)
        except FutureTimeout as error:
            answer.cancel()
            raise UnavailableError(
                f"The model did not answer within {seconds:g} s; try again soon."
            ) from error

    def aside(self, ask: Callable[[Model], Told], *, seconds: float) -> Told:
        """Ask the model that answers now something else, in the caller's thread and beside the batches.

        One caller at a time, so that these take no more than one processor from the inference thread.
        Raises UnavailableError where there is no model, or no turn within so many seconds.
        """
        model = self._model
        if model is None:
            raise UnavailableError("There is no model to answer yet; try again soon.")
        if not self._aside.acquire(timeout=seconds):
            raise UnavailableError(f"The model had no time within {seconds:g} s; try again soon.")
        try:
            return ask(model)
        finally:
            self._aside.release()

    def _run(self) -> None:
        while True:
            batch, more = self._next_batch()
            if batch:
                self._answer(batch)
            if not more:
                return

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        """Whoever waits, a batch at most, without those who gave up; and whether to go on after it."""
        batch: list[_Waiting] = []
        try:
            waiting = self._queue.get()
            while waiting is not None:
                if waiting.answer.set_running_or_notify_cancel():
                    batch.append(waiting)
                if len(batch) >= self._batch_size:
                    return batch, True
                waiting = self._queue.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            predictions = self._predicted([each.request for each in batch])
        except Exception as error:  # noqa: BLE001 - whatever a model raises, this thread must go on
            self._answer_failed(batch, error)
            return
        for each, prediction in zip(batch, predictions, strict=True):
            each.answer.set_result(prediction)

    def _predicted(self, requests: Sequence[Request]) -> list[Prediction]:
        if self._model is None:
            raise UnavailableError("There is no model to answer yet; try again soon.")
        with self._metrics.steps():
            predictions = self._model.predict(requests)
        if len(predictions) != len(requests):
            raise UnavailableError("The model gave another number of answers than it was asked for.")
        return predictions

    def _answer_failed(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """One request must not spoil the others of its batch: each is tried alone."""
        if len(batch) > 1:
            for each in batch:
                self._answer([each])
            return
        # The message is left out: it may quote the request.
        log.error("The model failed on a request: %s", type(error).__name__)
        failure = UnavailableError("The model failed on this request.")
        failure.__cause__ = error
        batch[0].answer.set_exception(failure)
