"""Whether the checks of our pull requests start, and what is said where they do not."""

from __future__ import annotations

from pattern_ci.errors import GitHubPermissionError
from testing.fake_github import FakeGitHub
from tests.automation.worlds import PREFIX, name, proposal, publish_all, settings

ACTIONS = "github-actions[bot]"
CLICK = "Approve workflows to run"
BRANCH = PREFIX + name(1)
WITH_CHECKS = settings(checks_workflow="ci.yml")


def _world(login: str = ACTIONS) -> FakeGitHub:
    world = FakeGitHub(login=login)
    world.workflows["ci.yml"] = "active"
    return world


def _verbs(world: FakeGitHub) -> list[str]:
    return [write["verb"] for write in world.writes]


def test_an_app_needs_nothing() -> None:
    """Its pull requests start their checks by themselves: nothing is started, nothing is said."""
    world = _world("pattern-bot[bot]")

    publish_all(world, proposal(1), limits=WITH_CHECKS)

    assert "dispatch_workflow" not in _verbs(world)
    assert CLICK not in world.pull(1).body


def test_the_token_of_a_workflow_starts_the_validation_workflow() -> None:
    """On the branch, before the pull request, whose text says so."""
    world = _world()

    publish_all(world, proposal(1), limits=WITH_CHECKS)

    assert _verbs(world) == [
        "commit_files", "create_branch", "dispatch_workflow", "create_pull_request",
    ]  # fmt: skip
    (write,) = (one for one in world.writes if one["verb"] == "dispatch_workflow")
    assert (write["workflow"], write["ref"]) == ("ci.yml", BRANCH)
    assert "starts `ci.yml` on its branch" in world.pull(1).body


def test_without_a_validation_workflow_the_text_says_that_a_click_is_needed() -> None:
    """Nobody wonders why nothing runs."""
    world = _world()

    publish_all(world, proposal(1))

    assert "dispatch_workflow" not in _verbs(world)
    assert CLICK in world.pull(1).body
    assert "on its branch" not in world.pull(1).body


def test_a_workflow_that_cannot_be_started_holds_nothing_up() -> None:
    """The pull request is opened, its text asks for the click, the error is told."""
    world = _world()
    refused = GitHubPermissionError("the token may not start workflows.")
    world.fail("dispatch_workflow", refused)

    done = publish_all(world, proposal(1), limits=WITH_CHECKS)

    assert done.errors == (refused,)
    assert "on its branch" not in world.pull(1).body
    assert CLICK in world.pull(1).body


def test_a_changed_branch_is_checked_again() -> None:
    """New commits of a workflow's token start nothing either."""
    world = _world()
    publish_all(world, proposal(1), limits=WITH_CHECKS)
    world.revive()

    publish_all(world, proposal(1, "two"), limits=WITH_CHECKS)

    assert _verbs(world) == [
        "commit_files", "update_branch", "dispatch_workflow", "update_pull_request",
    ]  # fmt: skip


def test_a_second_run_starts_nothing() -> None:
    """Up to date is up to date."""
    world = _world()
    publish_all(world, proposal(1), limits=WITH_CHECKS)
    world.revive()

    publish_all(world, proposal(1), limits=WITH_CHECKS)

    assert not world.writes
