"""The example requests behind the buttons: written for this page, and in no sample file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Example:
    """code: what the form sends, and what its button is called in the catalogue."""

    code: str
    language: str
    text: str
    subject: str = ""


EXAMPLES = (
    Example(
        code="line",
        language="zh",
        text=(
            "一号线的封箱机半小时前停了，屏上一直报 E-207，断电重启三次都没用。后面灌装跟着停，全车间六十多人"
            "干等着。今晚十点的柜子装不满要赔违约金，请马上派工程师过来，值班电话打我：韩师傅。"
        ),
    ),
    Example(
        code="heading",
        language="zh",
        text=(
            "你好，提个小建议：月报导出来的表头还是英文缩写，以后的版本能不能加个中文表头的选项？"
            "日期也只显示到日就够了。不急，明年哪个版本顺手带上都行，谢谢！"
        ),
    ),
    Example(
        code="login",
        language="en",
        subject="Somebody is in our account",
        text=(
            "A sign-in at ten past three this morning, from a city none of us has been to, and since then "
            "somebody has been downloading our client files, 900 of them with passports and bank details. "
            "It is still going on as I write. Please lock the whole account now and call me."
        ),
    ),
    Example(
        code="desks",
        language="en",
        text=(
            "Hi, it's about the forty desks for our branch office. Could delivery move from the 12th to the "
            "19th? The painters need another week. If the 19th is full, tell me which days you have left, "
            "the whole team moves in with them.\n\nTheodora"
        ),
    ),
)
BY_CODE = {each.code: each for each in EXAMPLES}
