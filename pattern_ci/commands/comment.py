"""`pattern-ci comment`: carry out a command that somebody wrote on a pull request of ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import output
from pattern_ci.automation.comments.handle import Desk, Handled, handle
from pattern_ci.automation.events import comment_event
from pattern_ci.commands.answering import add_event_arguments, open_port, read_event
from pattern_ci.errors import EXIT_OK, AutomationDisabledError
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.github.pygithub import connect as connect_to_github
from pattern_ci.messages import comments as messages
from pattern_ci.model.config import automation_disabled
from pattern_ci.registry.config import load_config

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from pattern_ci.automation.events import CommentEvent
    from pattern_ci.commands.answering import Connect

SCHEMA_VERSION = 1
# One command reads a doc suite of about twenty files, some commits and pages of pull requests.
REQUEST_BUDGET = 200


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    add_event_arguments(parser)
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="configuration")


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    return comment(
        args.event,
        apply=args.apply,
        repo=args.repo,
        slug=args.slug,
        token_name=args.token_env,
        form=args.format,
        environ=os.environ,
    )


def comment(
    path: Path,
    *,
    apply: bool,
    environ: Mapping[str, str],
    repo: Path = Path(),
    slug: str = "",
    token_name: str = "",
    form: str = "text",
    connect: Connect = connect_to_github,
) -> int:
    """Answer one comment, or say what would be answered; 0 also for a command that is refused."""
    if apply and automation_disabled(environ):
        raise AutomationDisabledError(messages.DISABLED, next_step=messages.DISABLED_NEXT)
    event = comment_event(read_event(path))
    port = open_port(
        messages.DOING,
        environ,
        slug=slug or event.slug,
        token_name=token_name,
        connect=connect,
        request_budget=REQUEST_BUDGET,
    )
    recorder = None if apply else PlanRecorder(port)
    desk = Desk(
        port=recorder or port,
        login=port.identity(),
        prefix=load_config(repo).bot_prs.branch_prefix,
    )
    done = handle(desk, event)
    writes = list(recorder.writes) if recorder else []
    if form == "json":
        output.json_pretty(_data(event, done, writes, planned=not apply))
    else:
        output.line(_line(event, done, planned=not apply))
    return EXIT_OK


def _data(
    event: CommentEvent, done: Handled, writes: list[dict[str, Any]], *, planned: bool
) -> dict[str, Any]:
    answer = done.answer
    return {
        "schema_version": SCHEMA_VERSION,
        "planned": planned,
        "pull_request": event.number,
        "comment": event.comment_id,
        "command": done.request.verb if done.request else None,
        "ignored": done.ignored,
        "refused": answer.reason if answer else None,
        "reaction": answer.reaction if answer else None,
        "reply": answer.text if answer else None,
        "writes": writes,
    }


def _line(event: CommentEvent, done: Handled, *, planned: bool) -> str:
    if done.ignored is not None or done.answer is None or done.request is None:
        return messages.ignored(event.comment_id, (done.ignored or "no_command"))
    word = done.request.word
    return messages.outcome(event.number, word, done.answer.reason or "", planned=planned)
