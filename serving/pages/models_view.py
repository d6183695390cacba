"""The page of models: what a template is given."""

from __future__ import annotations

from dataclasses import dataclass

from features.verdicts import Example, FieldSides, Figure, Judgement, Tally
from features.versions import Move, Version
from serving import model_versions
from serving.model_versions import Report
from serving.pages.request_view import excerpt
from serving.pages.rows import html_language, iso
from serving.pages.words import Reader

NONE = "–"
METRICS = ("macro_f1", "kappa", "accuracy")
"""By what a version is told in one line: the first of these that its run has, for each field."""
LOWER_IS_BETTER = frozenset({"ece", "cost", "missed_p1"})


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version. metrics: name and figure of each field. judged: what the gate said last. link: its run."""

    version: str
    standing: str
    standing_name: str
    made: str
    made_iso: str
    data: str
    metrics: tuple[tuple[str, str], ...]
    judged: str
    shown: bool
    link: str | None


@dataclass(frozen=True, kw_only=True)
class MoveRow:
    """A promotion or a rollback."""

    at: str
    at_iso: str
    words: str
    actor: str
    reason: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class FieldPart:
    """A field, side by side. rows: (name, rows, champion, challenger, whether worse) of all, each language
    and each class."""

    name: str
    told: str
    rows: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ExampleRow:
    """A request that they differ on. right: `champion`, `challenger`, or empty where neither was."""

    id: str
    words: str
    language: str
    field: str
    truth: str
    champion: str
    challenger: str
    right: str


@dataclass(frozen=True, kw_only=True)
class ModelsView:
    """What the page shows. verdict: sentences on the version that was asked for, the first its result."""

    lead: str
    versions: tuple[VersionRow, ...]
    moves: tuple[MoveRow, ...]
    asked: str
    passed: bool
    title: str
    verdict: tuple[str, ...]
    rows: str
    figures: tuple[tuple[str, str, str, str, str, str, bool], ...]
    fields: tuple[FieldPart, ...]
    examples: tuple[ExampleRow, ...]


def models_view(reader: Reader, made: Report) -> ModelsView:
    """The page of a report."""
    kept, verdict = made.kept, made.verdict
    asked = None if made.asked is None else made.asked.reference.version
    return ModelsView(
        lead=_lead(reader, made),
        versions=() if kept is None else tuple(_version(reader, made, each) for each in kept.versions),
        moves=tuple(_move(reader, each) for each in made.moves),
        asked=asked or "",
        passed=verdict is not None and verdict.result == "passed",
        title=_title(reader, asked, verdict),
        verdict=() if verdict is None else verdict.sentences.get(reader.language, ()),
        rows="" if verdict is None else reader.say("models.rows", **verdict.rows),
        figures=() if verdict is None else tuple(_figure(reader, each) for each in _ordered(verdict)),
        fields=() if verdict is None else tuple(_field(reader, each) for each in verdict.fields),
        examples=() if verdict is None else tuple(_example(reader, made, each) for each in verdict.examples),
    )


def _lead(reader: Reader, made: Report) -> str:
    if made.name is None:
        return reader.say("models.folder")
    if made.kept is None:
        return reader.say("models.nothing", name=made.name)
    return reader.say("models.lead", name=made.name, at=reader.moment(made.kept.at))


def _title(reader: Reader, asked: str | None, verdict: Judgement | None) -> str:
    if asked is None:
        return ""
    if verdict is None:
        return reader.say("models.unjudged", version=asked)
    return reader.say("models.judged", version=verdict.challenger, champion=verdict.champion)


def _version(reader: Reader, made: Report, version: Version) -> VersionRow:
    standing = model_versions.standing_of(version)
    return VersionRow(
        version=version.reference.version,
        standing=standing,
        standing_name=reader.say(f"models.{standing}") if standing else "",
        made=reader.moment(version.created_at),
        made_iso=iso(version.created_at),
        data=_data(reader, version),
        metrics=tuple(_metrics(reader, version)),
        judged=_judged(reader, version),
        shown=made.asked == version,
        link=made.link(version),
    )


def _data(reader: Reader, version: Version) -> str:
    told = [reader.say("models.data.rows", number=version.data["rows"])] if "rows" in version.data else []
    if "as_of" in version.data:
        told.append(reader.say("models.data.snapshot", at=version.data["as_of"][:16].replace("T", " ")))
    if "data_hash" in version.data:
        told.append(reader.say("models.data.hash", hash=version.data["data_hash"][:12]))
    return reader.say("models.comma").join(told) or NONE


def _metrics(reader: Reader, version: Version) -> list[tuple[str, str]]:
    """Of each field, what its run measured on rows held back."""
    found = []
    for code in reader.services.taxonomy.fields:
        name = next((each for each in METRICS if f"{code}.{each}" in version.metrics), None)
        if name is not None:
            value = version.metrics[f"{code}.{name}"]
            found.append((reader.say(f"models.measure.{name}", field=reader.field(code)), f"{value:.3f}"))
    return found


def _judged(reader: Reader, version: Version) -> str:
    if not version.verdict:
        return NONE
    result = reader.say(f"models.result.{version.verdict}")
    return reader.say("models.against", result=result, champion=version.against)


def _move(reader: Reader, move: Move) -> MoveRow:
    key = "models.moved" if move.replaced else "models.moved.first"
    return MoveRow(
        at=reader.moment(move.at),
        at_iso=iso(move.at),
        words=reader.say(key, kind=reader.name("move", move.kind), old=move.replaced or "", new=move.version),
        actor=move.actor,
        reason=move.reason,
        verdict=_verdict(reader, move),
    )


def _verdict(reader: Reader, move: Move) -> str:
    """What the gate had said when it was promoted: `passed against 3`, with `, despite` where it was
    overruled."""
    said, _, despite = move.verdict.partition(", ")
    result, _, against = said.partition(" against ")
    told = reader.say("models.result.none")
    if against:
        told = reader.say("models.against", result=reader.say(f"models.result.{result}"), champion=against)
    elif move.kind == "rollback":
        return NONE
    return f"{told}{reader.say('models.despite')}" if despite else told


def _ordered(verdict: Judgement) -> list[Figure]:
    """What does not hold comes first."""
    return sorted(verdict.figures, key=lambda each: each.holds)


def _figure(reader: Reader, each: Figure) -> tuple[str, str, str, str, str, str, bool]:
    of = each.of and (
        reader.name("spoken", each.of) if each.name == "language" else reader.label(each.field, each.of)
    )
    sign = -1 if each.name in LOWER_IS_BETTER else 1
    low, high = sorted((sign * each.low, sign * each.high))
    return (
        reader.say(f"models.measure.{each.name}", field=reader.field(each.field), of=of),
        f"{each.rows:,}",
        each.champion,
        each.challenger,
        f"{low:+.3f} … {high:+.3f}",
        f"{each.margin:.2f}" if each.kind == "floor" else NONE,
        each.holds,
    )


def _field(reader: Reader, sides: FieldSides) -> FieldPart:
    whole = Tally(code="", rows=sides.rows, champion=sides.champion, challenger=sides.challenger)
    accuracy = [(reader.say("models.all"), whole)]
    accuracy += [
        (reader.say("models.in", spoken=reader.name("spoken", each.code)), each) for each in sides.languages
    ]
    classes = [(reader.label(sides.code, each.code), each) for each in sides.classes if each.rows]
    return FieldPart(
        name=reader.field(sides.code),
        told=reader.say(
            "models.agree",
            both=sides.both,
            champion=sides.champion_only,
            challenger=sides.challenger_only,
            neither=sides.neither,
        ),
        rows=tuple(_tally(name, each) for name, each in [*accuracy, *classes]),
    )


def _tally(name: str, each: Tally) -> tuple[str, str, str, str, str]:
    gain = each.challenger - each.champion
    return name, f"{each.rows:,}", f"{each.champion:.3f}", f"{each.challenger:.3f}", f"{gain:+.3f}"


def _example(reader: Reader, made: Report, each: Example) -> ExampleRow:
    stored = made.requests.get(each.request_id)
    words, spoken = reader.say("models.gone"), reader.language
    if stored is not None and stored.erased:
        words = reader.say("erased")
    elif stored is not None:
        words = excerpt(reader, (stored.request.subject, stored.request.text))
        spoken = spoken if stored.assessment is None else stored.assessment.prediction.language
    right = {each.champion: "champion", each.challenger: "challenger"}.get(each.truth, "")
    return ExampleRow(
        id="" if stored is None else each.request_id,
        words=words,
        language=html_language(spoken),
        field=reader.field(each.field),
        truth=reader.label(each.field, each.truth),
        champion=_said(reader, each.field, each.champion, each.champion_sure),
        challenger=_said(reader, each.field, each.challenger, each.challenger_sure),
        right=right,
    )


def _said(reader: Reader, field: str, label: str, sure: float) -> str:
    return reader.say("models.said", label=reader.label(field, label), sure=reader.percent(sure))
