"""What every port does alike with checks, workflows and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubError, GitHubNotFoundError
from pattern_ci.model.github import ActionsSettings, CheckRun
from tests.github.worlds import OnFake, OnPlan, OnPyGithub

if TYPE_CHECKING:
    from tests.github.worlds import World

WORKFLOW = "pattern-validate.yml"


class Contract:
    """One test a promise of the port; subclasses say which port."""

    def test_checks_of_a_commit_are_listed(self, world: World) -> None:
        """The latest of each name, whoever made it; a commit without any has none."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        world.people.human_checks(tip, "tests", "failure")
        world.people.human_checks(tip, "tests", "success")
        world.people.human_checks(tip, "lint", "neutral")

        assert set(world.port.check_runs(tip)) == {
            CheckRun(name="tests", status="completed", conclusion="success"),
            CheckRun(name="lint", status="completed", conclusion="neutral"),
        }
        assert tuple(world.port.check_runs(world.people.tip("main"))) == ()

    def test_a_completed_check_took_some_time(self, world: World) -> None:
        """Its beginning and its end are told."""
        tip = world.people.human_pushes("bot/x", {"x": "1"})
        world.people.human_checks(tip, "tests", "success")

        (check,) = world.port.check_runs(tip)

        assert check.duration_s == pytest.approx(90, abs=1)

    def test_a_commit_that_is_not_there_has_no_checks(self, world: World) -> None:
        """That is an error, not an empty list."""
        with pytest.raises(GitHubNotFoundError):
            world.port.check_runs("ab" * 20)

    def test_a_workflow_has_a_state(self, world: World) -> None:
        """None when there is no such file; a workflow without runs has none."""
        world.people.human_adds_workflow(WORKFLOW)
        world.people.human_adds_workflow("old.yml", state="disabled_inactivity")

        assert world.port.workflow_state(WORKFLOW) == "active"
        assert world.port.workflow_state("old.yml") == "disabled_inactivity"
        assert world.port.workflow_state("none.yml") is None
        assert tuple(world.port.workflow_runs(WORKFLOW, limit=5)) == ()
        assert tuple(world.port.workflow_runs("none.yml", limit=5)) == ()

    def test_a_workflow_starts(self, world: World) -> None:
        """With inputs or without."""
        world.people.human_pushes("bot/x", {"x": "1"})
        world.people.human_adds_workflow(WORKFLOW)

        world.port.dispatch_workflow(WORKFLOW, ref="bot/x", inputs={"number": "1"})
        world.port.dispatch_workflow(WORKFLOW, ref="bot/x")

    def test_what_cannot_start_says_so(self, world: World) -> None:
        """No such workflow, no such branch, or one that is switched off."""
        world.people.human_adds_workflow(WORKFLOW)
        world.people.human_adds_workflow("old.yml", state="disabled_manually")

        with pytest.raises(GitHubNotFoundError):
            world.port.dispatch_workflow("none.yml", ref="main")
        for workflow, ref in ((WORKFLOW, "nope"), ("old.yml", "main")):
            with pytest.raises(GitHubError, match="does not take the request"):
                world.port.dispatch_workflow(workflow, ref=ref)
        assert tuple(world.port.workflow_runs(WORKFLOW, limit=5)) == ()

    def test_a_user_has_a_role(self, world: World) -> None:
        """Who may do what is asked of GitHub; an unknown login may do nothing."""
        assert world.port.permission("maintainer") == "admin"
        assert world.port.permission("pattern-bot") == "write"
        assert world.port.permission("nobody-at-all") == "none"

    def test_the_settings_of_actions_are_read(self, world: World) -> None:
        """As GitHub sets them in a new repository."""
        assert world.port.actions_settings() == ActionsSettings(
            default_access="read", may_open_pull_requests=True
        )


class LiveContract(Contract):
    """Promises about what follows a write."""

    def test_a_started_workflow_has_a_run_and_a_check(self, world: World) -> None:
        """The newest run comes first, at most as many as were asked for."""
        self.test_a_workflow_starts(world)
        tip = world.people.tip("bot/x")

        newest, older = world.port.workflow_runs(WORKFLOW, limit=5)
        assert newest.id != older.id
        assert newest.created_at >= older.created_at
        assert (newest.event, newest.status, newest.conclusion) == (
            "workflow_dispatch", "queued", None,
        )  # fmt: skip
        assert newest.head_sha == tip
        assert [run.id for run in world.port.workflow_runs(WORKFLOW, limit=1)] == [newest.id]
        assert {check.status for check in world.port.check_runs(tip)} == {"queued"}


class TestFake(OnFake, LiveContract):
    """On the fake."""


class TestPlan(OnPlan, Contract):
    """On the plan."""


class TestPyGithub(OnPyGithub, LiveContract):
    """On PyGithub."""
