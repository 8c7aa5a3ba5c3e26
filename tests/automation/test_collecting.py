"""Runs of workflows become events on a branch: each once, in turns, whoever else writes there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pattern_ci.automation.collecting import CURSOR_PATH, collect, publish
from pattern_ci.errors import GitHubConflictError, GitHubPermissionError, GitHubUnavailableError
from pattern_ci.model.collection import Cursor, Seen
from pattern_ci.model.github import CheckRun, WorkflowRun
from pattern_ci.telemetry import lines
from testing.fake_github import FakeGitHub

if TYPE_CHECKING:
    from pattern_ci.model.event import Event

FIRST = datetime(2026, 5, 30, tzinfo=UTC)
EMPTY = Cursor(writer="0" * 16)
BRANCH = "pattern-ci/telemetry"


def run(number: int, status: str = "completed", conclusion: str | None = "success") -> WorkflowRun:
    """A run; each is a day after the one before."""
    return WorkflowRun(
        id=number, event="push", status=status, head_sha=f"{number:040x}",
        conclusion=conclusion if status == "completed" else None,
        created_at=FIRST + timedelta(days=number),
        started_at=FIRST + timedelta(days=number, minutes=5),
        updated_at=FIRST + timedelta(days=number, minutes=5 + number),
    )  # fmt: skip


@pytest.fixture
def github() -> FakeGitHub:
    """Two workflows, newest run first; one run is not over."""
    fake = FakeGitHub({"a.py": "1\n"})
    fake.workflows = {"ci.yml": "active", "docs.yml": "active"}
    fake.runs = {
        "ci.yml": [run(5), run(4, "in_progress"), run(3, conclusion="failure"), run(1)],
        "docs.yml": [run(6, conclusion="cancelled")],
    }
    fake.checks = {
        sha: [CheckRun(name="tests", status="completed", conclusion="success")]
        for sha in fake._commits
    }
    return fake


@pytest.fixture
def jobs(github: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> FakeGitHub:
    """The commits of the runs are not on a branch; their checks are answered all the same."""

    def answer(sha: str) -> list[CheckRun]:
        return github._read(
            "check_runs",
            lambda: [
                CheckRun(
                    name="tests",
                    status="completed",
                    conclusion="success",
                    started_at=FIRST,
                    completed_at=FIRST + timedelta(seconds=42),
                ),
                CheckRun(name="slow", status="queued", conclusion=None, started_at=FIRST),
            ],
        )

    monkeypatch.setattr(github, "check_runs", answer)
    return github


def shards(github: FakeGitHub) -> dict[str, list[dict[str, object]]]:
    """Every event on the branch, by path."""
    tree = github.tree(BRANCH)
    return {
        path: [line.event or {} for line in lines.split(text.encode())]
        for path, text in tree.items()
        if path.endswith(".jsonl")
    }


def test_what_ended_is_collected_once(jobs: FakeGitHub) -> None:
    """Runs and their jobs; one that goes on is asked for again, the others are not."""
    workflows = ["docs.yml", "ci.yml"]
    found = collect(jobs, workflows, EMPTY)

    said = [(event.operation_kind, event.run, event.success) for event in found.events]
    assert said == [
        ("OPK-CI-RUN", "1", True), ("OPK-CI-JOB", "1", True),
        ("OPK-CI-RUN", "3", False), ("OPK-CI-JOB", "3", True),
        ("OPK-CI-RUN", "5", True), ("OPK-CI-JOB", "5", True),
        ("OPK-CI-RUN", "6", None), ("OPK-CI-JOB", "6", True),
    ]  # fmt: skip
    assert found.cursor.seen["ci.yml"] == Seen(upto=3, above=frozenset({5}))
    assert (found.stopped, found.cursor.next) == ("", "")

    jobs.runs["ci.yml"][1] = run(4)
    again = collect(jobs, workflows, Cursor.from_dict(found.cursor.to_dict()))
    assert [event.run for event in again.events] == ["4", "4"]
    assert again.cursor.seen["ci.yml"] == Seen(upto=5)
    assert collect(jobs, workflows, again.cursor).events == ()


def test_events_say_how_long_and_how_it_ended(jobs: FakeGitHub) -> None:
    """From the beginning of the latest attempt; without its times, nothing is made up."""
    found = collect(jobs, ["ci.yml"], EMPTY)

    said = [(event.duration_s, event.parameters["conclusion"]) for event in found.events]
    assert said == [
        (60, "success"), (42, "success"),
        (180, "failure"), (42, "success"),
        (300, "success"), (42, "success"),
    ]  # fmt: skip
    odd = replace(run(7), started_at=datetime(1, 1, 1, tzinfo=UTC))
    backwards = replace(run(8), updated_at=FIRST)
    jobs.runs["ci.yml"] = [backwards, odd, replace(run(9), started_at=None), run(4, "in_progress")]
    later = collect(jobs, ["ci.yml"], EMPTY).events
    assert {event.duration_s for event in later if event.operation_kind == "OPK-CI-RUN"} == {None}


def test_a_spent_budget_is_gone_on_from(jobs: FakeGitHub) -> None:
    """However few requests a run may make, all is collected in the end, and each event once."""
    cursor, rounds = EMPTY, 0
    events: list[Event] = []
    while True:
        before = sum(jobs.usage().values())
        found = collect(jobs, ["ci.yml", "docs.yml"], cursor, requests=2)
        assert sum(jobs.usage().values()) - before <= 2
        cursor, rounds = found.cursor, rounds + 1
        events += found.events
        if len({event.id for event in events}) == 8 or rounds > 20:
            break

    assert len(events) == 8
    assert 3 < rounds <= 20


def test_without_permission_for_checks_there_are_runs(
    github: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token of a workflow that was not granted them: no job, and no end."""

    def refused(sha: str) -> list[CheckRun]:
        raise GitHubPermissionError(sha)

    monkeypatch.setattr(github, "check_runs", refused)
    found = collect(github, ["ci.yml"], EMPTY)

    assert [event.operation_kind for event in found.events] == ["OPK-CI-RUN"] * 3
    assert found.stopped == ""


def test_a_fault_keeps_what_was_collected(
    jobs: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs that were read whole count; the others come next time."""
    real = jobs.check_runs

    def faulty(sha: str) -> object:
        if sha == f"{3:040x}":
            msg = "server error."
            raise GitHubUnavailableError(msg)
        return real(sha)

    monkeypatch.setattr(jobs, "check_runs", faulty)
    found = collect(jobs, ["ci.yml", "docs.yml"], EMPTY)

    assert [event.run for event in found.events] == ["1", "1"]
    assert found.stopped.startswith("server error.")
    assert found.cursor.next == "ci.yml"


def test_events_and_cursor_are_one_commit(jobs: FakeGitHub) -> None:
    """By month, in order; a second run writes nothing."""
    base = jobs.tip("main")
    said = publish(jobs, BRANCH, base, ["ci.yml", "docs.yml"])

    assert said == "telemetry: collected 8 events of workflow runs."
    found = shards(jobs)
    assert [path.split("/")[2] for path in sorted(found)] == ["2026-05", "2026-06"]
    for events in found.values():
        assert [event["id"] for event in events] == sorted({str(event["id"]) for event in events})
    writer = json.loads(jobs.tree(BRANCH)[CURSOR_PATH])["writer"]
    assert {event["writer"] for events in found.values() for event in events} == {writer}
    tip = jobs.tip(BRANCH)
    assert publish(jobs, BRANCH, base, ["ci.yml", "docs.yml"]).startswith("telemetry: collected 0")
    assert jobs.tip(BRANCH) == tip
    assert jobs.tip("main") == base


def test_another_run_was_quicker(jobs: FakeGitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The branch moved between reading and writing: nothing is lost and nothing doubled."""
    base = jobs.tip("main")
    publish(jobs, BRANCH, base, ["docs.yml"])
    real = jobs.update_branch
    raced: list[bool] = []

    def late(branch: str, sha: str, *, expected: str) -> None:
        if not raced:
            raced.append(True)
            publish(jobs, BRANCH, base, ["ci.yml"])
        real(branch, sha, expected=expected)

    monkeypatch.setattr(jobs, "update_branch", late)
    jobs.runs["docs.yml"].insert(0, run(7))
    publish(jobs, BRANCH, base, ["ci.yml", "docs.yml"])

    runs = [event["run"] for events in shards(jobs).values() for event in events]
    assert sorted(map(str, runs)) == sorted(["1", "3", "5", "6", "7"] * 2)


def test_a_branch_that_always_moves_is_given_up(
    jobs: FakeGitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three tries; the branch stays as it is."""

    def moved(branch: str, sha: str, *, expected: str) -> None:
        raise GitHubConflictError(branch)

    base = jobs.tip("main")
    publish(jobs, BRANCH, base, ["docs.yml"])
    tip = jobs.tip(BRANCH)
    monkeypatch.setattr(jobs, "update_branch", moved)
    with pytest.raises(GitHubConflictError):
        publish(jobs, BRANCH, base, ["ci.yml"])
    assert jobs.tip(BRANCH) == tip
