"""A run that is killed at any moment, and then resumed, ends in the tree of one that was not.

So does one that ends with the power, which takes along what nobody waited for.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.process import environment, run
from testing.repos import build_repo
from testing.sample_pattern import VALUES, write_sample_pattern
from tests.engine import crash_driver
from tests.engine.worlds import step_data

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
KILLED = -9
STEPS = (
    {"id": "plugin", "kind": "OPK-FILE-ADD", "inputs": VALUES},
    {"id": "features", "kind": "OPK-AUTO-SCAN", "needs": ["plugin"]},
    {"id": "raw", "run": ["cp", "README.md", "copy.md"], "idempotent": True, "needs": ["features"]},
)


class Crashes:
    """All trees after a kill at each moment and a resumed run; the last was not disturbed."""

    def __init__(self, work: Path, codes: list[list[int]]) -> None:
        self.codes = codes
        self.trees = [work / str(number) for number in range(1, len(codes) + 1)]


@pytest.fixture(scope="module", params=["kill", "power cut"])
def crashes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Crashes:
    """Every moment of one plan: a pattern that renders, an executor, a command."""
    base = tmp_path_factory.mktemp("crash")
    pristine = base / "pristine"
    plan = {"schema_version": 1, "name": "crash", "workers": 1}
    steps = [step_data(step) for step in STEPS]
    build_repo(
        pristine,
        {
            "README.md": "# demo\n",
            ".github/pattern-ci.yml": "version: 1\ntelemetry:\n  enabled: true\n",
            crash_driver.PLAN: yaml.dump({**plan, "steps": steps}),
        },
    )
    write_sample_pattern(pristine / "patterns")
    power = request.param == "power cut"
    job = {"pristine": str(pristine), "work": str(base / "work"), "power": power}
    done = run(
        [sys.executable, "-m", "tests.engine.crash_driver"],
        cwd=ROOT,
        env=environment(DISABLE_PATTERN_AUTOMATION=None),
        stdin=json.dumps(job).encode(),
    )
    assert done.returncode == 0, done.stderr.decode()
    return Crashes(base / "work", json.loads(done.stdout))


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def _events(root: Path) -> Iterator[dict[str, Any]]:
    for shard in (root / ".git" / "pattern-ci").rglob("*.jsonl"):
        if shard.name != "events.jsonl":
            yield from map(json.loads, shard.read_text().splitlines())


def test_every_kill_is_resumed_by_itself(crashes: Crashes) -> None:
    """No moment needs a person: each step has a check, a flag, or an executor that repeats."""
    assert crashes.codes[-1] == [0, 0]
    assert {tuple(codes) for codes in crashes.codes[:-1]} == {(KILLED, 0)}
    assert len(crashes.codes) > 40


def test_the_tree_is_that_of_a_run_that_was_not_disturbed(crashes: Crashes) -> None:
    """File by file, with nothing half-written and nothing left beside."""
    wanted = _files(crashes.trees[-1])

    assert {"plugins/beta_ray.py", "copy.md", "patterns/.state/automation_features.json"} <= set(
        wanted
    )
    for tree in crashes.trees:
        assert _files(tree) == wanted, tree.name


def test_no_event_is_lost(crashes: Crashes) -> None:
    """Each step that took place has an event of its success, and no line is torn."""
    for tree in crashes.trees:
        events = {event["id"]: event for event in _events(tree) if event["success"]}
        kinds = {event["operation_kind"] for event in events.values()}

        assert kinds == {"OPK-FILE-ADD", "OPK-AUTO-SCAN", "OPK-DOCS-VALIDATE"}, tree.name
