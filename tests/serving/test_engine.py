"""The inference thread: batches, failures, swaps."""

from __future__ import annotations

import threading
import time

import pytest

from features.errors import UnavailableError
from features.records import ModelReference, Request
from serving.engine import Engine
from tests.serving.stand_in import KeywordModel


@pytest.fixture
def engine():
    made = Engine(batch_size=8)
    made.start()
    yield made
    made.stop()


class Recording(KeywordModel):
    """Remembers the sizes of its batches."""

    def __init__(self, **options):
        super().__init__(**options)
        self.sizes: list[int] = []

    def predict(self, requests):
        self.sizes.append(len(requests))
        return super().predict(requests)


def test_waiting_requests_are_answered_in_batches_each_with_its_own(engine):
    model = Recording(held=threading.Event())
    engine.use(model)
    answers = [engine.submit(Request(text="停产" if i % 3 == 0 else "hello")) for i in range(33)]
    model.held.set()
    labels = [answer.result(5).fields["urgency"].label for answer in answers]
    assert labels == ["urgent" if i % 3 == 0 else "routine" for i in range(33)]
    assert max(model.sizes) == 8
    assert len(model.sizes) <= 6


def test_one_request_that_fails_spoils_no_other(engine):
    class Picky(KeywordModel):
        def predict(self, requests):
            if any("bad" in request.text for request in requests):
                raise ValueError("bad")
            return super().predict(requests)

    model = Picky(held=threading.Event())
    engine.use(model)
    answers = [engine.submit(Request(text=text)) for text in ("a", "bad", "b")]
    model.held.set()
    assert answers[0].result(5)
    assert answers[2].result(5)
    with pytest.raises(UnavailableError):
        answers[1].result(5)


def test_who_gave_up_is_not_worked_for(engine):
    model = Recording(held=threading.Event())
    engine.use(model)
    first = engine.submit(Request(text="first"))
    while not model.sizes:
        time.sleep(0.001)
    late = [engine.submit(Request(text="late")) for _ in range(4)]
    assert all(answer.cancel() for answer in late)
    model.held.set()
    first.result(5)
    engine.predict(Request(text="next"), seconds=5)
    assert model.sizes == [1, 1]


def test_without_a_model_or_a_thread_it_says_so_at_once():
    engine = Engine()
    with pytest.raises(UnavailableError):
        engine.predict(Request(text="x"), seconds=60)
    engine.use(KeywordModel())
    with pytest.raises(UnavailableError):
        engine.predict(Request(text="x"), seconds=60)


def test_a_new_model_answers_from_the_next_batch_on(engine):
    engine.use(KeywordModel())
    assert engine.predict(Request(text="x"), seconds=5).model.version == "1"
    engine.use(KeywordModel(reference=ModelReference(name="stand-in", version="2")))
    assert engine.predict(Request(text="x"), seconds=5).model.version == "2"


def test_stopping_answers_what_waits():
    engine = Engine()
    engine.use(KeywordModel())
    answer = engine.submit(Request(text="x"))
    engine.start()
    engine.stop()
    assert answer.done()
    assert not engine.alive


def test_what_is_asked_aside_takes_turns_and_is_told_when_there_is_none(engine):
    with pytest.raises(UnavailableError, match="no model"):
        engine.aside(lambda model: model, seconds=0.1)
    model = KeywordModel()
    engine.use(model)
    assert engine.aside(lambda each: each, seconds=0.1) is model

    def while_another_asks(_):
        with pytest.raises(UnavailableError, match="no time within"):
            engine.aside(lambda each: each, seconds=0.05)
        return engine.predict(Request(text="hello"), seconds=5)

    assert engine.aside(while_another_asks, seconds=0.1).fields["type"].label == "question"
    assert engine.aside(lambda each: each, seconds=0.1) is model


def test_many_callers_within_a_second_are_a_rush_that_ends():
    now = [0.0]
    engine = Engine(seconds=lambda: now[0])
    engine.use(KeywordModel())
    engine.start()
    for _ in range(7):
        engine.predict(Request(text="停产"), seconds=5)
    assert not engine.has_callers
    engine.predict(Request(text="停产"), seconds=5)
    assert engine.has_callers
    now[0] = 1.5
    assert not engine.has_callers
    engine.stop()
