"""What GitHub tells about a repository, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# GitHub ends a run after 35 days; what took longer has a time that somebody made up.
_LONGEST = timedelta(days=35)


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
    # When it was at work says nothing about which check it is.
    started_at: datetime | None = field(default=None, compare=False)
    completed_at: datetime | None = field(default=None, compare=False)

    @property
    def duration_s(self) -> float | None:
        """How long it took; None where it is not over, or was never begun."""
        return None if self.status != "completed" else _between(self.started_at, self.completed_at)


@dataclass(frozen=True, kw_only=True)
class WorkflowRun:
    """One run of a workflow; `conclusion` is None until it is completed.

    `started_at` is that of its latest attempt; GitHub has no time of its end, and nothing but that
    end is expected to update a run that is over.
    """

    id: int
    event: str
    status: str
    conclusion: str | None
    head_sha: str
    created_at: datetime
    started_at: datetime | None = field(default=None, compare=False)
    updated_at: datetime | None = field(default=None, compare=False)

    @property
    def duration_s(self) -> float | None:
        """How long its latest attempt took, with the wait for a machine; None until it is over."""
        return None if self.status != "completed" else _between(self.started_at, self.updated_at)


@dataclass(frozen=True, kw_only=True)
class ActionsSettings:
    """What the repository lets its workflows do."""

    default_access: str  # read | write
    may_open_pull_requests: bool


def _between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds; None for a time that is not known or cannot be."""
    if start is None or end is None or not timedelta(0) <= end - start <= _LONGEST:
        return None
    return (end - start).total_seconds()
