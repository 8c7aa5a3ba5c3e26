"""Writes as plain records, alike for a plan and for the run that it describes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pattern_ci.model.digests import text_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        self._threads: dict[int, str] = {}
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

    def replace_branch(self, branch: str, sha: str, *, expected: str) -> None:
        """A branch was moved without regard to what it held."""
        before, after = self._sha(expected), self._sha(sha)
        self._add("replace_branch", branch=branch, sha=after, expected=before)

    def delete_branch(self, branch: str, *, expected: str) -> None:
        """A branch was deleted."""
        self._add("delete_branch", branch=branch, expected=self._sha(expected))

    def create_pull_request(
        self, made: int, *, title: str, body: str, head: str, base: str, labels: Sequence[str]
    ) -> None:
        """A pull request was opened."""
        name = self._name_thread(made, "pull request")
        texts = {"title": title, "body": self._digest(body)}
        where = {"head": head, "base": base, "labels": list(labels)}
        self._add("create_pull_request", **texts, **where, makes=name)

    def update_pull_request(
        self, number: int, *, title: str | None, body: str | None, state: str | None
    ) -> None:
        """A pull request was changed; only what was given appears."""
        given = self._given(title=title, body=body, state=state)
        self._add("update_pull_request", number=self._thread(number), **given)

    def merge_pull_request(self, made: str, *, number: int, expected: str, title: str) -> None:
        """A pull request was merged into one commit."""
        self._commits[made] = name = f"commit {len(self._commits) + 1}"
        what = {"number": self._thread(number), "expected": self._sha(expected)}
        self._add("merge_pull_request", **what, title=self._digest(title), makes=name)

    def create_issue(self, made: int, *, title: str, body: str, labels: Sequence[str]) -> None:
        """An issue was opened."""
        name = self._name_thread(made, "issue")
        texts = {"title": title, "body": self._digest(body)}
        self._add("create_issue", **texts, labels=list(labels), makes=name)

    def update_issue(
        self, number: int, *, title: str | None, body: str | None, state: str | None
    ) -> None:
        """An issue was changed; only what was given appears."""
        given = self._given(title=title, body=body, state=state)
        self._add("update_issue", number=self._thread(number), **given)

    def add_labels(self, number: int, labels: Sequence[str]) -> None:
        """Labels were added."""
        self._add("add_labels", number=self._thread(number), labels=list(labels))

    def remove_label(self, number: int, label: str) -> None:
        """A label was taken off."""
        self._add("remove_label", number=self._thread(number), label=label)

    def create_comment(self, made: int, *, number: int, body: str) -> None:
        """A comment was written."""
        self._comments[made] = name = f"comment {len(self._comments) + 1}"
        place = self._thread(number)
        self._add("create_comment", number=place, body=self._digest(body), makes=name)

    def update_comment(self, comment_id: int, body: str) -> None:
        """A comment was changed."""
        comment = self._comments.get(comment_id, comment_id)
        self._add("update_comment", comment=comment, body=self._digest(body))

    def react(self, comment_id: int, content: str) -> None:
        """A reaction was given."""
        comment = self._comments.get(comment_id, comment_id)
        self._add("react", comment=comment, content=content)

    def dispatch_workflow(self, workflow: str, *, ref: str, inputs: Mapping[str, str]) -> None:
        """A workflow was started; its inputs are short and appear as they are."""
        given = {name: self._value(value) for name, value in inputs.items()}
        self._add("dispatch_workflow", workflow=workflow, ref=ref, inputs=given)

    def _sha(self, sha: str) -> str:
        return self._commits.get(sha, sha)

    def _thread(self, number: int) -> int | str:
        return self._threads.get(number, number)

    def _name_thread(self, made: int, kind: str) -> str:
        number = sum(name.startswith(kind) for name in self._threads.values()) + 1
        self._threads[made] = name = f"{kind} {number}"
        return name

    def _value(self, value: str) -> str:
        numbers = {str(number): name for number, name in self._threads.items()}
        return numbers.get(value, self._sha(value))

    def _given(
        self, *, title: str | None, body: str | None, state: str | None
    ) -> Mapping[str, str]:
        digest = None if body is None else self._digest(body)
        fields = {"title": title, "body": digest, "state": state}
        return {name: value for name, value in fields.items() if value is not None}

    def _digest(self, text: str) -> str:
        for sha, name in self._commits.items():
            text = text.replace(sha, name)
        for number, name in self._threads.items():
            text = re.sub(rf"#{number}(?![0-9])", name, text)
        return text_digest(text)

    def _add(self, verb: str, **arguments: Any) -> None:
        self.records.append({"verb": verb, **arguments})
