"""The commands that close the loop: retrain, and the judge of `triage models`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.errors import InputError
from training.places import home, open_registry, policy_file
from training.telling import print_outcome, say, write_json

if TYPE_CHECKING:
    from training.gate_verdict import Verdict
    from training.retrain import Setting

_name_option = click.option(
    "--model", "name", default="triage", show_default=True, help="The registered name."
)
_base_option = click.option(
    "--base-data", type=Path, default=None, help="Labelled requests from before: csv, jsonl or parquet."
)
_seed_option = click.option("--seed", default=0, show_default=True)


@click.command()
@click.option("--snapshot", type=Path, required=True, help="A folder that `triage data export` wrote.")
@_base_option
@click.option("--frozen", type=Path, default=None, help="Labelled requests that nothing is ever learnt from.")
@_name_option
@click.option(
    "--target",
    default="0.95",
    show_default=True,
    help="The precision at which it may act alone: 0.95, or urgency=0.9,type.security=0.99.",
)
@_seed_option
@click.option("--judge/--no-judge", "judged", default=True, show_default=True, help="Ask the gate at once.")
@click.option("--json", "json_path", type=Path, default=None, help="Write the verdict here.")
def retrain(
    snapshot: Path,
    base_data: Path | None,
    frozen: Path | None,
    name: str,
    target: str,
    seed: int,
    judged: bool,
    json_path: Path | None,
) -> None:
    """Train a challenger on what people said, and judge it against the champion.

    The newest reviews and the frozen set are kept back to judge by. Nothing is promoted: see
    `triage models promote`.
    """
    from features.delivered import check_name
    from training import retrain as retraining
    from training import targets as targeting

    if json_path is not None and not judged:
        raise InputError("--json writes the verdict: leave --no-judge out.", field="json")
    check_name(name)
    sources = retraining.Sources(snapshot=snapshot, base_data=base_data, frozen=frozen)
    setting = _setting(name)
    made = retraining.retrain(
        sources, setting, seed=seed, now=datetime.now(UTC), targets=targeting.parse(target)
    )
    print_outcome(made.outcome)
    if judged:
        version = made.outcome.reference.version
        verdict = retraining.judge(sources, setting, version=version, seed=seed)
        _tell(verdict, version, json_path)


@click.command()
@click.argument("version")
@click.option("--snapshot", type=Path, default=None, help="Default: that of its retraining.")
@_base_option
@_name_option
@_seed_option
@click.option("--json", "json_path", type=Path, default=None, help="Write the verdict here.")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def judge(
    version: str,
    snapshot: Path | None,
    base_data: Path | None,
    name: str,
    seed: int,
    json_path: Path | None,
    language: str,
) -> None:
    """Judge a version against the champion, on rows that neither learnt from.

    The verdict is kept with the version in MLflow, under `gate`, as JSON and as a page.
    """
    from training import retrain as retraining

    setting = _setting(name)
    if snapshot is None:
        if base_data is not None:
            raise InputError("--base-data has a meaning only with --snapshot.", field="base_data")
        sources = retraining.sources_of(setting, version)
    else:
        sources = retraining.Sources(snapshot=snapshot, base_data=base_data)
    _tell(retraining.judge(sources, setting, version=version, seed=seed), version, json_path, language)


def _setting(name: str) -> Setting:
    from training.commands import open_cached
    from training.retrain import Setting

    return Setting(
        registry=open_registry(),
        home=home(),
        name=name,
        open_encoder=open_cached,
        policy=policy_file(),
        say=say,
    )


def _tell(verdict: Verdict, version: str, json_path: Path | None, language: str = "en") -> None:
    click.echo(f"Version {version}, judged on {verdict.rows['all']} rows:")
    for sentence in verdict.sentences(language):
        click.echo(f"  {sentence}")
    write_json(json_path, verdict.as_data(challenger=version))


commands: dict[str, click.Command] = {"retrain": retrain}
