"""What a challenger learns from and is judged on: never the future, never what is frozen, no text on both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.errors import InputError, TrainingDataError
from features.records import Request
from training import frozen
from training.dataset import Dataset
from training.retrain_data import Parts, assemble, labels_before, unseen

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = 3600 * 10**9


def dataset(texts: list[str], *, hours: list[int] | None = None, label: str = "billing") -> Dataset:
    return Dataset(
        requests=tuple(Request(text=each) for each in texts),
        labels={"type": (label,) * len(texts)},
        split=None,
        times=None if hours is None else tuple(each * HOUR for each in hours),
        reviewed=None if hours is None else (True,) * len(texts),
    )


def reviews(count: int = 100) -> Dataset:
    return dataset([f"review {i}" for i in range(count)], hours=list(range(1, count + 1)))


def moment(hour: int) -> str:
    return datetime.fromtimestamp(hour * 3600, UTC).isoformat()


def learnt(made: Dataset) -> set[str]:
    return {made.words[i] for i, side in enumerate(made.split or ()) if side == "train"}


def test_the_newest_fifth_is_judged_and_all_else_learnt() -> None:
    made = assemble(Parts(base=dataset(["old"]), reviews=reviews()), frozen=None, since=None)
    assert set(made.judged.words) == {f"review {i}" for i in range(80, 100)}
    assert learnt(made.dataset) == {"old", *(f"review {i}" for i in range(80))}
    assert (made.until, set(made.recent)) == (moment(81), {True})
    assert made.dataset.reviewed == (False, *(True,) * 100)


def test_what_came_in_after_the_newest_began_is_never_learnt() -> None:
    base = dataset(["before", "after"], hours=[10, 95], label="complaint")
    made = assemble(Parts(base=base, reviews=reviews()), frozen=None, since=None)
    assert "before" in learnt(made.dataset)
    assert "after" not in {*learnt(made.dataset), *made.judged.words}


def test_a_text_of_the_base_data_is_not_judged_and_its_label_there_gives_way() -> None:
    base = dataset(["Review 5!", "review 99"], label="complaint")
    made = assemble(Parts(base=base, reviews=reviews()), frozen=None, since=None)
    assert "review 99" not in made.judged.words
    given = dict(zip(made.dataset.words, made.dataset.labels["type"], strict=True))
    assert given["Review 5!"] is None
    assert given["review 5"] == "billing"


def test_duplicates_stay_on_one_side() -> None:
    given = dataset([*(f"review {i}" for i in range(99)), "REVIEW 3."], hours=list(range(1, 101)))
    made = assemble(Parts(base=None, reviews=given), frozen=None, since=None)
    assert "REVIEW 3." not in made.judged.words
    assert not {each.casefold().strip(".") for each in made.judged.words} & learnt(made.dataset)


def test_what_the_champion_learnt_is_not_judged() -> None:
    parts = Parts(base=None, reviews=reviews())
    assert unseen(parts, since=moment(51)) == list(range(50, 100))
    made = assemble(parts, frozen=None, since=moment(51))
    assert set(made.judged.words) == {f"review {i}" for i in range(90, 100)}


def test_judging_again_takes_the_rows_that_were_not_learnt() -> None:
    made = assemble(Parts(base=None, reviews=reviews()), frozen=None, since=None, until=moment(91))
    assert set(made.judged.words) == {f"review {i}" for i in range(90, 100)}


def test_frozen_texts_are_judged_with_their_old_labels_and_never_learnt() -> None:
    given = reviews()
    kept = frozen.chosen(given, range(40), source="reviews", at=NOW)
    changed = replace(given, labels={"type": ("complaint",) * 100})
    made = assemble(Parts(base=dataset(["old"]), reviews=changed), frozen=kept, since=None)
    old = [i for i, recent in enumerate(made.recent) if not recent]
    assert len(old) == 8
    assert {made.judged.labels["type"][i] for i in old} == {"billing"}
    assert not {made.judged.words[i] for i in old} & learnt(made.dataset)


def test_weights_travel_and_the_base_data_weigh_one() -> None:
    given = replace(reviews(10), weights=(20.0,) * 10)
    made = assemble(Parts(base=dataset(["old"]), reviews=given), frozen=None, since=None)
    assert made.dataset.weights is not None
    assert (made.dataset.weights[0], made.dataset.weights[1]) == (1.0, 20.0)


def test_the_rows_that_chance_took_stay_marked() -> None:
    chances = tuple(1.0 if i % 2 else None for i in range(10))
    given = replace(reviews(10), chances=chances)
    made = assemble(Parts(base=dataset(["old"]), reviews=given), frozen=None, since=None).dataset
    marked = {made.words[i] for i, chance in enumerate(made.chances or ()) if chance is not None}
    assert marked == {f"review {i}" for i in range(1, 10, 2)}
    assert made.weights is None
    assert made.rows([2, 0]).chances == (1.0, None)
    parts = Parts(base=dataset(["old"]), reviews=reviews(10))
    assert assemble(parts, frozen=None, since=None).dataset.chances is None


def test_nothing_left_to_learn_is_said() -> None:
    given = reviews(1)
    kept = frozen.chosen(given, [0], source="reviews", at=NOW, share=1)
    with pytest.raises(TrainingDataError, match="Nothing is left"):
        assemble(Parts(base=None, reviews=given), frozen=kept, since=None)


def test_labels_of_before_are_those_that_all_rows_agree_on() -> None:
    base = replace(dataset(["a", "a", "b"]), labels={"type": ("billing", "complaint", "billing")})
    assert labels_before(base) == {("b", "type"): "billing"}


def test_a_frozen_set_is_kept_without_words_and_chosen_once(tmp_path: Path) -> None:
    kept = frozen.chosen(reviews(), range(100), source="reviews", at=NOW)
    assert len(kept.rows) == 20
    assert kept == frozen.chosen(reviews(), range(100), source="reviews", at=NOW)
    frozen.save(kept, tmp_path, name="triage")
    assert frozen.load(tmp_path, name="triage") == kept
    assert "review" not in (tmp_path / "frozen" / "triage.json").read_text("utf-8").replace("reviews", "")
    with pytest.raises(InputError, match="chosen before"):
        frozen.save(kept, tmp_path, name="triage")


def test_a_frozen_set_that_was_edited_is_refused(tmp_path: Path) -> None:
    frozen.save(frozen.chosen(reviews(), range(100), source="reviews", at=NOW), tmp_path, name="triage")
    path = tmp_path / "frozen" / "triage.json"
    data = json.loads(path.read_text("utf-8"))
    next(iter(data["rows"].values()))["type"] = "complaint"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(InputError, match="edited after it was chosen"):
        frozen.load(tmp_path, name="triage")
