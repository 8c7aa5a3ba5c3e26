"""The branch of telemetry on every port: made, moved forward, never over somebody else's commit."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from pattern_ci.automation.collecting import CURSOR_PATH, publish
from pattern_ci.model.github import WorkflowRun
from tests.github.worlds import OnFake, OnPyGithub

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from tests.github.worlds import Live, World

BRANCH = "pattern-ci/telemetry"


class WithRuns:
    """The port of a world whose workflow ran; the server that we test with has none that end."""

    def __init__(self, port: GitHubPort, head: str) -> None:
        self._port = port
        self._head = head
        self.count = 1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._port, name)

    def workflow_runs(self, workflow: str, *, limit: int) -> list[WorkflowRun]:
        """So many runs, the newest first."""
        assert (workflow, limit) == ("ci.yml", 100)
        return [
            WorkflowRun(
                id=number, event="push", status="completed", conclusion="success",
                head_sha=self._head, created_at=datetime(2026, 5, number, tzinfo=UTC),
            )
            for number in range(self.count, 0, -1)
        ]  # fmt: skip


class Contract:
    """What every port does alike."""

    def test_the_branch_grows(self, world: World, live: Live) -> None:
        """Made from the base, then moved; a commit in between stays; main is not touched."""
        base = world.people.tip("main")
        world.people.human_checks(base, "tests", "failure")
        runs = WithRuns(world.port, base)
        port = cast("GitHubPort", runs)

        first = publish(port, BRANCH, base, ["ci.yml"])
        made = world.people.tip(BRANCH)
        world.people.human_pushes(BRANCH, {"theirs.txt": "1"})
        runs.count = 2
        second = publish(port, BRANCH, base, ["ci.yml"])

        assert first == "telemetry: collected 2 events of workflow runs."
        assert second == "telemetry: collected 1 event of workflow runs."  # its job is known
        tree = live.tree(BRANCH)
        assert tree["theirs.txt"] == "1"
        writer = json.loads(tree[CURSOR_PATH])["writer"]
        events = [
            json.loads(line)
            for line in tree[f"patterns/telemetry/2026-05/{writer}.jsonl"].splitlines()
        ]
        assert [event["success"] for event in events].count(False) == 1
        assert sorted(event["run"] for event in events if event["source"] == "ci") == [
            "1",
            "1",
            "2",
        ]
        assert world.people.tip("main") == base != made

    def test_nothing_to_say_writes_nothing(self, world: World) -> None:
        """No run, no branch."""
        base = world.people.tip("main")
        runs = WithRuns(world.port, base)
        runs.count = 0

        said = publish(cast("GitHubPort", runs), BRANCH, base, ["ci.yml"])

        assert said == "telemetry: collected 0 events of workflow runs."
        assert world.port.branch_sha(BRANCH) is None


class TestFake(OnFake, Contract):
    """On the fake."""


class TestPyGithub(OnPyGithub, Contract):
    """On PyGithub."""
