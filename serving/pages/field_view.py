"""A field of one request as the review form shows it: its labels, what the model said, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from features.explain import FieldExplanation
from features.outcome import OutcomeSource, outcomes
from features.records import FieldPrediction
from features.taxonomy import Field
from serving.pages.dossier import Dossier
from serving.pages.words import Reader

MOST_RADIOS = 12
"""With more labels a field is a list to choose from."""
MOVERS = 6


@dataclass(frozen=True, kw_only=True)
class Option:
    """A label to pick. key: the digit that picks it, empty where it has none. said: by the model."""

    code: str
    name: str
    key: str
    percent: str
    width: str
    picked: bool
    said: bool
    definition: str


@dataclass(frozen=True, kw_only=True)
class Mover:
    """A word that moved the label. speaks_for: it, or else the one that came next."""

    text: str
    speaks_for: bool
    percent: str


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """A field. sentence: what the model said and decided; empty where it is hidden. words: (label, the one
    that came next, what moved). person: who judged it. differs: where what was typed is not what stands."""

    code: str
    name: str
    key: str
    options: tuple[Option, ...]
    many: bool
    unjudged: bool
    sentence: str
    doubtful: bool
    person: str
    chosen: str
    runner_up: str
    movers: tuple[Mover, ...]
    differs: str


def field_views(reader: Reader, sight: Dossier, typed: Mapping[str, str] | None) -> tuple[FieldView, ...]:
    """The fields, in the taxonomy's order. typed: what was picked before, None where the form is new."""
    prediction, taxonomy = sight.assessment.prediction, reader.services.taxonomy
    counts = {} if sight.is_unseen else outcomes(prediction, sight.stored.said)
    shown = [
        code for code in taxonomy.fields if code in prediction.fields or code in sight.stored.said.outcomes
    ]
    made = []
    for number, code in enumerate(shown, start=1):
        field = taxonomy.fields[code]
        stands = field.resolve(counts[code].label) if code in counts else None
        picked = stands if typed is None else typed.get(code) or None
        said = None if sight.is_unseen else prediction.fields.get(code)
        judged = counts.get(code)
        by = judged.by if judged is not None and judged.source is not OutcomeSource.PREDICTION else None
        why = None if sight.why is None else sight.why.fields.get(code)
        differs = typed is not None and picked != stands and stands is not None
        made.append(
            FieldView(
                code=code,
                name=reader.field(code),
                key=str(number) if number <= 9 else "",
                options=_options(reader, field, said, picked),
                many=len(field.codes) > MOST_RADIOS,
                unjudged=picked is None,
                sentence="" if said is None else _sentence(reader, code, said),
                doubtful=said is not None and said.decision.value == "review",
                person="" if by is None else by,
                chosen="" if why is None else reader.label(code, why.label),
                runner_up=reader.label(code, why.runners_up[0].label) if why and why.runners_up else "",
                movers=() if why is None else _movers(reader, why),
                differs=reader.label(code, stands) if differs and stands is not None else "",
            )
        )
    return tuple(made)


def _options(
    reader: Reader, field: Field, said: FieldPrediction | None, picked: str | None
) -> tuple[Option, ...]:
    shares: dict[str, float] = {}
    for label, share in ({} if said is None else {**said.parents, **said.probabilities}).items():
        present = field.resolve(label) or label
        shares[present] = shares.get(present, 0.0) + share
    chosen = None if said is None else field.resolve(said.label)
    return tuple(
        Option(
            code=code,
            name=reader.label(field.code, code),
            key=str(number) if number <= 9 else "",
            percent="" if code not in shares else reader.percent(shares[code]),
            width=f"{100 * shares.get(code, 0.0):.1f}%",
            picked=code == picked,
            said=code == chosen,
            definition=field.by_code[code].description.get(reader.language, ""),
        )
        for number, code in enumerate(field.codes, start=1)
    )


def _sentence(reader: Reader, code: str, said: FieldPrediction) -> str:
    values = {
        "label": reader.label(code, said.label),
        "percent": reader.percent(said.confidence),
        "decision": reader.name("decision", said.decision.value),
    }
    if said.threshold is None:
        return reader.say("review.said.none", **values)
    return reader.say("review.said", **values, threshold=reader.percent(said.threshold))


def _movers(reader: Reader, why: FieldExplanation) -> tuple[Mover, ...]:
    """What moved it most; a word that stands there several times is told once, with all its shares."""
    shares: dict[tuple[str, bool], float] = {}
    for each in why.words:
        if each.weight:
            word = (each.text, each.weight > 0)
            shares[word] = shares.get(word, 0.0) + each.share
    most = sorted(shares.items(), key=lambda each: -each[1])[:MOVERS]
    return tuple(
        Mover(text=text, speaks_for=speaks_for, percent=reader.percent(share))
        for (text, speaks_for), share in most
    )
