"""What the gate says, in Chinese and English: fields and labels by their names in the taxonomy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.taxonomy import Field

Names = Mapping[str, Field]
Words = Mapping[str, Mapping[str, str]]

RESULTS: Words = {
    "passed": {
        "zh": "通过：候选版本可以替换现用版本。",
        "en": "Passed: the challenger may replace the champion.",
    },
    "refused": {
        "zh": "未通过：保留现用版本。",
        "en": "Refused: the champion stays.",
    },
    "incomparable": {
        "zh": "无法比较：保留现用版本。",
        "en": "The two cannot be compared: the champion stays.",
    },
}

MEASURES: Words = {
    "macro_f1": {"zh": "{field}的宏平均 F1", "en": "macro-F1 of {field}"},
    "kappa": {"zh": "{field}的二次加权 kappa", "en": "quadratic kappa of {field}"},
    "cost": {"zh": "等级的期望代价", "en": "expected cost of grades"},
    "class": {"zh": "{field}中“{of}”的 F1", "en": "F1 of {of!r} in {field}"},
    "language": {"zh": "{field}在{of}上的准确率", "en": "accuracy of {field} in {of}"},
    "ece": {"zh": "{field}的校准误差", "en": "calibration error of {field}"},
    "missed_p1": {"zh": "漏判 P1 的比例", "en": "share of P1 requests graded lower"},
}

SPOKEN: Words = {
    "zh": {"zh": "中文", "en": "Chinese"},
    "en": {"zh": "英文", "en": "English"},
    "und": {"zh": "语言不明的文本", "en": "texts of no known language"},
}
"""The languages of requests, as features.language tells them."""

FINDINGS: Words = {
    "better": {
        "zh": "更好：{measure}由 {champion} 变为 {challenger}（{rows} 条）。",
        "en": "Better: {measure} goes from {champion} to {challenger} ({rows} rows).",
    },
    "not_better": {
        "zh": "没有任何一项指标能证明更好（单侧 95%，Holm 校正）。",
        "en": "No figure is shown to be better (one-sided 95 %, Holm over all).",
    },
    "worse": {
        "zh": "更差：{measure}由 {champion} 变为 {challenger}（{rows} 条）。",
        "en": "Worse: {measure} goes from {champion} to {challenger} ({rows} rows).",
    },
    "not_within": {
        "zh": "不能证明{measure}最多差 {margin}：由 {champion} 变为 {challenger}，"
        "差值下限 {low}（{rows} 条）。",
        "en": "It is not shown that {measure} is worse by less than {margin}: it goes from {champion} to "
        "{challenger}, and the lower bound of the gain is {low} ({rows} rows).",
    },
    "worse_thin": {
        "zh": "更差：{measure}由 {champion} 变为 {challenger}，虽然只有 {rows} 条。",
        "en": "Worse: {measure} goes from {champion} to {challenger}, though on {rows} rows only.",
    },
    "time": {
        "zh": "每条用处理器时间 {champion} 毫秒，候选 {challenger} 毫秒（不含向量）。",
        "en": "A text takes {champion} ms of processor time, by the challenger {challenger} ms, besides "
        "its vector.",
    },
    "slower": {
        "zh": "太慢：每条的处理器时间由 {champion} 毫秒变为 {challenger} 毫秒（不含向量）。",
        "en": "Too slow: a text takes {challenger} ms of processor time in place of {champion} ms, besides "
        "its vector.",
    },
    "size": {
        "zh": "模型大小 {champion} MB，候选 {challenger} MB。",
        "en": "The model has {champion} MB, the challenger {challenger} MB.",
    },
    "larger": {
        "zh": "太大：模型由 {champion} MB 变为 {challenger} MB。",
        "en": "Too large: the model has {challenger} MB in place of {champion} MB.",
    },
    "too_few": {
        "zh": "{field}只有 {rows} 条可比较，至少需要 {needed} 条。",
        "en": "There are only {rows} rows to compare {field} on; {needed} are needed.",
    },
    "nothing": {
        "zh": "没有一条可以比较的记录。",
        "en": "There is no row to compare them on.",
    },
    "other_taxonomy": {
        "zh": "标签体系不同：{field}中，现用版本有 {champion}，候选版本有 {challenger}。",
        "en": "They are of different taxonomies: in {field} the champion knows {champion}, the challenger "
        "{challenger}.",
    },
    "field_missing": {
        "zh": "标签体系不同：候选版本没有“{field}”这个字段。",
        "en": "They are of different taxonomies: the challenger has no field {field}.",
    },
}
"""Of another taxonomy, labels are told by their codes: two labels may be called the same."""


def measure_in(name: str, values: Mapping[str, Any], *, language: str, names: Names) -> str:
    """A measure in words. values: as training.gate_verdict.Test.spoken. names: fields by their codes; what is
    not among them is told by its code."""
    told = named(values, language=language, names=names)
    of, field = str(values.get("of", "")), names.get(str(values.get("field", "")))
    if name == "language" and of in SPOKEN:
        told["of"] = SPOKEN[of][language]
    elif name == "class" and field is not None:
        told["of"] = field.full_name(of, language)
    return MEASURES[name][language].format(**told)


def named(values: Mapping[str, Any], *, language: str, names: Names) -> dict[str, Any]:
    """The values of a sentence, with the field by its name."""
    field = names.get(str(values.get("field", "")))
    return dict(values) if field is None else {**values, "field": field.name[language]}
