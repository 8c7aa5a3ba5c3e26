"""A repository on GitHub in memory: what it holds, and the rules by which that changes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pattern_ci.messages import github as messages
from pattern_ci.model.github import ActionsSettings, Comment, Issue, PullRequest, WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.github import CheckRun


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A commit with its whole tree."""

    sha: str
    message: str
    parents: tuple[str, ...]
    tree: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """A workflow that was started by `workflow_dispatch`."""

    workflow: str
    ref: str
    inputs: Mapping[str, str]


class FakeRepository:
    """State and GitHub's rules; what has no underscore is a test's to set and to look at.

    `checks` are the check runs of a commit, `workflows` the state of each workflow file, `runs`
    the newest first; `conflicted`, `undecided` and `blocked` are numbers of pull requests that
    conflict, of which GitHub does not know it yet, and that GitHub does not let be merged.
    """

    def __init__(self, files: Mapping[str, str] | None = None, *, slug: str = "octo/demo") -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.protected: set[str] = set()
        self.roles: dict[str, str] = {"maintainer": "admin"}
        self.checks: dict[str, list[CheckRun]] = {}
        self.workflows: dict[str, str] = {}
        self.runs: dict[str, list[WorkflowRun]] = {}
        self.settings = ActionsSettings(default_access="read", may_open_pull_requests=True)
        self.issues_enabled = True
        self.conflicted: set[int] = set()
        self.undecided: set[int] = set()
        self.blocked: set[int] = set()
        self.dispatches: list[Dispatch] = []
        self.reactions: dict[int, list[tuple[str, str]]] = {}
        self._slug = slug
        self._commits: dict[str, Stored] = {}
        self._tips: dict[str, str] = {}
        self._pulls: dict[int, PullRequest] = {}
        self._issues: dict[int, Issue] = {}
        self._comments: dict[int, list[Comment]] = {}
        self._last_comment = 0
        self._tips["main"] = self._store((), "first", dict(files or {"README.md": "# demo\n"}))

    def tree(self, ref: str) -> dict[str, str]:
        """Path and text of every file at a branch or commit."""
        return dict(self._commits[self._tips.get(ref, ref)].tree)

    def tip(self, branch: str) -> str:
        """The commit at the tip of a branch."""
        return self._tips[branch]

    def pull(self, number: int) -> PullRequest:
        """A pull request as it is now."""
        return self._pulls[number]

    def issue(self, number: int) -> Issue:
        """An issue as it is now."""
        return self._issues[number]

    def reactions_to(self, comment_id: int) -> list[tuple[str, str]]:
        """Login and kind of each reaction to a comment."""
        return self.reactions.get(comment_id, [])

    # -- commits and branches ------------------------------------------------------------------

    def _store(self, parents: tuple[str, ...], message: str, tree: Mapping[str, str]) -> str:
        # The count stands for the time in a commit: the same change twice is two commits.
        named = repr((len(self._commits), parents, message, sorted(tree.items())))
        sha = hashlib.sha1(named.encode("utf-8", "surrogateescape")).hexdigest()
        self._commits[sha] = Stored(sha=sha, message=message, parents=parents, tree=tree)
        return sha

    def _difference(self, sha: str) -> dict[str, str | None]:
        """What a commit changes against its first parent."""
        parents = self._commits[sha].parents
        return self._between(parents[0] if parents else None, sha)

    def _between(self, old: str | None, new: str) -> dict[str, str | None]:
        before = self._commits[old].tree if old else {}
        after = self._commits[new].tree
        texts = {path: after.get(path) for path in {*before, *after}}
        return {path: text for path, text in texts.items() if before.get(path) != text}

    def _ancestors(self, sha: str) -> set[str]:
        seen: set[str] = set()
        waiting = [sha]
        while waiting:
            one = waiting.pop()
            if one in self._commits and one not in seen:
                seen.add(one)
                waiting += self._commits[one].parents
        return seen

    def _merge_base(self, one: str, other: str) -> str | None:
        # Commits are kept in the order in which they were made, parents first.
        shared = self._ancestors(one) & self._ancestors(other)
        return next((sha for sha in reversed(self._commits) if sha in shared), None)

    def _move(self, branch: str, sha: str) -> None:
        self._tips[branch] = sha
        for number, pull in self._pulls.items():
            ours = pull.head_ref == branch and pull.head_repo == self._slug
            if ours and pull.state == "open":
                self._pulls[number] = replace(pull, head_sha=sha)

    def _delete(self, branch: str) -> None:
        del self._tips[branch]
        for pull in list(self._pulls.values()):
            if pull.state == "open" and pull.head_ref == branch and pull.head_repo == self._slug:
                self._set_state(pull.number, "closed")

    def _assert_free(self, branch: str, doing: str) -> None:
        if branch in self.protected or (branch == "main" and doing == messages.DELETE_BRANCH):
            raise messages.branch_protected(doing, f"{branch} is a protected branch")

    # -- pull requests -------------------------------------------------------------------------

    def _open(
        self,
        head: str,
        base: str,
        *,
        author: str,
        title: str,
        body: str,
        labels: tuple[str, ...],
    ) -> PullRequest:
        self._assert_new(head, base)
        number = self._next_number()
        self._pulls[number] = PullRequest(
            number=number,
            title=title,
            body=body,
            state="open",
            merged=False,
            author=author,
            head_ref=head,
            head_sha=self._tips[head],
            head_repo=self._slug,
            base_ref=base,
            labels=labels,
            url=f"https://github.com/{self._slug}/pull/{number}",
        )
        return self._pulls[number]

    def _assert_new(self, head: str, base: str) -> None:
        for field, branch in (("head", head), ("base", base)):
            if branch not in self._tips:
                said = f"Validation Failed; PullRequest {field} invalid"
                raise messages.invalid(messages.OPEN_PULL, said)
        for pull in self._pulls.values():
            if pull.state == "open" and (pull.head_ref, pull.base_ref) == (head, base):
                raise messages.exists_already(messages.OPEN_PULL)
        if self._tips[head] in self._ancestors(self._tips[base]):
            said = f"No commits between {base} and {head}"
            raise messages.invalid(messages.OPEN_PULL, said)

    def _next_number(self) -> int:
        return len(self._pulls) + len(self._issues) + 1

    def _set_state(self, number: int, state: str) -> None:
        closed_at = None if state == "open" else self.now
        self._pulls[number] = replace(self._pulls[number], state=state, closed_at=closed_at)

    def _reopen(self, pull: PullRequest) -> None:
        """GitHub reopens only what it could have kept open: its branch, and no other from it."""
        tip = self._tips.get(pull.head_ref)
        kept = tip is not None and pull.head_sha in self._ancestors(tip)
        if pull.merged or tip is None or not kept:
            said = f"state cannot be changed. The {pull.head_ref} branch was deleted or replaced"
            raise messages.invalid(messages.CHANGE_PULL, said)
        self._assert_new(pull.head_ref, pull.base_ref)
        self._set_state(pull.number, "open")
        self._pulls[pull.number] = replace(self._pulls[pull.number], head_sha=tip)

    def _conflicts(self, pull: PullRequest) -> bool:
        """Whether both sides changed a path since they parted, and not alike."""
        base = self._tips[pull.base_ref]
        ours, theirs = self._since_parting(base, pull.head_sha)
        alike = all(ours[path] == theirs[path] for path in ours.keys() & theirs.keys())
        return pull.number in self.conflicted or not alike

    def _since_parting(
        self, base: str, head: str
    ) -> tuple[dict[str, str | None], dict[str, str | None]]:
        parting = self._merge_base(base, head)
        return self._between(parting, base), self._between(parting, head)

    def _merge(self, pull: PullRequest, message: str, *, squash: bool) -> str:
        base = self._tips[pull.base_ref]
        _, theirs = self._since_parting(base, pull.head_sha)
        parents = (base,) if squash else (base, pull.head_sha)
        sha = self._store(parents, message, changed(self._commits[base].tree, theirs))
        self._set_state(pull.number, "closed")
        self._pulls[pull.number] = replace(self._pulls[pull.number], merged=True)
        self._move(pull.base_ref, sha)
        return sha

    # -- issues, labels and comments -----------------------------------------------------------

    def _open_issue(self, *, author: str, title: str, body: str, labels: tuple[str, ...]) -> Issue:
        if not self.issues_enabled:
            said = "Issues are disabled for this repo"
            raise messages.not_found(messages.OPEN_ISSUE, said)
        number = self._next_number()
        self._issues[number] = Issue(
            number=number,
            title=title,
            body=body,
            state="open",
            author=author,
            labels=labels,
            url=f"https://github.com/{self._slug}/issues/{number}",
        )
        return self._issues[number]

    def _edit(
        self, number: int, *, doing: str, title: str | None = None, body: str | None = None
    ) -> None:
        found = self._thread(number, doing)
        self._put(
            replace(
                found,
                title=found.title if title is None else title,
                body=found.body if body is None else body,
            )
        )

    def _label(self, number: int, labels: tuple[str, ...]) -> None:
        found = self._thread(number, messages.ADD_LABELS)
        self._put(replace(found, labels=labels))

    def _thread(self, number: int, doing: str) -> PullRequest | Issue:
        found = self._pulls.get(number) or self._issues.get(number)
        if found is None:
            raise messages.not_found(doing)
        return found

    def _put(self, thread: PullRequest | Issue) -> None:
        if isinstance(thread, Issue):
            self._issues[thread.number] = thread
        else:
            self._pulls[thread.number] = thread

    def _comment(self, number: int, author: str, body: str) -> Comment:
        self._thread(number, messages.WRITE_COMMENT)
        self._last_comment += 1
        made = Comment(id=self._last_comment, author=author, body=body)
        self._comments.setdefault(number, []).append(made)
        return made

    def _has_comment(self, comment_id: int) -> bool:
        threads = self._comments.values()
        return any(comment.id == comment_id for thread in threads for comment in thread)


def changed(tree: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """A tree after some changes; None deletes."""
    found: dict[str, str | None] = {**tree, **changes}
    return {path: text for path, text in found.items() if text is not None}
