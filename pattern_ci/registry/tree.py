"""The work tree as an update sees it: what has been planned so far stands in it already."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pattern_ci import files, git
from pattern_ci.messages import apply_update as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.registry.past import held
from pattern_ci.render.journal import bytes_digest
from pattern_ci.render.merge import styles
from pattern_ci.render.survey import Change

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.registry.applied import Applied
    from pattern_ci.registry.past import Past
    from pattern_ci.registry.updating import Plan

# A file that was renamed more often since it was written is looked for no further.
_MOST_RENAMES = 10
_UNMERGED = frozenset({"DD", "AU", "UD", "UA", "DU", "AA", "UU"})


class Tree:
    """A work tree with changes that are not written yet; `force` lets go of uncommitted work."""

    def __init__(self, repo: git.Repo, root: Path, past: Past, *, force: bool) -> None:
        self._repo, self._root, self._past, self._force = repo, root, past, force
        self._planned: dict[str, bytes | None] = {}
        self._before: dict[str, bytes | None] = {}
        self._texts: dict[int, dict[str, str]] = {}

    def read(self, path: str) -> bytes | None:
        """The content of a file, planned or on disk. Raises UnsafePathError, StorageError."""
        if path in self._planned:
            return self._planned[path]
        if path not in self._before:
            self._before[path] = files.read_bytes(files.inside(self._root, path))
        return self._before[path]

    def put(self, path: str, data: bytes | None) -> None:
        """Plan new content for a file; None deletes it."""
        self.read(path)
        self._planned[path] = data

    def take(self, plan: Plan) -> None:
        """Plan what an update does to a use."""
        for piece in plan.pieces:
            if piece.data is not None:
                self.put(piece.path, piece.data)

    def before(self, path: str) -> bytes | None:
        """What a file held when it was first looked at."""
        return self._before.get(path)

    @property
    def changes(self) -> list[Change]:
        """Every file that will differ, in the order in which they were planned."""
        return [
            Change(path, data) for path, data in self._planned.items() if data != self._before[path]
        ]

    @property
    def seen(self) -> dict[str, str | None]:
        """Digests of all files that were looked at, as the transaction compares them."""
        return {
            path: None if data is None else bytes_digest(data)
            for path, data in self._before.items()
        }

    def moved(self, path: str) -> str | None:
        """Where a file went that is not here any more; renames are followed one after another."""
        for _ in range(_MOST_RENAMES):
            found = _renamed(self._repo, path)
            if found is None or self.read(found) is not None:
                return found
            path = found
        return None

    def unsettled(self, path: str) -> str:
        """Why changes in a file could be lost; empty when git has them, or with `force`."""
        words = ("status", "--porcelain", "-z", "--ignored", "--untracked-files=all", "--", path)
        said = git.text(self._repo.path, "--literal-pathspecs", *words)
        if said[:2] in _UNMERGED:
            return messages.unmerged(path)
        return messages.uncommitted(path) if said and not self._force else ""

    def base(self, applied: Applied, slot: str, path: str) -> str | None:
        """The text of a slot as rendered then: from the template of then, or from the file's past.

        Either counts only with the recorded digest.
        """
        if id(applied) not in self._texts:
            self._texts[id(applied)] = self._past.texts(applied)
        text = self._texts[id(applied)].get(slot)
        return self._held(applied, slot, path) if text is None else text

    def _held(self, applied: Applied, slot: str, path: str) -> str | None:
        wanted = {one.sha256 for one in applied.written if one.slot == slot}
        names = {path, *(one.path for one in applied.written if one.slot == slot)}
        for name in sorted(names):
            contents = chain.from_iterable(map(styles, held(self._repo, name)))
            found = (git.decode(data) for data in contents)
            text = next((text for text in found if text_digest(text) in wanted), None)
            if text is not None:
                return text
        return None


def _renamed(repo: git.Repo, path: str) -> str | None:
    """The new name of a file, from what is staged or from the commit that took the old one away."""
    if not git.has_commits(repo):
        return None
    staged = _renames(repo, "diff", "--cached", "HEAD")
    if path in staged:
        return staged[path]
    words = ("log", "-1", "--format=%H", "--no-renames", "--diff-filter=D", "HEAD", "--", path)
    commit = git.text(repo.path, "--literal-pathspecs", *words).strip()
    if not commit:
        return None
    return _renames(repo, "diff-tree", "-r", "--no-commit-id", commit).get(path)


def _renames(repo: git.Repo, *words: str) -> dict[str, str]:
    how = ("-M", "--diff-filter=R", "--name-status", "-z", "--no-ext-diff")
    fields: Sequence[str] = git.text(repo.path, words[0], *how, *words[1:]).split("\0")
    return dict(zip(fields[1::3], fields[2::3], strict=False))
