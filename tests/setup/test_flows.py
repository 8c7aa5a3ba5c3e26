"""The workflows of a repository as facts: when they start, whom they call, what they read of us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.setup.facts import gather
from pattern_ci.setup.flows import read_flows
from pattern_ci.setup.records import Flow
from testing.repos import build_repo, write_tree

if TYPE_CHECKING:
    from pathlib import Path

JOBS = "jobs:\n  test:\n    runs-on: x\n"
CALL = "jobs:\n  call:\n    uses: o/pattern-ci/.github/workflows/pattern-train.yml@v1\n"
PATH = ".github/workflows/flow.yml"


@pytest.mark.parametrize(
    ("on", "flow"),
    [
        ("push", Flow(path=PATH)),
        ("pull_request", Flow(path=PATH, on_pull_requests=True)),
        ("[push, workflow_dispatch]", Flow(path=PATH, by_hand=True)),
        ("{pull_request: , workflow_dispatch: }",
         Flow(path=PATH, by_hand=True, on_pull_requests=True)),
        ("{schedule: [{cron: 7 3 * * *}, {cron: 7 15 * * *, timezone: Europe/Rome}]}",
         Flow(path=PATH, crons=("7 3 * * *", "7 15 * * *"))),
        ("{schedule: often}", Flow(path=PATH)),
        ("7", Flow(path=PATH, starts=False)),
        ("", Flow(path=PATH, starts=False)),
    ],
)  # fmt: skip
def test_a_workflow_says_when_it_starts(tmp_path: Path, on: str, flow: Flow) -> None:
    """In each of the three forms; what is no trigger is none."""
    write_tree(tmp_path, {PATH: f"on: {on}\n{JOBS}"})

    assert read_flows(tmp_path) == ((flow,), ())


@pytest.mark.parametrize(
    ("lines", "own"),
    [
        ("", False),
        ("    with: {apply: true}\n", False),
        ("    with: {app-client-id: Iv1}\n    secrets: {app-private-key: x}\n", True),
        ("    with: {app-client-id: ''}\n", False),
        ("    secrets: {token: x}\n", True),
        ("    secrets: inherit\n", True),
    ],
)
def test_a_caller_may_hand_over_a_token(tmp_path: Path, lines: str, own: bool) -> None:
    """An App, a token, or all secrets, which may hold one."""
    write_tree(tmp_path, {PATH: f"on: push\n{CALL}{lines}"})

    (caller,) = read_flows(tmp_path)[1]

    assert (caller.job, caller.workflow) == ("call", "pattern-train.yml")
    assert caller.own_token is own


def test_what_github_cannot_run_is_left_out(tmp_path: Path) -> None:
    """Broken YAML, another shape, and files that are no workflows."""
    write_tree(
        tmp_path,
        {
            ".github/workflows/a.yml": "on: [\n",
            ".github/workflows/b.yml": "- on\n",
            ".github/workflows/c.yaml": f"on: push\n{JOBS}",
            ".github/workflows/d.txt": f"on: push\n{JOBS}",
            ".github/workflows/sub/e.yml": f"on: push\n{JOBS}",
        },
    )

    assert [flow.path for flow in read_flows(tmp_path)[0]] == [".github/workflows/c.yaml"]


def test_the_configuration_says_what_to_ask_github(repo_path: Path) -> None:
    """Prefix, dashboard and workflow for checks; without a file they have their defaults."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    plain = gather(repo_path, {})
    text = "version: 1\nbot_prs: {branch_prefix: bot/, dashboard: false, checks_workflow: ci.yml}\n"
    write_tree(repo_path, {".github/pattern-ci.yml": text})

    own = gather(repo_path, {})

    told = [(f.branch_prefix, f.dashboard, f.checks_workflow) for f in (plain, own)]
    assert told == [("pattern-ci/", True, ""), ("bot/", False, "ci.yml")]
