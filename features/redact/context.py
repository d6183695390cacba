"""What the words right before a number call it: a telephone, a card, an order.

Eleven digits may be a mobile number or an order's. Where the sender names them, the name decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

WINDOW = 28
"""Characters before a number that are looked at."""
MOST_WORDS = 5
"""Words that are read backwards: 'order number is:' has three."""


class Called(Enum):
    """What the words before a number say it is."""

    NOTHING = "nothing"
    PHONE = "phone"
    CARD = "card"
    ADDRESS = "address"
    OTHER = "other"


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _by_word(words: Mapping[Called, str]) -> dict[str, Called]:
    return {word: called for called, listed in words.items() for word in listed.split()}


def _endings(words: Mapping[Called, str]) -> tuple[tuple[Called, tuple[str, ...]], ...]:
    return tuple((called, tuple(listed.split())) for called, listed in words.items())


_EN = _by_word(
    {
        Called.PHONE: "tel telephone phone mobile cell cellphone mob fax call dial whatsapp wechat wx sms "
        "hotline contact ring",
        Called.CARD: "card account acct visa mastercard unionpay amex debit credit",
        Called.ADDRESS: "ip ipv address addr host hostname server ping gateway dns subnet proxy",
        Called.OTHER: "order orders ticket case ref reference invoice serial part item batch lot tracking "
        "shipment waybill parcel sku po so sn pn rma version ver v build rev revision release firmware "
        "driver article transaction trx contract asset model barcode ean isbn imei vin request issue bug "
        "incident quote quotation rfq material drawing project section chapter clause step amount total sum",
    }
)
_ZH = _endings(
    {
        Called.PHONE: "手机 电话 座机 固话 传真 致电 拨打 打 微信 热线 联系方式 联系 联络 短信",
        Called.CARD: "卡 账 帐 账户 帐户 户头",
        Called.ADDRESS: "地址 主机 服务器 网关 网段 代理",
        Called.OTHER: "订单 工单 运单 单据 流水 序列 合同 发票 条码 条形码 追踪码 凭证 版本 固件 驱动 章节 "
        "条款 第 金额 合计 总计 总额 共",
    }
)
_EN_NUMBERED = _set("customer user member client employee staff device")
_ZH_NUMBERED = _set(
    "单 工 客户 用户 会员 件 图 箱 柜 型 料 货 批 案 税 设备 资产 项目 零件 物料 快递 物流 票 交易 代 "
    "机器 事件 问题"
)
"""What these name is a number of ours only if they say so: 客户号, but 客户 before a mobile number."""
_EN_NUMBER = _set("number numbers no nr num id code")
_EN_LINKS = _set("is are was at on to the my our of")
_ZH_NUMBER = ("编号", "编码", "号码", "号", "码")
_ZH_LINKS = ("为", "是", "的")
_ALONE = _set("no nr num id code 编号 编码")
"""Words for a number that no one has for a telephone."""

_JOINTS = " \t:：=.-/（(\"'"
_SIGNS = "#¥￥$€£"
_WORD = re.compile(r"[a-z]+$")


def called(text: str, start: int) -> Called:
    """What the words before `text[start:]` call the number that starts there."""
    tail = text[max(0, start - WINDOW) : start].rstrip(_JOINTS)
    if tail[-1:] in _SIGNS:
        return Called.OTHER if tail else Called.NOTHING
    numbers: set[str] = set()
    for _ in range(MOST_WORDS):
        word, meaning = _last_word(tail, numbered=bool(numbers))
        if meaning is not None:
            return meaning
        if not word:
            break
        if word not in _EN_LINKS and word not in _ZH_LINKS:
            numbers.add(word)
        tail = tail[: -len(word)].rstrip(_JOINTS)
    return Called.OTHER if numbers & _ALONE else Called.NOTHING


def glued(text: str, start: int) -> bool:
    """Whether letters run into the number (SO13800138000, item/13800138000): then it is a name's part."""
    before = text[max(0, start - 2) : start]
    last, first = before[-1:], before[:-1]
    if last in tuple("-/=&."):
        last = first
    return last.isascii() and (last.isalpha() or last == "_")


def _last_word(tail: str, *, numbered: bool) -> tuple[str, Called | None]:
    """The last word if it only links on to the one before it, or what it means."""
    last = tail[-1:]
    if last.isascii():
        found = _WORD.search(tail.lower()) if last.isalpha() else None
        return _english(found[0], numbered=numbered) if found else ("", None)
    return _chinese(tail, numbered=numbered)


def _english(word: str, *, numbered: bool) -> tuple[str, Called | None]:
    if word in _EN or word.endswith("version"):
        return word, _EN.get(word, Called.OTHER)
    if numbered and word in _EN_NUMBERED:
        return word, Called.OTHER
    return (word, None) if word in _EN_NUMBER or word in _EN_LINKS else ("", None)


def _chinese(tail: str, *, numbered: bool) -> tuple[str, Called | None]:
    for meaning, endings in _ZH:
        if tail.endswith(endings):
            return "", meaning
    if numbered and tail.endswith(tuple(_ZH_NUMBERED)):
        return "", Called.OTHER
    for word in (*_ZH_NUMBER, *_ZH_LINKS):
        if tail.endswith(word):
            return word, None
    return "", None
