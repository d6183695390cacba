"""What holds of redaction whatever is sent: made-up data is found, other numbers are not, once is enough."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from features import redact
from features.redact import Kind
from features.redact.check_digits import is_resident_id, passes_luhn

DIGITS = "0123456789"
BEFORE = st.sampled_from(
    ["", "请回电 ", "我是王磊，", "please reach me: ", "Thanks\n", "（", "联系方式：", "您好 "]
)
AFTER = st.sampled_from(["", "，谢谢", " thanks", "。", "\n", "）", "; bye", "！"])
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


def digits(fewest: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=fewest, max_size=most or fewest)


@st.composite
def resident_ids(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from(["11", "31", "33", "44", "51", "65", "82"]))
    body = province + draw(digits(4)) + draw(DAYS).strftime("%Y%m%d") + draw(digits(3))
    return next(body + check for check in "0123456789X" if is_resident_id(body + check))


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, length = draw(st.sampled_from([("62", 16), ("62", 19), ("4", 16), ("5312", 16), ("37", 15)]))
    body = prefix + draw(digits(length - len(prefix) - 1))
    number = next(body + check for check in DIGITS if passes_luhn(body + check))
    joint = draw(st.sampled_from(["", " ", "-"])) if length != 15 else ""
    return joint.join(number[i : i + 4] for i in range(0, length, 4))


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    number = "1" + draw(st.sampled_from("3456789")) + draw(digits(9))
    joint = draw(st.sampled_from(["", " ", "-"]))
    code = draw(st.sampled_from(["", "+86", "+86 ", "0086-", "(+86)", "86-"]))
    return code + joint.join((number[:3], number[3:7], number[7:]))


@st.composite
def landlines(draw: st.DrawFn) -> str:
    area = draw(st.sampled_from(["010", "021", "0571", "0755"]))
    number = draw(st.sampled_from("345678")) + draw(digits(7))
    return draw(
        st.sampled_from([f"{area}-{number}", f"({area}){number}", f"{area}-{number[:4]} {number[4:]}"])
    )


@st.composite
def addresses(draw: st.DrawFn) -> str:
    local = draw(st.from_regex(r"[a-z][a-z0-9]{0,8}([._+-][a-z0-9]{1,8})?", fullmatch=True))
    return f"{local}@{draw(st.sampled_from(['qq.com', 'mail.example.co.uk', '163.com', 'a-b.example']))}"


PERSONAL = st.one_of(
    resident_ids().map(lambda made: (Kind.RESIDENT_ID, made)),
    cards().map(lambda made: (Kind.BANK_CARD, made)),
    mobiles().map(lambda made: (Kind.MOBILE, made)),
    landlines().map(lambda made: (Kind.PHONE, made)),
    addresses().map(lambda made: (Kind.EMAIL, made)),
    st.ip_addresses(v=4, network="10.0.0.0/8")
    .filter(lambda address: max(address.packed) > 9 and any(address.packed[2:]))
    .map(lambda made: (Kind.IP, str(made))),
    st.ip_addresses(v=6, network="2001:db8::/32").map(lambda made: (Kind.IP, str(made))),
)


@st.composite
def other_numbers(draw: st.DrawFn) -> str:
    """Orders, tickets, dates, versions and sums, as people write them."""
    day = draw(DAYS.filter(lambda day: day.year >= 1970))
    small = st.integers(0, 99)
    return draw(
        st.one_of(
            st.builds(
                "{}{}".format,
                st.sampled_from(["订单号", "工单编号：", "发票号码 ", "流水号:"]),
                digits(6, 22),
            ),
            st.builds(
                "{}{}".format,
                st.sampled_from(["order no. ", "Ticket #", "Case ", "Invoice: "]),
                digits(6, 22),
            ),
            st.builds("{}{}".format, st.sampled_from(["PO", "INC", "SO-", "JIRA-", "SN"]), digits(4, 18)),
            st.builds("{}{}".format, st.just(day.strftime("%Y%m%d")), digits(4, 10)),
            st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%Y年%m月%d日", "%Y%m%d%H%M%S"]).map(
                day.strftime
            ),
            st.builds("v{}.{}.{}.{}".format, small, small, small, small),
            st.builds("{}.{}.{}".format, small, small, st.integers(0, 99999)),
            st.builds("{:,}.{:02d} 元".format, st.integers(0, 10**12), small),
            st.builds("¥{}.{:02d}".format, st.integers(0, 10**15), small),
            digits(1, 9),
        )
    )


@settings(max_examples=200, deadline=None)
@given(before=BEFORE, made=PERSONAL, after=AFTER)
def test_personal_data_in_a_sentence_is_found_whole(before: str, made: tuple[Kind, str], after: str) -> None:
    kind, piece = made
    words = before + piece + after
    assert redact.find(words) == (redact.Found(kind, len(before), len(before) + len(piece)),)
    assert redact.redact(words) == before + kind.placeholder + after


@settings(max_examples=250, deadline=None)
@given(before=st.sampled_from(["", "请查 ", "see ", "（", "\n"]), number=other_numbers(), after=AFTER)
def test_orders_dates_versions_and_sums_are_no_personal_data(before: str, number: str, after: str) -> None:
    assert redact.find(before + number + after) == ()


PIECES = st.one_of(
    PERSONAL.map(lambda made: made[1]),
    other_numbers(),
    st.sampled_from(
        [
            "+",
            "-",
            ".",
            " ",
            "/",
            "(",
            ")",
            "@",
            ":",
            "::",
            "卡号",
            "电话",
            "tel ",
            "no ",
            "号",
            "\u200b",
            "０",
        ]
    ),
    st.text(DIGITS + "abcfx@.:-+() 号１", max_size=12),
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=8).map("".join)))
def test_pieces_are_in_order_and_apart(words: str) -> None:
    found = redact.find(words)
    places = [place for each in found for place in (each.start, each.end)]
    assert places == sorted(places)
    assert all(0 <= each.start < each.end <= len(words) for each in found)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=6).map("；".join))
def test_nothing_is_found_in_what_was_redacted(words: str) -> None:
    assert redact.find(redact.redact(words)) == ()
