"""A map proposed from the names of an export's columns, and from their values where names say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from features.tables import Export
from features.tables.columns import category_level, is_after_intake, label_field, request_role
from features.tables.dates import day_first, looks_like_time
from training.importing.labels import is_no_label, joined, propose_values, share_meant
from training.importing.mapping import SINGLE, WORDS, LabelMap, RequestMap

ENOUGH_MEANT = 0.8
"""A column is a field of the default taxonomy where so many of its labelled rows use that field's words."""
MOST_LABELS = 200
SHORTEST_TEXT = 12
"""Characters on average, from which a column may be what requests say."""
LOOKED_AT = 2_000
"""Rows whose values tell what a column is."""
_MEANT_AS = {"priority": "urgency", "category": "type"}
"""A company's own field -> the field of the default taxonomy whose words it often uses."""


@dataclass(frozen=True)
class Proposal:
    """A map, the columns it does not use with the reason, and what should be looked at (sentences)."""

    mapping: RequestMap
    unused: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def propose(export: Export, *, sheet: str | None, zone: str) -> Proposal:
    """A map for an export. Its text may be empty where no column looks like one."""
    free = {name: export.column(name) for name in export.columns}
    if not all(row.lost for row in export.rows):
        free = {name: cells for name, cells in free.items() if any(cell.strip() for cell in cells)}
    blank = [name for name in export.columns if name not in free]
    after = tuple(name for name in free if is_after_intake(name) and label_field(name) is None)
    for name in after:
        free.pop(name)
    single, many = _by_name(free)
    for name in (*single.values(), *many["subject"], *many["text"]):
        free.pop(name, None)
    labels, notes = _labels(free)
    for name in (column for each in labels.values() for column in each.columns):
        free.pop(name)
    if "received_at" not in single and (found := _first(free, _is_time)):
        single["received_at"] = found
        free.pop(found)
    if not many["text"] and (found := _longest(free)):
        many["text"] = (found,)
        free.pop(found)
    if not many["text"]:
        many = {"text": many["subject"], "subject": ()}
    times = export.column(single["received_at"]) if "received_at" in single else []
    mapping = RequestMap(
        sheet=sheet,
        header=() if export.header == (0,) else export.header,
        zone=zone,
        day_first=day_first(times),
        single={part: single[part] for part in SINGLE if part in single},
        subject=many["subject"],
        text=many["text"],
        labels=labels,
        after_intake=after,
    )
    unused = [(name, _hint(cells)) for name, cells in free.items()] + [(name, "empty") for name in blank]
    return Proposal(mapping, tuple(unused), tuple(notes))


def _by_name(free: dict[str, list[str]]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    roles = {name: role for name in free if (role := request_role(name))}
    single = dict[str, str]()
    for part in SINGLE:
        ranked = sorted((place, name) for name, (role, place) in roles.items() if role == part)
        if ranked:
            single[part] = ranked[0][1]
    many = {part: tuple(name for name in free if name in roles and roles[name][0] == part) for part in WORDS}
    return single, many


def _labels(free: dict[str, list[str]]) -> tuple[dict[str, LabelMap], list[str]]:
    labels, notes = dict[str, LabelMap](), list[str]()
    levels = sorted((level, name) for name in free if (level := category_level(name)))
    columns = tuple(name for _, name in levels)
    if columns and len({level for level, _ in levels}) == len(levels):
        code, each = _label_map("category", columns, free)
        labels[code] = each
    named = [(found, name) for name in free if name not in columns and (found := label_field(name))]
    for (field, _), name in sorted(named, key=lambda each: each[0][1]):
        code, each = _label_map(field, (name,), free)
        code = code if code not in labels else field if field not in labels else name
        labels[code] = each
        if code != field and field == "priority":
            notes.append(
                f"{name!r} is read as urgency, since its words are; where it was set by the customer's rank "
                "or by who shouts, call it priority in the map and train it with --taxonomy infer."
            )
    for name in free:
        meant = _meant(name, free) if not _taken(labels, name) else []
        if len(meant) == 1 and meant[0] not in labels:
            labels[meant[0]] = _label_map(meant[0], (name,), free)[1]
            notes.append(f"{name!r} is read as {meant[0]}, told by its values alone.")
    return labels, notes


def _label_map(field: str, columns: tuple[str, ...], free: dict[str, list[str]]) -> tuple[str, LabelMap]:
    """The field's code, and its map."""
    fill = len(columns) > 1 and any(
        not above.strip() and below.strip()
        for above, below in zip(free[columns[0]], free[columns[1]], strict=True)
    )
    if len(columns) > 1:
        paths = Counter(joined(cells)[0] for cells in zip(*(free[name] for name in columns), strict=True))
        return field, LabelMap(columns=columns, values=propose_values(paths, field), fill_down=fill)
    counts = Counter(free[columns[0]])
    meant = _MEANT_AS.get(field)
    if meant and share_meant(counts, meant) >= ENOUGH_MEANT:
        field = meant
    return field, LabelMap(columns=columns, values=propose_values(counts, field))


def _taken(labels: dict[str, LabelMap], name: str) -> bool:
    return any(name in each.columns for each in labels.values())


def _meant(name: str, free: dict[str, list[str]]) -> list[str]:
    counts = Counter(free[name])
    if len(counts) > MOST_LABELS:
        return []
    return [
        field
        for field in ("type", "urgency", "impact", "difficulty")
        if share_meant(counts, field) >= ENOUGH_MEANT
    ]


def _first(free: dict[str, list[str]], is_it: Callable[[Sequence[str]], bool]) -> str | None:
    return next((name for name, cells in free.items() if is_it(_some(cells))), None)


def _some(cells: Iterable[str]) -> list[str]:
    return [cell for cell in cells if cell.strip()][:LOOKED_AT]


def _is_time(cells: Sequence[str]) -> bool:
    return sum(map(looks_like_time, cells)) >= ENOUGH_MEANT * len(cells)


def _longest(free: dict[str, list[str]]) -> str | None:
    """The column with the longest cells, where most of them differ."""
    lengths = dict[str, float]()
    for name, cells in free.items():
        some = _some(cells)
        if len(set(some)) > len(some) / 2:
            lengths[name] = mean(map(len, some))
    best = max(lengths, key=lambda name: lengths[name], default=None)
    return best if best is not None and lengths[best] >= SHORTEST_TEXT else None


def _hint(cells: list[str]) -> str:
    some = [cell for cell in _some(cells) if not is_no_label(cell)]
    kinds = len(set(some))
    if 2 <= kinds <= MOST_LABELS and kinds <= len(some) / 5:
        return f"could be labels: {kinds} values"
    return "times" if _is_time(some) and some else f"{kinds} value{'s' * (kinds != 1)}"
