"""`pattern-ci label`: set or take off the label of a pull request that breaks a guarantee."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pattern_ci import output
from pattern_ci.automation.events import pull_request_event
from pattern_ci.automation.guard.labels import LABEL, Labelled
from pattern_ci.automation.guard.labels import label as set_label
from pattern_ci.commands.answering import add_event_arguments, open_port, read_event
from pattern_ci.errors import (
    EXIT_OK,
    AutomationDisabledError,
    GitHubPermissionError,
)
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.github.pygithub import connect as connect_to_github
from pattern_ci.messages import guard as messages
from pattern_ci.model.config import automation_disabled

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping
    from pathlib import Path

    from pattern_ci.commands.answering import Connect

SCHEMA_VERSION = 1
# One listing of open pull requests and one write.
REQUEST_BUDGET = 50


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    add_event_arguments(parser)
    parser.add_argument(
        "--quarantine", default="", metavar="IDS", help="ids, separated by blanks; empty: none"
    )


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    return label(
        args.event,
        quarantine=args.quarantine,
        apply=args.apply,
        slug=args.slug,
        token_name=args.token_env,
        form=args.format,
        environ=os.environ,
    )


def label(
    path: Path,
    *,
    quarantine: str,
    apply: bool,
    environ: Mapping[str, str],
    slug: str = "",
    token_name: str = "",
    form: str = "text",
    connect: Connect = connect_to_github,
) -> int:
    """Bring the label in line with what the guard found; a token that may not is a note."""
    if apply and automation_disabled(environ):
        raise AutomationDisabledError(messages.DISABLED, next_step=messages.DISABLED_NEXT)
    event = pull_request_event(read_event(path))
    port = open_port(
        messages.DOING,
        environ,
        slug=slug or event.slug,
        token_name=token_name,
        connect=connect,
        request_budget=REQUEST_BUDGET,
    )
    try:
        done = set_label(port if apply else PlanRecorder(port), event.number, quarantine.split())
    except GitHubPermissionError as error:
        output.error(error.line)
        done = Labelled(added=False, removed=False, line=messages.MAY_NOT)
    if form == "json":
        output.json_pretty(_data(event.number, done, planned=not apply))
    else:
        output.line(done.line if apply else messages.planned(done.line))
    return EXIT_OK


def _data(number: int, done: Labelled, *, planned: bool) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "planned": planned,
        "pull_request": number,
        "label": LABEL,
        "added": done.added,
        "removed": done.removed,
        "said": done.line,
    }
