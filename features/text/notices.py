"""Lines that a machine put in: devices, banners of gateways, receipts, footers of lists."""

from __future__ import annotations

import re

LONGEST_NOTICE = 400
MOST_FOOTERS = 6
"""How many lines at the end may be a footer."""

_DEVICES = (
    "iphone|ipad|ios|android|samsung|galaxy|huawei|honor|xiaomi|redmi|oppo|vivo|oneplus|pixel|nokia|blackberry|"
    "mobile(?: phone)?|cell ?phone|smartphone|phone|tablet|mac|mail|outlook|windows mail|yahoo mail|yahoo|"
    "gmail|proton ?mail|aol|hotmail|spark|airmail|thunderbird|foxmail"
)
_DEVICES_ZH = (
    "iphone|ipad|android|安卓|手机|华为|荣耀|小米|红米|oppo|vivo|三星|魅族|windows|mac|outlook|foxmail|钉钉|"
    "企业微信|飞书|(?:网易|qq|新浪|阿里|搜狐|139|189|163|126)邮箱"
)
_SAYS_MORE = r"(?!.*\b(?:but|not|never|don'?t|do(?:es)?|did|fails?|is|are|was|were|can|cannot|has|have)\b)"
_DEVICE = re.compile(
    r"[\W_]{0,8}(?:"
    rf"sent (?:from|via|with|using) (?:my |the |a )?(?:{_DEVICES})\b{_SAYS_MORE}(?: [\w'’()+-]+){{0,5}}|"
    r"get outlook for (?:ios|android|mac)\b.{0,60}|"
    rf"(?:发自|发送自)\s?(?:我的)?\s?(?:{_DEVICES_ZH})[\w -]{{0,12}}|"
    rf"从\s?(?:我的)?\s?(?:{_DEVICES_ZH})[\w -]{{0,12}}(?:发送|发出)|"
    r"来自\s?(?:网易|qq|新浪|阿里|搜狐|139|189|163|126)邮箱[\w ]{0,12}"
    r")[\W_]{0,5}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"[\W_]{0,8}(?:"
    r"[\[(【<]?(?:external|caution|warning)(?: e-?mail| sender)?[\])】>]?\s?[:!-]?\s?"
    r"(?:this (?:e-?mail|message) (?:originated|came|was sent) from outside.{0,300})?|"
    r"this (?:e-?mail|message) (?:originated|came|was sent) from outside .{0,300}|"
    r"do not click (?:on )?(?:any )?links? (?:or|and) (?:open )?(?:any )?attachments?\b.{0,200}|"
    r"[\[(【](?:外部|外来)邮件[\])】].{0,80}|(?:外部|外来)邮件[:,] ?(?:请|谨慎|注意).{0,60}|"
    r"(?:此|本)邮件(?:来自|源自|发自)(?:公司|组织|企业)?外部.{0,120}|"
    r"(?:#+-? ?)?please (?:type|write|enter) your reply above this line.{0,20}|"
    r"请在此行(?:以上|上方).{0,10}回复.{0,20}|"
    r"(?:(?:the sender|this message) )?requests? a read receipt.{0,5}|"
    r"(?:a )?read receipt (?:was |is )?requested.{0,20}|your message .{0,200} was read on .{0,80}|"
    r"(?:disposition-notification-to|return-receipt-to|x-confirm-reading-to): .{0,120}|"
    r"(?:发件人|对方)?(?:请求|要求)(?:您)?(?:发送)?(?:已读|阅读)回执|"
    r"this (?:e-?mail|message) (?:has been|was) (?:scanned|checked) (?:for|by).{0,120}|virus-free\..{0,60}"
    r")[\W_]{0,5}",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"[\W_]{0,8}(?:"
    r"(?:click here )?to (?:unsubscribe|opt.?out|stop receiving)\b.{0,80}"
    r"(?:click|visit|reply|follow|go to|https?:|www).{0,120}|click here to unsubscribe.{0,60}|"
    r"(?:view (?:this )?(?:e-?mail |message )?(?:it )?in (?:your |a )?browser|"
    r"(?:manage|update) your (?:e-?mail |subscription )?preferences)|"
    r"if you (?:no longer|don'?t|do not) (?:wish|want) to receive (?:these|this|such|our).{0,200}|"
    r"you(?:'re| are)? (?:receiv(?:ed|ing)) this (?:e-?mail|message|newsletter) because.{0,200}|"
    r"unsubscribe ?[|·•:].{0,160}|.{1,80}[|·•] ?unsubscribe\b.{0,80}|\[unsubscribe\].{0,40}|"
    r"unsubscribe ?<?(?:https?:|www).{0,160}|(?:privacy policy|view in browser) ?\|.{0,120}|"
    r"(?:如果?|若)(?:您|你)?(?:不想|不愿|不希望|无需)(?:再|继续)?(?:收到|接收).{0,40}(?:点击|退订|回复).{0,60}|"
    r"(?:请?点击|点此)(?:此处|这里|链接)?退订.{0,20}|退订请?(?:点击|回复).{0,30}|"
    r"(?:本|此)邮件(?:由系统|为系统)自动(?:发送|发出).{0,60}|"
    r"please do not reply to this (?:e-?mail|message).{0,80}|this is an automat(?:ed|ically generated).{0,80}"
    r")[\W_]{0,8}",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:i|i'm|my|we|our|can you|could you|today|yesterday|asap)\b|麻烦|帮|我|今天|昨天|[查修]",
    re.IGNORECASE,
)


def without_notices(lines: list[str]) -> list[str]:
    """The lines without notices. A footer counts only at the end: 'Unsubscribe me' may be the request."""
    left = [line for line in lines if not _is_notice(line)]
    for _ in range(MOST_FOOTERS):
        if len(left) > 1 and len(left[-1]) <= LONGEST_NOTICE and _FOOTER.fullmatch(left[-1]):
            left.pop()
    return left


def _is_notice(line: str) -> bool:
    if len(line) > LONGEST_NOTICE:
        return False
    if _DEVICE.fullmatch(line):
        return True
    return _NOTICE.fullmatch(line) is not None and not _ASKS.search(line)
