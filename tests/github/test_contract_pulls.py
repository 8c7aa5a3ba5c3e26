"""What every port does alike with replaced branches, and with merging, closing and reopening."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubConflictError, GitHubError, GitHubNotFoundError
from pattern_ci.model.safe import Markdown, Title
from tests.github.worlds import OnFake, OnPlan, OnPyGithub

if TYPE_CHECKING:
    from pattern_ci.model.github import PullRequest
    from tests.github.worlds import Live, World

UNKNOWN = "ab" * 20
MOVED = "it is not where it was"
REFUSED = "does not let it be merged"


def _opened(world: World, files: dict[str, str | None]) -> PullRequest:
    world.branch("bot/x", files)
    return world.port.create_pull_request(
        title=Title("t"), body=Markdown("b"), head="bot/x", base="main"
    )


class Contract:
    """One test a promise of the port; subclasses say which port."""

    def test_a_branch_is_replaced_by_one_beside_it(self, world: World) -> None:
        """With the right lease a branch moves to a commit that is not on top of it."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        beside = world.commit({"x": "2"})
        world.port.replace_branch("bot/x", beside, expected=tip)

        assert world.port.branch_sha("bot/x") == beside
        assert world.port.file_text("x", ref="bot/x") == "2"

    def test_a_branch_that_moved_is_not_replaced(self, world: World) -> None:
        """A push that came meanwhile is not lost, nor is a deletion undone."""
        old = world.people.human_pushes("bot/x", {"x": "1"})
        theirs = world.people.human_pushes("bot/x", {"x": "2"})
        beside = world.commit({"x": "3"})

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.replace_branch("bot/x", beside, expected=old)
        assert world.port.branch_sha("bot/x") == theirs
        world.people.human_deletes("bot/x")
        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.replace_branch("bot/x", beside, expected=theirs)
        assert world.port.branch_sha("bot/x") is None

    @pytest.mark.parametrize("sha", [UNKNOWN, "0" * 40])
    def test_a_branch_is_replaced_by_a_commit(self, world: World, sha: str) -> None:
        """A commit that is not there is refused; an id of zeros does not delete."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})

        with pytest.raises(GitHubError):
            world.port.replace_branch("bot/x", sha, expected=tip)
        assert world.port.branch_sha("bot/x") == tip

    def test_a_pull_request_follows_its_replaced_branch(self, world: World) -> None:
        """A pull request stays open and shows the new commit."""
        made = _opened(world, {"x": "1"})
        beside = world.commit({"x": "2"})
        world.port.replace_branch("bot/x", beside, expected=made.head_sha)

        (pull,) = world.port.pull_requests(state="open")
        assert (pull.number, pull.head_sha) == (made.number, beside)

    def test_a_merge_is_one_commit_on_the_base(self, world: World) -> None:
        """The base gets the change as one commit and keeps what came to it meanwhile."""
        made = _opened(world, {"new": "1", "src/a.py": None})
        if made.number > 0:
            world.people.human_pushes("main", {"src/b.py": "B = 3\n"})
        before = world.port.branch_sha("main")
        sha = world.port.merge_pull_request(
            made.number, expected=made.head_sha, title=Title("Add new")
        )

        assert world.port.branch_sha("main") == sha
        commit = world.port.commit(sha)
        assert commit is not None
        assert (commit.message, commit.parents) == ("Add new", (before,))
        assert commit.paths == ("new", "src/a.py")
        (pull,) = world.port.pull_requests(state="closed")
        assert (pull.number, pull.merged) == (made.number, True)

    def test_a_head_that_moved_is_not_merged(self, world: World) -> None:
        """What was approved is merged, not what was pushed afterwards."""
        world.people.human_pushes("bot/x", {"x": "1"})
        number = world.people.human_opens("bot/x")
        approved = world.people.tip("bot/x")
        world.people.human_pushes("bot/x", {"x": "2"})
        before = world.people.tip("main")

        with pytest.raises(GitHubConflictError, match=MOVED):
            world.port.merge_pull_request(number, expected=approved, title=Title("t"))
        assert world.port.branch_sha("main") == before

    def test_a_conflict_is_seen_and_not_merged(self, world: World) -> None:
        """Both sides changed a file: GitHub says so, and does not merge."""
        tip = world.people.human_pushes("bot/x", {"src/a.py": "A = 2\n"})
        number = world.people.human_opens("bot/x")
        assert world.port.mergeable(number) is True
        before = world.people.human_pushes("main", {"src/a.py": "A = 3\n"})

        assert world.port.mergeable(number) is False
        with pytest.raises(GitHubConflictError, match=REFUSED):
            world.port.merge_pull_request(number, expected=tip, title=Title("t"))
        assert world.port.branch_sha("main") == before

    def test_a_closed_pull_request_is_not_merged(self, world: World) -> None:
        """Closing is a verdict."""
        made = _opened(world, {"x": "1"})
        world.port.update_pull_request(made.number, state="closed")

        with pytest.raises(GitHubConflictError, match=REFUSED):
            world.port.merge_pull_request(made.number, expected=made.head_sha, title=Title("t"))
        assert world.port.file_text("x", ref="main") is None

    def test_a_number_that_is_not_there_is_not_merged(self, world: World) -> None:
        """Neither is it asked about."""
        with pytest.raises(GitHubNotFoundError):
            world.port.mergeable(99)
        with pytest.raises(GitHubNotFoundError):
            world.port.merge_pull_request(99, expected=UNKNOWN, title=Title("t"))

    def test_closing_has_a_time(self, world: World) -> None:
        """A closed pull request tells when; an open or reopened one has no such time."""
        made = _opened(world, {"x": "1"})
        assert (made.closed_at, made.draft) == (None, False)
        world.port.update_pull_request(made.number, state="closed")

        (closed,) = world.port.pull_requests(state="closed")
        assert closed.closed_at is not None
        assert closed.closed_at.utcoffset() is not None
        world.port.update_pull_request(made.number, state="open")
        (pull,) = world.port.pull_requests(state="open")
        assert (pull.number, pull.closed_at) == (made.number, None)

    def test_a_replaced_branch_is_not_reopened(self, world: World) -> None:
        """GitHub does not reopen a pull request whose commits are no longer on its branch."""
        made = _opened(world, {"x": "1"})
        world.port.update_pull_request(made.number, state="closed")
        beside = world.commit({"x": "2"})
        world.port.replace_branch("bot/x", beside, expected=made.head_sha)

        with pytest.raises(GitHubError, match="does not take the request"):
            world.port.update_pull_request(made.number, state="open")
        assert tuple(world.port.pull_requests(state="open")) == ()


class LiveContract(Contract):
    """Promises about rules that a plan cannot know."""

    def test_a_protected_branch_is_not_replaced(self, world: World, live: Live) -> None:
        """Neither moved nor deleted; the line names the rule."""
        tip = world.branch("release", {"v": "1"})
        live.protect("release")
        beside = world.commit({"v": "2"})

        with pytest.raises(GitHubConflictError, match="a protection rule forbids it"):
            world.port.replace_branch("release", beside, expected=tip)
        with pytest.raises(GitHubConflictError, match="a protection rule forbids it"):
            world.port.delete_branch("release", expected=tip)
        assert live.tip("release") == tip

    def test_the_default_branch_is_not_deleted(self, world: World, live: Live) -> None:
        """GitHub itself keeps it."""
        tip = live.tip("main")

        with pytest.raises(GitHubConflictError, match="a protection rule forbids it"):
            world.port.delete_branch("main", expected=tip)
        assert live.tip("main") == tip

    def test_a_merge_holds_both_sides(self, world: World, live: Live) -> None:
        """The tree of the base after a merge: theirs, ours, and nothing twice."""
        made = _opened(world, {"new": "1", "src/a.py": None})
        live.human_pushes("main", {"src/b.py": "B = 3\n"})
        world.port.merge_pull_request(made.number, expected=made.head_sha, title=Title("t"))

        assert live.tree("main") == {"README.md": "# demo\n", "new": "1", "src/b.py": "B = 3\n"}


class TestFake(OnFake, LiveContract):
    """On the fake."""


class TestPlan(OnPlan, Contract):
    """On the plan."""


class TestPyGithub(OnPyGithub, LiveContract):
    """On PyGithub."""
