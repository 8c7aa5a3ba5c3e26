"""What GitHub tells about a repository, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


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
    closed_at: datetime | None = None
    draft: bool = False


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


@dataclass(frozen=True, kw_only=True)
class Issue:
    """An issue that is no pull request."""

    number: int
    title: str
    body: str
    state: str  # open | closed
    author: str
    labels: tuple[str, ...]
    url: str


@dataclass(frozen=True, kw_only=True)
class CheckRun:
    """One check of a commit; `conclusion` is None until it is completed."""

    name: str
    status: str  # queued | in_progress | completed | waiting | requested | pending
    conclusion: str | None


@dataclass(frozen=True, kw_only=True)
class WorkflowRun:
    """One run of a workflow; `conclusion` is None until it is completed."""

    id: int
    event: str
    status: str
    conclusion: str | None
    head_sha: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ActionsSettings:
    """What the repository lets its workflows do."""

    default_access: str  # read | write
    may_open_pull_requests: bool
