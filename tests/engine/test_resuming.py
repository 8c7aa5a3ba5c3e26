"""An interrupted run: what is done stays done, what was under way is decided, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import ground_truth, running
from pattern_ci.engine.past_runs import KEPT_RUNS, next_name, read_log
from pattern_ci.engine.resuming import Decision, decide
from pattern_ci.engine.run_log import FILE, RunLog
from pattern_ci.engine.running import Choice, run_plan
from pattern_ci.errors import LockedError, UsageError
from pattern_ci.render import lock
from pattern_ci.telemetry.redaction import from_environment
from tests.engine.worlds import Events, engine_at, plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.engine.running import Engine
    from pattern_ci.model.execution import CheckResult
    from pattern_ci.model.plan import Plan

TRUTH = {"check": "file_exists", "path": "two.txt", "expected": True}


def _steps(**second: Any) -> tuple[dict[str, Any], ...]:
    return (
        {"id": "one", "run": ["sh", "-c", "echo x >> one.txt"]},
        {"id": "two", "run": ["sh", "-c", "echo x >> two.txt"], "needs": ["one"], **second},
        {"id": "three", "run": ["sh", "-c", "echo x >> three.txt"], "needs": ["two"]},
    )


def _interrupted(repo_path: Path, **second: Any) -> tuple[Engine, Plan]:
    """A run that ended without a word while its second step was under way."""
    engine = engine_at(repo_path, events=Events())
    plan = plan_of(engine, *_steps(**second))
    (repo_path / "one.txt").write_text("x\n")
    log = RunLog(engine.runs / "20260101-000000-000001")
    log.append("run.started", plan=plan.digest, name=plan.name)
    log.append("step.started", step="one", attempt=1, id="1" * 32)
    log.append("step.ended", step="one", attempt=1, success=True)
    log.append("step.started", step="two", attempt=1, id="2" * 32)
    log.close()
    return engine, plan


def _texts(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted(root.glob("*.txt"))}


def test_what_is_done_is_not_run_again(repo_path: Path) -> None:
    """The second step is idempotent and runs; its run goes on in the same log."""
    engine, plan = _interrupted(repo_path, idempotent=True)

    finished = run_plan(engine, plan, resume=True)

    assert finished.result.success
    assert finished.run_id == "20260101-000000-000001"
    assert finished.kept == {"one"}
    assert _texts(repo_path) == {"one": "x\n", "two": "x\n", "three": "x\n"}
    assert not read_log(engine.runs / finished.run_id).interrupted


def test_ground_truth_decides_about_a_step_that_was_under_way(repo_path: Path) -> None:
    """It holds: the step is done, and its event, which may be lost, is recorded with its id."""
    engine, plan = _interrupted(repo_path, ground_truth=[TRUTH])
    (repo_path / "two.txt").write_text("x\n")

    finished = run_plan(engine, plan, resume=True)

    assert finished.kept == {"one", "two"}
    assert _texts(repo_path)["two"] == "x\n"
    assert isinstance(engine.recorder, Events)
    assert next(event.id for event in engine.recorder.kept) == "2" * 32
    assert len(engine.recorder.kept) == 2


def test_ground_truth_that_does_not_hold_runs_it_again(repo_path: Path) -> None:
    """Whatever the flag says."""
    engine, plan = _interrupted(repo_path, ground_truth=[TRUTH])

    run_plan(engine, plan, resume=True)

    assert _texts(repo_path)["two"] == "x\n"


def test_without_either_a_person_decides(repo_path: Path) -> None:
    """Nothing is run and nothing written until then."""
    engine, plan = _interrupted(repo_path)
    log = engine.runs / "20260101-000000-000001" / FILE
    before = log.read_text()

    with pytest.raises(UsageError, match=r"two was under way.*--done two.*--redo two"):
        run_plan(engine, plan, resume=True)

    assert log.read_text() == before
    assert "two" not in _texts(repo_path)
    finished = run_plan(engine, plan, resume=True, choice=Choice(done=frozenset({"two"})))
    assert finished.result.success
    assert _texts(repo_path) == {"one": "x\n", "three": "x\n"}


def test_a_check_that_breaks_decides_nothing(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As without one: a person is asked, and the run does not end with a trace."""
    engine, plan = _interrupted(repo_path, ground_truth=[TRUTH])

    def broken(*_: object) -> tuple[CheckResult, ...]:
        msg = "no such check"
        raise ValueError(msg)

    monkeypatch.setattr(ground_truth, "evaluate", broken)

    with pytest.raises(UsageError, match="two was under way"):
        run_plan(engine, plan, resume=True)

    assert "two" not in _texts(repo_path)


def test_the_choice_to_redo_runs_it(repo_path: Path) -> None:
    """The other answer."""
    engine, plan = _interrupted(repo_path)

    run_plan(engine, plan, resume=True, choice=Choice(redo=frozenset({"two"})))

    assert _texts(repo_path)["two"] == "x\n"


def test_a_plan_that_changed_since_is_not_resumed(repo_path: Path) -> None:
    """Its steps are others now."""
    engine, _ = _interrupted(repo_path)
    other = plan_of(engine, *_steps(idempotent=True), workers=1)

    with pytest.raises(UsageError, match="no run of this plan"):
        run_plan(engine, other, resume=True)


def test_a_run_from_the_beginning_gives_the_old_one_up(repo_path: Path) -> None:
    """It says so, and afterwards there is nothing to resume."""
    engine, plan = _interrupted(repo_path)
    notes: list[str] = []

    run_plan(engine, plan, note=notes.append)

    assert [note.split(":")[0] for note in notes] == [
        "run 20260101-000000-000001 was interrupted and is given up"
    ]
    assert _texts(repo_path)["one"] == "x\nx\n"
    with pytest.raises(UsageError):
        run_plan(engine, plan, resume=True)


def test_a_torn_line_is_no_line(repo_path: Path) -> None:
    """The log goes on behind it."""
    engine, plan = _interrupted(repo_path, idempotent=True)
    log = engine.runs / "20260101-000000-000001" / FILE
    with log.open("a") as handle:
        handle.write('{"event": "step.ended", "step": "two", "succ')

    finished = run_plan(engine, plan, resume=True)

    assert finished.result.success
    assert read_log(engine.runs / finished.run_id).torn == 0
    assert _texts(repo_path)["two"] == "x\n"


def test_lines_that_nobody_writes_are_passed_over(repo_path: Path) -> None:
    """The log goes on behind them, and one that was never begun is no run of this plan."""
    engine, plan = _interrupted(repo_path, idempotent=True)
    (engine.runs / "20260102-000000-000001").mkdir()
    (engine.runs / "20260102-000000-000001" / FILE).write_text('{"event": "run.started"}\n')
    with (engine.runs / "20260101-000000-000001" / FILE).open("ab") as handle:
        handle.write(b'\xff\n[]\n{"event": "step.started", "step": ["two"]}\n')

    finished = run_plan(engine, plan, resume=True)

    assert finished.run_id == "20260101-000000-000001"
    assert _texts(repo_path) == {"one": "x\n", "two": "x\n", "three": "x\n"}


def test_two_runs_in_one_work_tree(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second says who is there, and has written nothing."""
    engine = engine_at(repo_path)
    plan = plan_of(engine, {"run": ["touch", "a.txt"]})
    monkeypatch.setattr(running, "WAIT_S", 0.05)

    with (
        lock.held(engine.runs),
        pytest.raises(LockedError, match="another run of a plan is under way in this work tree"),
    ):
        run_plan(engine, plan)

    assert [path.name for path in engine.runs.iterdir()] == ["lock"]
    assert not (repo_path / "a.txt").exists()


def test_old_runs_are_forgotten(repo_path: Path) -> None:
    """The newest stay."""
    engine = engine_at(repo_path)
    for number in range(KEPT_RUNS + 5):
        (engine.runs / f"20250101-0000{number:02d}-000000").mkdir(parents=True)

    run_plan(engine, plan_of(engine, {"run": ["true"]}))

    kept = sorted(path.name for path in engine.runs.iterdir() if path.is_dir())
    assert len(kept) == KEPT_RUNS
    assert kept[0] == "20250101-000006-000000"


@pytest.mark.parametrize(
    ("passed", "idempotent", "decision"),
    [
        ((True, True), False, Decision.DONE),
        ((True, False), True, Decision.REDO),
        ((None, True), False, Decision.DONE),
        ((None,), False, Decision.ASK),
        ((), True, Decision.REDO),
        ((), False, Decision.ASK),
    ],
)
def test_how_it_is_decided(
    passed: tuple[bool | None, ...], idempotent: bool, decision: Decision
) -> None:
    """Checks first; where none can be asked, the flag; else a person."""
    assert decide(passed, idempotent=idempotent) is decision


def test_runs_follow_each_other_when_the_clock_goes_back() -> None:
    """And their names are plain digits, which telemetry leaves in its events."""
    now = datetime(2026, 5, 4, 12, 30, 1, 42, tzinfo=UTC)

    assert next_name(now, None) == "20260504-123001-000042"
    assert next_name(now, "20260504-123001-000041") == "20260504-123001-000042"
    assert next_name(now, "20270101-000000-000000") == "20270101-000000-000001"
    name = next_name(now, None)
    assert from_environment({}).data(name) == name
