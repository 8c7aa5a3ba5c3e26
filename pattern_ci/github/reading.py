"""The reads of the port on PyGithub: whole lists, and "no such branch" told from "no access"."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from github.GithubException import (  # noqa: TID251  # this module is part of the PyGithub adapter
    BadAttributeException,
    GithubException,
)
from github.GitRef import GitRef  # noqa: TID251  # same
from github.Repository import Repository as PyRepository  # noqa: TID251  # same

from pattern_ci.errors import (
    GitHubConflictError,
    GitHubNotFoundError,
    GitHubPermissionError,
)
from pattern_ci.github import records
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from github.IssueComment import IssueComment  # noqa: TID251  # same
    from github.PullRequest import PullRequest as PyPullRequest  # noqa: TID251  # same

    from pattern_ci.github.requester import CountedRequester
    from pattern_ci.model.github import Comment, Commit, PullRequest, Repository

T = TypeVar("T")

# The login under which writes made with a workflow's own token appear.
ACTIONS_LOGIN = "github-actions[bot]"
_MOST_FILES = 3000
_VIEWER = "query { viewer { login } }"


class Reader:
    """The reading half of the port, through PyGithub."""

    def __init__(self, slug: str, requester: CountedRequester, *, in_actions: bool) -> None:
        self._slug = slug
        self._requester = requester
        self._in_actions = in_actions
        self._repo = PyRepository(requester, url=f"/repos/{slug}")
        self._login: str | None = None
        self._reached = False

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self._slug

    def usage(self) -> Mapping[str, int]:
        """Requests made so far."""
        return self._requester.usage()

    def identity(self) -> str:
        """Asked once: of REST, for App tokens of GraphQL, and for a workflow's token known."""
        if self._login is None:
            self._login = self._rest_login() or self._graphql_login()
        return self._login

    def _rest_login(self) -> str | None:
        try:
            _, data = self._requester.requestJsonAndCheck("GET", "/user")
        except (GitHubPermissionError, GitHubNotFoundError):
            return None  # installation tokens belong to no user
        return records.login(data)

    def _graphql_login(self) -> str:
        try:
            _, data = self._requester.graphql_query(_VIEWER, {})
            found = records.viewer(data)
        except (GithubException, GitHubPermissionError, GitHubNotFoundError):
            found = None
        if found is None and self._in_actions:
            found = ACTIONS_LOGIN
        if found is None:
            raise messages.unknown_identity()
        return found

    def repository(self) -> Repository:
        """The repository itself."""
        fresh = PyRepository(self._requester, url=f"/repos/{self._slug}").complete()
        found = _read(messages.READ_REPOSITORY, lambda: records.repository(fresh))
        self._reached = True
        return found

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`."""
        found = self._ref(branch)
        return None if found is None else found.object.sha

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`, sorted by name."""
        start = "refs/heads/"
        try:
            refs = [
                (ref.ref.removeprefix(start), ref.object.sha)
                for ref in self._repo.get_git_matching_refs(f"heads/{prefix}")
            ]
        except GitHubNotFoundError:
            self._assert_reached()
            return ()
        except GitHubConflictError:
            return ()  # an empty repository has no branches
        return tuple(sorted(ref for ref in refs if ref[0].startswith(prefix)))

    def commit(self, sha: str) -> Commit | None:
        """One commit with every path it changed."""
        try:
            found = self._repo.get_commit(sha).complete()
        except GitHubNotFoundError:
            self._assert_reached()
            return None
        files = list(found.files)
        if len(files) >= _MOST_FILES:
            raise messages.too_many_files(sha, _MOST_FILES)
        return _read(messages.READ_COMMIT, lambda: records.commit(found, files))

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state`, newest first."""
        pages = self._repo.get_pulls(state=state, sort="created", direction="desc")
        # One that is opened while pages are read shifts the rest, so that one is seen twice.
        found = {pull.number: pull for pull in map(pull_record, pages)}
        newest = sorted(found.values(), key=lambda pull: -pull.number)
        return tuple(
            pull
            for pull in newest
            if not head_prefix or (self._is_here(pull) and pull.head_ref.startswith(head_prefix))
        )

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments of an issue or pull request, oldest first."""
        pages = self._repo.get_issue(number).get_comments()
        found = {comment.id: comment for comment in map(comment_record, pages)}
        return tuple(sorted(found.values(), key=lambda comment: comment.id))

    def file_text(self, path: str, *, ref: str) -> str | None:
        """Text of a file at `ref`; None when it is not there, or is no file."""
        try:
            found = self._repo.get_contents(path, ref=ref)
        except GitHubNotFoundError:
            self._assert_reached()
            return None
        if isinstance(found, list) or found.type != "file":
            return None
        encoded = found.content
        if found.encoding != "base64":
            # Above a megabyte, contents come empty and have to be asked for as a blob.
            encoded = self._repo.get_git_blob(found.sha).content
        return base64.b64decode(encoded).decode("utf-8", "surrogateescape")

    def _ref(self, branch: str) -> GitRef | None:
        try:
            return GitRef(
                self._requester, url=f"{self._repo.url}/git/ref/heads/{quote(branch)}"
            ).complete()
        except GitHubNotFoundError:
            self._assert_reached()
        except GitHubConflictError:
            pass  # an empty repository has no branches
        return None

    def _assert_reached(self) -> None:
        """Tell "no such branch" from "no such repository for this token": both are 404."""
        if not self._reached:
            self.repository()

    def _is_here(self, pull: PullRequest) -> bool:
        return (pull.head_repo or "").lower() == self._slug.lower()


def pull_record(pull: PyPullRequest) -> PullRequest:
    """A pull request as a record."""
    return _read(messages.READ_PULL, lambda: records.pull_request(pull))


def comment_record(comment: IssueComment) -> Comment:
    """A comment as a record."""
    return _read(messages.LIST_COMMENTS, lambda: records.comment(comment))


def _read(doing: str, convert: Callable[[], T]) -> T:
    """Turn PyGithub's complaints about an answer's shape into ours."""
    try:
        return convert()
    except (BadAttributeException, GithubException) as error:
        raise messages.out_of_reach(doing, why=messages.NOT_UNDERSTOOD) from error
