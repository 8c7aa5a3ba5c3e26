"""The repository on GitHub that a clone belongs to: the way there, and our branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.automation.target import find_target
from pattern_ci.errors import GitHubConflictError, UsageError
from pattern_ci.github.pygithub import connect
from pattern_ci.messages import doctor as doctor_messages
from pattern_ci.messages import uninstall as messages
from pattern_ci.setup.removal import Fate, Item, plan_branches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.github.port import GitHubPort

# Far above what listing our branches and pull requests takes, far below an hour's allowance.
REQUESTS = 300


def open_port(repo: git.Repo, environ: Mapping[str, str]) -> GitHubPort:
    """The port for this clone. Raises UsageError without remote, GitHubAuthError without token."""
    target = find_target(environ, git.remotes(repo))
    if not target.slug:
        raise UsageError(doctor_messages.NO_REMOTE, next_step=doctor_messages.NEXT_REMOTE)
    return connect(target.slug, target.token, request_budget=REQUESTS, environ=environ)


def find_branches(port: GitHubPort, prefix: str) -> tuple[Item, ...]:
    """What would happen to each of our branches."""
    branches = port.branches(prefix)
    if not branches:
        return ()
    ours = port.pull_requests(state="all", head_prefix=prefix)
    pulls = {pull.number: pull for pull in (*ours, *port.pull_requests(state="open"))}
    return tuple(
        plan_branches(
            branches,
            tuple(pulls.values()),
            prefix=prefix,
            login=port.identity(),
            default_branch=port.repository().default_branch,
        )
    )


def delete_branches(port: GitHubPort, items: Sequence[Item]) -> tuple[Item, ...]:
    """Delete what the plan says; a branch that moved meanwhile is kept."""
    return tuple(_delete(port, item) for item in items)


def _delete(port: GitHubPort, item: Item) -> Item:
    if item.fate is not Fate.REMOVE or item.tip is None:
        return item
    try:
        port.delete_branch(item.name, expected=item.tip)
    except GitHubConflictError:
        return Item(name=item.name, fate=Fate.KEEP, reason=messages.MOVED_MEANWHILE)
    return item
