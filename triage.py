"""The front door: the one command line. Rooms are opened when a command of theirs is called.

`triage --help` imports neither room, so it is instant; the summaries below are therefore written here.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any, cast

import click

from features.errors import TriageError

COMMANDS = {
    "data": ("training.data_commands", "Import a company's own history, check it; export what people said."),
    "train": ("training.commands", "Train a model on labelled requests and register it."),
    "retrain": ("training.retrain_commands", "Train a challenger on what people said, and judge it."),
    "evaluate": ("training.commands", "Measure a model on labelled requests."),
    "score": ("training.commands", "Predict and grade a file of requests."),
    "models": ("training.commands", "List, show, judge, promote, roll back or export versions."),
    "taxonomy": ("training.taxonomy_commands", "Infer, check or show your own labels; rename or retire one."),
    "policy": ("serving.policy_commands", "Check a grading policy, or show the packaged one."),
    "encoder": ("training.commands", "Build the default encoder, or say where it is."),
    "serve": ("serving.commands", "Serve the API and the pages."),
    "db": ("serving.db_commands", "The database's schema, its backup and its restore."),
    "jobs": ("serving.jobs.commands", "What runs beside the service: list it, or run what is due."),
    "keys": ("serving.key_commands", "Create, rotate, list or revoke keys of the API."),
    "users": ("serving.access_commands", "Accounts of staff: create, list, reset, disable or enable."),
    "audit": ("serving.access_commands", "Who did what to what."),
    "erase": ("serving.access_commands", "Erase what a person wrote, for good."),
    "sample": ("serving.commands", "Load the sample requests and customers, or clear them."),
    "fairness": ("serving.commands", "Who is served how, by tier of customer, with and without value."),
    "demo": ("serving.commands", "All of it with sample data: what `make run` starts."),
}

MOUNTED = {"data": {"export": "serving.export_command"}}
"""Group -> command of it that lives in the other room -> its module: only the front door knows both rooms."""


class Rooms(click.Group):
    """A group that imports a command's room when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, from its room."""
        if cmd_name not in COMMANDS:
            return None
        found = _command(COMMANDS[cmd_name][0], cmd_name)
        for name, room in MOUNTED.get(cmd_name, {}).items():
            cast("click.Group", found).add_command(_command(room, name))
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in `--help`, without opening a room."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


def _command(room: str, name: str) -> click.Command:
    """A command from its module."""
    return cast("dict[str, click.Command]", import_module(room).commands)[name]


@click.command(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="request-triage")
def triage() -> None:
    """Read free-text requests in Chinese and English, and grade them.

    State lives under TRIAGE_HOME (default: .triage in this folder).
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; what is raised on purpose is one sentence and exit code 2."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    try:
        return triage.main(args=arguments, prog_name="triage")
    except TriageError as error:
        click.echo(f"triage: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
