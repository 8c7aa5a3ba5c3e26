"""Gathers what the doctor's rules look at; reads, and changes nothing."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from pattern_ci import files, git, git_trees
from pattern_ci.errors import ConfigError, NotARepositoryError, SpecError
from pattern_ci.model.config import CONFIG_PATH, Config, automation_disabled, from_environment
from pattern_ci.model.finding import Severity
from pattern_ci.model.own_layout import LIBRARY, is_ours
from pattern_ci.registry.config import read_config
from pattern_ci.registry.library import load_library
from pattern_ci.render.journal import Place
from pattern_ci.setup import precommit
from pattern_ci.setup.flows import read_flows
from pattern_ci.setup.records import Clone, Facts, Hooks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RUNNERS = ("pre-commit", "prek", "pattern-ci")


def gather(path: Path, environ: Mapping[str, str]) -> Facts:
    """All facts about the repository that `path` is in."""
    general: dict[str, Any] = {
        "git_version": git.version(),
        "python_version": tuple(sys.version_info[:3]),
        "where": str(path),
    }
    try:
        repo = git.open_repo(path)
    except NotARepositoryError:
        return Facts(**general)
    root, place = repo.work_tree, Place(repo.tree_state_dir)
    return Facts(
        **general,
        clone=_clone(repo),
        cache_bytes=files.folder_size(repo.state_dir),
        interrupted=place.interrupted,
        **_environment(environ),
        **({} if root is None else _tree(repo, root)),
    )


def _clone(repo: git.Repo) -> Clone:
    return Clone(
        bare=repo.work_tree is None,
        shallow=git.is_shallow(repo),
        partial=git.is_partial(repo),
        detached=git.is_detached(repo),
        commits=git.has_commits(repo),
        remotes=tuple(git.remotes(repo)),
    )


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        from_environment(environ)
        problem = ""
    except ConfigError as error:
        problem = error.line
    return {
        "automation_disabled": automation_disabled(environ),
        "environment_problem": problem,
        "token": environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or "",
    }


def _tree(repo: git.Repo, root: Path) -> dict[str, Any]:
    text = files.read_text(root / CONFIG_PATH)
    config, problems = read_config(text) if text is not None else (None, ())
    library = load_library(root / "patterns", shown="patterns")
    broken = [entry for entry in library.findings if entry.severity is Severity.ERROR]
    bot = (config or Config()).bot_prs
    flows, callers = read_flows(root)
    return {
        "config_there": text is not None,
        "config_problems": tuple(finding.line_text for finding in problems),
        "train_enabled": config is not None and config.train.enabled,
        "hooks": _hooks(repo, root),
        "patterns": len(library.patterns),
        "broken_patterns": tuple(finding.line_text for finding in broken),
        "foreign": _foreign(repo),
        "branch_prefix": bot.branch_prefix,
        "checks_workflow": bot.checks_workflow,
        "dashboard": bot.dashboard,
        "flows": flows,
        "callers": callers,
    }


def _foreign(repo: git.Repo) -> tuple[str, ...]:
    """Committed files in the folder of our library that are none of ours."""
    if not git.has_commits(repo):
        return ()
    entries = git_trees.tree(repo, "HEAD", LIBRARY)
    return tuple(entry.path for entry in entries if not is_ours(entry.path))


def _hooks(repo: git.Repo, root: Path) -> Hooks:
    named: frozenset[str] = frozenset()
    unreadable = ""
    try:
        named = precommit.hooks_named(files.read_text(root / precommit.CONFIG) or "")
    except SpecError as error:
        unreadable = error.what
    folder = git.hooks_dir(repo)
    script = folder / "pre-commit"
    said = files.read_text(script) if os.access(script, os.X_OK) else None
    commands = [said or "", *git.hook_commands(repo, "pre-commit")]
    return Hooks(
        named=named,
        unreadable=unreadable,
        installed=any(name in command for command in commands for name in _RUNNERS),
        folder=str(folder),
    )
