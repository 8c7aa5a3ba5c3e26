"""Every example of the seven suites: a positive one does its work, a negative one is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine.bridge import execute_pattern
from pattern_ci.engine.proving import executed, job_of, standing
from pattern_ci.engine.scratch import missing
from pattern_ci.main import main
from tests.executors.worlds import ROOT, SEVEN, drawn, examples, pattern_of

if TYPE_CHECKING:
    from pathlib import Path

POSITIVE = sorted(name for name, one in examples().items() if not one.refused)
NEGATIVE = sorted(set(examples()) - set(POSITIVE))
# One of each pattern goes through the command line, the others through Python.
BY_COMMAND = {next(one for one in POSITIVE if one.startswith(f"{name}/")) for name in SEVEN}


def test_each_suite_has_enough_examples() -> None:
    """Three that work and two that are refused at least (self_heal: its five scenarios)."""
    for name in SEVEN:
        count = [sum(one.startswith(f"{name}/") for one in kind) for kind in (POSITIVE, NEGATIVE)]
        assert count[0] >= 3, name
        assert count[1] >= 2, name
    assert len([one for one in POSITIVE if one.startswith("self_heal/")]) == 5


def test_each_example_has_its_world_and_can_be_executed_here() -> None:
    """None is left out for want of a program; each positive one says how its work is seen."""
    for name in POSITIVE:
        example = examples()[name]
        assert example.world is not None, name
        assert example.truths, name
        assert missing(example.world) == [], name


@pytest.mark.parametrize("example", sorted(set(POSITIVE) - BY_COMMAND))
def test_an_example_does_its_work_from_python(tmp_path: Path, example: str) -> None:
    """And a plan of it before that leaves everything as it is; its checks were all asked."""
    root = drawn(tmp_path / "repo", example)
    before = standing(root)
    job = job_of(pattern_of(example), examples()[example], root)

    planned = execute_pattern(replace(job, plan=True))
    unchanged = standing(root) == before
    result = execute_pattern(job)

    assert planned.success, planned.error
    assert unchanged
    assert result.success, result.error
    asked = [check for check in result.verification if check.name.partition(" ")[0] != "tests"]
    assert [check for check in asked if check.passed is not True] == []


@pytest.mark.parametrize("example", sorted(BY_COMMAND))
def test_an_example_does_its_work_by_exec(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    root = drawn(tmp_path / "repo", example)
    name, _, file_name = example.partition("/")
    data: dict[str, Any] = json.loads(
        (ROOT / "patterns" / "examples" / name / "positive" / file_name).read_text("utf-8")
    )
    wanted = ("schema_version", "pattern_id", "variables")
    file = tmp_path / "instance.json"
    file.write_text(json.dumps({key: data[key] for key in wanted}), "utf-8")

    code = main(["exec", name, "--instance", str(file), "--repo", str(root), "--format", "json"])

    assert code == 0, json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize("example", NEGATIVE)
def test_a_negative_example_is_refused_and_changes_nothing(tmp_path: Path, example: str) -> None:
    pattern = pattern_of(example)

    (proof,) = executed(pattern, [examples()[example]], tmp_path)

    assert [(one.name, one.passed) for one in proof.checks] == [
        ("refused", True), ("unchanged", True),
    ], proof  # fmt: skip
