"""Keeps what would be lost with a worktree as commits that a ref leads to.

The work tree is one commit; a version that only the index holds is in another one below it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.executors.library import unsaved
from pattern_ci.executors.library.unsaved import Kind
from pattern_ci.executors.library.worktrees import RESCUE, did, identity, said
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pattern_ci.executors.library.unsaved import Piece
    from pattern_ci.executors.library.worktrees import Worktree
    from pattern_ci.model.execution import Context

# Beside the index that people use, which stays as it is whatever becomes of this.
_INDEX = "pattern-ci-rescue"
_PATHS = ("--pathspec-from-file=-", "--pathspec-file-nul")


def keep(context: Context, tree: Worktree, pieces: Sequence[Piece]) -> str:
    """Keep all of these, and the commits below; answers the ref that holds them.

    Raises HistoryUnreadableError when git refuses.
    """
    if context.plan:
        return f"{RESCUE}/{tree.branch}"
    beside = _Beside(context, tree)
    try:
        commit = tree.tip
        if any(one.kind is Kind.STAGED for one in pieces):
            commit = beside.commit(beside.staged(), commit)
        commit = beside.commit(beside.on_disk(pieces), commit)
    finally:
        beside.close()
    ref = f"{RESCUE}/{tree.branch or 'detached'}/{commit[:12]}"
    did(context.run(["git", "update-ref", ref, commit]), "update-ref")
    return ref


def _copy(index: Path, to: Path) -> None:
    """Copy an index with its time: what was changed since is known by it."""
    try:
        shutil.copy2(index, to)
    except FileNotFoundError:  # nothing was ever staged
        return
    except OSError as error:
        raise files.storage_error(to, error, "write") from error


class _Beside:
    """A copy of the index of a worktree."""

    def __init__(self, context: Context, tree: Worktree) -> None:
        self._context, self._tree = context, tree
        place = unsaved.git_dir(Path(os.path.realpath(context.root)) / tree.path)
        self._path = place / _INDEX
        self._env = {"GIT_INDEX_FILE": str(self._path), "GIT_LITERAL_PATHSPECS": "1"}
        self.close()
        _copy(place / "index", self._path)

    def close(self) -> None:
        """Remove it, and what a git that was killed has left of it."""
        files.remove(self._path)
        files.remove(self._path.with_name(f"{_INDEX}.lock"))

    def staged(self) -> str:
        """The tree of what is staged, without paths that are in a conflict: none is chosen."""
        words = ("diff", "--name-only", "--diff-filter=U", "-z")
        self._without(self._git(*words).split("\0"))
        return self._git("write-tree")

    def on_disk(self, pieces: Iterable[Piece]) -> str:
        """The tree of what is on disk, with those of these pieces that git would pass over."""
        known = list(pieces)
        self._without(one.path for one in known if one.kind is Kind.HIDDEN)
        # Files outside of a sparse checkout that somebody made there are work as well.
        self._git("add", "--all", "--sparse")
        hidden = (Kind.HIDDEN, Kind.IGNORED)
        forced = [one.path for one in known if one.kind in hidden]
        if forced:
            self._git("add", "--force", "--sparse", *_PATHS, stdin=forced)
        return self._git("write-tree")

    def commit(self, made: str, parent: str) -> str:
        """A commit of a tree."""
        words = ("commit-tree", made, "-p", parent, "-m", messages.rescued(self._tree.branch))
        return self._git(*words, env=identity(self._context))

    def _without(self, paths: Iterable[str]) -> None:
        named = [one for one in paths if one]
        if named:
            self._git("update-index", "--force-remove", "-z", "--stdin", stdin=named)

    def _git(
        self,
        *words: str,
        stdin: Sequence[str] = (),
        env: Mapping[str, str | None] | None = None,
    ) -> str:
        command = ["git", "-C", self._tree.path, *words]
        lines = "\0".join(stdin).encode("utf-8", "surrogateescape") if stdin else None
        ran = self._context.run(command, stdin=lines, env={**self._env, **(env or {})})
        return said(ran, words[0])
