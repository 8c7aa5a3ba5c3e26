"""A plan with all seven executors: it does its work, and a kill at any moment changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from pattern_ci.main import main
from pattern_ci.process import environment, run
from testing.repos import build_repo, git
from tests.engine import crash_driver

ROOT = Path(__file__).resolve().parents[2]
PLAN = Path(__file__).with_name("all_seven.yaml")
KILLED = -9
EVERY = int(os.environ.get("PATTERN_CI_KILL_EVERY", "60"))  # 1 looks at every moment
KINDS = {
    "OPK-CODE-REFACTOR", "OPK-COMMIT-VERIFY", "OPK-DOCS-VALIDATE", "OPK-ERROR-HEAL",
    "OPK-FILES-CREATE", "OPK-FILES-CREATE-BATCH", "OPK-MODULE-CREATE", "OPK-WORKTREE-MANAGE",
}  # fmt: skip


class Runs:
    """The trees after runs that were killed at some moment and resumed; the last ran through."""

    def __init__(self, work: Path, codes: list[list[int]]) -> None:
        self.codes = codes
        self.trees = [work / str(number) for number in range(1, len(codes) + 1)]

    @property
    def whole(self) -> Path:
        return self.trees[-1]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    base = tmp_path_factory.mktemp("seven")
    config = "version: 1\ntelemetry:\n  enabled: true\n"
    tree: dict[str, str | bytes | None] = {
        "README.md": "# demo\n",
        ".github/pattern-ci.yml": config,
        crash_driver.PLAN: PLAN.read_bytes(),
    }
    build_repo(base / "pristine", tree)
    tools = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    work = base / "work"
    job = {"pristine": str(base / "pristine"), "work": str(work), "every": EVERY}
    done = run(
        [sys.executable, "-m", "tests.engine.crash_driver"],
        cwd=ROOT,
        env=environment(DISABLE_PATTERN_AUTOMATION=None, PATH=tools),
        stdin=json.dumps(job).encode(),
    )
    assert done.returncode == 0, done.stderr.decode()
    return Runs(work, json.loads(done.stdout))


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] != ".git"
    }


def _events(root: Path) -> list[dict[str, Any]]:
    shards = (root / ".git" / "pattern-ci" / "spool").rglob("*.jsonl")
    lines = [line for shard in shards for line in shard.read_text("utf-8").splitlines()]
    return list({event["id"]: event for event in map(json.loads, lines)}.values())


def test_every_step_does_its_work(runs: Runs) -> None:
    root = runs.whole

    assert "def total(" in (root / "demo_shop/prices.py").read_text()
    assert "# First Steps" in (root / "demo_docs/first-steps.md").read_text()
    assert (root / "demo_report.py").read_text().startswith("import json\n")
    assert (root / "demo_shop/tax.py").read_text().startswith('"""Taxes."""\n')
    assert "tax = net" in (root / "demo_shop/tax.py").read_text()
    assert not (root / ".worktrees/demo--topic").exists()
    assert git(root, "branch", "--format=%(refname:short)").split() == ["main"]


def test_every_step_is_recorded(runs: Runs) -> None:
    """Eight executions of patterns, one operation without any, and what made an error go away."""
    events = _events(runs.whole)

    kinds = [event["type"] for event in events]
    assert sorted(kinds) == ["pattern.executed"] * 8 + ["pattern.missing", "resolution"]
    assert {event["operation_kind"] for event in events} == KINDS
    told = next(event for event in events if event["type"] == "resolution")
    assert told["resolution"]["method"] == "missing-import"
    assert told["error"]["signature"].startswith("python/NameError/")
    assert told["pattern_id"] == "PAT-SELF-HEAL-001"


def test_a_second_run_ends_in_the_same_tree(runs: Runs, tmp_path: Path) -> None:
    root = tmp_path / "again"
    shutil.copytree(runs.whole, root, symlinks=True)

    code = main(["run", str(root / crash_driver.PLAN), "--repo", str(root)])

    assert code == 0
    assert _files(root) == _files(runs.whole)


def test_a_run_that_was_killed_and_resumed_ends_in_the_same_tree(runs: Runs) -> None:
    wanted = _files(runs.whole)

    assert runs.codes[-1] == [0, 0]
    assert {tuple(codes) for codes in runs.codes[:-1]} == {(KILLED, 0)}
    assert len(runs.codes) >= 4
    for tree in runs.trees:
        assert _files(tree) == wanted, tree.name
        assert git(tree, "branch", "--format=%(refname:short)").split() == ["main"], tree.name
        assert {e["operation_kind"] for e in _events(tree) if e["success"]} == KINDS, tree.name
