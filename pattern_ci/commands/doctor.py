"""`pattern-ci doctor`: what is missing, misconfigured or dead, and the next step."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import git, output
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, FatalError
from pattern_ci.messages import doctor as messages
from pattern_ci.setup.facts import gather
from pattern_ci.setup.health import examine
from pattern_ci.setup.records import Level

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from pattern_ci.setup.records import Check, Facts, HookSource, Online

SCHEMA_VERSION = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", type=Path, help="a clone (default: .)"
    )
    parser.add_argument("--online", action="store_true", help="ask GitHub too, with GITHUB_TOKEN")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Examine and report."""
    return doctor(args.repo, online=args.online, as_json=args.format == "json", environ=os.environ)


def doctor(path: Path, *, online: bool, as_json: bool, environ: Mapping[str, str]) -> int:
    """Exit code 0 when nothing failed, 1 when something did."""
    facts = gather(path, environ)
    if online and facts.clone is not None:
        online_facts, sources = _ask(path, facts, environ)
        facts = replace(facts, online=online_facts, hook_sources=sources)
    checks = examine(facts)
    levels = Counter(check.level for check in checks)
    if as_json:
        output.json_pretty(
            {
                "schema_version": SCHEMA_VERSION,
                "ok": not levels[Level.FAIL],
                "checks": [check.to_dict() for check in checks],
            }
        )
    else:
        output.write(_text(checks, levels))
    return EXIT_FINDINGS if levels[Level.FAIL] else EXIT_OK


def _ask(
    path: Path, facts: Facts, environ: Mapping[str, str]
) -> tuple[Online, tuple[HookSource, ...]]:
    from pattern_ci.setup.asking import ask_github, refused  # only with --online
    from pattern_ci.setup.releases import ask_sources
    from pattern_ci.setup.remote import open_port

    repo = git.open_repo(path)
    sources = ask_sources(repo.work_tree) if repo.work_tree else ()
    try:
        return ask_github(open_port(repo, environ), facts), sources
    except FatalError as error:
        return refused(error), sources


def _text(checks: Sequence[Check], levels: Mapping[Level, int]) -> str:
    rows = [messages.row(c.level.value, c.topic, c.what, c.next_step) for c in checks]
    closing = messages.closing(levels[Level.FAIL], levels[Level.WARN])
    return "\n".join([*rows, "", closing]) + "\n"
