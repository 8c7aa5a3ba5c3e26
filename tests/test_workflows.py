"""Every workflow of this repository, held against the rules for workflows that run with a token."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pattern_ci import yaml
from pattern_ci.catalog import WORKFLOWS
from pattern_ci.process import run

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".github" / "workflows"
PATHS = sorted(FOLDER.glob("*.y*ml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
RUNNER = "ubuntu-24.04"
_RANK = {"none": 0, "read": 1, "write": 2}


def _load(path: Path) -> dict[str, Any]:
    data = yaml.load(path.read_text("utf-8"), source=path.name).data
    assert isinstance(data, dict)
    return data


FLOWS = {path.name: _load(path) for path in PATHS}
JOBS = [(name, job, flow["jobs"][job]) for name, flow in FLOWS.items() for job in flow["jobs"]]
STEPS = [
    (f"{name}:{job}:{number}", step)
    for name, job, data in JOBS
    for number, step in enumerate(data.get("steps", []))
]
each_flow = pytest.mark.parametrize("name", FLOWS)
each_job = pytest.mark.parametrize(
    ("name", "job", "data"), JOBS, ids=[f"{name}:{job}" for name, job, _ in JOBS]
)
each_step = pytest.mark.parametrize(
    "step", [step for _, step in STEPS], ids=[place for place, _ in STEPS]
)


def _triggers(flow: dict[str, Any]) -> dict[str, Any]:
    on = flow["on"]
    if isinstance(on, str):
        return {on: None}
    return dict.fromkeys(on) if isinstance(on, list) else on


def test_there_are_workflows() -> None:
    """An empty folder would make every other test here pass."""
    assert "ci.yml" in FLOWS
    assert len(STEPS) > 2


@pytest.mark.parametrize(
    "command",
    [
        ["zizmor", "--offline", "--pedantic", "--strict-collection", "--quiet", "."],
        ["actionlint", *(str(path) for path in PATHS)],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, PATHS)],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        [
            "check-jsonschema", "--schemafile", "pattern_ci/model/schemas/config.schema.json",
            ".github/pattern-ci.yml",
        ],
    ],
    ids=lambda command: f"{command[0]}-{command[-1].rsplit('/', 1)[-1]}",
)  # fmt: skip
def test_linters_have_no_finding(command: list[str]) -> None:
    """Workflows, hook manifest and settings pass without a finding."""
    done = run(command, cwd=ROOT)

    assert done.returncode == 0, (done.stdout + done.stderr).decode()


@each_flow
def test_nothing_is_granted_to_a_whole_workflow(name: str) -> None:
    """The file grants nothing; each job grants what it needs."""
    assert FLOWS[name]["permissions"] == {}


@each_flow
def test_runs_of_a_workflow_do_not_pile_up(name: str) -> None:
    """There is a concurrency group of its own, not named after the calling workflow."""
    group = FLOWS[name]["concurrency"]["group"]

    assert "github.workflow" not in group
    assert [other["concurrency"]["group"] for other in FLOWS.values()].count(group) == 1
    assert "cancel-in-progress" in FLOWS[name]["concurrency"]


@each_flow
def test_a_workflow_has_a_name_and_safe_triggers(name: str) -> None:
    """Schedules run at an odd minute and by hand too; untrusted code never gets a token."""
    triggers = _triggers(FLOWS[name])

    assert FLOWS[name]["name"]
    assert "pull_request_target" not in triggers
    for entry in triggers.get("schedule") or []:
        assert "workflow_dispatch" in triggers
        assert int(entry["cron"].split()[0]) % 2 == 1


@each_flow
def test_a_reusable_workflow_describes_itself(name: str) -> None:
    """Inputs are typed, described and have a default or are required; outputs are described."""
    call = _triggers(FLOWS[name]).get("workflow_call") or {}
    for entry in (call.get("inputs") or {}).values():
        assert entry["type"] in ("string", "boolean", "number")
        assert entry["description"]
        assert "default" in entry or entry.get("required") is True
    for entry in (call.get("outputs") or {}).values():
        assert entry["description"]
        assert entry["value"]


@each_flow
def test_a_reusable_workflow_installs_itself_at_its_own_commit(name: str) -> None:
    """The commit is that of the called workflow; the caller's is never mistaken for it."""
    text = (FOLDER / name).read_text("utf-8")

    assert not re.search(r"github\.workflow_(ref|sha)", text)
    assert "workflow_call" not in _triggers(FLOWS[name]) or "job.workflow_sha" in text


@each_flow
def test_a_reusable_workflow_asks_for_what_the_catalogue_says(name: str) -> None:
    """The documented permissions are the union of what the jobs ask for."""
    if "workflow_call" not in _triggers(FLOWS[name]):
        assert name not in {flow.file for flow in WORKFLOWS}
        return
    asked: dict[str, str] = {}
    for job in FLOWS[name]["jobs"].values():
        for scope, access in job["permissions"].items():
            asked[scope] = max(access, asked.get(scope, "none"), key=_RANK.__getitem__)
    documented = {flow.file: flow.permissions for flow in WORKFLOWS}[name]

    assert {grant.scope: grant.access for grant in documented} == asked


@each_job
def test_a_job_is_bounded_and_named(name: str, job: str, data: dict[str, Any]) -> None:
    """It has a name, its own permissions, a pinned runner and a time limit."""
    assert data["name"], f"{name}: {job}"
    assert "permissions" in data
    if "uses" not in data:
        assert data["runs-on"] == RUNNER
        assert 0 < data["timeout-minutes"] <= 60


@each_job
def test_what_a_job_uses_is_pinned(name: str, job: str, data: dict[str, Any]) -> None:
    """Actions and workflows are pinned by commit, with the version beside it; secrets are named."""
    text = (FOLDER / name).read_text("utf-8")
    for uses in [data.get("uses"), *(step.get("uses") for step in data.get("steps", []))]:
        if uses is None or uses.startswith("$/"):
            continue
        assert PINNED.fullmatch(uses), f"{name}: {job}: {uses}"
        assert re.search(re.escape(uses) + r" # v\d", text)
    assert data.get("secrets") != "inherit"


@each_step
def test_a_step_is_safe(step: dict[str, Any]) -> None:
    """It has a name; no expression is pasted into a script; no checkout keeps credentials."""
    assert step["name"]
    assert "${{" not in step.get("run", "")
    if str(step.get("uses", "")).startswith("actions/checkout@"):
        assert step["with"]["persist-credentials"] is False


def test_one_job_stands_for_all_of_ci() -> None:
    """The gate needs every other job and runs even when one of them failed."""
    jobs = FLOWS["ci.yml"]["jobs"]
    gate = jobs["gate"]

    assert gate["if"] == "always()"
    assert set(gate["needs"]) == set(jobs) - {"gate"}


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ("success", 0),
        ("success success", 0),
        ("success failure", 1),
        ("cancelled", 1),
        ("skipped success", 1),
    ],
)
def test_the_gate_passes_only_when_every_job_did(results: str, code: int) -> None:
    """Its script, run as GitHub runs it, ends with 0 only for successes."""
    script = FLOWS["ci.yml"]["jobs"]["gate"]["steps"][0]["run"]
    done = run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env={"RESULTS": results, "PATH": "/usr/bin:/bin"},
    )

    assert done.returncode == code


def test_ci_runs_the_one_test_command() -> None:
    """What contributors run, CI runs."""
    runs = [step.get("run") for step in FLOWS["ci.yml"]["jobs"]["test"]["steps"]]

    assert "python3 scripts/test.py" in runs
    assert "python3 scripts/test.py" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "scripts/test.py" in (ROOT / ".ci/run").read_text("utf-8")


def test_updates_wait_a_week() -> None:
    """Every ecosystem of dependabot has a cooldown, so that a stolen release is noticed first."""
    updates = yaml.load((ROOT / ".github/dependabot.yml").read_text(), source="dependabot").data

    assert all(entry["cooldown"]["default-days"] >= 7 for entry in updates["updates"])
    assert {entry["package-ecosystem"] for entry in updates["updates"]} >= {"github-actions", "pip"}
