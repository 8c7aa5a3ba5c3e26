"""Issues, labels, comments and reactions through PyGithub; a pull request is an issue here too."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from github.IssueComment import IssueComment  # noqa: TID251  # part of the PyGithub adapter

from pattern_ci.errors import GitHubNotFoundError
from pattern_ci.github import records
from pattern_ci.github.reading import Reader, read
from pattern_ci.github.settle import carry_out, same, settle
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.github import Comment, Issue


class Issues(Reader):
    """Verbs of the pages that people talk on."""

    def issues(self, *, author: str, state: str = "open") -> Sequence[Issue]:
        """Issues that `author` opened, newest first; none where issues are switched off."""
        asked = {"creator": author, "state": state, "sort": "created", "direction": "desc"}
        try:
            entries = self._pages("/issues", asked, doing=messages.LIST_ISSUES)
        except GitHubNotFoundError:
            self._assert_reached()
            return ()
        plain = [entry for entry in entries if "pull_request" not in entry]
        listed = read(messages.LIST_ISSUES, lambda: [records.issue(entry) for entry in plain])
        # One that is opened while pages are read shifts the rest, so that one is seen twice.
        found = {issue.number: issue for issue in listed if issue.author == author}
        return tuple(sorted(found.values(), key=lambda issue: -issue.number))

    def create_issue(self, *, title: str, body: str, labels: Sequence[str] = ()) -> Issue:
        """Open an issue."""
        doing = messages.OPEN_ISSUE
        given = {"title": title, "body": body, "labels": list(labels)}

        def look() -> Issue | None:
            own = self.issues(author=self.identity())
            alike = (it for it in own if it.title == title and same(it.body, body))
            return next(alike, None)

        return settle(
            doing,
            lambda: read(doing, lambda: records.issue(self._send("POST", "/issues", given))),
            look,
        )

    def update_issue(
        self,
        number: int,
        *,
        title: str | None = None,
        body: str | None = None,
        state: str | None = None,
    ) -> Issue:
        """Change the given fields of an issue."""
        doing = messages.CHANGE_ISSUE
        fields = {"title": title, "body": body, "state": state}
        given = {name: value for name, value in fields.items() if value is not None}
        path = f"/issues/{number}"

        def look() -> Issue | None:
            seen = self._issue(number)
            return seen if records.holds(seen, given) else None

        return settle(
            doing,
            lambda: read(doing, lambda: records.issue(self._send("PATCH", path, given))),
            look,
        )

    def _issue(self, number: int) -> Issue:
        found = self._send("GET", f"/issues/{number}")
        return read(messages.READ_ISSUE, lambda: records.issue(found))

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Add labels; the others stay."""
        # PyGithub sends a bare list, a form that GitHub's API description no longer has.
        given = {"labels": list(labels)}
        carry_out(
            messages.ADD_LABELS,
            lambda: self._send("POST", f"/issues/{number}/labels", given),
            lambda: set(labels) <= set(self._issue(number).labels),
        )

    def remove_label(self, number: int, label: str) -> None:
        """Take one label off; GitHub's 404 for one that is not on is no error."""

        def write() -> None:
            try:
                self._send("DELETE", f"/issues/{number}/labels/{quote(label, safe='')}")
            except GitHubNotFoundError:
                if label in self._issue(number).labels:
                    raise

        carry_out(messages.REMOVE_LABEL, write, lambda: label not in self._issue(number).labels)

    def comments(self, number: int) -> Sequence[Comment]:
        """All comments of an issue or pull request, oldest first."""
        pages = self._repo.get_issue(number).get_comments()
        found = {comment.id: comment for comment in map(_comment, pages)}
        return tuple(sorted(found.values(), key=lambda comment: comment.id))

    def create_comment(self, number: int, body: str) -> Comment:
        """Add a comment to an issue or pull request."""
        return settle(
            messages.WRITE_COMMENT,
            lambda: _comment(self._repo.get_issue(number).create_comment(body)),
            lambda: self._own_comment(number, body),
        )

    def update_comment(self, comment_id: int, body: str) -> Comment:
        """Replace the body of a comment."""
        address = f"{self._repo.url}/issues/comments/{comment_id}"

        def write() -> Comment:
            comment = IssueComment(self._requester, url=address)
            comment.edit(body)
            return _comment(comment)

        def look() -> Comment | None:
            seen = _comment(IssueComment(self._requester, url=address).complete())
            return seen if same(seen.body, body) else None

        return settle(messages.CHANGE_COMMENT, write, look)

    def _own_comment(self, number: int, body: str) -> Comment | None:
        login = self.identity()
        own = [comment for comment in self.comments(number) if comment.author == login]
        return next((comment for comment in reversed(own) if same(comment.body, body)), None)

    def react(self, comment_id: int, content: str) -> None:
        """React to a comment; GitHub keeps one reaction of a kind from each login."""
        path = f"/issues/comments/{comment_id}/reactions"

        def happened() -> bool:
            doing, login = messages.LIST_REACTIONS, self.identity()
            given = self._pages(path, {"content": content}, doing=doing)
            return any(records.author(entry) == login for entry in given)

        carry_out(messages.REACT, lambda: self._send("POST", path, {"content": content}), happened)


def _comment(comment: IssueComment) -> Comment:
    return read(messages.LIST_COMMENTS, lambda: records.comment(comment))
