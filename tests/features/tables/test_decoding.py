"""Bytes become text by evidence, line by line where a file is of two minds, and never by statistics."""

from __future__ import annotations

import pytest

from features.errors import TableError
from features.tables.decoding import decode_lines, is_broken

ZH = "工单编号,打印机卡纸了"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_and_strict_encodings_need_no_word(encoding: str) -> None:
    found = decode_lines(f"{ZH}\n发票\n".encode(encoding), "a.csv")
    assert found.lines == [f"{ZH}\n", "发票\n"]
    assert not found.notes


def test_gb18030_is_read_and_said() -> None:
    found = decode_lines(f"{ZH}\n发票\n".encode("gb18030"), "a.csv")
    assert found.lines == [f"{ZH}\n", "发票\n"]
    assert found.notes == ("a.csv is not UTF-8; it was read as GB18030.",)


def test_a_gb18030_line_that_could_be_utf8_follows_the_others() -> None:
    ambiguous = "模".encode("gb18030") + b"\n"  # also valid UTF-8, of another character
    assert ambiguous.decode("utf-8") != ambiguous.decode("gb18030")
    found = decode_lines(f"{ZH}\n".encode("gb18030") + ambiguous, "a.csv")
    assert found.lines[1] == "模\n"


def test_mixed_encodings_are_read_line_by_line_and_said() -> None:
    raw = f"{ZH}\n".encode() * 2 + "发票开错了,二\n".encode("gb18030") + b"plain\n"
    found = decode_lines(raw, "a.csv")
    assert found.lines == [f"{ZH}\n", f"{ZH}\n", "发票开错了,二\n", "plain\n"]
    assert "2 lines are UTF-8 and 1 are GB18030" in found.notes[0]
    assert "(GB18030) being line 3" in found.notes[0]


def test_a_line_in_no_encoding_keeps_its_commas_and_is_marked() -> None:
    found = decode_lines(b"1,\xff\xff,x\n" + f"{ZH}\n".encode(), "a.csv")
    assert is_broken(found.lines[0])
    assert found.lines[0].count(",") == 2
    assert not is_broken(found.lines[1])
    assert "neither UTF-8 nor GB18030" in found.notes[0]
    assert "the first being line 1" in found.notes[0]


def test_torn_utf16_is_told() -> None:
    with pytest.raises(TableError, match="begins as UTF-16 and is torn"):
        decode_lines("中文".encode("utf-16") + b"x", "a.csv")


def test_only_line_ends_part_lines() -> None:
    assert decode_lines("a\u2028b\x0bc\r\nd\re".encode(), "a.csv").lines == ["a\u2028b\x0bc\r\n", "d\r", "e"]
