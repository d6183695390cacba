"""What is found as personal data, and what is left as it is."""

from __future__ import annotations

import time

import pytest

from features import redact
from features.redact import Kind

E_MAIL, RESIDENT, CARD, MOBILE, IP, PHONE = (
    Kind.EMAIL, Kind.RESIDENT_ID, Kind.BANK_CARD, Kind.MOBILE, Kind.IP, Kind.PHONE,
)  # fmt: skip

YES = [
    ("手机13800138000，谢谢", MOBILE, "13800138000"),
    ("+86 138 0013 8000", MOBILE, "+86 138 0013 8000"),
    ("(+86)13800138000", MOBILE, "(+86)13800138000"),
    ("0086-13800138000", MOBILE, "0086-13800138000"),
    ("86-13800138000", MOBILE, "86-13800138000"),
    ("8613800138000", MOBILE, "8613800138000"),
    ("138-0013-8000", MOBILE, "138-0013-8000"),
    ("138 001 38000", MOBILE, "138 001 38000"),
    ("１３８００１３８０００", MOBILE, "１３８００１３８０００"),
    ("138\u200b0013\u200b8000 x", MOBILE, "138\u200b0013\u200b8000"),
    ("Tel13800138000", MOBILE, "13800138000"),
    ("联系人王磊13800138000", MOBILE, "13800138000"),
    ("员工13800138000", MOBILE, "13800138000"),
    ("客户13800138000反映", MOBILE, "13800138000"),
    ("call me on 13800138000.", MOBILE, "13800138000"),
    ("tel=13800138000&x=1", MOBILE, "13800138000"),
    ("我的邮箱zhang.san@qq.com", E_MAIL, "zhang.san@qq.com"),
    ("a.b+c@mail.example.co.uk.", E_MAIL, "a.b+c@mail.example.co.uk"),
    ("<x@y.example>", E_MAIL, "x@y.example"),
    ("李四＠163．com 收", E_MAIL, ""),
    ("li＠163．com 收", E_MAIL, "li＠163．com"),
    ("身份证11010519491231002X。", RESIDENT, "11010519491231002X"),
    ("id 110105 1949 1231 002x", RESIDENT, "110105 1949 1231 002x"),
    ("4111 1111 1111 1111", CARD, "4111 1111 1111 1111"),
    ("卡号：6222021234567890128", CARD, "6222021234567890128"),
    ("3782 822463 10005", CARD, "3782 822463 10005"),
    ("4222222222222", CARD, "4222222222222"),
    ("工行卡 9999888877776668", CARD, "9999888877776668"),
    ("010-62345678", PHONE, "010-62345678"),
    ("（0571）8765 4321转801", PHONE, "（0571）8765 4321转801"),
    ("电话：057187654321", PHONE, "057187654321"),
    ("电话 87654321", PHONE, "87654321"),
    ("+44 (0)20 7946 0958", PHONE, "+44 (0)20 7946 0958"),
    ("+49 30 1234567, thanks", PHONE, "+49 30 1234567"),
    ("+1 212 555 0123 2 items", PHONE, "+1 212 555 0123"),
    ("(212) 555-0123", PHONE, "(212) 555-0123"),
    ("1-800-555-0199 ext. 12", PHONE, "1-800-555-0199 ext. 12"),
    ("192.168.1.20:8080", IP, "192.168.1.20"),
    ("ping 8.8.8.8 fails", IP, "8.8.8.8"),
    ("http://10.0.0.12/x", IP, "10.0.0.12"),
    ("2001:db8::1", IP, "2001:db8::1"),
    ("fe80::1ff:fe23:4567:890a%eth0", IP, "fe80::1ff:fe23:4567:890a"),
    ("2001:0db8:85a3:0000:0000:8a2e:0370:7334", IP, "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
]

NO = [
    *("订单号13800138000", "订单编号：13800138000", "order no. 13800138000", "Order #13800138000"),
    *("SO13800138000", "SO-13800138000", "2024-13800138000", "13800138000-01", "PO 13800138000"),
    *("工号 13800138000", "客户编号：13800138000", "customer number 13800138000", "item/13800138000.html"),
    *("13800138000元", "￥13800138000", "13800138000.00", "0.13800138000", "id=13800138000"),
    *("2024-03-05 14:30:00", "2024-03-05T14:30:00+08:00", "20240305143000", "0305-20240305", "GMT+0800"),
    *("2024.03.05", "12/31/2025", "2024年3月5日", "1709618400", "1709618400000"),
    *("v1.2.3.4", "1.2.3.4", "version 10.20.30.40", "版本 10.20.30.40", "固件12.1.3.40", "10.0.19045.3803"),
    *("第3.2.1.14条", "127.0.0.1", "255.255.255.0", "0.0.0.10", "300.1.2.3", "12.30.45", "10.20.30.40.50"),
    *("react@18.2.0", "Chrome/114.0.12.0", "cudnn==8.6.0.163", "serverVersion=1.5.1.96"),
    *("foo@1.2.3-beta.rc", "a@b", "@scope/pkg", "5 @ 3.20"),
    *("std::vector", "12:30:45", "00:1A:2B:3C:4D:5E", "2024:03:05", "2001:db8", "fe80:::1", "Foo::Bar"),
    *("1,234,567.89", "+15.5%", "+20 000 000", "+30 500 000 000元", "-40", "3:1"),
    *("110105194912310021", "11010519491331002X", "99010519491231002X", "202403051430001234"),
    *("4111111111111112", "订单 4111111111111111", "票号 4111 1111 1111 1111", "6922255451427"),
    *("1234567890123456", "task/5522204518514688", "112-1234567-1234567", "ISBN 978-7-111-40701-0"),
    "IMEI 490154203237518",
    *("INC0012345678", "20240305-0001", "Ticket 212-555-0123", "A4-212-555-0123", "0400-12345678x"),
    *("550e8400-e29b-41d4-a716-446655440000", "057187654321", "87654321", "电话会议20240305"),
]  # fmt: skip

HOSTILE = [
    *("0", "1 ", "a", "@", "a@a.", "a@b.c ", "a'a@", "x@" + "a" * 63 + ".", "+", "+86 1", "+1(1)(1)(1)(1)"),
    *("13800138000 ", "订单号13800138000 ", "is is is is 13800138000 ", "１", "\u200b1", "号1"),
    *("1.2.3.", "192.168.1.1 ", "2001:", "2001:db8::1 ", "(0571)", "010-62345678 ", "+49 30 1234567 "),
    *("4111111111111111 ", "4111-", "378282246310005 ", "11010519491231002X "),
]


@pytest.mark.parametrize(("words", "kind", "piece"), YES, ids=[words for words, *_ in YES])
def test_personal_data_is_found_whole(words: str, kind: Kind, piece: str) -> None:
    found = redact.find(words)
    assert [(each.kind, words[each.start : each.end]) for each in found] == ([(kind, piece)] if piece else [])


@pytest.mark.parametrize("words", NO)
def test_what_only_looks_like_it_is_left(words: str) -> None:
    assert redact.find(words) == ()
    assert redact.redact(words) == words


def test_each_piece_is_replaced_by_its_placeholder() -> None:
    words = (
        "致电 13800138000 或 010-62345678，邮件 a@b.cn；IP 10.1.2.3，卡 4111111111111111，11010519491231002X"
    )
    assert redact.redact(words) == (
        "致电 [MOBILE] 或 [PHONE]，邮件 [EMAIL]；IP [IP]，卡 [BANK_CARD]，[RESIDENT_ID]"
    )


def test_only_the_kinds_asked_for_are_replaced() -> None:
    words = "13800138000 a@b.cn"
    assert redact.redact(words, kinds=[Kind.EMAIL]) == "13800138000 [EMAIL]"
    assert redact.redact(words, kinds=()) == words


def test_several_numbers_side_by_side_are_each_found() -> None:
    words = "13800138000/13900139000、13700137000"
    assert redact.redact(words) == "[MOBILE]/[MOBILE]、[MOBILE]"


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_text_takes_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        words = (unit * length)[:length]
        started = time.process_time()
        redact.redact(words)
        return time.process_time() - started

    assert seconds(200_000) < 0.4 or seconds(200_000) < 0.4
