"""Chasers: messages that only ask where a request is (催办), and say nothing new of it.

Whatever is left after the phrases that chase, thank, greet and press is what the message says. A message
with next to nothing left, and with a phrase that chases, is a chaser; how loud it is counts for nothing.
"""

from __future__ import annotations

import re

from features.records import Request
from features.text import READ_CHARACTERS, STORED_CHARACTERS, markup, read
from features.text.markers import Markers

MOST_LEFT = 1
"""What a chaser may hold besides its phrases: a Chinese character or a number. Rather than that a fact is
taken for a chaser, a chaser is taken for a fact: then it is only read."""
LONGEST = 400
"""Characters, cleaned; a longer message says something."""

_CHASES = re.compile(
    r"催(?:办|单|促|问|一?下)?|加急|尽快|赶紧|抓紧|快点|快些|"
    r"(?:请问|问)?(?:现在|目前|这个|我的|这边|事情|问题|工单|请求|单子)*(?:有|还没有?|没有?|有没有|是否有|啥|什么)?"
    r"(?:新的?|任何)?(?:进展|进度|消息|结果|下文|回复|答复|回音|动静|更新)(?:怎么样|如何|怎样)?|"
    r"(?:还|都)?(?:没|没有|未)(?:人)?(?:处理|解决|回复|答复|理我?们?|弄好|搞定|修好)(?:完|好)?|"
    r"(?:什么时候|何时|几时|多久|啥时候)(?:能|可以|会)?(?:处理|解决|回复|答复|弄好|搞定|修好|好)?(?:完|好)?|"
    r"处理(?:得|的)?(?:怎么样|如何|到哪)|(?:一直|还)在等|等了?(?:很久|好久|半天|几天|\d+天)|跟进一?下|再次(?:提醒|跟进)|"
    r"\b(?:any (?:news|updates?|progress|word|feedback|reply|response|answer)|"
    r"(?:is|are) there (?:any|an) (?:news|updates?|progress)|"
    r"(?:what(?:'s| is) the )?(?:current )?(?:status|progress)(?: update)?|"
    r"(?:just |gentle |friendly |kind )*"
    r"(?:following[ -]?up|follow[ -]?up|checking in|chasing|reminder|bump(?:ing)?)|"
    r"(?:(?:i|we)(?:'m| am|'re| are)? )?still (?:waiting|no (?:reply|answer|news|response))|"
    r"(?:(?:i|we) )?(?:have ?n[o']t|haven't|have not) heard(?: back)?|"
    r"when (?:will|can|could|is) (?:this|it|that|we|you|i|someone|somebody)\b|"
    r"(?:could|can|would) you (?:please )?(?:update|hurry|expedite)|hurry(?: up)?|asap|urgent(?:ly)?|"
    r"as soon as possible|expedite)\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"你好|您好|谢谢|多谢|感谢|麻烦|拜托|请问|请|一下|了吗|吗|呢|啊|呀|吧|么|的|了|这个|这边|我们?|你们?|您|问题|工单|请求|单子|"
    r"已经|帮忙|处理|解决|回复|答复|给|再|又|还|都|能|可以|现在|目前|到底|真的|非常|很|急|特急|紧急|在|是|"
    r"\b(?:hi|hello|hey|dear|please|pls|thanks?|thank you|cheers|regards|best|kind|team|all|sir|madam|there|"
    r"on|about|regarding|for|to|with|from|at|of|in|the|a|an|my|our|your|this|that|it|is|are|be|been|was|"
    r"i|we|you|me|us|am|do|have|has|will|would|could|can|and|so|yet|now|again|still|very|just|really|much|"
    r"request|ticket|case|issue|problem|matter|mail|e-?mail|message|since|one|re|fw|fwd|"
    r"done|fixed|resolved|solved|ready|expect|get|know|let|soon|back|reply|answer|update)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?P<short>[\u3400-\u9fff]|\d+)|[^\W\d_\u3400-\u9fff]+")


def _own(said: str) -> str:
    """What stands above the first quoted mail, with which a short message is read otherwise."""
    lines = markup.plain(said[:STORED_CHARACTERS], enough=READ_CHARACTERS).splitlines()
    markers = Markers(lines)
    end = next((at for at in range(len(lines)) if markers.at(at) is not None), len(lines))
    return "\n".join(line for line in lines[:end] if not line.startswith(">"))


def is_chaser(request: Request) -> bool:
    """Whether a message only asks where its request is. Its subject, which names that, does not count."""
    words = read(Request(text=_own(request.text))).words
    if len(words) > LONGEST or not _CHASES.search(words):
        return False
    left = _SAYS_NOTHING.sub(" ", _CHASES.sub(" ", words))
    return sum(1 if found["short"] else MOST_LEFT + 1 for found in _WORD.finditer(left)) <= MOST_LEFT
