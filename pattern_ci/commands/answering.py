"""What commands that answer an event of GitHub have in common: options, and the way to GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.automation.target import find_target
from pattern_ci.messages import events as messages
from pattern_ci.messages.github import token_needed

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Mapping

    from pattern_ci.github.port import GitHubPort

    Connect = Callable[..., GitHubPort]


def add_event_arguments(parser: ArgumentParser) -> None:
    """Which event, whether to act on it, where, and how to tell of it."""
    parser.add_argument("--event", type=Path, required=True, metavar="FILE", help="the event")
    parser.add_argument("--apply", action="store_true", help="carry it out; the default only plans")
    parser.add_argument("--slug", metavar="OWNER/NAME", default="", help="repository on GitHub")
    parser.add_argument(
        "--token-env", metavar="NAME", default="", help="variable that holds the GitHub token"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def read_event(path: Path) -> str:
    """The payload of the event. Raises UsageError where there is no such file."""
    text = files.read_text(path)
    if text is None:
        raise messages.no_event(str(path))
    return text


def open_port(
    doing: str,
    environ: Mapping[str, str],
    *,
    slug: str,
    token_name: str,
    connect: Connect,
    request_budget: int,
) -> GitHubPort:
    """The door to the repository of an event. Raises GitHubAuthError where no token is set."""
    target = find_target(environ, {}, slug=slug, token_name=token_name)
    if not target.token:
        raise token_needed(doing, target.token_names)
    return connect(target.slug, target.token, request_budget=request_budget, environ=environ)
