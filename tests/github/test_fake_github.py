"""The fake's knobs: faults, limits, sudden death, and people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    GitHubConflictError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubUnavailableError,
    RequestBudgetError,
)
from pattern_ci.github.pygithub import connect
from pattern_ci.model.github import FileChange
from testing.fake_github import DiedError, FakeGitHub
from testing.fake_world import Dispatch

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


def test_a_person_ticks_one_box(fake: FakeGitHub) -> None:
    """The box whose line holds the text, and no other; a full one is not ticked again."""
    body = "- [ ] rebase one\n- [ ] rebase two\n  - [ ] open\nrebase two"
    number = fake.human_opens_issue(body=body)
    fake.human_ticks(number, "rebase two")
    fake.human_ticks(number, "open")

    assert fake.issue(number).body == (
        "- [ ] rebase one\n- [x] rebase two\n  - [x] open\nrebase two"
    )
    with pytest.raises(ValueError, match="unpack"):
        fake.human_ticks(number, "rebase two")


def test_issues_and_pull_requests_share_their_numbers(fake: FakeGitHub) -> None:
    """As on GitHub; a person's edit of an issue changes what is given."""
    issue = fake.human_opens_issue(title="one")
    pull = fake.human_opens("bot/x")
    fake.human_edits_issue(issue, body="new")
    fake.human_closes_issue(issue)

    assert (issue, pull) == (1, 2)
    found = fake.issue(issue)
    assert (found.title, found.body, found.state) == ("one", "new", "closed")


def test_merging_can_be_in_the_way(fake: FakeGitHub) -> None:
    """A conflict, a rule, or GitHub that has not looked yet, as a test says."""
    number = fake.human_opens("bot/x")
    assert fake.mergeable(number) is True
    fake.undecided.add(number)
    assert fake.mergeable(number) is None
    fake.undecided.clear()
    fake.conflicted.add(number)
    assert fake.mergeable(number) is False
    fake.conflicted.clear()

    fake.blocked.add(number)
    with pytest.raises(GitHubConflictError, match="does not let it be merged"):
        fake.merge_pull_request(number, expected=fake.tip("bot/x"), title="t")
    assert "b" not in fake.tree("main")


def test_closing_happens_at_the_set_time(fake: FakeGitHub) -> None:
    """A test moves the clock."""
    number = fake.human_opens("bot/x")
    fake.now = datetime(2026, 3, 1, tzinfo=UTC)
    fake.human_closes(number)

    assert fake.pull(number).closed_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_started_workflows_are_noted(fake: FakeGitHub) -> None:
    """With branch and inputs; a refused start is not."""
    fake.human_adds_workflow("v.yml")
    fake.dispatch_workflow("v.yml", ref="bot/x", inputs={"number": "1"})
    with pytest.raises(GitHubNotFoundError):
        fake.dispatch_workflow("w.yml", ref="bot/x")

    assert fake.dispatches == [Dispatch(workflow="v.yml", ref="bot/x", inputs={"number": "1"})]
