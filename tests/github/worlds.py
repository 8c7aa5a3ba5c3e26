"""A port and the people behind its back, whatever the port is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from pattern_ci.github.plan import PlanRecorder
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Message
from testing.fake_github import FakeGitHub
from tests.github.conftest import FILES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository


class People(Protocol):
    """What the tests need of the people of a repository."""

    def tip(self, branch: str) -> str: ...
    def human_pushes(self, branch: str, files: Mapping[str, str]) -> str: ...
    def human_opens(self, head: str, *, title: str = ..., base: str = ...) -> int: ...
    def human_comments(self, number: int, body: str) -> int: ...
    def human_deletes(self, branch: str) -> None: ...
    def human_opens_issue(self, *, title: str = ..., body: str = ...) -> int: ...
    def human_labels(self, number: int, labels: Sequence[str]) -> None: ...
    def human_adds_workflow(self, workflow: str, *, state: str = ...) -> None: ...
    def human_checks(self, sha: str, name: str, conclusion: str) -> None: ...


class Live(People, Protocol):
    """What can only be seen where writes are carried out."""

    def human_closes(self, number: int) -> object: ...
    def human_merges(self, number: int) -> object: ...
    def protect(self, branch: str) -> None: ...
    def tree(self, ref: str) -> dict[str, str]: ...
    def reactions_to(self, comment_id: int) -> list[tuple[str, str]]: ...
    def human_switches_issues_off(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class World:
    """A port and the people behind its back."""

    port: GitHubPort
    people: People

    def commit(self, files: Mapping[str, str | None], *, on: str | None = None) -> str:
        """A commit of ours, on top of main if not said otherwise."""
        changes = [FileChange(path=path, text=text) for path, text in files.items()]
        base = on or self.people.tip("main")
        return self.port.commit_files(base_sha=base, message=Message("add"), changes=changes)

    def branch(self, name: str, files: Mapping[str, str | None]) -> str:
        """A branch of ours with one commit; its tip."""
        sha = self.commit(files)
        self.port.create_branch(name, sha)
        return sha


class OnFake:
    """The fake that other rooms test with."""

    @pytest.fixture
    def live(self) -> FakeGitHub:
        return FakeGitHub(FILES)

    @pytest.fixture
    def world(self, live: FakeGitHub) -> World:
        return World(port=live, people=live)


class OnPlan:
    """The plan over the fake; each test of it also made no write."""

    @pytest.fixture
    def fake(self) -> FakeGitHub:
        return FakeGitHub(FILES)

    @pytest.fixture
    def world(self, fake: FakeGitHub) -> World:
        return World(port=PlanRecorder(fake), people=fake)

    @pytest.fixture(autouse=True)
    def _writes_nothing(self, fake: FakeGitHub) -> object:
        yield
        assert fake.usage()["writes"] == 0
        assert fake.writes == ()


class OnPyGithub:
    """PyGithub against `emulate`, through the proxy."""

    @pytest.fixture
    def live(self, repository: Repository) -> Repository:
        return repository

    @pytest.fixture
    def world(self, port: GitHubPort, live: Repository) -> World:
        return World(port=port, people=live)
