"""The priority grades: exact, within one, missed P1, and whether their probabilities can be believed."""

from __future__ import annotations

from training.report.blocks import Chapter, Column, Figure, Row, Section, Table
from training.report.charts import matrix
from training.report.contents import Contents
from training.report.grades import GRADES, Grades
from training.report.wording import Say, base_of, out_of, percent


def chapter(contents: Contents, say: Say) -> Chapter:
    """Always there: where there are no grades, it says why."""
    if contents.grades is None:
        why = say("grades_no_labels" if contents.policy_fits else "grades_no_policy")
        return Chapter(key="grades", title=say("grades_title"), headline=why, sections=())
    figures = contents.grades.figures
    base = base_of(figures["exact"], 1 - figures["within_one"])
    headline = say(
        "grades_headline",
        base=f"{base:,}",
        exact=out_of(base, figures["exact"]),
        far=out_of(base, 1 - figures["within_one"]),
        most=percent(figures["most"]),
    )
    sections = (_exact(contents.grades, say), _probable(contents.grades, say))
    return Chapter(key="grades", title=say("grades_title"), headline=headline, sections=sections)


def _exact(given: Grades, say: Say) -> Section:
    found = given.figures
    told = [say("grades_sides", low=percent(found["too_low"]), high=percent(found["too_high"]))]
    if "missed_p1" in found:
        missed = round(found["missed_p1"] * found["p1"])
        share = percent(found["missed_p1"])
        told.append(say("grades_missed", n=int(found["p1"]), missed=missed, share=share))
    else:
        told.append(say("grades_no_p1"))
    svg = matrix(
        say("grades_exact_title"),
        [grade.value for grade in GRADES],
        given.counts,
        axes=(say("axis_by_people"), say("axis_by_model")),
    )
    return Section(
        key="exact",
        title=say("grades_exact_title"),
        sentences=tuple(told),
        figures=(Figure(svg=svg, caption=say("confusion_caption"), wide=True),),
        notes=(say("grades_note", version=given.policy_version),),
    )


def _probable(given: Grades, say: Say) -> Section:
    gaps = {grade: given.expected(grade) - given.observed(grade) for grade in GRADES}
    worst = max(gaps, key=lambda grade: abs(gaps[grade]))
    rows = tuple(
        Row(
            cells=(
                grade.value,
                percent(given.expected(grade)),
                percent(given.observed(grade)),
                str(given.truth.count(grade)),
                str(given.said.count(grade)),
            )
        )
        for grade in GRADES
    )
    names = ("expected", "observed", "by_people", "by_model")
    columns = (
        Column(name=say("column_grade"), number=False),
        *(Column(name=say(f"column_{n}")) for n in names),
    )
    values = {"grade": worst.value, "expected": percent(given.expected(worst))}
    return Section(
        key="probable",
        title=say("grades_probable_title"),
        sentences=(say("grades_probable", observed=percent(given.observed(worst)), **values),),
        tables=(Table(columns=columns, rows=rows),),
        notes=(say("grades_probable_note"),),
    )
