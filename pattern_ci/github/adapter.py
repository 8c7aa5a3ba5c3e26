"""The port on PyGithub: each verb is one request that can be seen, or a few in a fixed order.

A write whose answer is missing is never sent again. Its effect is looked up: if it is there, the
verb succeeded; if not, or if nobody can tell, the error stands and the next run decides.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from github.GithubObject import NotSet  # noqa: TID251  # this module is part of the adapter
from github.GitRef import GitRef  # noqa: TID251  # same
from github.InputGitTreeElement import InputGitTreeElement  # noqa: TID251  # same
from github.IssueComment import IssueComment  # noqa: TID251  # same
from github.PullRequest import PullRequest as PyPullRequest  # noqa: TID251  # same

from pattern_ci.errors import GitHubError, GitHubUnavailableError
from pattern_ci.github.reading import Reader, comment_record, pull_record
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.model.github import Comment, FileChange, PullRequest

T = TypeVar("T")


class PyGithubPort(Reader):
    """One repository on GitHub, through PyGithub."""

    def commit_files(self, *, base_sha: str, message: str, changes: Sequence[FileChange]) -> str:
        """Blobs, a tree on top of `base_sha` and a commit, without author or committer."""
        base = self._repo.get_git_commit(base_sha)
        elements = [self._tree_element(change) for change in changes]
        tree = self._repo.create_git_tree(elements, base.tree)
        return self._repo.create_git_commit(message, tree, [base]).sha

    def _tree_element(self, change: FileChange) -> InputGitTreeElement:
        mode = "100755" if change.executable else "100644"
        if change.text is None:
            return InputGitTreeElement(change.path, mode, "blob", sha=None)
        data = change.text.encode("utf-8", "surrogateescape")
        blob = self._repo.create_git_blob(base64.b64encode(data).decode("ascii"), "base64")
        return InputGitTreeElement(change.path, mode, "blob", sha=blob.sha)

    def create_branch(self, branch: str, sha: str) -> None:
        """Create `branch` at `sha`."""

        def write() -> bool:
            self._repo.create_git_ref(f"refs/heads/{branch}", sha)
            return True

        _settle(messages.CREATE_BRANCH, write, lambda: self.branch_sha(branch) == sha or None)

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """Move `branch` to `sha` if its tip still is `expected`, and only forward."""
        found = self._expect(branch, expected, doing=messages.MOVE_BRANCH)

        def write() -> bool:
            found.edit(sha, force=False)
            return True

        _settle(messages.MOVE_BRANCH, write, lambda: self.branch_sha(branch) == sha or None)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete `branch` if its tip still is `expected`."""
        found = self._expect(branch, expected, doing=messages.DELETE_BRANCH)

        def write() -> bool:
            found.delete()
            return True

        _settle(messages.DELETE_BRANCH, write, lambda: self.branch_sha(branch) is None or None)

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request from a branch of this repository, then label it."""
        made = _settle(
            messages.OPEN_PULL,
            lambda: pull_record(self._repo.create_pull(base, head, title=title, body=body)),
            lambda: self._open_pull(head, base),
        )
        if not labels:
            return made
        try:
            self._label(made.number, labels)
        except GitHubError as error:
            raise messages.labels_missing(made.number, ", ".join(labels), error) from error
        return replace(made, labels=tuple(dict.fromkeys((*made.labels, *labels))))

    def _label(self, number: int, labels: Sequence[str]) -> None:
        # PyGithub sends a bare list, a form that GitHub's API description no longer has.
        address = f"{self._repo.url}/issues/{number}/labels"
        self._requester.requestJsonAndCheck("POST", address, input={"labels": list(labels)})

    def update_pull_request(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> PullRequest:
        """Change the given fields of a pull request."""
        fields = {"title": title, "body": body, "state": state}
        pull = PyPullRequest(self._requester, url=f"{self._repo.url}/pulls/{number}")

        def write() -> PullRequest:
            pull.edit(
                title=NotSet if title is None else title,
                body=NotSet if body is None else body,
                state=NotSet if state is None else state,
            )
            return pull_record(pull)

        def look() -> PullRequest | None:
            seen = pull_record(PyPullRequest(self._requester, url=pull.url).complete())
            wanted = ((name, value) for name, value in fields.items() if value is not None)
            return (
                seen if all(_same(getattr(seen, name), value) for name, value in wanted) else None
            )

        return _settle(messages.CHANGE_PULL, write, look)

    def create_comment(self, number: int, body: str) -> Comment:
        """Add a comment to an issue or pull request."""
        return _settle(
            messages.WRITE_COMMENT,
            lambda: comment_record(self._repo.get_issue(number).create_comment(body)),
            lambda: self._own_comment(number, body),
        )

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Replace the body of a comment."""
        address = f"{self._repo.url}/issues/comments/{comment_id}"

        def write() -> Comment:
            comment = IssueComment(self._requester, url=address)
            comment.edit(body)
            return comment_record(comment)

        def look() -> Comment | None:
            seen = comment_record(IssueComment(self._requester, url=address).complete())
            return seen if _same(seen.body, body) else None

        return _settle(messages.CHANGE_COMMENT, write, look)

    def _expect(self, branch: str, expected: str, *, doing: str) -> GitRef:
        found = self._ref(branch)
        if found is None or found.object.sha != expected:
            raise messages.branch_moved(doing)
        address = f"{self._repo.url}/git/refs/heads/{quote(branch)}"
        return GitRef(self._requester, url=address)

    def _open_pull(self, head: str, base: str) -> PullRequest | None:
        for pull in self.pull_requests(state="open", head_prefix=head):
            if pull.head_ref == head and pull.base_ref == base:
                return pull
        return None

    def _own_comment(self, number: int, body: str) -> Comment | None:
        login = self.identity()
        own = [comment for comment in self.comments(number) if comment.author == login]
        return next((comment for comment in reversed(own) if _same(comment.body, body)), None)


def _same(there: str, wanted: str) -> bool:
    """Whether GitHub holds this text; it changes line ends and blanks at the end."""
    return there.replace("\r\n", "\n").strip() == wanted.replace("\r\n", "\n").strip()


def _settle(doing: str, write: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Write once; when the answer is missing, look whether it happened."""
    try:
        return write()
    except GitHubUnavailableError as fault:
        try:
            found = look()
        except GitHubError:
            raise messages.uncertain(doing, fault.what) from fault
        if found is None:
            raise
        return found
