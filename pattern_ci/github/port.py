"""The verbs that pattern-ci needs of GitHub, and no more.

Reads return whole lists (every page) or raise; a failed or truncated read is never an empty list.
Writes raise one of the GitHubError family. Nothing here takes author or committer data: commits
made without them through the Git Data API are the ones that GitHub marks as verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.github import (
        ActionsSettings,
        CheckRun,
        Comment,
        Commit,
        FileChange,
        Issue,
        PullRequest,
        Repository,
        WorkflowRun,
    )
    from pattern_ci.model.safe import Markdown, Message, Title


class GitHubReads(Protocol):
    """What can be asked; nothing changes."""

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

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at `ref`; None when it is not there."""
        ...

    def usage(self) -> Mapping[str, int]:
        """Requests made so far: `reads` and `writes`."""
        ...

    def mergeable(self, number: int) -> bool | None:
        """Whether a pull request merges without conflict; None while GitHub does not know yet."""
        ...

    def issues(self, *, author: str, state: str = "open") -> Sequence[Issue]:
        """Issues that `author` opened, newest first; pull requests are left out."""
        ...

    def check_runs(self, sha: str) -> Sequence[CheckRun]:
        """All checks of a commit, of every App, the latest of each name."""
        ...

    def workflow_state(self, workflow: str) -> str | None:
        """`active`, `disabled_inactivity`, `disabled_manually` …; None when there is none.

        `workflow` is the base name of a file in `.github/workflows`.
        """
        ...

    def workflow_runs(self, workflow: str, *, limit: int) -> Sequence[WorkflowRun]:
        """The newest runs of a workflow, at most `limit` (100 or fewer); none when it is gone."""
        ...

    def permission(self, login: str) -> str:
        """Role of a user here: admin, maintain, write, triage, read or none."""
        ...

    def actions_settings(self) -> ActionsSettings:
        """What workflows may do; GitHubPermissionError for a token that may not ask."""
        ...


class GitHubWrites(Protocol):
    """What can be changed."""

    def commit_files(
        self, *, base_sha: str, message: Message, changes: Sequence[FileChange]
    ) -> str:
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
        self, *, title: Title, body: Markdown, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request from a branch of this repository."""
        ...

    def update_pull_request(
        self,
        number: int,
        *,
        title: Title | None = None,
        body: Markdown | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Change the given fields of a pull request."""
        ...

    def create_comment(self, number: int, body: Markdown) -> Comment:
        """Add a comment to an issue or pull request."""
        ...

    def update_comment(self, comment_id: int, body: Markdown) -> Comment:
        """Replace the body of a comment."""
        ...

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` in any direction if its tip still is `expected`.

        One request compares and moves (the lease of a forced push); GitHubConflictError otherwise.
        """
        ...

    def merge_pull_request(self, number: int, *, expected: str, title: Title) -> str:
        """Squash-merge if the head still is `expected`; the new commit on the base branch.

        GitHubConflictError when the head moved, or when GitHub's own rules do not let it be merged.
        """
        ...

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels to an issue or pull request; the others stay."""
        ...

    def remove_label(self, number: int, label: str) -> None:
        """Take one label off an issue or pull request; one that is not there is no error."""
        ...

    def create_issue(self, *, title: Title, body: Markdown, labels: Sequence[str] = ()) -> Issue:
        """Open an issue; GitHubNotFoundError where issues are switched off."""
        ...

    def update_issue(
        self,
        number: int,
        *,
        title: Title | None = None,
        body: Markdown | None = None,
        state: str | None = None,
    ) -> Issue:
        """Change the given fields of an issue."""
        ...

    def dispatch_workflow(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str] | None = None
    ) -> None:
        """Start a workflow by `workflow_dispatch` on a branch."""
        ...

    def react(self, comment_id: int, content: str) -> None:
        """React to a comment of an issue: +1, -1, confused, eyes, rocket …; twice is once."""
        ...


class GitHubPort(GitHubReads, GitHubWrites, Protocol):
    """One repository on GitHub."""
