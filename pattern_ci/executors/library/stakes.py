"""What stands against dropping a worktree: the reason in one line, and what a rescue may keep."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci.executors.library import unsaved, worktrees
from pattern_ci.executors.library.unsaved import Around, Kind
from pattern_ci.messages import worktrees as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pattern_ci.executors.library.unsaved import Piece
    from pattern_ci.executors.library.worktrees import Worktree
    from pattern_ci.model.execution import Context

    Says = Callable[[str, Sequence[str]], str]

# What is named first stands most in the way.
_SAYS: Final[Mapping[Kind, Says]] = {
    Kind.WORKTREE: messages.worktree,
    Kind.REPOSITORY: messages.repository,
    Kind.UNDER_WAY: messages.under_way,
    Kind.CHANGED: messages.uncommitted,
    Kind.HIDDEN: messages.uncommitted,
    Kind.STAGED: messages.staged,
    Kind.IGNORED: messages.ignored,
}
# No commit of ours can hold these.
_NOT_OURS: Final = (Kind.WORKTREE, Kind.REPOSITORY, Kind.UNDER_WAY)


class Stakes(NamedTuple):
    """What a worktree holds that is nowhere else; `commits` tells of its commits, in one line."""

    tree: Worktree
    pieces: Sequence[Piece]
    commits: str

    @property
    def reason(self) -> str:
        """The first thing that would be lost, in one line; empty for nothing."""
        return self._locked or self._first(_SAYS) or self.commits

    @property
    def unkeepable(self) -> str:
        """The first thing that a rescue could not keep, in one line; empty for nothing."""
        return self._locked or self._first(_NOT_OURS)

    @property
    def unmergeable(self) -> str:
        """The first thing that stands against merging, for a merge would not hold it."""
        return self._locked or self._first([one for one in _SAYS if one is not Kind.IGNORED])

    @property
    def ignored(self) -> str:
        """Ignored files that would be lost, in one line."""
        return self._first([Kind.IGNORED])

    @property
    def _locked(self) -> str:
        return messages.locked(self.tree.name) if self.tree.locked else ""

    def _first(self, kinds: Collection[Kind]) -> str:
        for kind in kinds:
            paths = [one.path for one in self.pieces if one.kind is kind]
            if paths:
                return _SAYS[kind](self.tree.name, paths)
        return ""


class Look:
    """Looks at worktrees of one repository; `give_up` says that ignored files may be lost."""

    def __init__(self, context: Context, *, give_up: bool) -> None:
        self._context, self._give_up = context, give_up
        self._top = Path(os.path.realpath(context.root))
        self._ignored = unsaved.everything(self._top).ignored
        self._gone: list[Worktree] = []

    def at(self, tree: Worktree) -> Stakes:
        """What would be lost with a worktree. Raises HistoryUnreadableError."""
        gone = {one.branch for one in self._gone}
        commits = worktrees.commits_at_risk(self._context, tree, gone)
        if not (self._top / tree.path).is_dir():
            return Stakes(tree, [], commits)
        away = {self._top / one.path for one in self._gone}
        folders = {self._top / one.path for one in worktrees.listed(self._context)} - away
        around = Around(self._top, self._ignored, (*folders,), (*away,))
        pieces = unsaved.work(self._top / tree.path, around)
        if self._give_up:
            pieces = [one for one in pieces if one.kind is not Kind.IGNORED]
        return Stakes(tree, pieces, commits)

    def without(self, tree: Worktree) -> None:
        """From now on as if this one were gone, which in a plan it is not."""
        self._gone.append(tree)
