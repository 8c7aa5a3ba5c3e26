"""What can be changed in the repository in memory, refused as GitHub refuses it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pattern_ci.messages import github as messages
from pattern_ci.model.github import CheckRun, Comment, WorkflowRun
from testing.fake_calls import FakeCalls
from testing.fake_world import Dispatch, changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.github import FileChange, Issue, PullRequest


class FakeWrites(FakeCalls):
    """The writing half of `GitHubPort`."""

    # -- commits and branches ------------------------------------------------------------------

    def commit_files(self, *, base_sha: str, message: str, changes: Sequence[FileChange]) -> str:
        """Create a commit on top of `base_sha`."""

        def write() -> str:
            if base_sha not in self._commits:
                raise messages.not_found(messages.READ_COMMIT)
            texts = {change.path: change.text for change in changes}
            tree = changed(self._commits[base_sha].tree, texts)
            sha = self._store((base_sha,), message, tree)
            self._log.commit_files(sha, base_sha=base_sha, message=message, changes=changes)
            return sha

        return self._write("commit_files", write)

    def create_branch(self, branch: str, sha: str) -> None:
        """Create `branch` at `sha`."""

        def write() -> None:
            if branch in self._tips:
                raise messages.exists_already(messages.CREATE_BRANCH)
            if sha not in self._commits:
                raise messages.not_found(messages.CREATE_BRANCH)
            self._move(branch, sha)
            self._log.create_branch(branch, sha)

        self._write("create_branch", write)

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` if its tip still is `expected`, and only forward."""

        def write() -> None:
            if expected not in self._ancestors(sha):
                raise messages.branch_moved(messages.MOVE_BRANCH)
            self._assert_leased(branch, expected, messages.MOVE_BRANCH)
            self._move(branch, sha)
            self._log.update_branch(branch, sha, expected=expected)

        self._write("update_branch", write)

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` in any direction if its tip still is `expected`."""

        def write() -> None:
            self._assert_leased(branch, expected, messages.REPLACE_BRANCH)
            if sha not in self._commits:
                raise messages.not_found(messages.REPLACE_BRANCH)
            self._move(branch, sha)
            self._log.replace_branch(branch, sha, expected=expected)

        self._write("replace_branch", write)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete `branch` if its tip still is `expected`."""

        def write() -> None:
            self._assert_leased(branch, expected, messages.DELETE_BRANCH)
            self._delete(branch)
            self._log.delete_branch(branch, expected=expected)

        self._write("delete_branch", write)

    def _assert_leased(self, branch: str, expected: str, doing: str) -> None:
        if self._tips.get(branch) != expected:
            raise messages.branch_moved(doing)
        self._assert_free(branch, doing)

    # -- pull requests -------------------------------------------------------------------------

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request from a branch of this repository."""

        def write() -> PullRequest:
            made = self._open(
                head, base, author=self.login, title=title, body=body, labels=tuple(labels)
            )
            self._log.create_pull_request(
                made.number, title=title, body=body, head=head, base=base, labels=labels
            )
            return made

        return self._write("create_pull_request", write)

    def update_pull_request(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Change the given fields of a pull request."""

        def write() -> PullRequest:
            if number not in self._pulls:
                raise messages.not_found(messages.CHANGE_PULL)
            pull = self._pulls[number]
            if state == "open" and pull.state != "open":
                self._reopen(pull)
            elif state == "closed" and pull.state != "closed":
                self._set_state(number, state)
            self._edit(number, doing=messages.CHANGE_PULL, title=title, body=body)
            self._log.update_pull_request(number, title=title, body=body, state=state)
            return self._pulls[number]

        return self._write("update_pull_request", write)

    def merge_pull_request(self, number: int, *, expected: str, title: str) -> str:
        """Squash-merge if the head still is `expected` and nothing is in the way."""

        def write() -> str:
            if number not in self._pulls:
                raise messages.not_found(messages.MERGE_PULL)
            pull = self._pulls[number]
            if pull.head_sha != expected:
                raise messages.branch_moved(messages.MERGE_PULL)
            if pull.state != "open" or number in self.blocked or self._conflicts(pull):
                raise messages.not_mergeable(messages.MERGE_PULL, "Pull Request is not mergeable")
            sha = self._merge(pull, title, squash=True)
            self._log.merge_pull_request(sha, number=number, expected=expected, title=title)
            return sha

        return self._write("merge_pull_request", write)

    # -- issues, labels and comments -----------------------------------------------------------

    def create_issue(self, *, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Open an issue, where they are not switched off."""

        def write() -> Issue:
            made = self._open_issue(author=self.login, title=title, body=body, labels=tuple(labels))
            self._log.create_issue(made.number, title=title, body=body, labels=labels)
            return made

        return self._write("create_issue", write)

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> Issue:
        """Change the given fields of an issue."""

        def write() -> Issue:
            if number not in self._issues or not self.issues_enabled:
                raise messages.not_found(messages.CHANGE_ISSUE)
            self._edit(number, doing=messages.CHANGE_ISSUE, title=title, body=body)
            if state is not None:
                self._issues[number] = replace(self._issues[number], state=state)
            self._log.update_issue(number, title=title, body=body, state=state)
            return self._issues[number]

        return self._write("update_issue", write)

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; the others stay."""

        def write() -> None:
            held = self._thread(number, messages.ADD_LABELS).labels
            self._label(number, tuple(dict.fromkeys((*held, *labels))))
            self._log.add_labels(number, labels)

        self._write("add_labels", write)

    def remove_label(self, number: int, label: str) -> None:
        """Take one label off, if it is on."""

        def write() -> None:
            held = self._thread(number, messages.REMOVE_LABEL).labels
            self._label(number, tuple(name for name in held if name != label))
            self._log.remove_label(number, label)

        self._write("remove_label", write)

    def create_comment(self, number: int, body: str) -> Comment:
        """Add a comment to an issue or pull request."""

        def write() -> Comment:
            made = self._comment(number, self.login, body)
            self._log.create_comment(made.id, number=number, body=body)
            return made

        return self._write("create_comment", write)

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Replace the body of a comment."""

        def write() -> Comment:
            for thread in self._comments.values():
                for place, comment in enumerate(thread):
                    if comment.id == comment_id:
                        thread[place] = replace(comment, body=body)
                        self._log.update_comment(comment_id, body)
                        return thread[place]
            raise messages.not_found(messages.CHANGE_COMMENT)

        return self._write("update_comment", write)

    def react(self, comment_id: int, content: str) -> None:
        """React to a comment; the same reaction twice is one."""

        def write() -> None:
            if not self._has_comment(comment_id):
                raise messages.not_found(messages.REACT)
            given = self.reactions.setdefault(comment_id, [])
            if (self.login, content) not in given:
                given.append((self.login, content))
            self._log.react(comment_id, content)

        self._write("react", write)

    # -- workflows -----------------------------------------------------------------------------

    def dispatch_workflow(
        self, workflow: str, *, ref: str, inputs: Mapping[str, str] | None = None
    ) -> None:
        """Start a workflow: a run is queued, and a check named after the workflow."""

        def write() -> None:
            self._assert_starts(workflow, ref)
            sha = self._tips[ref]
            given = dict(inputs or {})
            self.dispatches.append(Dispatch(workflow=workflow, ref=ref, inputs=given))
            run = WorkflowRun(
                id=sum(map(len, self.runs.values())) + 1, event="workflow_dispatch",
                status="queued", conclusion=None, head_sha=sha, created_at=self.now,
                started_at=self.now, updated_at=self.now,
            )  # fmt: skip
            self.runs.setdefault(workflow, []).insert(0, run)
            check = CheckRun(name=workflow, status="queued", conclusion=None)
            self.checks.setdefault(sha, []).append(check)
            self._log.dispatch_workflow(workflow, ref=ref, inputs=given)

        self._write("dispatch_workflow", write)

    def _assert_starts(self, workflow: str, ref: str) -> None:
        if workflow not in self.workflows:
            raise messages.not_found(messages.START_WORKFLOW)
        if ref not in self._tips:
            raise messages.invalid(messages.START_WORKFLOW, f"No ref found for: {ref}")
        if self.workflows[workflow] != "active":
            said = "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
            raise messages.invalid(messages.START_WORKFLOW, said)
