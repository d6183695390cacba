"""One retraining: reviews of a snapshot and base data in, a challenger out, judged against the champion.

Nothing moves the champion here: the gate's verdict stands with the challenger, and a person promotes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features import snapshot as snapshots
from features import verdicts
from features.bundle import TriageModel
from features.delivered import CHAMPION
from features.encoder import Encoder
from features.errors import InputError
from features.manifest import read_manifest
from features.records import ModelReference
from features.registry import GATE
from features.registry_runs import Data
from features.set_aside import Quarantine
from features.snapshot import Snapshot
from features.versions import AGAINST_TAG, RESULT_TAG
from training import carried, frozen, gate, gate_page, retrain_record
from training import dataset as datasets
from training import train as training
from training.gate_sides import Sides, numbers_of, sides_of
from training.gate_verdict import Verdict
from training.judging import compare
from training.labels import labels_of
from training.quarantine import Suspicion, suspicions
from training.retrain_data import Assembled, Parts, assemble, labels_before, reviewed, unseen
from training.retrain_record import Record
from training.targets import Targets

if TYPE_CHECKING:
    from features.registry import Registry

Say = Callable[[str], None]
PASSED = "passed"


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where the data of a retraining are. frozen: a file whose rows are the frozen set, where it is one."""

    snapshot: Path
    base_data: Path | None = None
    frozen: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a retraining is made with. open_encoder: an encoder by its name, vectors cached."""

    registry: Registry
    home: Path
    name: str
    open_encoder: Callable[[str], Encoder]
    policy: Path | None = None
    say: Say = lambda _: None

    def champion(self) -> tuple[TriageModel, Path]:
        """The champion and its folder. Raises InputError where there is none to be challenged."""
        if self.registry.alias(self.name, CHAMPION) is None:
            told = f"{self.name!r} has no champion yet: train one with `triage train --data FILE`."
            raise InputError(told, field="model")
        return self.opened(f"models:/{self.name}@{CHAMPION}")

    def opened(self, uri: str) -> tuple[TriageModel, Path]:
        """A version and its folder."""
        folder, reference = self.registry.resolve(uri)
        encoder = self.open_encoder(read_manifest(folder).encoder_name)
        return TriageModel.load(folder, encoder=encoder, reference=reference), folder


@dataclass(frozen=True, kw_only=True)
class Retrained:
    """What came of it. held: batches of reviews that were set aside now."""

    outcome: training.Outcome
    held: tuple[Suspicion, ...]


def retrain(
    sources: Sources, setting: Setting, *, seed: int, now: datetime, targets: Targets | None = None
) -> Retrained:
    """Train a challenger. Raises InputError or RegistryError in a sentence; nothing is registered then."""
    snapshot = snapshots.read(sources.snapshot)
    champion, _ = setting.champion()
    before = retrain_record.load(setting.home, champion.reference)
    since = None if before is None else before.until
    parts, held = _parts(sources, snapshot, setting, champion=champion, now=now)
    kept = _frozen(parts, sources, setting, since=since, now=now)
    made = assemble(parts, frozen=kept, since=since)
    setting.say(_told(made))
    base = carried.find(None, registry=setting.registry, name=setting.name, say=setting.say)
    data, taxonomy = carried.without_empty(
        made.dataset, snapshot.taxonomy.only(list(made.dataset.labels)), base
    )
    outcome = training.train(
        data,
        taxonomy,
        encoder=champion.encoder,
        registry=setting.registry,
        name=setting.name,
        seed=seed,
        alias="challenger",
        base=base,
        policy=setting.policy,
        targets=targets,
        origin={"snapshot": snapshot.sha256, "as_of": snapshot.manifest.as_of},
        source=Data(name=f"{setting.name} reviews", folder=sources.snapshot, sha256=snapshot.sha256),
        say=setting.say,
    )
    record = Record(
        snapshot=str(sources.snapshot.resolve()),
        snapshot_sha256=snapshot.sha256,
        as_of=snapshot.manifest.as_of,
        base_data=_full(sources.base_data),
        frozen=_full(sources.frozen),
        champion=champion.reference.version,
        since=since,
        until=made.until,
    )
    record.save(setting.home, outcome.reference)
    return Retrained(outcome=outcome, held=tuple(held))


def judge(sources: Sources, setting: Setting, *, version: str, seed: int) -> Verdict:
    """Judge a version against the champion on rows that neither learnt from, and keep the verdict with it.

    Raises InputError where the data are not those of its retraining, or it is the champion itself.
    """
    champion, champion_folder = setting.champion()
    challenger, folder = setting.opened(f"models:/{setting.name}/{version}")
    if challenger.reference == champion.reference:
        raise InputError(f"Version {version} of {setting.name} is the champion itself.", field="version")
    snapshot = snapshots.read(sources.snapshot)
    record = retrain_record.load(setting.home, challenger.reference)
    if record is not None and record.snapshot_sha256 != snapshot.sha256:
        raise InputError(
            f"Version {version} was trained on another snapshot than {str(sources.snapshot)!r} (as of "
            f"{record.as_of}): name that one, or retrain.",
            field="snapshot",
        )
    parts, _ = _parts(sources, snapshot, setting, champion=None, now=None)
    theirs = retrain_record.load(setting.home, champion.reference)
    bounds = [each.until for each in (record, theirs) if each is not None and each.until is not None]
    made = assemble(
        parts,
        frozen=frozen.load(setting.home, name=setting.name),
        since=None if theirs is None else theirs.until,
        until=max(bounds, default=None),
    )
    compared = compare(
        champion,
        challenger,
        made.judged,
        recent=made.recent,
        policy=setting.policy,
        folders=(champion_folder, folder),
    )
    verdict = gate.judge(compared, seed=seed)
    sides = sides_of(compared, numbers_of(made.judged.requests, snapshot.requests))
    between = (champion.reference, challenger.reference)
    _keep(verdict, setting, between=between, of=snapshot, sides=sides)
    return verdict


def sources_of(setting: Setting, version: str) -> Sources:
    """Where the data of a version's retraining were. Raises InputError where it was not retrained here."""
    record = retrain_record.load(setting.home, ModelReference(name=setting.name, version=version))
    if record is None:
        told = f"Version {version} of {setting.name} was not made by `triage retrain` here: name --snapshot."
        raise InputError(told, field="snapshot")
    return Sources(
        snapshot=Path(record.snapshot),
        base_data=None if record.base_data is None else Path(record.base_data),
        frozen=None if record.frozen is None else Path(record.frozen),
    )


def _parts(
    sources: Sources,
    snapshot: Snapshot,
    setting: Setting,
    *,
    champion: TriageModel | None,
    now: datetime | None,
) -> tuple[Parts, list[Suspicion]]:
    """The data at hand, without what is set aside. champion: looks for more of that before."""
    taxonomy, store = snapshot.taxonomy, Quarantine(setting.home, setting.name)
    loaded = [
        None if path is None else datasets.load(path, taxonomy=taxonomy)[0]
        for path in (sources.base_data, sources.frozen)
    ]
    labels = labels_of(snapshot, without=store.held())
    found: list[Suspicion] = []
    if champion is not None and now is not None:
        found = suspicions(
            labels.rows,
            champion,
            groups=reviewed(labels, taxonomy).groups,
            trusted=labels_before(loaded[0]),
            released=store.released(),
        )
        store.hold(found, at=now, snapshot=snapshot.sha256)
        for each in found:
            setting.say(f"Set aside as {each.id}: {each.sentence('en')}")
        labels = labels_of(snapshot, without=store.held()) if found else labels
        for note in labels.notes:
            setting.say(note)
    return Parts(base=loaded[0], reviews=reviewed(labels, taxonomy), file=loaded[1]), found


def _frozen(
    parts: Parts, sources: Sources, setting: Setting, *, since: str | None, now: datetime
) -> frozen.Frozen | None:
    """The frozen set: the one chosen before, else one chosen now, if there are rows enough."""
    kept = frozen.load(setting.home, name=setting.name)
    source = "reviews" if parts.file is None else parts.file.sha256
    if kept is not None:
        if parts.file is not None and kept.source != source:
            told = (
                f"--frozen {str(sources.frozen)!r} is not the file that was chosen on {kept.chosen_at[:10]}"
            )
            raise InputError(f"{told}: a frozen set is chosen once.", field="frozen")
        return kept
    rows = unseen(parts, since=since)
    if parts.file is not None:
        made = frozen.chosen(parts.file, range(len(parts.file)), source=source, at=now, share=1)
    elif len(rows) < frozen.FEWEST_TO_CHOOSE:
        return None
    else:
        made = frozen.chosen(parts.reviews, rows, source=source, at=now)
    frozen.save(made, setting.home, name=setting.name)
    setting.say(f"Froze {len(made.rows)} texts, which no version of {setting.name} learns from.")
    return made


def _keep(
    verdict: Verdict,
    setting: Setting,
    *,
    between: tuple[ModelReference, ModelReference],
    of: Snapshot,
    sides: Sides,
) -> None:
    """Keep a verdict with the challenger in MLflow, and on this disk for the pages."""
    champion, challenger = between
    told: dict[str, Any] = {
        "model": setting.name,
        "champion": champion.version,
        "challenger": challenger.version,
        "snapshot": of.sha256,
        "as_of": of.manifest.as_of,
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = gate_page.write(Path(scratch) / GATE, verdict, of=told, sides=sides)
        tags = {RESULT_TAG: verdict.result.value, AGAINST_TAG: champion.version}
        setting.registry.note(challenger, folder, place=GATE, tags=tags)
        verdicts.save(setting.home, challenger, verdict=folder / verdicts.FILE)


def _told(made: Assembled) -> str:
    judged, newest = len(made.judged), sum(made.recent)
    return (
        f"{len(made.dataset) - judged} rows to learn from; kept back to judge by: {newest} of the newest and "
        f"{judged - newest} frozen."
    )


def _full(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())
