"""The step wrapper: pattern first, raw second, each execution recorded once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.engine import ground_truth
from pattern_ci.engine.breaker import Door
from pattern_ci.engine.running import run_plan
from pattern_ci.model.event import EventType
from pattern_ci.render import lock
from testing.repos import git
from tests.engine.worlds import KIND, Events, answering, engine_at, executor_pattern, plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.engine.running import Engine, Finished
    from pattern_ci.model.execution import CheckResult

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
FAILS = answering(success=False, error="no 7 in 'x'")


def _run(engine: Engine, *steps: dict[str, Any], **more: Any) -> Finished:
    return run_plan(engine, plan_of(engine, *steps, **more))


def _touch(name: str) -> list[str]:
    return ["sh", "-c", f"echo x >> {name}"]


def test_a_kind_with_a_pattern_uses_it_and_says_so(repo_path: Path) -> None:
    """The raw command of the step is not started."""
    events = Events()
    source = answering(success=True, changes=[{"path": "made.txt", "text": "x"}])
    engine = engine_at(repo_path, executor_pattern(source), events=events)

    finished = _run(engine, {"run": _touch("raw.txt"), "inputs": {"text": "some"}})

    assert finished.result.success
    assert (repo_path / "made.txt").exists()
    assert not (repo_path / "raw.txt").exists()
    (event,) = events.kept
    assert event.type is EventType.EXECUTED
    assert (event.pattern_id, event.pattern_version) == ("PAT-OWN-001", "1.0.0")
    assert (event.used_pattern, event.success, event.operation_kind) == (True, True, KIND)
    assert event.parameters == {"text": "some"}
    assert event.file_types == ("txt",)
    assert event.run == finished.run_id


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (None, f"no active pattern serves {KIND}"),
        ("draft", f"no active pattern serves {KIND}"),
        ("quarantined", f"no active pattern serves {KIND}"),
    ],
)
def test_a_kind_without_one_runs_raw_and_says_why(
    repo_path: Path, status: str | None, why: str
) -> None:
    """`pattern.missing`, with the reason; drafts and what is quarantined are not routed to."""
    events = Events()
    files = executor_pattern(FAILS, status=status) if status else {}
    engine = engine_at(repo_path, files, events=events)

    finished = _run(engine, {"run": _touch("raw.txt")})

    assert finished.result.success
    assert (repo_path / "raw.txt").read_text() == "x\n"
    (event,) = events.kept
    assert (event.type, event.reason, event.used_pattern) == (EventType.MISSING, why, False)
    assert event.success
    assert event.tools_used == ("sh",)


def test_without_pattern_and_command_the_step_fails(repo_path: Path) -> None:
    """It is recorded as missing too: that is how one learns that a pattern is wanted."""
    events = Events()
    engine = engine_at(repo_path, events=events)

    finished = _run(engine, {"retry": {"attempts": 3}})

    assert finished.result.outcomes["one"].attempts == 1
    assert not finished.result.success
    (event,) = events.kept
    assert (event.type, event.success) == (EventType.MISSING, False)


def test_a_command_is_no_shell_unless_the_plan_says_so(repo_path: Path) -> None:
    """An argument stays one argument, whatever stands in it."""
    engine = engine_at(repo_path)

    _run(
        engine,
        {"id": "plain", "run": ["touch", "a; touch b", "$HOME"]},
        {"id": "shell", "run": ["touch c; touch d"], "shell": True},
    )

    assert sorted(path.name for path in repo_path.iterdir() if path.is_file()) == [
        "$HOME", "README.md", "a; touch b", "c", "d",
    ]  # fmt: skip


def test_a_step_that_prints_a_gibibyte_is_cut(repo_path: Path) -> None:
    """Its log holds a start and an end of at most a mebibyte."""
    engine = engine_at(repo_path)

    finished = _run(engine, {"run": ["head", "-c", str(1 << 30), "/dev/zero"]})

    log = engine.runs / finished.run_id / "one.1.out"
    assert finished.result.success
    assert log.stat().st_size == 1 << 20
    assert finished.result.outcomes["one"].result.outputs["cut"]


def test_a_step_that_hangs_ends_at_its_time_limit(repo_path: Path) -> None:
    """And every attempt has the whole limit again."""
    engine = engine_at(repo_path)

    finished = _run(
        engine, {"run": ["sleep", "60"], "timeout": 0.2, "retry": {"attempts": 2, "backoff": 0}}
    )

    outcome = finished.result.outcomes["one"]
    assert outcome.attempts == 2
    assert outcome.result.error == "it was ended at its time limit"


def test_checks_of_the_plan_hold_for_raw_steps_too(repo_path: Path) -> None:
    """A command that exits with 0 and did nothing has failed."""
    engine = engine_at(repo_path)
    truth = {"check": "file_exists", "path": "made.txt", "expected": True}

    finished = _run(engine, {"run": ["true"], "ground_truth": [truth]})

    assert not finished.result.success
    assert "made.txt" in finished.result.outcomes["one"].result.error


def test_a_check_of_the_plan_that_breaks_fails_its_step(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says what it raised; the event is recorded and the next step runs."""
    events = Events()
    engine = engine_at(repo_path, events=events)
    monkeypatch.setattr(ground_truth, "evaluate", _broken)

    finished = _run(engine, {"id": "a", "run": ["echo", "x"]}, {"id": "b", "run": _touch("b.txt")})

    for outcome in finished.result.outcomes.values():
        assert outcome.result.error == "it raised ValueError: no such check"
    assert finished.result.outcomes["a"].result.outputs["stdout"] == "x\n"
    assert [event.success for event in events.kept] == [False, False]
    assert (repo_path / "b.txt").exists()


def _broken(*_: object) -> tuple[CheckResult, ...]:
    msg = "no such check"
    raise ValueError(msg)


def test_an_attempt_that_succeeds_ends_the_trying(repo_path: Path) -> None:
    """Each attempt is an event of its own; waiting is asked of the one who was given."""
    events = Events()
    waits: list[float] = []
    engine = engine_at(repo_path, events=events)
    object.__setattr__(engine.chances, "sleep", waits.append)
    object.__setattr__(engine.chances, "uniform", lambda _, high: high)
    third = "echo x >> n; test $(wc -l < n) -ge 3"

    finished = _run(engine, {"run": [third], "shell": True, "retry": {"attempts": 5, "backoff": 2}})

    assert finished.result.outcomes["one"].attempts == 3
    assert waits == [2.0, 4.0]
    assert [event.success for event in events.kept] == [False, False, True]


def test_three_failures_open_the_circuit_and_the_raw_command_takes_over(repo_path: Path) -> None:
    """After a minute one trial passes; when it fails, this version is out of use."""
    events = Events()
    engine = engine_at(repo_path, executor_pattern(FAILS), events=events, now=NOON)
    step = {"run": ["true"], "retry": {"attempts": 4}}

    first = _run(engine, step)

    spec = engine.router.library.in_force("PAT-OWN-001").pattern.spec
    assert first.result.success
    assert [event.used_pattern for event in events.kept] == [True, True, True, False]
    assert events.kept[-1].reason is not None
    assert "three times in a row" in events.kept[-1].reason
    assert engine.breakers.of(spec).door(NOON) is Door.OPEN

    events.kept.clear()
    later = engine_at(repo_path, events=events, now=NOON + timedelta(minutes=2))
    _run(later, {"run": ["true"]})

    told = [(event.type, event.parameters.get("status")) for event in events.kept]
    assert told == [(EventType.EXECUTED, None), (EventType.LIFECYCLE, "quarantined")]
    events.kept.clear()
    much_later = engine_at(repo_path, events=events, now=NOON + timedelta(days=9))
    _run(much_later, {"run": ["true"]})
    assert [event.type for event in events.kept] == [EventType.MISSING]


def test_an_answer_that_is_no_is_no_failure_of_the_pattern(repo_path: Path) -> None:
    """An executor of a repository says so itself."""
    source = answering(success=False, declined=True, error="no")
    engine = engine_at(repo_path, executor_pattern(source), now=NOON)

    _run(engine, {"retry": {"attempts": 4}})

    spec = engine.router.library.in_force("PAT-OWN-001").pattern.spec
    assert engine.breakers.of(spec).failures == 0


def test_a_tree_that_another_writes_into_says_nothing_about_the_pattern(repo_path: Path) -> None:
    """And where nothing was written, nothing has to be taken back."""
    source = answering(success=True, changes=[{"path": "made.txt", "text": "x"}])
    engine = engine_at(repo_path, executor_pattern(source), now=NOON)

    with lock.held(engine.state_dir):
        finished = _run(engine, {"retry": {"attempts": 4}})

    outcome = finished.result.outcomes["one"]
    assert not outcome.result.success
    assert "is writing here" in outcome.result.error
    assert "taken back" not in outcome.result.error
    spec = engine.router.library.in_force("PAT-OWN-001").pattern.spec
    assert engine.breakers.of(spec).failures == 0


def test_inputs_that_are_refused_do_not_count_against_the_pattern(repo_path: Path) -> None:
    """Nor are they tried again."""
    engine = engine_at(repo_path, executor_pattern(FAILS), now=NOON)
    step = {"pattern": "PAT-OWN-001", "inputs": {"text": 3}, "retry": {"attempts": 4}}

    finished = _run(engine, step)

    spec = engine.router.library.in_force("PAT-OWN-001").pattern.spec
    assert finished.result.outcomes["one"].attempts == 1
    assert "text" in finished.result.outcomes["one"].result.error
    assert engine.breakers.of(spec).failures == 0


def test_the_error_of_a_step_is_told_by_what_it_printed(repo_path: Path) -> None:
    """The same failure elsewhere in a file is the same error; another rule is another."""
    events = Events()
    engine = engine_at(repo_path, events=events)
    steps = [
        {"id": f"s{number}", "run": [f"echo '{line}'; exit 1"], "shell": True}
        for number, line in enumerate(
            (
                "src/a.py:12:1: F401 `os` imported but unused",
                "src/b.py:99:5: F401 `os` imported but unused",
                "src/b.py:3:80: E501 Line too long (120 > 100)",
            )
        )
    ]

    _run(engine, *steps, workers=1)

    first, second, third = (event.error for event in events.kept if event.error)
    assert first == second
    assert first.kind is not None
    assert first.signature != third.signature


def test_a_red_verdict_is_no_failure_of_the_pattern(repo_path: Path) -> None:
    """It did what it is there for: its circuit stays closed, however often the answer is no."""
    engine = engine_at(repo_path, {"README.md": "# demo\n"})
    (repo_path / "broken.py").write_text("def broken(:\n")
    git(repo_path, "add", "broken.py")
    check = {"metadata": {"operation_kind": "OPK-COMMIT-VERIFY"}}

    finished = _run(engine, *({"id": f"s{number}", **check} for number in range(4)))

    outcomes = finished.result.outcomes.values()
    assert [outcome.used_pattern for outcome in outcomes] == [True] * 4
    assert [outcome.result.success for outcome in outcomes] == [False] * 4
    assert all("broken.py:1" in outcome.result.error for outcome in outcomes)
    spec = engine.router.library.in_force("PAT-VERIFY-COMMIT-001").pattern.spec
    assert engine.breakers.of(spec).failures == 0
