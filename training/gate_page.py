"""The verdict as a page: one HTML file in Chinese and English, and as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from features.verdicts import FILE
from training.gate_sides import Sides
from training.gate_verdict import LANGUAGES, Test, Verdict
from training.gate_words import Names, measure_in

NO_SIDES = Sides()
HEADINGS = {
    "zh": ("候选版本的裁定", "指标", "条数", "现用", "候选", "差值（单侧 95% 界）", "容许", "结果"),
    "en": ("Verdict on a challenger", "figure", "rows", "champion", "challenger",
           "gain (one-sided 95 % bounds)", "margin", "result"),
}  # fmt: skip
STATES = {"zh": {True: "通过", False: "不通过"}, "en": {True: "holds", False: "does not hold"}}
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}tr.no td{background:#fdecea}
.wide{overflow-x:auto}section+section{margin-top:3rem}"""


def write(folder: Path, verdict: Verdict, *, of: Mapping[str, Any], sides: Sides = NO_SIDES) -> Path:
    """Write `verdict.json` and `verdict.html` into a folder. of: which versions, and the data. sides: go into
    the first only."""
    folder.mkdir(parents=True, exist_ok=True)
    data = json.dumps(verdict.as_data(**of) | sides.as_data(), ensure_ascii=False, indent=1)
    (folder / FILE).write_text(data + "\n", "utf-8")
    (folder / "verdict.html").write_text(page(verdict, of=of), "utf-8")
    return folder


def page(verdict: Verdict, *, of: Mapping[str, Any]) -> str:
    """The page. It loads nothing from elsewhere."""
    sections = "\n".join(_section(verdict, language, of) for language in LANGUAGES)
    return (
        '<!doctype html>\n<html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(HEADINGS['en'][0])}</title><style>{STYLE}</style></head><body>\n"
        f"{sections}\n</body></html>\n"
    )


def _section(verdict: Verdict, language: str, of: Mapping[str, Any]) -> str:
    title, *heads = HEADINGS[language]
    told = "".join(f"<li>{escape(each)}</li>" for each in verdict.sentences(language))
    named = "".join(f"<dt>{escape(key)}</dt><dd>{escape(str(value))}</dd>" for key, value in of.items())
    rows = "".join(_row(each, language, verdict.names) for each in _ordered(verdict.tests))
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return (
        f'<section lang="{language}"><h1>{escape(title)}</h1><ul>{told}</ul><dl>{named}</dl>'
        f"{table if verdict.tests else ''}</section>"
    )


def _ordered(tests: Sequence[Test]) -> list[Test]:
    """What does not hold comes first."""
    return sorted(tests, key=lambda each: each.holds)


def _row(test: Test, language: str, names: Names) -> str:
    values = test.spoken
    measure = measure_in(test.name, values, language=language, names=names)
    margin = values["margin"] if test.kind == "floor" else "–"
    numbers = (
        test.rows,
        values["champion"],
        values["challenger"],
        f"{values['low']} … {values['high']}",
        margin,
    )
    cells = "".join(f'<td class="n">{escape(str(each))}</td>' for each in numbers)
    state = STATES[language][test.holds]
    return f'<tr class="{"" if test.holds else "no"}"><td>{escape(measure)}</td>{cells}<td>{state}</td></tr>'
