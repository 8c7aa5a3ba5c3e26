"""What people do to the repository in memory while nobody of ours looks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pattern_ci.messages import github as messages
from pattern_ci.model.github import CheckRun
from testing.fake_world import FakeRepository, changed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class FakePeople(FakeRepository):
    """Every method that people use starts with `human_`; none of them counts as a request."""

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

    def human_deletes(self, branch: str) -> None:
        """A person deletes a branch, which closes what is open from it."""
        self._delete(branch)

    def human_opens(
        self, head: str, *, title: str = "by hand", base: str = "main", author: str = "maintainer"
    ) -> int:
        """A person opens a pull request."""
        return self._open(head, base, author=author, title=title, body="by hand", labels=()).number

    def human_closes(self, number: int) -> None:
        """A person closes a pull request."""
        self._set_state(number, "closed")

    def human_reopens(self, number: int) -> None:
        """A person reopens a pull request."""
        self._set_state(number, "open")

    def human_edits(
        self, number: int, *, title: str | None = None, body: str | None = None
    ) -> None:
        """A person edits the text of a pull request."""
        self._edit(number, doing=messages.CHANGE_PULL, title=title, body=body)

    def human_merges(self, number: int) -> str:
        """A person merges a pull request."""
        return self._merge(self._pulls[number], f"Merge #{number}", squash=False)

    def human_deletes_fork(self, number: int) -> None:
        """The repository that a pull request comes from is deleted."""
        self._pulls[number] = replace(self._pulls[number], head_repo=None)

    def human_comments(self, number: int, body: str, *, author: str = "maintainer") -> int:
        """A person comments on an issue or pull request."""
        return self._comment(number, author, body).id

    def human_opens_issue(
        self, *, title: str = "by hand", body: str = "by hand", author: str = "maintainer"
    ) -> int:
        """A person opens an issue."""
        return self._open_issue(author=author, title=title, body=body, labels=()).number

    def human_edits_issue(
        self, number: int, *, title: str | None = None, body: str | None = None
    ) -> None:
        """A person edits the text of an issue."""
        self._edit(number, doing=messages.CHANGE_ISSUE, title=title, body=body)

    def human_closes_issue(self, number: int) -> None:
        """A person closes an issue."""
        self._issues[number] = replace(self._issues[number], state="closed")

    def human_ticks(self, number: int, text: str) -> None:
        """A person ticks the one box, of an issue or pull request, whose line holds `text`."""
        lines = self._thread(number, messages.CHANGE_ISSUE).body.split("\n")
        (place,) = (at for at, line in enumerate(lines) if _EMPTY_BOX.match(line) and text in line)
        lines[place] = _EMPTY_BOX.sub(r"\1[x]", lines[place])
        self._edit(number, doing=messages.CHANGE_ISSUE, body="\n".join(lines))

    def human_switches_issues_off(self) -> None:
        """The owner switches issues off."""
        self.issues_enabled = False

    def human_labels(self, number: int, labels: Sequence[str]) -> None:
        """A person sets the labels of an issue or pull request."""
        self._label(number, tuple(labels))

    def human_adds_workflow(self, workflow: str, *, state: str = "active") -> None:
        """A person adds a workflow file, or turns it off."""
        self.workflows[workflow] = state

    def human_checks(self, sha: str, name: str, conclusion: str) -> None:
        """A check of some App is completed on a commit."""
        check = CheckRun(
            name=name, status="completed", conclusion=conclusion,
            started_at=self.now - timedelta(seconds=90), completed_at=self.now,
        )  # fmt: skip
        others = [other for other in self.checks.get(sha, ()) if other.name != name]
        self.checks[sha] = [*others, check]

    def protect(self, branch: str) -> None:
        """Forbid pushes to a branch."""
        self.protected.add(branch)


_EMPTY_BOX = re.compile(r"(\s*[-*] )\[ \]")
