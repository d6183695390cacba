"""Plain requests of every type in both languages, and what mail, tone and keyboards do to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from features.records import Request

PLAIN = (
    Request(subject="三号线停机", text="三号灌装线从早上七点起停机，触摸屏报通讯超时，整条线都出不了货。"),
    Request(subject="开通账号", text="请给新入职的质检员开通报表系统的只读账号，下周内办好即可。"),
    Request(subject="三月发票金额", text="三月份的发票比合同价多了 480 元，请核对后重开一张。"),
    Request(subject="批量导出", text="希望后续版本增加一个新功能：把巡检记录批量导出成表格。"),
    Request(subject="退换政策", text="请问样品开封以后还能不能退，退的话运费由谁出？"),
    Request(subject="Gate reader down", text="The badge reader at gate 2 rejects every card today."),
    Request(subject="Quote for 40 seats", text="Please quote for 40 more seats, delivery in autumn."),
    Request(subject="Change of address", text="Please ship order 4471 to our Leeds warehouse instead."),
    Request(subject="Broken promise", text="Your man did not come again. I want this put right."),
    Request(subject="Unknown logins", text="Someone used our admin account from abroad at night."),
)  # fmt: skip

Change = Callable[[Request], Request]


def _after(words: str) -> Change:
    return lambda request: replace(request, text=f"{request.text}{words}")


def _before(words: str) -> Change:
    return lambda request: replace(request, text=f"{words}{request.text}")


def _chinese(request: Request) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in request.text)


def _by_language(zh: Change, en: Change) -> Change:
    return lambda request: (zh if _chinese(request) else en)(request)


def full_width(request: Request) -> Request:
    """Digits and Latin letters as a Chinese input method may type them."""
    wide = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x30, 0x3A)})
    return replace(
        request, text=request.text.translate(wide), subject=(request.subject or "").translate(wide)
    )


READ_AWAY: dict[str, Change] = {
    "a signature": _by_language(
        _after("\n\n-- \n王敏\n采购部 | 明远机械有限公司\n电话：0571-5550 0123"),
        _after("\n\n-- \nAlice Moreton\nOperations | Harrow Foods Ltd\nTel +44 20 5550 0147"),
    ),
    "a quoted mail": _by_language(
        _after("\n\n在 2026年3月2日 9:15，客服 <help@example.com> 写道：\n> 您的退款申请已收到。"),
        _after("\n\nOn Mon, 2 Mar 2026 at 09:15, Support <help@example.com> wrote:\n> We refund it."),
    ),
    "a greeting": _by_language(_before("您好！\n"), _before("Dear support team,\n\n")),
    "a sending program": _by_language(_after("\n\n发自我的iPhone"), _after("\n\nSent from my iPhone")),
    "full-width digits": full_width,
    "URGENT!!! in the subject": lambda request: replace(request, subject=f"URGENT!!! {request.subject}"),
    "特急 in the subject": lambda request: replace(request, subject=f"【特急】{request.subject}"),
}  # fmt: skip
"""What reading leaves out, or folds: the model must not see a difference at all."""

COURTESY = _by_language(_after("麻烦您了，非常感谢！"), _after(" Thank you very much for your help!"))
HASTE = _by_language(_after("请尽快处理，急！"), _after(" Please hurry, this is urgent!"))
"""Tone inside the text: it says nothing of the matter, though the model reads it."""

MORE_URGENT = (
    ("服务器一直报磁盘告警，请处理。", "服务器一直报磁盘告警，今晚十二点前不处理就停机，客户会罚款。"),
    ("报关资料少一份，请补给我们。", "报关资料少一份，今天下午五点前不补船就开了，货款要被扣。"),
    ("The licence file is wrong.", "The licence file is wrong: all tills stop at midnight."),
    ("Please correct the certificate.", "Please correct the certificate: the tender closes at 5 pm today."),
)  # fmt: skip
MORE_PEOPLE = (
    ("我这台电脑登录不上系统。", "全公司六百多人都登录不上系统，生产全停了。"),
    ("我的门禁卡刷不开。", "整个厂区的门禁全部刷不开，两千人堵在外面。"),
    (
        "I cannot print from my desk.",
        "Nobody at the whole plant can print; shipping has stopped for all 300 of us.",
    ),
    ("My screen is blank.", "Every screen at headquarters is blank and all 400 people have stopped working."),
)
MORE_MONEY = (
    ("发票多开了 30 元。", "发票多开了 300 万元，整个集团的付款都停了。"),
    ("You charged 12 dollars too much.", "You charged 2 million dollars too much, all payments are blocked."),
)  # fmt: skip
