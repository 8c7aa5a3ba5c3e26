"""A port that plans: reads pass through, writes are recorded and answered, nothing is sent.

What was planned is seen by later reads, and what GitHub would refuse is refused here too, so that
the records are those of a real run on the same state. What does not exist yet has no id: planned
commits have made-up ones, planned pull requests and comments count down from -1.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pattern_ci.github.recorder import PassThrough
from pattern_ci.messages import github as messages
from pattern_ci.model.github import Comment, Commit, PullRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.github.port import GitHubPort
    from pattern_ci.model.github import FileChange

# How far back a branch's history is followed to tell whether a move goes forward.
_FOLLOWED = 50


@dataclass(frozen=True, kw_only=True)
class _Planned:
    base: str
    message: str
    changes: dict[str, str | None]


class PlanRecorder(PassThrough):
    """Answers writes as GitHub would, without making them."""

    def __init__(self, port: GitHubPort) -> None:
        super().__init__(port)
        self._commits: dict[str, _Planned] = {}
        self._tips: dict[str, str | None] = {}
        self._pulls: dict[int, PullRequest] = {}
        self._seen: dict[int, PullRequest] = {}
        self._comments: dict[int, list[Comment]] = {}
        self._bodies: dict[int, str] = {}
        self._last_id = 0

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

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Planned pull requests first, then the real ones as they would be."""
        # A plan may have closed one that is open, so that the state is looked at afterwards.
        asked = "all" if self._pulls or self._tips else state
        real = self._port.pull_requests(state=asked, head_prefix=head_prefix)
        self._seen.update((pull.number, pull) for pull in real)
        new = [
            pull
            for number, pull in sorted(self._pulls.items())
            if number < 0 and pull.head_ref.startswith(head_prefix)
        ]
        found = [self._as_planned(self._pulls.get(pull.number, pull)) for pull in (*new, *real)]
        return tuple(pull for pull in found if state in ("all", pull.state))

    def _as_planned(self, pull: PullRequest) -> PullRequest:
        if pull.state != "open" or pull.head_ref not in self._tips or pull.head_repo != self.slug:
            return pull
        tip = self._tips[pull.head_ref]
        # GitHub closes a pull request whose branch is deleted.
        return replace(pull, state="closed") if tip is None else replace(pull, head_sha=tip)

    def comments(self, number: int) -> Sequence[Comment]:
        """Real comments, with planned bodies, then planned ones."""
        real = self._port.comments(number) if number > 0 else ()
        found = (*real, *self._comments.get(number, []))
        return tuple(
            replace(comment, body=self._bodies.get(comment.id, comment.body)) for comment in found
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
        named = repr((len(self._commits), base_sha, message, sorted(texts)))
        sha = hashlib.sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:40]
        self._commits[sha] = _Planned(base=base_sha, message=message, changes=texts)
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

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Plan to delete a branch."""
        if self.branch_sha(branch) != expected:
            raise messages.branch_moved(messages.DELETE_BRANCH)
        self._tips[branch] = None
        self._log.delete_branch(branch, expected=expected)

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Plan a pull request."""
        tip = self._assert_new_pull(head, base)
        made = PullRequest(
            number=self._next_id(),
            title=title,
            body=body,
            state="open",
            merged=False,
            author=self.identity(),
            head_ref=head,
            head_sha=tip,
            head_repo=self.slug,
            base_ref=base,
            labels=tuple(labels),
            url="",
        )
        self._pulls[made.number] = made
        self._log.create_pull_request(
            made.number, title=title, body=body, head=head, base=base, labels=labels
        )
        return made

    def _assert_new_pull(self, head: str, base: str) -> str:
        doing = messages.OPEN_PULL
        tip, below = self.branch_sha(head), self.branch_sha(base)
        if tip is None or below is None:
            which = "head" if tip is None else "base"
            raise messages.invalid(doing, f"Validation Failed; PullRequest {which} invalid")
        for pull in self.pull_requests(state="open", head_prefix=head):
            if pull.head_ref == head and pull.base_ref == base:
                raise messages.exists_already(doing, "A pull request already exists")
        if tip == below:
            raise messages.invalid(doing, f"No commits between {base} and {head}")
        return tip

    def update_pull_request(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Plan to change a pull request."""
        pull = self._pull(number)
        changed = replace(
            pull,
            title=pull.title if title is None else title,
            body=pull.body if body is None else body,
            state=pull.state if state is None else state,
        )
        self._pulls[number] = changed
        self._log.update_pull_request(number, title=title, body=body, state=state)
        return changed

    def create_comment(self, number: int, body: str) -> Comment:
        """Plan a comment."""
        if number not in self._pulls:
            self.comments(number)  # not there: this says so
        made = Comment(id=self._next_id(), author=self.identity(), body=body)
        self._comments.setdefault(number, []).append(made)
        self._log.create_comment(made.id, number=number, body=body)
        return made

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Plan to change a comment."""
        self._bodies[comment_id] = body
        self._log.update_comment(comment_id, body)
        return Comment(id=comment_id, author=self.identity(), body=body)

    def _pull(self, number: int) -> PullRequest:
        if number not in self._pulls and number not in self._seen:
            self.pull_requests(state="all")
        known = self._pulls.get(number) or self._seen.get(number)
        if known is None:
            raise messages.not_found(messages.CHANGE_PULL)
        return self._as_planned(known)

    # -- helpers -------------------------------------------------------------------------------

    def _next_id(self) -> int:
        self._last_id -= 1
        return self._last_id

    def _assert_commit(self, sha: str, *, doing: str) -> None:
        if sha not in self._commits and self._port.commit(sha) is None:
            raise messages.not_found(doing)

    def _descends(self, sha: str, ancestor: str) -> bool:
        for _ in range(_FOLLOWED):
            if sha == ancestor:
                return True
            commit = self.commit(sha)
            if commit is None or not commit.parents:
                return False
            sha = commit.parents[0]
        return False
