"""A port that writes through another one and keeps a record of what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.github.write_log import WriteLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.github.write_log import Record
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


class PassThrough:
    """Hands every read on to another port."""

    def __init__(self, port: GitHubPort) -> None:
        self._port = port
        self._log = WriteLog()

    @property
    def writes(self) -> Sequence[Record]:
        """The writes so far, as plain records."""
        return tuple(self._log.records)

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self._port.slug

    def usage(self) -> Mapping[str, int]:
        """Requests made so far."""
        return self._port.usage()

    def identity(self) -> str:
        """Login under which our writes appear."""
        return self._port.identity()

    def repository(self) -> Repository:
        """The repository itself."""
        return self._port.repository()

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`."""
        return self._port.branch_sha(branch)

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`."""
        return self._port.branches(prefix)

    def commit(self, sha: str) -> Commit | None:
        """One commit with every path it changed."""
        return self._port.commit(sha)

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state`, newest first."""
        return self._port.pull_requests(state=state, head_prefix=head_prefix)

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments, oldest first."""
        return self._port.comments(number)

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at `ref`."""
        return self._port.file_text(path, ref=ref)

    def mergeable(self, number: int) -> bool | None:
        """Whether a pull request merges without conflict."""
        return self._port.mergeable(number)

    def issues(self, *, author: str, state: str = "open") -> Sequence[Issue]:
        """Issues that `author` opened, newest first."""
        return self._port.issues(author=author, state=state)

    def check_runs(self, sha: str) -> Sequence[CheckRun]:
        """All checks of a commit."""
        return self._port.check_runs(sha)

    def workflow_state(self, workflow: str) -> str | None:
        """State of a workflow file."""
        return self._port.workflow_state(workflow)

    def workflow_runs(self, workflow: str, *, limit: int) -> Sequence[WorkflowRun]:
        """The newest runs of a workflow."""
        return self._port.workflow_runs(workflow, limit=limit)

    def permission(self, login: str) -> str:
        """Role of a user here."""
        return self._port.permission(login)

    def actions_settings(self) -> ActionsSettings:
        """What workflows may do."""
        return self._port.actions_settings()


class WriteRecorder(PassThrough):
    """Writes for real; a write that fails leaves no record."""

    def commit_files(
        self, *, base_sha: str, message: Message, changes: Sequence[FileChange]
    ) -> str:
        """Create a commit."""
        made = self._port.commit_files(base_sha=base_sha, message=message, changes=changes)
        self._log.commit_files(made, base_sha=base_sha, message=message, changes=changes)
        return made

    def create_branch(self, branch: str, sha: str) -> None:
        """Create a branch."""
        self._port.create_branch(branch, sha)
        self._log.create_branch(branch, sha)

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move a branch."""
        self._port.update_branch(branch, sha, expected=expected)
        self._log.update_branch(branch, sha, expected=expected)

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move a branch in any direction."""
        self._port.replace_branch(branch, sha, expected=expected)
        self._log.replace_branch(branch, sha, expected=expected)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch."""
        self._port.delete_branch(branch, expected=expected)
        self._log.delete_branch(branch, expected=expected)

    def create_pull_request(
        self, *, title: Title, body: Markdown, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request."""
        made = self._port.create_pull_request(
            title=title, body=body, head=head, base=base, labels=labels
        )
        self._log.create_pull_request(
            made.number, title=title, body=body, head=head, base=base, labels=labels
        )
        return made

    def update_pull_request(
        self,
        number: int,
        *,
        title: Title | None = None,
        body: Markdown | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Change a pull request."""
        changed = self._port.update_pull_request(number, title=title, body=body, state=state)
        self._log.update_pull_request(number, title=title, body=body, state=state)
        return changed

    def merge_pull_request(self, number: int, *, expected: str, title: Title) -> str:
        """Squash-merge a pull request."""
        made = self._port.merge_pull_request(number, expected=expected, title=title)
        self._log.merge_pull_request(made, number=number, expected=expected, title=title)
        return made

    def create_issue(self, *, title: Title, body: Markdown, labels: Sequence[str] = ()) -> Issue:
        """Open an issue."""
        made = self._port.create_issue(title=title, body=body, labels=labels)
        self._log.create_issue(made.number, title=title, body=body, labels=labels)
        return made

    def update_issue(
        self,
        number: int,
        *,
        title: Title | None = None,
        body: Markdown | None = None,
        state: str | None = None,
    ) -> Issue:
        """Change the given fields of an issue."""
        changed = self._port.update_issue(number, title=title, body=body, state=state)
        self._log.update_issue(number, title=title, body=body, state=state)
        return changed

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels."""
        self._port.add_labels(number, labels)
        self._log.add_labels(number, labels)

    def remove_label(self, number: int, label: str) -> None:
        """Take a label off."""
        self._port.remove_label(number, label)
        self._log.remove_label(number, label)

    def create_comment(self, number: int, body: Markdown) -> Comment:
        """Write a comment."""
        made = self._port.create_comment(number, body)
        self._log.create_comment(made.id, number=number, body=body)
        return made

    def update_comment(self, comment_id: int, body: Markdown) -> Comment:
        """Change a comment."""
        changed = self._port.update_comment(comment_id, body)
        self._log.update_comment(comment_id, body)
        return changed

    def react(self, comment_id: int, content: str) -> None:
        """React to a comment."""
        self._port.react(comment_id, content)
        self._log.react(comment_id, content)

    def dispatch_workflow(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str] | None = None
    ) -> None:
        """Start a workflow."""
        self._port.dispatch_workflow(workflow, ref=ref, inputs=inputs)
        self._log.dispatch_workflow(workflow, ref=ref, inputs=inputs or {})
