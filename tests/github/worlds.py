"""A port and the people behind its back, whatever the port is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pattern_ci.model.github import FileChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.github.port import GitHubPort


class People(Protocol):
    """What the tests need of the people of a repository."""

    def tip(self, branch: str) -> str: ...
    def human_pushes(self, branch: str, files: Mapping[str, str]) -> str: ...
    def human_opens(self, head: str, *, title: str = ..., base: str = ...) -> int: ...
    def human_comments(self, number: int, body: str) -> int: ...
    def human_deletes(self, branch: str) -> None: ...


class Live(People, Protocol):
    """What can only be seen where writes are carried out."""

    def human_closes(self, number: int) -> object: ...
    def human_merges(self, number: int) -> object: ...
    def protect(self, branch: str) -> None: ...
    def tree(self, ref: str) -> dict[str, str]: ...


@dataclass(frozen=True, kw_only=True)
class World:
    """A port and the people behind its back."""

    port: GitHubPort
    people: People

    def commit(self, files: Mapping[str, str | None], *, on: str | None = None) -> str:
        """A commit of ours, on top of main if not said otherwise."""
        changes = [FileChange(path=path, text=text) for path, text in files.items()]
        base = on or self.people.tip("main")
        return self.port.commit_files(base_sha=base, message="add", changes=changes)

    def branch(self, name: str, files: Mapping[str, str | None]) -> str:
        """A branch of ours with one commit; its tip."""
        sha = self.commit(files)
        self.port.create_branch(name, sha)
        return sha
