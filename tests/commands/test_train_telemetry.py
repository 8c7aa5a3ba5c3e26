"""`train --pull-request` collects runs of workflows, if telemetry is asked for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubUnavailableError
from pattern_ci.model.github import WorkflowRun
from testing.fake_github import FakeGitHub
from testing.repos import Tree, build_repo
from tests.commands.training import on_github, printed

if TYPE_CHECKING:
    from pathlib import Path

BRANCH = "pattern-ci/telemetry"
Say = pytest.CaptureFixture[str]


def world(repo_path: Path, config: str) -> FakeGitHub:
    """A clone with one workflow that ran once, and its repository on GitHub."""
    tree: Tree = {".github/pattern-ci.yml": config, ".github/workflows/ci.yml": "name: ci\n"}
    build_repo(repo_path, tree)
    github = FakeGitHub({"README.md": "demo\n"})
    github.workflows = {"ci.yml": "active"}
    run = WorkflowRun(
        id=1, event="push", status="completed", conclusion="success",
        head_sha=github.tip("main"), created_at=datetime(2026, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    github.runs = {"ci.yml": [run]}
    return github


ON = "version: 1\ntelemetry: {enabled: true}\n"


def test_runs_are_collected_when_asked_for(repo_path: Path, capsys: Say) -> None:
    """One event on a branch of its own, said among the notes."""
    github = world(repo_path, ON)

    assert on_github(repo_path, github) == 0

    assert "telemetry: collected 1 event of workflow runs." in printed(capsys)["notes"]
    assert any(path.startswith("patterns/telemetry/2026-05/") for path in github.tree(BRANCH))


@pytest.mark.parametrize(("config", "plan"), [("version: 1\n", False), (ON, True)])
def test_otherwise_no_branch_is_made(repo_path: Path, capsys: Say, config: str, plan: bool) -> None:
    """Not asked for, or a plan: nothing is read and nothing is written for it."""
    github = world(repo_path, config)

    assert on_github(repo_path, github, plan=plan) == 0

    assert not [note for note in printed(capsys)["notes"] if "telemetry" in note]
    assert github.branch_sha(BRANCH) is None


def test_a_refusal_stops_nothing_else(
    repo_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a note; the run has done its work."""
    github = world(repo_path, ON)
    msg = "GitHub is away."

    def away(**_given: object) -> str:
        raise GitHubUnavailableError(msg)

    monkeypatch.setattr(github, "commit_files", away)

    assert on_github(repo_path, github) == 0
    assert any(f"no workflow runs were collected: {msg}" in n for n in printed(capsys)["notes"])
