"""The patterns of the orchestrator: route, run a plan, execute a pattern, log what had none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.engine.recording import Told, events_of
from pattern_ci.main import main
from pattern_ci.model.event import Event, EventType, Resolution, Source
from pattern_ci.model.execution import ExecutionResult
from testing.repos import build_repo
from testing.sample_pattern import sample_spec

if TYPE_CHECKING:
    from pathlib import Path

    Capture = pytest.CaptureFixture[str]

ROUTER = "PAT-ORCH-PATTERN-ROUTER-INIT-001"
STEP = "PAT-ORCH-STEP-WRAP-EXECUTION-001"
EXECUTE = "PAT-ORCH-PATTERN-EXECUTE-001"
LOG = "PAT-ORCH-UNPATTERNED-LOG-001"
FILES = "PAT-ATOMIC-CREATE-001"
RECORDING = "version: 1\ntelemetry:\n  enabled: true\n"


@pytest.fixture(name="root")
def _root(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    build_repo(
        repo_path, {".github/pattern-ci.yml": RECORDING, ".gitignore": "/build/\n/.worktrees/\n"}
    )
    (repo_path / "build").mkdir()
    monkeypatch.chdir(repo_path)
    return repo_path


def _plan(root: Path, *steps: dict[str, Any], name: str = "plan") -> str:
    path = root / "build" / f"{name}.yaml"
    path.write_text(yaml.dump({"schema_version": 1, "name": name, "steps": list(steps)}))
    return f"build/{name}.yaml"


def _instance(root: Path, pattern: str, variables: dict[str, Any]) -> str:
    path = root / "build" / f"{pattern}.json"
    path.write_text(
        json.dumps({"schema_version": 1, "pattern_id": pattern, "variables": variables})
    )
    return f"build/{pattern}.json"


def _executed(root: Path, capsys: Capture, pattern: str, variables: dict[str, Any]) -> Any:
    capsys.readouterr()
    code = main(["exec", pattern, "--instance", _instance(root, pattern, variables),
                 "--format", "json"])  # fmt: skip
    data = json.loads(capsys.readouterr().out)
    assert (code == 0) is data["success"]
    return data


def _events(root: Path) -> list[dict[str, Any]]:
    shards = sorted((root / ".git/pattern-ci/spool").rglob("*.jsonl"))
    return [json.loads(line) for path in shards for line in path.read_text().splitlines()]


WRITE: dict[str, Any] = {
    "id": "write",
    "metadata": {"operation_kind": "OPK-FILES-CREATE"},
    "inputs": {"files": [{"path": "a.txt", "content": "a\n"}]},
}
RAW = {"id": "raw", "metadata": {"operation_kind": "OPK-DOCS-VALIDATE"}, "run": ["true"]}


def test_the_router_says_where_each_step_goes(root: Path, capsys: Capture) -> None:
    """With its layer and executor; nothing is run."""
    said = _executed(root, capsys, ROUTER, {"arguments": [_plan(root, WRITE, RAW)]})

    steps = json.loads(said["outputs"]["stdout"])["steps"]
    assert [(row["pattern_id"], row["origin"], row["executor"]) for row in steps] == [
        (FILES, "built-in", "builtin:atomic_create"),
        (None, None, "raw"),
    ]
    assert not (root / "a.txt").exists()


def test_a_step_that_nobody_can_run_fails_the_router(root: Path, capsys: Capture) -> None:
    """It has neither a pattern nor a command."""
    bare = {"id": "bare", "metadata": {"operation_kind": "OPK-MERGE-TRAIN"}}

    said = _executed(root, capsys, ROUTER, {"arguments": [_plan(root, bare)]})

    assert said["success"] is False


def test_a_plan_is_run_pattern_first_and_recorded(root: Path, capsys: Capture) -> None:
    """What was done inside has events of its own, beside that of the pattern that did it."""
    said = _executed(root, capsys, STEP, {"arguments": [_plan(root, WRITE, RAW)]})

    assert said["success"], said
    assert (root / "a.txt").read_text() == "a\n"
    told = sorted((one["type"], one["pattern_id"] or "") for one in _events(root))
    assert told == [
        ("pattern.executed", FILES), ("pattern.executed", STEP), ("pattern.missing", ""),
    ]  # fmt: skip


def test_a_plan_in_a_plan_needs_a_worktree_of_its_own(root: Path, capsys: Capture) -> None:
    """One work tree has one run; nothing of the inner plan is done, and the reason is told."""
    inner = _plan(root, WRITE, name="inner")
    step = {"id": "inner", "metadata": {"operation_kind": "OPK-ORCH-STEP-EXECUTE"}}

    code = main(["run", _plan(root, {**step, "inputs": {"arguments": [inner]}})])

    assert code == 1
    assert "another run" in capsys.readouterr().out
    assert not (root / "a.txt").exists()


def test_a_plan_hands_work_to_a_plan_in_a_worktree(root: Path) -> None:
    """The worktree gets the file, the tree of the outer plan does not."""
    tree = ".worktrees/port"
    made = {"id": "tree", "metadata": {"operation_kind": "OPK-WORKTREE-MANAGE"},
            "inputs": {"action": "create", "branch": "port"}}  # fmt: skip
    step = {"id": "inner", "metadata": {"operation_kind": "OPK-ORCH-STEP-EXECUTE"},
            "needs": ["tree"],
            "inputs": {"arguments": [_plan(root, WRITE, name="inner")], "repo": tree}}  # fmt: skip

    assert main(["run", _plan(root, made, step)]) == 0

    assert (root / tree / "a.txt").read_text() == "a\n"
    assert not (root / "a.txt").exists()


def test_a_plan_executes_a_pattern_by_its_name(root: Path) -> None:
    """With values from a file; the inner execution is recorded as well."""
    step = {"id": "write", "metadata": {"operation_kind": "OPK-PATTERN-EXECUTE"},
            "inputs": {"arguments": [FILES],
                       "instance": _instance(root, FILES, WRITE["inputs"])}}  # fmt: skip

    assert main(["run", _plan(root, step)]) == 0

    assert (root / "a.txt").read_text() == "a\n"
    told = {(one["pattern_id"], one["source"]) for one in _events(root)}
    assert told == {(FILES, "cli"), (EXECUTE, "orchestrator")}


def test_what_ran_without_a_pattern_is_logged(root: Path, capsys: Capture) -> None:
    """As the kind that it was, without a pattern; secrets are masked like everywhere."""
    secret = "ghp_" + "a1B2" * 9
    said = _executed(root, capsys, LOG, {
        "operation_kind": "OPK-DOCS-VALIDATE", "success": False, "duration_s": 2.5,
        "tools": ["mkdocs"], "parameters": {"token": secret}, "error": "ERROR - no such file",
    })  # fmt: skip

    assert said["success"]
    missing, executed = sorted(_events(root), key=lambda one: one["type"], reverse=True)
    assert executed["pattern_id"] == LOG
    assert (missing["type"], missing["operation_kind"]) == ("pattern.missing", "OPK-DOCS-VALIDATE")
    assert (missing["pattern_id"], missing["used_pattern"]) == (None, False)
    assert (missing["success"], missing["duration_s"]) == (False, 2.5)
    assert missing["tools_used"] == ["mkdocs"]
    assert secret not in json.dumps(_events(root))


def test_an_unknown_kind_is_not_logged(root: Path, capsys: Capture) -> None:
    """The nearest one is named."""
    said = _executed(root, capsys, LOG, {"operation_kind": "OPK-DOC-VALIDATE", "success": True})

    assert "OPK-DOCS-VALIDATE" in said["error"]
    assert [one["type"] for one in _events(root)] == ["pattern.executed"]


def test_what_an_executor_learned_of_its_own_work_names_its_pattern() -> None:
    """Only what names another operation stands for itself."""
    learned = Event(type=EventType.RESOLUTION, source=Source.EXECUTOR,
                    resolution=Resolution(method="import", success=True))  # fmt: skip
    other = Event(type=EventType.MISSING, source=Source.EXECUTOR, operation_kind="OPK-MERGE-TRAIN")
    result = ExecutionResult(success=True, events=(learned, other))
    told = Told(id="", operation_kind="OPK-FILE-ADD", inputs={}, result=result,
                spec=sample_spec(), run="r1", source=Source.CLI)  # fmt: skip

    whole, first, second = events_of(told)

    assert (first.operation_kind, first.pattern_id) == (whole.operation_kind, whole.pattern_id)
    assert (second.operation_kind, second.pattern_id) == ("OPK-MERGE-TRAIN", None)
    assert {one.run for one in (whole, first, second)} == {"r1"}
    assert {one.source for one in (whole, first, second)} == {Source.CLI}
