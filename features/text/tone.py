"""Tags of tone before a subject, such as `URGENT!!!`, `【特急】` or `[ASAP]`: a sender's wish, not a fact.

Urgency is judged by what would happen if work began later (see the taxonomy), so a tag that only calls for
haste is left out of what is read. The same words inside a sentence stay.
"""

from __future__ import annotations

import re

_WORDS = (
    r"very urgent|most urgent|urgent(?:ly)?|asap|a\.s\.a\.p\.?|high (?:priority|importance)|top priority|"
    r"immediate attention|important|attention|"
    r"特急件?|紧急|加急|急件|十万火急|万分紧急|非常紧急|很急|急(?=[!?:,.\s\]】)）]|急|$)|重要"
)
_BRACKETED = rf"[\[(【<「*]+ ?(?:{_WORDS})[!。. ]*[\])】>」*]+"
_TAG = re.compile(
    rf"(?:{_BRACKETED}|(?:{_WORDS})(?: ?[!:,\-]+| *$|(?<=急)(?=急))|!+)[!:,.\- ]*", re.IGNORECASE
)


def without_tags(subject: str) -> str:
    """The folded subject without the tags of tone it begins with; empty where there is nothing else."""
    rest = subject.strip()
    while (found := _TAG.match(rest)) is not None and found.end():
        rest = rest[found.end() :].strip()
    return rest
