"""`pattern-ci init`: a first configuration, shown before it is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import files, git, output
from pattern_ci.automation.target import find_target
from pattern_ci.catalog import RELEASE
from pattern_ci.errors import EXIT_OK, NotARepositoryError, UsageError
from pattern_ci.messages import init as messages
from pattern_ci.setup.plan import PATHS, Action, Step, is_ref, plan_setup

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

SCHEMA_VERSION = 1
_WRITTEN = (Action.CREATE, Action.ADD)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", type=Path, help="a clone (default: .)"
    )
    parser.add_argument("--apply", action="store_true", help="write what the plan shows")
    parser.add_argument(
        "--ref", default=RELEASE, help=f"tag or commit of pattern-ci to use (default: {RELEASE})"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Show the plan; write it with `--apply`."""
    as_json = args.format == "json"
    return init(args.repo, apply=args.apply, ref=args.ref, as_json=as_json, environ=os.environ)


def init(path: Path, *, apply: bool, ref: str, as_json: bool, environ: Mapping[str, str]) -> int:
    """Plan the three files, write them when asked, report."""
    if not is_ref(ref):
        raise UsageError(messages.bad_ref(ref), next_step="name a release such as v0.1.0.")
    repo = git.open_repo(path)
    root = repo.work_tree
    if root is None:
        raise NotARepositoryError(messages.NO_WORK_TREE, next_step=messages.NO_WORK_TREE_NEXT)
    places = {name: files.inside(root, name) for name in PATHS}
    existing = {name: files.read_text(place) for name, place in places.items()}
    slug = find_target(environ, git.remotes(repo)).slug
    steps = plan_setup(existing, ref=ref, name=slug or root.name)
    if apply:
        for step in steps:
            if step.text is not None:
                files.write_if_changed(places[step.path], step.text)
    if as_json:
        output.json_pretty(
            {
                "schema_version": SCHEMA_VERSION,
                "applied": apply,
                "files": [step.to_dict() for step in steps],
            }
        )
    else:
        output.write(_text(steps, applied=apply))
    return EXIT_OK


def _text(steps: Sequence[Step], *, applied: bool) -> str:
    written = [step for step in steps if step.action in _WRITTEN]
    parts = []
    for step in steps:
        parts.append(messages.step_line(step.action.value, step.path, step.reason) + "\n")
        if not (applied and step in written):
            parts.append(messages.indented(step.lines))
    if not written:
        parts.append(messages.NEXT_NOTHING)
    else:
        parts.append(messages.NEXT_APPLIED if applied else messages.NEXT_PLAN)
    return "".join(parts) + "\n"
