"""Taxonomies are data: read whole, inferred, and named in their faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import TaxonomyError
from features.taxonomy import Taxonomy, infer


def test_the_default_has_the_four_fields_with_names_in_both_languages() -> None:
    taxonomy = Taxonomy.default()
    assert list(taxonomy.fields) == ["type", "urgency", "impact", "difficulty"]
    assert len(taxonomy.field("type").codes) == 9
    for field in taxonomy.fields.values():
        for label in field.labels:
            assert all(label.name[language] and label.description[language] for language in ("zh", "en"))


def test_ordered_labels_run_from_least_to_most() -> None:
    urgency = Taxonomy.default().field("urgency")
    assert urgency.ordered
    assert [urgency.level(code) for code in urgency.codes] == [0.0, 0.5, 1.0]
    assert urgency.codes[-1] == "urgent"


def test_plain_data_reads_back_the_same() -> None:
    taxonomy = Taxonomy.default()
    assert Taxonomy.of(taxonomy.as_data()) == taxonomy


def test_a_renamed_label_is_found_by_its_alias_and_a_retired_one_is_not_live() -> None:
    field = Taxonomy.parse(
        "{format: 1, version: 2, fields: {t: {labels: {a: , b: {aliases: [old]}, c: {retired: true}}}}}"
    ).field("t")
    assert field.resolve("old") == "b"
    assert field.resolve("c") == "c"
    assert field.codes == ("a", "b")
    assert field.resolve("never") is None


def test_infer_takes_order_from_the_default_from_numbers_or_not_at_all() -> None:
    fields = infer(
        {"urgency": ["urgent", "routine"], "impact": ["1", "10", "2"], "colour": ["red", "blue"]}
    ).fields
    assert fields["urgency"].ordered
    assert fields["urgency"].codes == ("routine", "urgent")
    assert fields["impact"].codes == ("1", "2", "10")
    assert fields["impact"].ordered
    assert not fields["colour"].ordered


def test_infer_refuses_a_single_label() -> None:
    with pytest.raises(TaxonomyError, match="'colour' holds 1 label"):
        infer({"colour": ["red"]})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("[", "not YAML"),
        ("{format: 9, version: 1, fields: {}}", "format is 9"),
        ("{format: 1, version: x, fields: {}}", "version is 'x'"),
        ("{format: 1, version: 1, fields: {t: {labels: {a: }}}}", "1 live label"),
        ("{format: 1, version: 1, fields: {t: {labels: {a: {parent: z}, b: }}}}", "no label 'z'"),
        ("{format: 1, version: 1, fields: {t: {labels: {a: {colour: 1}, b: }}}}", "unknown key 'colour'"),
        ("{format: 1, version: 1, fields: {t: {labels: {a: {aliases: [b]}, b: }}}}", "'b' stands for two"),
        ("{format: 1, version: 1, fields: {t: {labels: {no: , yes: }}}}", "put it in quotes"),
    ],
)
def test_each_fault_is_named(words: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.yaml"
    path.write_text(words, "utf-8")
    with pytest.raises(TaxonomyError, match=told) as caught:
        Taxonomy.load(path)
    assert str(path) in str(caught.value)
