"""What all rooms of the adapter read with: whole lists, and "not there" told from "no access"."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from github.GithubException import (  # noqa: TID251  # this module is part of the PyGithub adapter
    BadAttributeException,
    GithubException,
)
from github.GitRef import GitRef  # noqa: TID251  # same
from github.Repository import Repository as PyRepository  # noqa: TID251  # same
from requests.utils import parse_header_links

from pattern_ci.errors import (
    GitHubConflictError,
    GitHubNotFoundError,
    GitHubPermissionError,
)
from pattern_ci.github import records
from pattern_ci.github.requester import PER_PAGE
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pattern_ci.github.requester import CountedRequester
    from pattern_ci.model.github import Commit, Repository

T = TypeVar("T")

# The login under which writes made with a workflow's own token appear.
ACTIONS_LOGIN = "github-actions[bot]"
_MOST_FILES = 3000
_VIEWER = "query { viewer { login } }"


class Reader:
    """One repository and one token; the verbs that only read."""

    def __init__(
        self, slug: str, requester: CountedRequester, *, in_actions: bool, login: str | None = None
    ) -> None:
        self._slug = slug
        self._requester = requester
        self._in_actions = in_actions
        self._repo = PyRepository(requester, url=f"/repos/{slug}")
        self._login = login
        self._node: str | None = None
        self._reached = False

    @property
    def slug(self) -> str:
        """`owner/name`."""
        return self._slug

    def usage(self) -> Mapping[str, int]:
        """Requests made so far."""
        return self._requester.usage()

    def identity(self) -> str:
        """Given, or asked once: of REST, for Apps of GraphQL; for a workflow's token known."""
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
        found = read(messages.READ_REPOSITORY, lambda: records.repository(fresh))
        self._node = read(messages.READ_REPOSITORY, lambda: fresh.node_id)
        self._reached = True
        return found

    def branch_sha(self, branch: str) -> str | None:
        """Commit at the tip of `branch`."""
        found = self._ref(branch)
        return None if found is None else found.object.sha

    def branches(self, prefix: str) -> Sequence[tuple[str, str]]:
        """(name, tip) of every branch whose name starts with `prefix`, sorted by name."""
        doing, path = messages.LIST_BRANCHES, f"/git/matching-refs/heads/{quote(prefix)}"
        try:
            # The one list of which GitHub's description has no pages.
            entries = self._follow(path, {}, doing=doing)
            refs = read(doing, lambda: [records.branch(entry) for entry in entries])
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
        return read(messages.READ_COMMIT, lambda: records.commit(found, files))

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

    def _node_id(self) -> str:
        """The id of the repository in GraphQL; asked once, with the repository itself."""
        if self._node is None:
            self.repository()
        return self._node or ""

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        asked: Mapping[str, object] | None = None,
    ) -> Any:
        """One request below the repository's address, with a query or a body; what came back."""
        parameters = None if asked is None else dict(asked)
        address = f"{self._repo.url}{path}"
        return self._requester.requestJsonAndCheck(method, address, parameters, input=body)[1]

    def _pages(
        self, path: str, asked: Mapping[str, object], *, doing: str, item: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Every entry of a list; `item` names the field where GitHub wraps it in an object.

        PyGithub's own lists make objects that ask GitHub again for a field that an entry lacks.
        """
        return self._follow(path, {**asked, "per_page": PER_PAGE}, doing=doing, item=item)

    def _follow(
        self, path: str, asked: Mapping[str, object], *, doing: str, item: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        url: str | None = f"{self._repo.url}{path}"
        parameters: dict[str, Any] | None = dict(asked)
        pages: list[Any] = []
        while url is not None:
            headers, data = self._requester.requestJsonAndCheck("GET", url, parameters)
            pages.append(data)
            url, parameters = _next(headers), None
        return read(doing, lambda: [it for page in pages for it in records.entries(page, item)])


def _next(headers: Mapping[str, str]) -> str | None:
    """The address of the next page, which GitHub gives complete with its query."""
    links = parse_header_links(headers.get("link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), None)


def read(doing: str, convert: Callable[[], T]) -> T:
    """Turn PyGithub's complaints about an answer's shape into ours."""
    try:
        return convert()
    except (BadAttributeException, GithubException, records.ShapeError) as error:
        raise messages.out_of_reach(doing, why=messages.NOT_UNDERSTOOD) from error
