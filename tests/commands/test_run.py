"""`pattern-ci run` and `exec` as people call them."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.errors import PlanError, SpecError, UsageError, VariablesError
from pattern_ci.main import main
from testing.repos import build_repo, git
from testing.sample_pattern import PATTERN_ID, VALUES, write_sample_pattern
from tests.engine.worlds import step_data
from tests.mining.worlds import cli

if TYPE_CHECKING:
    Capture = pytest.CaptureFixture[str]

ROOT = Path(__file__).resolve().parents[2]
SCAN = "PAT-SCAN-AUTO-FEATURES-001"


@pytest.fixture
def root(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the sample library, and the folder that one is in."""
    build_repo(repo_path, {"README.md": "# demo\n", ".gitignore": "plan.yaml\ninstance.json\n"})
    write_sample_pattern(repo_path / "patterns")
    git(repo_path, "add", "--all")
    git(repo_path, "commit", "--quiet", "-m", "patterns")
    monkeypatch.chdir(repo_path)
    return repo_path


def _plan(root: Path, *steps: dict[str, Any]) -> str:
    data = {"schema_version": 1, "name": "demo", "steps": [step_data(step) for step in steps]}
    (root / "plan.yaml").write_text(yaml.dump(data))
    return "plan.yaml"


def _instance(root: Path, pattern: str, variables: dict[str, Any], **more: Any) -> str:
    data = {"schema_version": 1, "pattern_id": pattern, "variables": variables, **more}
    (root / "instance.json").write_text(json.dumps(data))
    return "instance.json"


STEPS = (
    {"id": "plugin", "kind": "OPK-FILE-ADD", "inputs": VALUES},
    {"id": "features", "kind": "OPK-AUTO-SCAN"},
    {"id": "raw", "run": ["touch", "raw.txt"], "needs": ["plugin"]},
)


def test_a_plan_is_shown_and_nothing_is_written(root: Path, capsys: Capture) -> None:
    """Which pattern, from where, and why there is none."""
    code = main(["run", _plan(root, *STEPS), "--plan"])

    said = capsys.readouterr().out
    assert code == 0
    assert f"OPK-FILE-ADD -> {PATTERN_ID} 1.0.0 (repository)" in said
    assert re.search(rf"OPK-AUTO-SCAN -> {SCAN} \S+ \(built-in\)", said)
    assert "-> raw (no active pattern serves OPK-DOCS-VALIDATE)  after plugin" in said
    assert git(root, "status", "--porcelain") == ""
    assert not (root / ".git" / "pattern-ci" / "runs").exists()


def test_a_run_does_what_its_plan_shows(root: Path, capsys: Capture) -> None:
    """Same patterns, same steps; as data for programs."""
    main(["run", _plan(root, *STEPS), "--plan", "--format", "json"])
    planned = json.loads(capsys.readouterr().out)

    code = main(["run", "plan.yaml", "--format", "json"])

    done = json.loads(capsys.readouterr().out)
    assert code == 0
    assert [row["pattern_id"] for row in done["steps"]] == [
        row["pattern_id"] for row in planned["steps"]
    ]
    assert [row["state"] for row in done["steps"]] == ["done"] * 3
    assert [row["used_pattern"] for row in done["steps"]] == [True, True, False]
    assert (root / "plugins" / "beta_ray.py").exists()
    assert (root / "raw.txt").exists()


def test_a_failed_step_makes_the_run_fail(root: Path, capsys: Capture) -> None:
    """What needs it is skipped and said so."""
    steps = ({"id": "a", "run": ["false"]}, {"id": "b", "run": ["touch", "b"], "needs": ["a"]})

    code = main(["run", _plan(root, *steps)])

    said = capsys.readouterr().out
    assert code == 1
    assert "failed a" in said
    assert "skipped b" in said
    assert "1 failed, 1 skipped." in said
    assert not (root / "b").exists()


def test_a_plan_with_problems_is_not_begun(root: Path, capsys: Capture) -> None:
    """All of them with their places, and an exit code of their own."""
    steps = ({"id": "a", "kind": "OPK-LOST", "needs": ["b"]}, {"id": "c", "run": ["touch", "c"]})

    code = main(["run", _plan(root, *steps)])

    said = capsys.readouterr()
    assert code == PlanError.return_code
    assert [line.split(" ")[1:3] for line in said.out.splitlines()] == [
        ["error", "plan-kind:"],
        ["error", "plan-need:"],
    ]
    assert "plan.yaml cannot be run: 2 problems." in said.err
    assert not (root / "c").exists()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["run", "lost.yaml"], PlanError),
        (["run", "plan.yaml", "--done", "raw"], UsageError),
        (["run", "plan.yaml", "--resume", "--done", "lost"], UsageError),
        (["run", "plan.yaml", "--resume"], UsageError),
        (["run", "plan.yaml", "--resume", "--done", "raw", "--redo", "raw"], UsageError),
        (["exec", SCAN, "--instance", "lost.json"], SpecError),
        (["exec", PATTERN_ID, "--instance", "instance.json"], SpecError),
    ],
)
def test_calls_that_make_no_sense_are_one_line(
    root: Path, words: list[str], error: type[PlanError], capsys: Capture
) -> None:
    """With the exit code of their category; nothing is written."""
    _plan(root, *STEPS)
    _instance(root, SCAN, {})

    assert main(words) == error.return_code
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert git(root, "status", "--porcelain") == ""


def test_exec_does_the_work_and_proves_it(root: Path, capsys: Capture) -> None:
    """First as a plan, whose changes are those of the execution."""
    _instance(root, SCAN, {})
    main(["exec", SCAN, "--instance", "instance.json", "--plan", "--format", "json"])
    planned = json.loads(capsys.readouterr().out)
    assert git(root, "status", "--porcelain") == ""

    code = main(["exec", "scan_auto_features", "--instance", "instance.json", "--format", "json"])

    done = json.loads(capsys.readouterr().out)
    assert code == 0
    assert done["changes"] == planned["changes"] != []
    assert (planned["executed"], done["executed"]) == (False, True)
    assert all(check["passed"] for check in done["verification"])
    assert done["signature"]["verification"] == "passed"


def test_an_instance_may_come_through_a_pipe(root: Path) -> None:
    """By `-` from standard input, or from what a shell makes of `<(…)`."""
    _instance(root, SCAN, {})
    raw = (root / "instance.json").read_bytes()
    read, write = os.pipe()
    os.write(write, raw)
    os.close(write)

    given = cli("exec", SCAN, "--instance", "-", "--plan", "--format", "json", stdin=raw)
    piped = cli("exec", SCAN, "--instance", f"/dev/fd/{read}", "--plan", "--format", "json")
    os.close(read)

    assert (given.code, piped.code) == (0, 0)
    assert json.loads(given.out)["changes"] == json.loads(piped.out)["changes"] != []
    broken = cli("exec", SCAN, "--instance", "-", "--plan", stdin=b"{")
    assert (broken.code, broken.out) == (SpecError.return_code, "")
    assert broken.err.startswith("pattern-ci: standard input:")


def test_exec_refuses_values_of_another_kind(root: Path, capsys: Capture) -> None:
    """Before anything is done, all problems in one line."""
    _instance(root, PATTERN_ID, {"limit": "many"})

    assert main(["exec", PATTERN_ID, "--instance", "instance.json"]) == VariablesError.return_code
    said = capsys.readouterr().err
    assert "name" in said
    assert "limit" in said


def test_exec_does_not_replace_files_without_consent(root: Path, capsys: Capture) -> None:
    """`--force` is that consent."""
    _instance(root, PATTERN_ID, VALUES)
    (root / "plugins").mkdir()
    (root / "plugins" / "beta_ray.py").write_text("mine\n")

    assert main(["exec", PATTERN_ID, "--instance", "instance.json"]) == 1
    assert "would be overwritten" in capsys.readouterr().out
    assert (root / "plugins" / "beta_ray.py").read_text() == "mine\n"
    assert not (root / "tests").exists()
    assert main(["exec", PATTERN_ID, "--instance", "instance.json", "--force"]) == 0
    assert (root / "plugins" / "beta_ray.py").read_text() != "mine\n"


def test_ground_truth_of_a_pattern_is_executed_elsewhere(root: Path, capsys: Capture) -> None:
    """In a scratch clone: the tree stays as it is; an instance is asked of the tree."""
    assert main(["validate", "--ground-truth", SCAN]) == 0
    said = capsys.readouterr().out
    assert said.count(": holds") == 5
    assert git(root, "status", "--porcelain") == ""

    _instance(root, SCAN, {})
    code = main(["validate", "--ground-truth", SCAN, "--instance", "instance.json"])
    assert code == 1
    assert "does not hold" in capsys.readouterr().out


@pytest.fixture(name="ours", scope="module")
def _ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What our plans look at, in a repository of its own; `build/` is ignored there too."""
    copy = tmp_path_factory.mktemp("ours") / "copy"
    shutil.copytree(ROOT / "patterns", copy / "patterns", ignore=shutil.ignore_patterns(".state"))
    shutil.copytree(ROOT / ".github" / "plans", copy / ".github" / "plans")
    (copy / "scripts").mkdir()
    (copy / "scripts" / "generate.py").write_text("")
    return build_repo(copy, {".gitignore": "build/\npatterns/.state/\n"})


@pytest.mark.parametrize(
    ("plan", "served"),
    [
        (
            "change.yaml",
            {
                "validate": "PAT-PATTERN-VALIDATE-001",
                "patterns": "PAT-SCAN-PATTERN-REGISTRY-001",
                "features": SCAN,
                "routes": "PAT-ORCH-PATTERN-ROUTER-INIT-001",
                "suggested": "PAT-PATTERN-SUGGEST-001",
                "record": "PAT-PATTERN-APPLY-001",
                "generated": None,
            },
        ),
        (
            "schedule.yaml",
            {
                "mined": "PAT-PATTERN-MINE-001",
                "drafts": "PAT-PATTERN-VALIDATE-001",
                "trained": "PAT-CI-PATTERN-TRAIN-001",
                "suggested": "PAT-PATTERN-SUGGEST-001",
                "record": "PAT-PATTERN-APPLY-001",
                "patterns": "PAT-SCAN-PATTERN-REGISTRY-001",
                "features": SCAN,
            },
        ),
    ],
)
def test_our_own_plans_run_on_our_own_engine(
    ours: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    *,
    plan: str,
    served: dict[str, str | None],
) -> None:
    """The plans that CONTRIBUTING names, for real; they leave nothing that would be committed."""
    monkeypatch.chdir(ours)

    code = main(["run", f".github/plans/{plan}", "--format", "json"])

    data = json.loads(capsys.readouterr().out)
    assert code == 0, data
    assert {row["step"]: row.get("pattern_id") for row in data["steps"]} == served
    summary = json.loads((ours / "patterns/.state/pattern_registry_summary.json").read_text())
    assert summary["unreadable"] == []
    assert git(ours, "status", "--porcelain") == ""


def test_every_plan_of_ours_runs_in_ci() -> None:
    """A plan that nobody runs says nothing."""
    workflow = (ROOT / ".github/workflows/ci.yml").read_text("utf-8")
    plans = sorted(path.name for path in (ROOT / ".github" / "plans").iterdir())

    assert plans == ["change.yaml", "schedule.yaml"]
    assert all(f"run: pattern-ci run .github/plans/{name}\n" in workflow for name in plans)
