"""The verbs that pattern-ci needs of GitHub, and no more.

Reads return whole lists (every page) or raise; a failed or truncated read is never an empty list.
Writes raise one of the GitHubError family. Nothing here takes author or committer data: commits
made without them through the Git Data API are the ones that GitHub marks as verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class Repository:
    """The repository as the token sees it; `permissions` as GitHub names them (push, admin …)."""

    full_name: str
    default_branch: str
    private: bool
    permissions: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """A pull request; `head_repo` is None when the fork it came from is gone."""

    number: int
    title: str
    body: str
    state: str  # open | closed
    merged: bool
    author: str
    head_ref: str
    head_sha: str
    head_repo: str | None
    base_ref: str
    labels: tuple[str, ...]
    url: str


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    author: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit on GitHub; `paths` are the files in which it differs from its first parent."""

    sha: str
    message: str
    parents: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """One file of a commit to make: its path and its whole text (None deletes it)."""

    path: str
    text: str | None
    executable: bool = False


class GitHubPort(Protocol):
    """One repository on GitHub."""

    @property
    def slug(self) -> str:
        """`owner/name`."""
        ...

    def identity(self) -> str:
        """Login under which our writes appear, discovered from the token, never hard-coded."""
        ...

    def repository(self) -> Repository:
        """The repository itself."""
        ...

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`; None when there is no such branch."""
        ...

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`, sorted by name."""
        ...

    def commit(self, sha: str) -> Commit | None:
        """One commit with every path it changed; None when there is no such commit."""
        ...

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state` (open, closed, all), newest first.

        With `head_prefix` only those whose head branch is in this repository and starts with it.
        """
        ...

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments of an issue or pull request, oldest first."""
        ...

    def commit_files(self, *, base_sha: str, message: str, changes: Sequence[FileChange]) -> str:
        """Create a commit on top of `base_sha` and return its id; no branch moves."""
        ...

    def create_branch(self, branch: str, sha: str) -> None:
        """Create `branch` at `sha`; GitHubConflictError when it exists."""
        ...

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` if its tip still is `expected`; GitHubConflictError otherwise."""
        ...

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete `branch` if its tip still is `expected`; GitHubConflictError otherwise."""
        ...

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request from a branch of this repository."""
        ...

    def update_pull_request(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Change the given fields of a pull request."""
        ...

    def create_comment(self, number: int, body: str) -> Comment:
        """Add a comment to an issue or pull request."""
        ...

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Replace the body of a comment."""
        ...

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at `ref`; None when it is not there."""
        ...

    def usage(self) -> Mapping[str, int]:
        """Requests made so far: `reads` and `writes`."""
        ...
