"""A repository on GitHub in memory: commits, branches, pull requests, and what people do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pattern_ci.messages import github as messages
from pattern_ci.model.github import Comment, PullRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A commit with its whole tree."""

    sha: str
    message: str
    parents: tuple[str, ...]
    tree: Mapping[str, str]


class FakeRepository:
    """State and GitHub's rules; every method that people use starts with `human_`."""

    def __init__(self, files: Mapping[str, str] | None = None, *, slug: str = "octo/demo") -> None:
        self.protected: set[str] = set()
        self._slug = slug
        self._commits: dict[str, Stored] = {}
        self._tips: dict[str, str] = {}
        self._pulls: dict[int, PullRequest] = {}
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

    def human_pushes(self, branch: str, files: Mapping[str, str | None]) -> str:
        """A commit of a person on top of a branch; a branch that is not there starts at main."""
        base = self._tips.get(branch, self._tips["main"])
        tree = changed(self._commits[base].tree, files)
        sha = self._store((base,), "by hand", tree)
        self._move(branch, sha)
        return sha

    def human_sets(self, branch: str, sha: str) -> None:
        """A person force-pushes a branch to some commit."""
        self._move(branch, sha)

    def human_opens(
        self, head: str, *, title: str = "by hand", base: str = "main", author: str = "maintainer"
    ) -> int:
        """A person opens a pull request."""
        return self._open(head, base, author=author, title=title, body="by hand", labels=()).number

    def human_closes(self, number: int) -> None:
        """A person closes a pull request."""
        self._pulls[number] = replace(self._pulls[number], state="closed")

    def human_reopens(self, number: int) -> None:
        """A person reopens a pull request."""
        self._pulls[number] = replace(self._pulls[number], state="open")

    def human_edits(
        self, number: int, *, title: str | None = None, body: str | None = None
    ) -> None:
        """A person edits the text of a pull request."""
        pull = self._pulls[number]
        self._pulls[number] = replace(
            pull,
            title=pull.title if title is None else title,
            body=pull.body if body is None else body,
        )

    def human_merges(self, number: int) -> str:
        """A person merges a pull request."""
        pull = self._pulls[number]
        base = self._tips[pull.base_ref]
        tree = changed(self._commits[base].tree, self._difference(pull.head_sha))
        sha = self._store((base, pull.head_sha), f"Merge #{number}", tree)
        self._pulls[number] = replace(pull, state="closed", merged=True)
        self._move(pull.base_ref, sha)
        return sha

    def human_deletes(self, branch: str) -> None:
        """A person deletes a branch, which closes what is open from it."""
        del self._tips[branch]
        for pull in list(self._pulls.values()):
            if pull.state == "open" and pull.head_ref == branch and pull.head_repo == self._slug:
                self.human_closes(pull.number)

    def human_comments(self, number: int, body: str, *, author: str = "maintainer") -> int:
        """A person comments."""
        return self._comment(number, author, body).id

    def human_deletes_fork(self, number: int) -> None:
        """The repository that a pull request comes from is deleted."""
        self._pulls[number] = replace(self._pulls[number], head_repo=None)

    def protect(self, branch: str) -> None:
        """Forbid pushes to a branch."""
        self.protected.add(branch)

    def _store(self, parents: tuple[str, ...], message: str, tree: Mapping[str, str]) -> str:
        # The count stands for the time in a commit: the same change twice is two commits.
        named = repr((len(self._commits), parents, message, sorted(tree.items())))
        sha = hashlib.sha1(named.encode("utf-8", "surrogateescape")).hexdigest()
        self._commits[sha] = Stored(sha=sha, message=message, parents=parents, tree=tree)
        return sha

    def _difference(self, sha: str) -> dict[str, str | None]:
        found = self._commits[sha]
        before = self._commits[found.parents[0]].tree if found.parents else {}
        paths = {*before, *found.tree}
        texts = {path: found.tree.get(path) for path in paths}
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

    def _move(self, branch: str, sha: str) -> None:
        self._tips[branch] = sha
        for number, pull in self._pulls.items():
            ours = pull.head_ref == branch and pull.head_repo == self._slug
            if ours and pull.state == "open":
                self._pulls[number] = replace(pull, head_sha=sha)

    def _assert_free(self, branch: str, doing: str) -> None:
        if branch in self.protected or (branch == "main" and doing == messages.DELETE_BRANCH):
            raise messages.branch_protected(doing, f"{branch} is a protected branch")

    def _assert_reopens(self, pull: PullRequest, state: str | None) -> None:
        if pull.state == "open" or state != "open":
            return
        if pull.merged or pull.head_ref not in self._tips:
            raise messages.invalid(messages.CHANGE_PULL, "state cannot be changed")

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
        number = len(self._pulls) + 1
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

    def _comment(self, number: int, author: str, body: str) -> Comment:
        if number not in self._pulls:
            raise messages.not_found(messages.WRITE_COMMENT)
        self._last_comment += 1
        made = Comment(id=self._last_comment, author=author, body=body)
        self._comments.setdefault(number, []).append(made)
        return made


def changed(tree: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """A tree after some changes; None deletes."""
    found: dict[str, str | None] = {**tree, **changes}
    return {path: text for path, text in found.items() if text is not None}
