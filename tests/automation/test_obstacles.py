"""What stands in the way of a proposal: a base that is gone, files and branches of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.automation.bot_prs.facts import Limit
from pattern_ci.errors import (
    GitHubNotFoundError,
)
from pattern_ci.model.github import FileChange
from testing.fake_github import DiedError, FakeGitHub
from tests.automation.worlds import PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from pattern_ci.automation.bot_prs.publish import Published


def _said(published: Published) -> list[tuple[str, str]]:
    return [said(action) for action in published.actions]


def test_a_base_that_is_not_there_ends_the_run() -> None:
    """Nothing is written, and the branch is named."""
    world = FakeGitHub()

    with pytest.raises(GitHubNotFoundError, match="no branch 'gone'"):
        publish_all(world, proposal(1), limits=settings(base="gone"))

    assert not world.writes


def test_paths_that_the_base_has_are_not_overwritten() -> None:
    """The same pattern is done, a stranger's file is in the way; the next one moves up."""
    one, two, three = proposal(1), proposal(2), proposal(3)
    there = {path: text for path, text in one.files.items() if text is not None}
    world = FakeGitHub({**there, "patterns/docs/p2.md": "something else\n"})

    done = publish_all(world, one, two, three, limits=settings(limit=Limit(3, 1)))

    assert _said(done) == [("none", "in_base"), ("skip", "in_the_way"), ("open", "new")]
    assert done.actions[1].detail == "patterns/docs/p2.md"


def test_a_strangers_branch_is_left_alone() -> None:
    """A branch with our name and a commit of somebody else is neither moved nor proposed."""
    world = FakeGitHub()
    sha = world.human_pushes(PREFIX + name(1), proposal(1).files)

    done = publish_all(world, proposal(1))

    assert _said(done) == [("skip", "strange_branch")]
    assert world.tip(PREFIX + name(1)) == sha
    assert not world.writes


@pytest.mark.parametrize(
    "amendment",
    [{"patterns/docs/p1.md": "better words\n"}, {"notes.md": "mine\n"}],
    ids=["a file changed", "a file added"],
)
def test_an_amended_commit_of_ours_is_somebody_elses(amendment: dict[str, str]) -> None:
    """A person who amends our commit keeps its trailers; what it holds tells it apart."""
    world = FakeGitHub()
    world.die_after(2)
    with pytest.raises(DiedError):
        publish_all(world, proposal(1))
    world.revive()
    branch = PREFIX + name(1)
    ours = world.commit(world.tip(branch))
    assert ours is not None
    files = {**proposal(1).files, **amendment}
    amended = world.commit_files(
        base_sha=ours.parents[0],
        message=ours.message,
        changes=[FileChange(path=path, text=text) for path, text in files.items()],
    )
    world.human_sets(branch, amended)
    world.revive()

    assert _said(publish_all(world, proposal(1))) == [("skip", "strange_branch")]
    assert _said(publish_all(world, proposal(1, "two"))) == [("skip", "strange_branch")]
    assert not world.writes
    assert world.tip(branch) == amended
