"""Commits and branches of a plan: made up, and laid over those that GitHub holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from pattern_ci.github.recorder import PassThrough
from pattern_ci.messages import github as messages
from pattern_ci.model.github import Commit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import FileChange

# How far back a branch's history is followed to tell where two of them parted.
_FOLLOWED = 50


@dataclass(frozen=True, kw_only=True)
class _Planned:
    base: str
    message: str
    changes: Mapping[str, str | None]


class PlannedGit(PassThrough):
    """Answers what concerns commits and branches as if the planned ones were there."""

    def __init__(self, port: GitHubPort) -> None:
        super().__init__(port)
        self._commits: dict[str, _Planned] = {}
        self._tips: dict[str, str | None] = {}

    # -- reads, with what was planned laid over them -------------------------------------------

    def branch_sha(self, branch: str) -> str | None:
        """The planned tip, or the real one."""
        return self._tips[branch] if branch in self._tips else self._port.branch_sha(branch)

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """Real and planned branches, sorted by name."""
        planned = {name: tip for name, tip in self._tips.items() if name.startswith(prefix)}
        found = {**dict(self._port.branches(prefix)), **planned}
        return tuple(sorted((name, tip) for name, tip in found.items() if tip is not None))

    def commit(self, sha: str) -> Commit | None:
        """A planned commit with the paths in which it differs from its base, or a real one."""
        planned = self._commits.get(sha)
        if planned is None:
            return self._port.commit(sha)
        paths = [
            path
            for path, text in planned.changes.items()
            if self.file_text(path, ref=planned.base) != text
        ]
        return Commit(
            sha=sha, message=planned.message, parents=(planned.base,), paths=tuple(sorted(paths))
        )

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file in a planned commit or below it."""
        sha: str | None = self._tips.get(ref, ref)
        while sha in self._commits:
            planned = self._commits[sha]
            if path in planned.changes:
                return planned.changes[path]
            sha = planned.base
        return None if sha is None else self._port.file_text(path, ref=sha)

    # -- writes --------------------------------------------------------------------------------

    def commit_files(self, *, base_sha: str, message: str, changes: Sequence[FileChange]) -> str:
        """Plan a commit."""
        self._assert_commit(base_sha, doing=messages.READ_COMMIT)
        texts = {change.path: change.text for change in changes}
        sha = self._plan_commit(base_sha, message, texts)
        self._log.commit_files(sha, base_sha=base_sha, message=message, changes=changes)
        return sha

    def create_branch(self, branch: str, sha: str) -> None:
        """Plan a branch."""
        if self.branch_sha(branch) is not None:
            raise messages.exists_already(messages.CREATE_BRANCH)
        self._assert_commit(sha, doing=messages.CREATE_BRANCH)
        self._tips[branch] = sha
        self._log.create_branch(branch, sha)

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Plan to move a branch forward."""
        if self.branch_sha(branch) != expected or not self._descends(sha, expected):
            raise messages.branch_moved(messages.MOVE_BRANCH)
        self._tips[branch] = sha
        self._log.update_branch(branch, sha, expected=expected)

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Plan to move a branch in any direction."""
        if self.branch_sha(branch) != expected:
            raise messages.branch_moved(messages.REPLACE_BRANCH)
        self._assert_commit(sha, doing=messages.REPLACE_BRANCH)
        self._tips[branch] = sha
        self._log.replace_branch(branch, sha, expected=expected)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Plan to delete a branch."""
        if self.branch_sha(branch) != expected:
            raise messages.branch_moved(messages.DELETE_BRANCH)
        self._tips[branch] = None
        self._log.delete_branch(branch, expected=expected)

    # -- helpers -------------------------------------------------------------------------------

    def _plan_commit(self, base: str, message: str, texts: Mapping[str, str | None]) -> str:
        named = repr((len(self._commits), base, message, sorted(texts)))
        sha = hashlib.sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:40]
        self._commits[sha] = _Planned(base=base, message=message, changes=texts)
        return sha

    def _assert_commit(self, sha: str, *, doing: str) -> None:
        if sha not in self._commits and self._port.commit(sha) is None:
            raise messages.not_found(doing)

    def _descends(self, sha: str, ancestor: str) -> bool:
        # Looked at before it is asked for: the newest commits are mostly planned ones.
        return sha == ancestor or any(
            ancestor in commit.parents[:1] for commit in islice(self._line(sha), _FOLLOWED)
        )

    def _changed_since_parting(self, head: str, base: str) -> Mapping[str, str | None]:
        """Texts at `head` of the paths that its line changed since it left that of `base`."""
        ours: list[Commit] = []
        theirs: set[str] = set()
        lines = zip_longest(self._line(head), self._line(base))
        for mine, other in islice(lines, _FOLLOWED):
            ours += [mine] if mine else []
            theirs |= {other.sha} if other else set()
            if any(commit.sha in theirs for commit in ours):
                break
        own = (commit for commit in ours if commit.sha not in theirs)
        paths = {path for commit in own for path in commit.paths}
        return {path: self.file_text(path, ref=head) for path in paths}

    def _line(self, sha: str | None) -> Iterator[Commit]:
        """A commit and those before it, along first parents."""
        while sha is not None and (commit := self.commit(sha)) is not None:
            yield commit
            sha = commit.parents[0] if commit.parents else None
