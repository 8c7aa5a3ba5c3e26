"""What can be asked of the repository in memory; one call is one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import github as messages
from pattern_ci.model.github import Commit, Repository
from testing.fake_calls import FakeCalls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.github import (
        ActionsSettings,
        CheckRun,
        Comment,
        Issue,
        PullRequest,
        WorkflowRun,
    )


class FakeReads(FakeCalls):
    """The reading half of `GitHubPort`."""

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self._slug

    def identity(self) -> str:
        """Login under which our writes appear."""
        return self._read("identity", lambda: self.login)

    def repository(self) -> Repository:
        """The repository itself."""

        def answer() -> Repository:
            return Repository(
                full_name=self._slug,
                default_branch="main",
                private=False,
                permissions=self.permissions,
            )

        return self._read("repository", answer)

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`."""
        return self._read("branch_sha", lambda: self._tips.get(branch))

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`, sorted by name."""

        def answer() -> Sequence[tuple[str, str]]:
            return tuple(sorted(ref for ref in self._tips.items() if ref[0].startswith(prefix)))

        return self._read("branches", answer)

    def commit(self, sha: str) -> Commit | None:
        """One commit with every path it changed."""

        def answer() -> Commit | None:
            found = self._commits.get(sha)
            if found is None:
                return None
            paths = tuple(sorted(self._difference(sha)))
            return Commit(sha=sha, message=found.message, parents=found.parents, paths=paths)

        return self._read("commit", answer)

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state`, newest first."""

        def is_wanted(pull: PullRequest) -> bool:
            here = pull.head_repo == self._slug and pull.head_ref.startswith(head_prefix)
            return state in ("all", pull.state) and (here or not head_prefix)

        def answer() -> Sequence[PullRequest]:
            newest = sorted(self._pulls.values(), key=lambda pull: -pull.number)
            return tuple(pull for pull in newest if is_wanted(pull))

        return self._read("pull_requests", answer)

    def mergeable(self, number: int) -> bool | None:
        """Whether a pull request merges without conflict; None of a closed or undecided one."""

        def answer() -> bool | None:
            if number not in self._pulls:
                raise messages.not_found(messages.READ_PULL)
            pull = self._pulls[number]
            if pull.state != "open" or number in self.undecided:
                return None
            return not self._conflicts(pull)

        return self._read("mergeable", answer)

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments of an issue or pull request, oldest first."""

        def answer() -> Sequence[Comment]:
            self._thread(number, messages.LIST_COMMENTS)
            return tuple(self._comments.get(number, ()))

        return self._read("comments", answer)

    def issues(self, *, author: str, state: str = "open") -> Sequence[Issue]:
        """Issues that `author` opened, newest first; none where issues are switched off."""

        def answer() -> Sequence[Issue]:
            newest = sorted(self._issues.values(), key=lambda issue: -issue.number)
            return tuple(
                issue
                for issue in newest
                if self.issues_enabled and issue.author == author and state in ("all", issue.state)
            )

        return self._read("issues", answer)

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at a branch or commit."""

        def answer() -> str | None:
            found = self._commits.get(self._tips.get(ref, ref))
            return found.tree.get(path) if found else None

        return self._read("file_text", answer)

    def check_runs(self, sha: str) -> Sequence[CheckRun]:
        """All checks of a commit."""

        def answer() -> Sequence[CheckRun]:
            if sha not in self._commits:
                raise messages.not_found(messages.LIST_CHECKS)
            return tuple(self.checks.get(sha, ()))

        return self._read("check_runs", answer)

    def workflow_state(self, workflow: str) -> str | None:
        """State of a workflow file; None when there is none."""
        return self._read("workflow_state", lambda: self.workflows.get(workflow))

    def workflow_runs(self, workflow: str, *, limit: int) -> Sequence[WorkflowRun]:
        """The newest runs of a workflow, at most `limit`."""

        def answer() -> Sequence[WorkflowRun]:
            there = workflow in self.workflows
            return tuple(self.runs.get(workflow, ()))[:limit] if there else ()

        return self._read("workflow_runs", answer)

    def permission(self, login: str) -> str:
        """Role of a user."""
        return self._read("permission", lambda: self.roles.get(login, "none"))

    def actions_settings(self) -> ActionsSettings:
        """What workflows may do."""
        return self._read("actions_settings", lambda: self.settings)


# Names of the verbs that ask, for tests that let each of them fail.
READS = frozenset(name for name in vars(FakeReads) if not name.startswith("_")) - {"slug"}
