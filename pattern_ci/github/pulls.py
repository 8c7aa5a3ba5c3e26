"""Pull requests through PyGithub."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from github.GithubObject import NotSet  # noqa: TID251  # this module is part of the adapter
from github.PullRequest import PullRequest as PyPullRequest  # noqa: TID251  # same

from pattern_ci.errors import GitHubError
from pattern_ci.github import records
from pattern_ci.github.issues import Issues
from pattern_ci.github.reading import read
from pattern_ci.github.settle import settle
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.github import PullRequest


class Pulls(Issues):
    """Verbs of pull requests."""

    def pull_requests(self, *, state: str, head_prefix: str = "") -> Sequence[PullRequest]:
        """Pull requests in `state`, newest first."""
        pages = self._repo.get_pulls(state=state, sort="created", direction="desc")
        # One that is opened while pages are read shifts the rest, so that one is seen twice.
        found = {pull.number: pull for pull in map(_pull, pages)}
        newest = sorted(found.values(), key=lambda pull: -pull.number)
        return tuple(
            pull
            for pull in newest
            if not head_prefix or (self._is_here(pull) and pull.head_ref.startswith(head_prefix))
        )

    def _is_here(self, pull: PullRequest) -> bool:
        return (pull.head_repo or "").lower() == self._slug.lower()

    def mergeable(self, number: int) -> bool | None:
        """Whether a pull request merges without conflict; None while GitHub works it out."""
        found = self._send("GET", f"/pulls/{number}")
        return read(messages.READ_PULL, lambda: records.mergeable(found))

    def create_pull_request(
        self, *, title: str, body: str, head: str, base: str, labels: Sequence[str] = ()
    ) -> PullRequest:
        """Open a pull request from a branch of this repository, then label it."""
        made = settle(
            messages.OPEN_PULL,
            lambda: _pull(self._repo.create_pull(base, head, title=title, body=body)),
            lambda: self._open_pull(head, base),
        )
        if not labels:
            return made
        try:
            self.add_labels(made.number, labels)
        except GitHubError as error:
            raise messages.labels_missing(made.number, ", ".join(labels), error) from error
        return replace(made, labels=tuple(dict.fromkeys((*made.labels, *labels))))

    def _open_pull(self, head: str, base: str) -> PullRequest | None:
        for pull in self.pull_requests(state="open", head_prefix=head):
            if pull.head_ref == head and pull.base_ref == base:
                return pull
        return None

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
        given = {name: value for name, value in fields.items() if value is not None}
        pull = PyPullRequest(self._requester, url=f"{self._repo.url}/pulls/{number}")

        def write() -> PullRequest:
            pull.edit(
                title=NotSet if title is None else title,
                body=NotSet if body is None else body,
                state=NotSet if state is None else state,
            )
            return _pull(pull)

        def look() -> PullRequest | None:
            seen = _pull(PyPullRequest(self._requester, url=pull.url).complete())
            return seen if records.holds(seen, given) else None

        return settle(messages.CHANGE_PULL, write, look)

    def merge_pull_request(self, number: int, *, expected: str, title: str) -> str:
        """Squash-merge if the head still is `expected`; the new commit on the base branch."""
        doing = messages.MERGE_PULL
        given = {"sha": expected, "merge_method": "squash", "commit_title": title}

        def write() -> str:
            answer = self._send("PUT", f"/pulls/{number}/merge", given)
            return read(doing, lambda: records.merged(answer))

        def look() -> str | None:
            seen = self._send("GET", f"/pulls/{number}")
            return read(doing, lambda: records.merge_commit(seen, head=expected))

        return settle(doing, write, look)


def _pull(pull: PyPullRequest) -> PullRequest:
    return read(messages.READ_PULL, lambda: records.pull_request(pull))
