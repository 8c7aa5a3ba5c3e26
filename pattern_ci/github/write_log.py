"""Writes as plain records, alike for a plan and for the run that it describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.model.digests import text_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.github import FileChange

Record = dict[str, Any]


class WriteLog:
    """Records of writes, in order.

    Texts appear as digests. What the run itself made appears under names such as `commit 1`,
    because only the run, not the plan, knows the ids that GitHub gives.
    """

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._commits: dict[str, str] = {}
        self._pulls: dict[int, str] = {}
        self._comments: dict[int, str] = {}

    def commit_files(
        self, made: str, *, base_sha: str, message: str, changes: Sequence[FileChange]
    ) -> None:
        """A commit was made."""
        files = [
            {
                "path": change.path,
                "digest": None if change.text is None else text_digest(change.text),
                "executable": change.executable,
            }
            for change in changes
        ]
        record = {"base": self._sha(base_sha), "message": self._digest(message), "files": files}
        self._commits[made] = name = f"commit {len(self._commits) + 1}"
        self._add("commit_files", **record, makes=name)

    def create_branch(self, branch: str, sha: str) -> None:
        """A branch was created."""
        self._add("create_branch", branch=branch, sha=self._sha(sha))

    def update_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """A branch was moved."""
        before, after = self._sha(expected), self._sha(sha)
        self._add("update_branch", branch=branch, sha=after, expected=before)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """A branch was deleted."""
        self._add("delete_branch", branch=branch, expected=self._sha(expected))

    def create_pull_request(
        self, made: int, *, title: str, body: str, head: str, base: str, labels: Sequence[str]
    ) -> None:
        """A pull request was opened."""
        self._pulls[made] = name = f"pull request {len(self._pulls) + 1}"
        texts = {"title": title, "body": self._digest(body)}
        where = {"head": head, "base": base, "labels": list(labels)}
        self._add("create_pull_request", **texts, **where, makes=name)

    def update_pull_request(
        self, number: int, *, title: str | None, body: str | None, state: str | None
    ) -> None:
        """A pull request was changed; only what was given appears."""
        digest = None if body is None else self._digest(body)
        fields = {"title": title, "body": digest, "state": state}
        given = {name: value for name, value in fields.items() if value is not None}
        self._add("update_pull_request", number=self._pulls.get(number, number), **given)

    def create_comment(self, made: int, *, number: int, body: str) -> None:
        """A comment was written."""
        self._comments[made] = name = f"comment {len(self._comments) + 1}"
        place = self._pulls.get(number, number)
        self._add("create_comment", number=place, body=self._digest(body), makes=name)

    def update_comment(self, comment_id: int, body: str) -> None:
        """A comment was changed."""
        comment = self._comments.get(comment_id, comment_id)
        self._add("update_comment", comment=comment, body=self._digest(body))

    def _sha(self, sha: str) -> str:
        return self._commits.get(sha, sha)

    def _digest(self, text: str) -> str:
        for sha, name in self._commits.items():
            text = text.replace(sha, name)
        return text_digest(text)

    def _add(self, verb: str, **arguments: Any) -> None:
        self.records.append({"verb": verb, **arguments})
