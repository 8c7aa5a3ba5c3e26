"""The port on a repository in memory, with knobs for faults, limits and sudden death."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pattern_ci.github.budget import RequestBudget
from pattern_ci.github.write_log import WriteLog
from pattern_ci.messages import github as messages
from pattern_ci.model.github import Comment, Commit, PullRequest, Repository
from testing.fake_world import FakeRepository, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pattern_ci.errors import GitHubError
    from pattern_ci.github.write_log import Record
    from pattern_ci.model.github import FileChange

T = TypeVar("T")

READS = frozenset(
    {
        "identity", "repository", "branch_sha", "branches", "commit",
        "pull_requests", "comments", "file_text",
    }
)  # fmt: skip
NO_LIMIT = 1_000_000


class DiedError(BaseException):
    """The process ended here; no handler of ours may catch it, as none catches kill -9."""


@dataclass(kw_only=True)
class _Fault:
    verb: str
    error: GitHubError
    nth: int
    times: int
    after: bool


class FakeGitHub(FakeRepository):
    """One repository; the public verbs are those of `GitHubPort`."""

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        *,
        slug: str = "octo/demo",
        login: str = "pattern-bot",
        budget: int = NO_LIMIT,
    ) -> None:
        super().__init__(files, slug=slug)
        self.login = login
        self.permissions = frozenset({"push", "pull"})
        self._budget = RequestBudget(budget)
        self._log = WriteLog()
        self._faults: list[_Fault] = []
        self._reads_fail: GitHubError | None = None
        self._writes_left: int | None = None

    # -- what a test sees and says -------------------------------------------------------------

    @property
    def writes(self) -> Sequence[Record]:
        """Every write that was carried out, in the form of a plan's records."""
        return tuple(self._log.records)

    def fail(
        self, verb: str, error: GitHubError, *, nth: int = 1, times: int = 1, after: bool = False
    ) -> None:
        """Let the nth call of a verb from now on fail, `times` in a row; `after` carries it out."""
        self._faults.append(_Fault(verb=verb, error=error, nth=nth, times=times, after=after))

    def fail_reads(self, error: GitHubError | None) -> None:
        """Let every read fail; None ends that."""
        self._reads_fail = error

    def die_after(self, writes: int) -> None:
        """Raise DiedError right after so many more writes were carried out."""
        self._writes_left = writes

    def limit_requests(self, limit: int) -> None:
        """Start a new count of requests with this limit."""
        self._budget = RequestBudget(limit)

    def revive(self) -> None:
        """A new process: no faults, no limit; what GitHub holds stays."""
        self._faults.clear()
        self._reads_fail = self._writes_left = None
        self._budget, self._log = RequestBudget(NO_LIMIT), WriteLog()

    # -- reads ---------------------------------------------------------------------------------

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self._slug

    def usage(self) -> Mapping[str, int]:
        """Calls made so far."""
        return self._budget.usage()

    def identity(self) -> str:
        """Login under which our writes appear."""
        return self._do("identity", lambda: self.login)

    def repository(self) -> Repository:
        """The repository itself."""

        def answer() -> Repository:
            return Repository(
                full_name=self._slug,
                default_branch="main",
                private=False,
                permissions=self.permissions,
            )

        return self._do("repository", answer)

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`."""
        return self._do("branch_sha", lambda: self._tips.get(branch))

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`, sorted by name."""

        def answer() -> Sequence[tuple[str, str]]:
            return tuple(sorted(ref for ref in self._tips.items() if ref[0].startswith(prefix)))

        return self._do("branches", answer)

    def commit(self, sha: str) -> Commit | None:
        """One commit with every path it changed."""

        def answer() -> Commit | None:
            found = self._commits.get(sha)
            if found is None:
                return None
            paths = tuple(sorted(self._difference(sha)))
            return Commit(sha=sha, message=found.message, parents=found.parents, paths=paths)

        return self._do("commit", answer)

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state`, newest first."""

        def is_wanted(pull: PullRequest) -> bool:
            here = pull.head_repo == self._slug and pull.head_ref.startswith(head_prefix)
            return state in ("all", pull.state) and (here or not head_prefix)

        def answer() -> Sequence[PullRequest]:
            newest = sorted(self._pulls.values(), key=lambda pull: -pull.number)
            return tuple(pull for pull in newest if is_wanted(pull))

        return self._do("pull_requests", answer)

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments of a pull request, oldest first."""

        def answer() -> Sequence[Comment]:
            if number not in self._pulls:
                raise messages.not_found(messages.LIST_COMMENTS)
            return tuple(self._comments.get(number, ()))

        return self._do("comments", answer)

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at a branch or commit."""

        def answer() -> str | None:
            found = self._commits.get(self._tips.get(ref, ref))
            return found.tree.get(path) if found else None

        return self._do("file_text", answer)

    # -- writes --------------------------------------------------------------------------------

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

        return self._do("commit_files", write)

    def create_branch(self, branch: str, sha: str) -> None:
        """Create `branch` at `sha`."""

        def write() -> None:
            if branch in self._tips:
                raise messages.exists_already(messages.CREATE_BRANCH)
            if sha not in self._commits:
                raise messages.not_found(messages.CREATE_BRANCH)
            self._move(branch, sha)
            self._log.create_branch(branch, sha)

        self._do("create_branch", write)

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` if its tip still is `expected`, and only forward."""

        def write() -> None:
            if self._tips.get(branch) != expected or expected not in self._ancestors(sha):
                raise messages.branch_moved(messages.MOVE_BRANCH)
            self._assert_free(branch, messages.MOVE_BRANCH)
            self._move(branch, sha)
            self._log.update_branch(branch, sha, expected=expected)

        self._do("update_branch", write)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete `branch` if its tip still is `expected`."""

        def write() -> None:
            if self._tips.get(branch) != expected:
                raise messages.branch_moved(messages.DELETE_BRANCH)
            self._assert_free(branch, messages.DELETE_BRANCH)
            self.human_deletes(branch)
            self._log.delete_branch(branch, expected=expected)

        self._do("delete_branch", write)

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

        return self._do("create_pull_request", write)

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
            self._assert_reopens(self._pulls[number], state)
            self.human_edits(number, title=title, body=body)
            if state is not None:
                self._pulls[number] = replace(self._pulls[number], state=state)
            self._log.update_pull_request(number, title=title, body=body, state=state)
            return self._pulls[number]

        return self._do("update_pull_request", write)

    def create_comment(self, number: int, body: str) -> Comment:
        """Add a comment to a pull request."""

        def write() -> Comment:
            made = self._comment(number, self.login, body)
            self._log.create_comment(made.id, number=number, body=body)
            return made

        return self._do("create_comment", write)

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

        return self._do("update_comment", write)

    # -- rules ---------------------------------------------------------------------------------

    def _do(self, verb: str, work: Callable[[], T]) -> T:
        """Count a call, meet the fault that waits for it, and carry it out."""
        write = verb not in READS
        self._budget.take(write=write, doing=verb)
        if not write and self._reads_fail is not None:
            raise self._reads_fail
        fault = self._next_fault(verb)
        if fault is not None and not fault.after:
            raise fault.error
        self._live(write=write)
        done = work()
        if write and self._writes_left is not None:
            self._writes_left -= 1
        self._live(write=write)
        if fault is not None:
            raise fault.error
        return done

    def _live(self, *, write: bool) -> None:
        if write and self._writes_left == 0:
            raise DiedError

    def _next_fault(self, verb: str) -> _Fault | None:
        for fault in self._faults:
            if fault.verb == verb and fault.times > 0:
                fault.nth -= 1
                if fault.nth <= 0:
                    fault.times -= 1
                    return fault
        return None
