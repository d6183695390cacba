"""What is said of reviews that are set aside, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "class": {
        "zh": "{field}（{of}）：判为前一标签的 {among} 条请求中，{seen} 条被改成后一标签，"
        "按现用模型的把握约应有 {expected} 条。",
        "en": "{field}: of {among} requests with the first label of {of!r}, {seen} were given the second; by "
        "the champion's own doubts about {expected} should be.",
    },
    "reviewer": {
        "zh": "{field}：{of} 的 {among} 个标签中有 {seen} 个与现用模型不同，"
        "按其他人的情况约应有 {expected} 个。",
        "en": "{field}: of {among} labels by {of!r}, {seen} differ from the champion's; going by the others "
        "about {expected} should.",
    },
    "duplicates": {
        "zh": "{field}（{of}）：{among} 条内容相同的请求以前是前一标签，"
        "现有 {seen} 条被改成后一标签，约应有 {expected} 条。",
        "en": "{field}: {among} texts stood before with the first label of {of!r}, and {seen} of them now "
        "have the second; about {expected} should.",
    },
}


def evidence(kind: str, language: str, *, field: str, of: str, numbers: tuple[int, int, float]) -> str:
    """What looks wrong, in `zh` or `en`. numbers: how many labels say otherwise, of how many, and how many
    should. kind, field, of: as in features.set_aside.Batch, or what these are called."""
    seen, among, expected = numbers
    words = SENTENCES[kind][language]
    return words.format(field=field, of=of, seen=seen, among=among, expected=f"{expected:.1f}")
