"""How text is cut for search, and that a query is cut alike."""

from __future__ import annotations

from features.search_words import cut, terms


def test_words_and_pairs_of_chinese_characters() -> None:
    assert cut("三号线 PLC停机，OA v2.3") == ["三号", "号线", "线", "plc", "停机", "机", "oa", "v2", "3"]


def test_a_query_of_two_characters_is_one_piece_and_of_one_the_beginning_of_one() -> None:
    assert terms("停机 ＰＬＣ") == [("停机", False), ("plc", False)]
    assert terms("停") == [("停", True)]
    assert terms("停机了停机") == [("停机", False), ("机了", False), ("了停", False)]


def test_whatever_is_only_punctuation_asks_for_nothing() -> None:
    assert terms("?!… ，") == []
