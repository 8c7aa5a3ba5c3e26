"""`pattern-ci uninstall`: takes away what is ours and unchanged; `patterns/` stays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files, git, output
from pattern_ci.errors import EXIT_OK, AutomationDisabledError, TransactionError
from pattern_ci.messages import init as init_messages
from pattern_ci.messages import uninstall as messages
from pattern_ci.model.config import automation_disabled
from pattern_ci.registry.config import load_config
from pattern_ci.render import lock
from pattern_ci.render.journal import Place
from pattern_ci.render.transaction import recover
from pattern_ci.setup.plan import PATHS
from pattern_ci.setup.removal import STATE, Fate, Item, plan_removal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pattern_ci.github.port import GitHubPort

SCHEMA_VERSION = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "repo", metavar="REPO", nargs="?", default=".", type=Path, help="a clone (default: .)"
    )
    parser.add_argument("--apply", action="store_true", help="do what the plan shows")
    parser.add_argument("--remote", action="store_true", help="our branches on GitHub too")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Show the plan; carry it out with `--apply`."""
    repo = git.open_repo(args.repo)
    port = None
    if args.remote:
        if args.apply and automation_disabled(os.environ):
            raise AutomationDisabledError(messages.DISABLED, next_step=messages.NEXT_DISABLED)
        from pattern_ci.setup.remote import open_port  # only with --remote

        port = open_port(repo, os.environ)
    return uninstall(repo, port=port, apply=args.apply, as_json=args.format == "json")


def uninstall(repo: git.Repo, *, port: GitHubPort | None, apply: bool, as_json: bool) -> int:
    """Plan, carry out when asked, report; branches first, because GitHub may refuse."""
    if apply:
        _refuse_unfinished(repo)
    branches = _branches(repo, port, apply=apply)
    note = None
    if apply and repo.work_tree is not None:
        note = recover(repo.work_tree, repo.tree_state_dir)
    items = _local(repo)
    if apply:
        _carry_out(repo, items)
    if as_json:
        output.json_pretty(_data(items, branches, applied=apply, recovered=note))
    else:
        if note:
            output.line(messages.recovered(note))
        output.write(_text((*items, *branches), applied=apply, remote=port is not None))
    return EXIT_OK


def _refuse_unfinished(repo: git.Repo) -> None:
    """Raise TransactionError when the main work tree needs its journal, and this is another one."""
    if repo.state_dir != repo.tree_state_dir and Place(repo.state_dir).interrupted:
        what = messages.interrupted_elsewhere(str(repo.state_dir))
        raise TransactionError(what, next_step=messages.NEXT_ELSEWHERE)


def _state(repo: git.Repo) -> list[Path]:
    """The state folders of this work tree: its own, and the one that all share."""
    folders = dict.fromkeys((repo.tree_state_dir, repo.state_dir))
    return [folder for folder in folders if folder.exists()]


def _branches(repo: git.Repo, port: GitHubPort | None, *, apply: bool) -> tuple[Item, ...]:
    if port is None:
        return ()
    from pattern_ci.setup.remote import delete_branches, find_branches  # only with --remote

    found = find_branches(port, load_config(repo.work_tree).bot_prs.branch_prefix)
    return delete_branches(port, found) if apply else found


def _local(repo: git.Repo) -> tuple[Item, ...]:
    root = repo.work_tree
    places = {} if root is None else {name: files.inside(root, name) for name in PATHS}
    return tuple(
        plan_removal(
            {name: files.read_text(places[name]) if places else None for name in PATHS},
            has_state=bool(_state(repo)),
            has_patterns=root is not None and (root / "patterns").is_dir(),
        )
    )


def _carry_out(repo: git.Repo, items: Sequence[Item]) -> None:
    for item in items:
        if item.name == STATE:
            for folder in _state(repo):
                with lock.held(folder):
                    pass  # nobody is writing there; whoever begins now makes the folder anew
                files.remove_tree(folder)
        elif repo.work_tree is not None and item.fate is Fate.REMOVE:
            files.remove(files.inside(repo.work_tree, item.name))
        elif repo.work_tree is not None and item.text is not None:
            files.write_if_changed(files.inside(repo.work_tree, item.name), item.text)


def _data(
    items: Sequence[Item], branches: Sequence[Item], *, applied: bool, recovered: str | None
) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "applied": applied,
        "recovered": recovered,
        "local": [item.to_dict() for item in items],
        "branches": [item.to_dict() for item in branches],
    }


def _text(items: Sequence[Item], *, applied: bool, remote: bool) -> str:
    lines = [init_messages.step_line(item.fate.value, item.name, item.reason) for item in items]
    if all(item.fate is Fate.KEEP for item in items):
        closing = messages.NOTHING
    elif applied:
        closing = messages.DONE
    else:
        closing = messages.NEXT_PLAN_REMOTE if remote else messages.NEXT_PLAN
    return "\n".join([*lines, closing]) + "\n"
