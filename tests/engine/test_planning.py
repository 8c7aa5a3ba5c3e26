"""A plan that cannot be run says everything that is wrong with it, each at its place."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from pattern_ci.engine.planning import ReadPlan, cycles, read_plan
from pattern_ci.messages.validate import unknown_kind

if TYPE_CHECKING:
    from pathlib import Path

KINDS = frozenset({"OPK-ONE", "OPK-TWO"})


def _read(tmp_path: Path, text: str) -> ReadPlan:
    path = tmp_path / "plan.yaml"
    path.write_text(dedent(text).lstrip("\n"), "utf-8")
    return read_plan(path, shown="p.yaml", kinds=KINDS, patterns=frozenset({"PAT-A-001"}))


def test_a_sound_plan_is_read_with_its_defaults(tmp_path: Path) -> None:
    """What is not said has the value that the page gives."""
    plan, findings = _read(
        tmp_path,
        """
        schema_version: 1
        name: demo
        steps:
          - id: first
            metadata: {operation_kind: OPK-ONE}
          - id: second
            metadata: {operation_kind: OPK-TWO, pattern_id: PAT-A-001}
            needs: [first]
            retry: {attempts: 3, backoff: 0.5}
            timeout: 5
            run: [make, test]
        """,
    )

    assert findings == ()
    assert plan is not None
    first, second = plan.steps
    assert (first.timeout_s, first.retry.attempts, first.shell, first.run) == (600.0, 1, False, ())
    assert second.needs == ("first",)
    assert (second.retry.attempts, second.retry.backoff_s, second.timeout_s) == (3, 0.5, 5.0)
    assert second.pattern_id == "PAT-A-001"


def test_everything_that_is_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    """Unknown kind, key, pattern and check, missing need, same id twice, shell."""
    plan, findings = _read(
        tmp_path,
        """
        schema_version: 1
        name: demo
        steps:
          - id: a
            metadata: {operation_kind: OPK-TOW}
            needs: [b]
          - id: b
            metadata: {operation_kind: OPK-ONE, pattern_id: PAT-B-001}
            needs: [a, lost]
            colour: red
          - id: b
            metadata: {operation_kind: OPK-ONE}
            run: ["", two]
            shell: true
            ground_truth: [{check: file_exist, path: x, expected: true}]
        """,
    )

    assert plan is None
    assert [finding.line_text for finding in findings] == [
        f"p.yaml:5:32: plan-kind: {unknown_kind('OPK-TOW', sorted(KINDS))}",
        "p.yaml:8:53: plan-pattern: there is no pattern PAT-B-001 here.",
        "p.yaml:9:16: plan-need: there is no step lost.",
        "p.yaml:10:13: plan-shape: the key 'colour' is unknown.",
        "p.yaml:11:9: plan-duplicate: the step b stands here twice.",
        "p.yaml:13:11: plan-run: the first word of `run` is the program, and is empty here.",
        "p.yaml:14:12: plan-shell: `shell: true` takes `run` with exactly one text.",
        "p.yaml:15:28: plan-truth: there is no check file_exist; did you mean file_exists?",
    ]


def test_a_cycle_is_named_once_with_its_way(tmp_path: Path) -> None:
    """Three steps that wait for each other, and one that waits for them."""
    _, findings = _read(
        tmp_path,
        """
        schema_version: 1
        name: demo
        steps:
          - {id: a, metadata: {operation_kind: OPK-ONE}, needs: [c]}
          - {id: b, metadata: {operation_kind: OPK-ONE}, needs: [a]}
          - {id: c, metadata: {operation_kind: OPK-ONE}, needs: [b]}
          - {id: d, metadata: {operation_kind: OPK-ONE}, needs: [a, d]}
        """,
    )

    assert [finding.message for finding in findings] == [
        "these steps wait for each other: a -> c -> b -> a.",
        "these steps wait for each other: d -> d.",
    ]


def test_what_is_no_plan_at_all_is_one_finding(tmp_path: Path) -> None:
    """Broken YAML, a list, no steps."""
    assert [f.rule for f in _read(tmp_path, "steps: [").findings] == ["readable"]
    assert [f.rule for f in _read(tmp_path, "- a\n").findings] == ["plan-shape"]
    empty = _read(tmp_path, "schema_version: 1\nname: x\nsteps: []\n")
    assert [f.rule for f in empty.findings] == ["plan-shape"]


def test_a_long_chain_has_no_cycle() -> None:
    """Thousands of steps are checked without growing with the square of their number."""
    chain = {str(n): (str(n - 1),) for n in range(1, 5000)} | {"0": ()}

    assert cycles(chain) == []
