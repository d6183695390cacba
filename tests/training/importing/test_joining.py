"""Which requests and customers find each other, told both ways."""

from __future__ import annotations

import pytest

from features.errors import InputError
from tests.training.importing.exports import export
from training.importing.joining import join, join_lines, key_column

REQUESTS = export(["编号", "客户编号"], ["1", "C1"], ["2", "c2"], ["3", "C1"], ["4", ""], ["5", "C9"])


def test_keys_that_do_not_meet_are_listed_on_both_sides() -> None:
    found = join(["C1", "C2", "C3"], REQUESTS, key_column(REQUESTS))
    assert (found.joined, found.unknown, found.idle, found.without_key) == (
        ["C1"],
        ["c2", "C9"],
        ["C2", "C3"],
        1,
    )
    assert found.rows() == [
        {"side": "requests", "key": "c2", "rows": "1", "first_row": "3",
         "remark": "differs only in case, width or blanks from 'C2'"},
        {"side": "requests", "key": "C9", "rows": "1", "first_row": "6", "remark": ""},
        {"side": "customers", "key": "C2", "rows": "0", "first_row": "", "remark": ""},
        {"side": "customers", "key": "C3", "rows": "0", "first_row": "", "remark": ""},
    ]  # fmt: skip


def test_the_terminal_is_told_the_counts() -> None:
    lines = list(join_lines(join(["C1", "C2", "C3"], REQUESTS, "客户编号"), ["甲", "乙", "丙"]))
    assert (
        lines[0]
        == "Joined by 客户编号: 2 of 4 rows find their customer (1 of 3 customers); rows without a key: 1."
    )
    assert lines[1:] == [
        "  keys of requests that no customer has (2): c2, C9", "  customers without a request (2): C2, C3",
    ]  # fmt: skip


def test_names_that_would_join_better_are_said() -> None:
    requests = export(["编号", "客户名称"], ["1", "甲"], ["2", "乙"])
    lines = list(join_lines(join(["C1", "C2"], requests, key_column(requests)), ["甲", "乙"]))
    assert "By the customers' names 2 rows would join" in lines[-1]


def test_a_file_that_names_no_customer_is_told() -> None:
    with pytest.raises(InputError, match="No column of the file to join names a customer"):
        key_column(export(["编号", "描述"], ["1", "a"]))
