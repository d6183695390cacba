"""The fairness report in plain words, and as plain data with its words beside the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from features.records import Grade
from serving.fairness.report import MOST_P1, Group, Report, Spread
from serving.wording import first_upper

if TYPE_CHECKING:
    from serving.services import Services

FEW = 30
"""Under this many requests a share is by chance as much as by rule, and the reading says so."""


def name(services: Services, tier: str | None, language: str) -> str:
    """What a tier is called in the report."""
    if tier is None:
        return services.wording.say("fairness.no_customer", language)
    said = services.wording.say(f"tier.{tier}", language)
    return first_upper(tier if said == f"tier.{tier}" else said)


def remarks(services: Services, made: Report, language: str) -> list[tuple[str, str]]:
    """What must be said of the whole: (code, sentence), the warning first."""
    told = [("p1", ".high" if made.too_many_p1 else ".fine")]
    told += [(code, "") for code in ("samples", "unassessed", "outdated") if getattr(made, code)]
    values = {
        "p1": f"{made.total.grades[Grade.P1]:,}",
        "count": f"{made.total.count:,}",
        "share": percent(made.p1_share),
        "most": percent(MOST_P1),
        "unassessed": f"{made.unassessed:,}",
        "outdated": f"{made.outdated:,}",
    }
    if not made.total.count:
        return [("none", services.wording.say("fairness.none", language))]
    return [
        (code, services.wording.say(f"fairness.{code}{variant}", language, **values))
        for code, variant in told
    ]


def readings(services: Services, made: Report, group: Group, language: str) -> list[tuple[str, str]]:
    """Each figure of a group read aloud: (figure, sentence)."""
    values = _values(services, made, group, language)
    keys = ["grades" if group is made.total or len(made.tiers) < 2 else "grades.of"]
    keys += ["promise"] if group.respond.count and group.resolve.count else []
    keys += ["waiting"] if group.waiting.count else []
    keys += ["value"] if group.tier is not None or group is made.total else ["value.none"]
    if group.changed:
        keys += ["without"]
    elif group.tier is not None or group is made.total:
        keys += ["without.same"]
    keys += ["few"] if group.count < FEW else []
    return [
        (key.split(".")[0], services.wording.say(f"fairness.read.{key}", language, **values)) for key in keys
    ]


def _values(services: Services, made: Report, group: Group, language: str) -> dict[str, Any]:
    say = services.wording.say
    moves = [
        say("fairness.move", language, number=number, before=before.value, after=after.value)
        for (before, after), number in group.changes.items()
    ]
    return {
        "count": f"{group.count:,}",
        "few": FEW,
        "share": percent(made.total.share(group.count)),
        "high": percent(group.urgent_work),
        "all_high": percent(made.total.urgent_work),
        "high_without": percent(group.urgent_work_without),
        "respond": hours(group.respond.median),
        "resolve": hours(group.resolve.median),
        "open": f"{group.waiting.count:,}",
        "waiting": hours(group.waiting.median),
        "lifted": f"{group.lifted:,}",
        "lifted_share": percent(group.share(group.lifted)),
        "changed": f"{group.changed:,}",
        "moves": say("fairness.and", language).join(moves),
    }


def percent(share: float) -> str:
    """A share of 100, with a decimal where it is small."""
    figure = 100 * share
    return f"{figure:.0f}" if figure >= 10 or figure == round(figure) else f"{figure:.1f}"


def hours(length: float | None) -> str:
    """Hours, with a decimal where they are few."""
    if length is None:
        return "–"
    return f"{length:,.0f}" if length >= 10 else f"{length:.1f}"


def as_data(services: Services, made: Report, language: str) -> dict[str, Any]:
    """The report as JSON gives it."""
    return {
        "as_of": made.as_of.isoformat().replace("+00:00", "Z"),
        "samples": made.samples,
        "policy_version": made.policy_version,
        "requests": made.total.count,
        "unassessed": made.unassessed,
        "outdated": made.outdated,
        "p1": {"share": round(made.p1_share, 4), "most": MOST_P1, "too_many": made.too_many_p1},
        "remarks": [{"code": code, "text": text} for code, text in remarks(services, made, language)],
        "total": _group(services, made, made.total, language),
        "tiers": [
            {"tier": group.tier, "name": name(services, group.tier, language)}
            | _group(services, made, group, language)
            for group in made.tiers
        ],
    }


def _group(services: Services, made: Report, group: Group, language: str) -> dict[str, Any]:
    return {
        "count": group.count,
        "share": round(made.total.share(group.count), 4),
        "grades": _shares(group, without=False),
        "respond_hours": _spread(group.respond),
        "resolve_hours": _spread(group.resolve),
        "waiting_working_hours": _spread(group.waiting),
        "lifted": {"count": group.lifted, "share": round(group.share(group.lifted), 4)},
        "without_value": {
            "grades": _shares(group, without=True),
            "changed": group.changed,
            "share": round(group.share(group.changed), 4),
            "changes": [
                {"from": before.value, "to": after.value, "count": number}
                for (before, after), number in group.changes.items()
            ],
        },
        "readings": [
            {"figure": figure, "text": text} for figure, text in readings(services, made, group, language)
        ],
    }


def _shares(group: Group, *, without: bool) -> dict[str, Any]:
    return {
        grade.value: {"count": number, "share": round(group.share(number), 4)}
        for grade, number in (group.without if without else group.grades).items()
    }


def _spread(found: Spread) -> dict[str, Any]:
    return {"count": found.count, "mean": found.mean, "median": found.median}
