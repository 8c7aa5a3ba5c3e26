"""The fake's knobs: faults, limits, sudden death, and people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubPermissionError, GitHubUnavailableError, RequestBudgetError
from pattern_ci.github.pygithub import connect
from pattern_ci.model.github import FileChange
from testing.fake_github import DiedError, FakeGitHub

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort

BROKEN = GitHubUnavailableError("broken")
DENIED = GitHubPermissionError("denied")


@pytest.fixture
def fake() -> FakeGitHub:
    """A repository with a branch that can be proposed."""
    fake = FakeGitHub({"a": "1"})
    fake.human_pushes("bot/x", {"b": "2"})
    return fake


def test_all_implementations_are_ports(fake: FakeGitHub) -> None:
    """The type checker holds the fake and PyGithub to the same protocol."""
    ports: list[GitHubPort] = [fake, connect("octo/demo", "token", request_budget=0)]

    assert [port.slug for port in ports] == ["octo/demo", "octo/demo"]


def test_the_nth_call_fails(fake: FakeGitHub) -> None:
    """Calls before and after the chosen ones work."""
    fake.fail("branch_sha", BROKEN, nth=2, times=2)

    assert fake.branch_sha("main")
    for _ in range(2):
        with pytest.raises(GitHubUnavailableError):
            fake.branch_sha("main")
    assert fake.branch_sha("main")


def test_a_failed_write_did_not_happen(fake: FakeGitHub) -> None:
    """A fault before the write leaves everything as it was."""
    fake.fail("create_pull_request", DENIED)

    with pytest.raises(GitHubPermissionError):
        fake.create_pull_request(title="t", body="b", head="bot/x", base="main")
    assert fake.pull_requests(state="all") == ()
    assert fake.writes == ()


def test_a_write_may_happen_and_fail(fake: FakeGitHub) -> None:
    """With `after` only the answer is lost."""
    fake.fail("create_pull_request", BROKEN, after=True)

    with pytest.raises(GitHubUnavailableError):
        fake.create_pull_request(title="t", body="b", head="bot/x", base="main")
    assert [pull.title for pull in fake.pull_requests(state="all")] == ["t"]


def test_every_read_can_fail(fake: FakeGitHub) -> None:
    """Reads fail until they are told to work again."""
    fake.fail_reads(BROKEN)
    for read in (fake.identity, fake.repository, lambda: fake.branches("")):
        with pytest.raises(GitHubUnavailableError):
            read()
    fake.fail_reads(None)

    assert fake.identity() == "pattern-bot"


@pytest.mark.parametrize("writes", range(4))
def test_death_comes_after_the_kth_write(fake: FakeGitHub, writes: int) -> None:
    """What was written stays; nothing catches the end; a new process goes on."""
    fake.die_after(writes)

    def work() -> None:
        try:
            for number in range(3):
                sha = fake.commit_files(
                    base_sha=fake.tip("main"),
                    message="m",
                    changes=[FileChange(path=f"{number}", text="x")],
                )
                fake.create_branch(f"bot/{number}", sha)
        except Exception:  # noqa: BLE001  # what a careless handler would do
            pytest.fail("kill -9 cannot be caught")

    with pytest.raises(DiedError):
        work()
    assert len(fake.writes) == writes
    fake.revive()
    assert len(fake.branches("bot/")) == 1 + writes // 2


def test_calls_are_limited(fake: FakeGitHub) -> None:
    """The fake has the same budget as the real port."""
    fake.limit_requests(2)
    fake.branch_sha("main")
    fake.create_branch("bot/y", fake.tip("main"))

    with pytest.raises(RequestBudgetError):
        fake.branch_sha("main")
    assert fake.usage() == {"reads": 1, "writes": 1}


def test_a_merge_keeps_what_came_meanwhile(fake: FakeGitHub) -> None:
    """Merging brings the branch's changes and loses none of the base's."""
    number = fake.human_opens("bot/x")
    fake.human_pushes("main", {"c": "3", "a": None})
    fake.human_merges(number)

    assert fake.tree("main") == {"b": "2", "c": "3"}
    assert fake.pull(number).merged


def test_a_closed_pull_request_keeps_its_head(fake: FakeGitHub) -> None:
    """A push after closing does not move it; reopening is a person's to do."""
    number = fake.human_opens("bot/x")
    head = fake.pull(number).head_sha
    fake.human_closes(number)
    fake.human_pushes("bot/x", {"b": "3"})

    assert fake.pull(number).head_sha == head
    fake.human_reopens(number)
    assert fake.pull(number).state == "open"
