"""What is said of worktrees that hold work: what it is, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN = 3


def uncommitted(name: str, paths: Sequence[str]) -> str:
    """Work that exists in the worktree only."""
    return f"{_of(name)} holds uncommitted work: {_named(paths)}."


def staged(name: str, paths: Sequence[str]) -> str:
    """Versions that exist in the index of the worktree only."""
    return f"{_of(name)} holds uncommitted work: {_named(paths)} as staged."


def ignored(name: str, paths: Sequence[str]) -> str:
    """Ignored files that exist in the worktree only."""
    return (
        f"{_of(name)} holds ignored files that are not here: {_named(paths)}; move them, "
        "or say `rescue: true` to keep them, or `ignored: drop` to lose them."
    )


def repository(name: str, paths: Sequence[str]) -> str:
    """Work in a repository inside of a worktree, which no commit around it can keep."""
    return (
        f"{_of(name)} holds a repository in {_named(paths)} that is not all pushed, "
        "or has files that are nowhere else."
    )


def worktree(name: str, paths: Sequence[str]) -> str:
    """A worktree inside of another one."""
    return f"{_of(name)} holds another worktree in {_named(paths)}; drop or move that first."


def under_way(name: str, what: Sequence[str]) -> str:
    """An operation of git that is not finished."""
    return f"{_of(name)} is in the middle of a {_named(what)}; finish or abort it first."


def under_way_here(what: Sequence[str]) -> str:
    """The same where something would be merged into."""
    return f"a {_named(what)} is not finished here; finish or abort it first."


def locked(name: str) -> str:
    """A worktree that somebody has locked."""
    return f"{_of(name)} is locked; `git worktree unlock` it first."


def on_no_branch(branch: str, path: str) -> str:
    """The worktree that was made for a branch has left it."""
    return (
        f"{visible(path)}, the worktree of {visible(branch)}, is on no branch (a detached HEAD, "
        f"or a rebase or bisect that is not finished); check {visible(branch)} out there first."
    )


def in_the_way(branch: str, paths: Sequence[str]) -> str:
    """Ignored files here that a merge would overwrite."""
    return f"{visible(branch)} would overwrite {_named(paths)}, ignored here; move that away first."


def _of(name: str) -> str:
    return f"the worktree of {visible(name)}"


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(visible(path) for path in paths[:SHOWN]) + more
