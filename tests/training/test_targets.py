"""What is asked for is read as it is written, and what cannot be asked for is named."""

from __future__ import annotations

import pytest

from features.errors import InputError
from features.taxonomy import Taxonomy
from training.targets import parse

TAXONOMY = Taxonomy.default()


def test_a_number_is_the_target_of_every_field() -> None:
    targets = parse("0.9").check(TAXONOMY)
    assert targets.of_field("type") == targets.of_field("urgency") == 0.9


def test_fields_and_labels_may_have_their_own() -> None:
    targets = parse("urgency=0.9, type.security=0.99").check(TAXONOMY)
    assert targets.of_field("type") == 0.95
    assert targets.of_field("urgency") == 0.9
    assert targets.of_labels("type") == {"security": 0.99}
    assert targets.of_labels("impact") == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("high", "'high' is no number"),
        ("1.0", "a precision from 0.5 to 0.9999"),
        ("nan", "a precision from"),
        ("colour=0.9", "no field 'colour'"),
        ("type.hardware=0.9", "no label 'hardware'"),
        (".security=0.9", "write FIELD=0.9"),
        ("type.=0.9", "write FIELD=0.9"),
    ],
)
def test_what_cannot_be_asked_for_is_named(words: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse(words).check(TAXONOMY)
