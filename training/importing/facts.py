"""Facts of customers as people write them: 580万, $1.2M, 91%, 5年3个月, 人民币, 是."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from features.errors import InputError

UNKNOWN = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "/",
        "无",
        "暂无",
        "未知",
        "不详",
        "n/a",
        "na",
        "none",
        "null",
        "nan",
        "unknown",
        "?",
    }
)
_FACTORS = {
    "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3,
    "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "mio": 1e6, "m": 1e6, "thousand": 1e3, "k": 1e3,
}  # fmt: skip
_CURRENCIES = {
    "CNY": ("人民币", "rmb", "cny", "元"),
    "USD": ("美元", "美金", "us$", "usd", "$"),
    "EUR": ("欧元", "eur", "€"),
    "GBP": ("英镑", "gbp", "£"),
    "JPY": ("日元", "日圆", "jpy"),
    "HKD": ("港币", "港元", "hk$", "hkd"),
    "TWD": ("新台币", "台币", "nt$", "twd"),
    "KRW": ("韩元", "韩币", "krw", "₩"),
    "SGD": ("新加坡元", "新币", "sgd"),
    "AUD": ("澳元", "澳币", "aud"),
    "CAD": ("加元", "加币", "cad"),
    "CHF": ("瑞士法郎", "瑞郎", "chf"),
}
_BY_WORD = {word: code for code, words in _CURRENCIES.items() for word in words}
_MONEY = "|".join(map(re.escape, sorted(_BY_WORD, key=len, reverse=True)))
_TIMES = "|".join(sorted(_FACTORS, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<before>{_MONEY}|¥)?\s*(?P<minus>[-+(]?)\s*(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?"
    rf"(?:e[+-]?\d+)?)\s*(?P<times>{_TIMES})?\s*(?P<after>{_MONEY})?\s*(?P<percent>%)?\)?\s*"
    r"(?:年|人|名|次|笔|单|个|家|分|years?|yrs?|people|orders?)?",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:(\d+)\s*年)?\s*零?(?:(\d+)\s*个?月)?")
_UNIT = re.compile(rf"(?<![a-z])(?:(?P<times>{_TIMES})\s*)?(?P<money>{_MONEY})?$", re.IGNORECASE)
_YES = frozenset(
    {
        "true",
        "t",
        "yes",
        "y",
        "1",
        "是",
        "有",
        "对",
        "√",
        "✓",
        "✔",
        "已",
        "已签约",
        "已成交",
        "已签",
        "signed",
        "vip",
    }
)
_NO = frozenset(
    {
        "false",
        "f",
        "no",
        "n",
        "0",
        "否",
        "无",
        "没有",
        "不是",
        "×",
        "✗",
        "x",
        "未",
        "未签约",
        "未成交",
        "未签",
    }
)
_TIERS = {
    "core": ("核心客户", "核心", "vip", "vip客户", "core"),
    "potential": ("潜力客户", "潜力", "potential"),
    "prospect": ("潜在客户", "潜在", "未成交客户", "未成交", "prospect", "lead"),
    "ordinary": ("普通客户", "普通", "一般客户", "ordinary", "standard"),
}
_TIER_WORDS = {word: tier for tier, words in _TIERS.items() for word in words}


@dataclass(frozen=True)
class Amount:
    """A number, and the currency that stood beside it, if one did."""

    number: float
    currency: str | None = None


def plain(value: str) -> str:
    """A value as it is compared: no width, case or outer blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def amount(value: str, *, unit: float = 1.0, percent: bool = False) -> Amount:
    """A number as written: `1,200`, `580万元`, `$1.2M`, `91%`, `(3%)`.

    unit: what one is worth where the cell names no unit. percent: numbers without a sign are per cent too.
    Raises InputError; ranges and estimates (`500-999`, `约300`) are no numbers.
    """
    match = _NUMBER.fullmatch(plain(value))
    if match is None:
        raise InputError(f"{value!r} is not a number.")
    number = float(match["number"].replace(",", ""))
    number *= _FACTORS[match["times"]] if match["times"] else unit
    if match["percent"] or percent:
        number /= 100
    named = match["before"] or match["after"]
    return Amount(-number if match["minus"] in ("-", "(") else number, _BY_WORD.get(named or ""))


def years(value: str) -> float:
    """A span in years: `5`, `5年3个月`, `18个月`. Raises InputError."""
    match = _YEARS.fullmatch(plain(value))
    if match and (match[1] or match[2]):
        return int(match[1] or 0) + int(match[2] or 0) / 12
    return amount(value).number


def currency(value: str) -> str:
    """A currency's code from its code, sign or name; what is unknown stays, in capitals."""
    return _BY_WORD.get(plain(value), plain(value).upper())


def flag(value: str) -> str:
    """`true` or `false`. Raises InputError."""
    word = plain(value)
    if word not in _YES | _NO:
        raise InputError(f"{value!r} is neither yes nor no.")
    return "true" if word in _YES else "false"


def tier(value: str) -> str:
    """A tier of the default policy where a word means one, else the company's own word."""
    return _TIER_WORDS.get(plain(value), value.strip())


def unit_of(name: str) -> tuple[float, str | None, bool]:
    """What a column's name says of its numbers, as in `年营收(万元)`: factor, currency, per cent."""
    words = plain(name).rstrip(") ").removesuffix("/年").removesuffix("/year")
    if words.endswith(("%", "百分比", "percent")):
        return 1.0, None, True
    match = _UNIT.search(words)
    if match is None:
        return 1.0, None, False
    before = words[: match.start()].replace("(", " ").split()
    money = match["money"] or (before[-1] if match["times"] and before else "")
    return _FACTORS[match["times"]] if match["times"] else 1.0, _BY_WORD.get(money), False


def without_unit(name: str) -> str:
    """A column's name without the unit at its end: 年营收万元 -> 年营收."""
    return _UNIT.sub("", plain(name).rstrip("%")).strip(" _(")
