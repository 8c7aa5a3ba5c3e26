"""Executors of a repository: what they ask for is done within bounds, what they break is undone."""

from __future__ import annotations

import compileall
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.catalog import EXECUTORS
from pattern_ci.engine import ground_truth as truths
from pattern_ci.engine.bridge import Job, execute_pattern, load
from pattern_ci.engine.external import refuse_uncommitted
from pattern_ci.engine.undo import take_back
from pattern_ci.errors import SpecError
from pattern_ci.model.execution import CheckResult
from pattern_ci.registry.library import load_library
from pattern_ci.render import lock
from testing.repos import build_repo, commit, git, write_tree
from testing.sample_pattern import PATTERN_ID, PLUGIN_TEXT, VALUES, write_sample_pattern
from tests.engine.worlds import answering, engine_at, executor_pattern, place_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pattern_ci.model.execution import ExecutionResult

WRITES = answering(success=True, changes=[{"path": "out/a.txt", "text": "done\n"}])


def _execute(root: Path, source: str, *, timeout_s: float = 20, **pattern: Any) -> ExecutionResult:
    """Run an executor of the repository once."""
    engine = engine_at(root, executor_pattern(source, **pattern))
    entry = engine.router.library.in_force("PAT-OWN-001")
    job = Job(pattern=entry.pattern, inputs={}, place=place_of(engine), timeout_s=timeout_s)
    return execute_pattern(job)


def _untouched(root: Path) -> bool:
    return git(root, "status", "--porcelain") == ""


def test_what_it_asks_for_is_written_and_told(repo_path: Path) -> None:
    """Changes, outputs and the shape of what happened."""
    result = _execute(repo_path, WRITES)

    assert (repo_path / "out" / "a.txt").read_text() == "done\n"
    assert (result.success, result.error) == (True, "")
    assert [(one.path, one.action) for one in result.changes] == [("out/a.txt", "create")]
    assert result.signature is not None
    assert result.signature.file_types == ("txt",)
    assert result.signature.tools == ("python",)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise ValueError('no such thing')", "it ended with exit code 1: ValueError: no such"),
        ("print('hello')", "what it printed is no JSON"),
        (answering(success="yes"), "its answer does not have the published form"),
        ("while True: print('x' * 1000000) if __import__('os').getppid() else 0", "time limit"),
        ("print('x' * 50000000)", "it printed more than is kept"),
        (answering(success=False, error="not today"), "not today"),
        (answering(success=True, changes=[{"path": "../out.txt", "text": "x"}]), "is refused"),
        (answering(success=True, changes=[{"path": "/tmp/out.txt", "text": "x"}]), "is refused"),
        (answering(success=True, changes=[{"path": ".git/config", "text": ""}]), "is refused"),
        (answering(success=True, changes=[{"path": "README.md", "text": "x"}]), "overwritten"),
    ],
    ids=["raises", "words", "form", "hangs", "floods", "fails", "out", "root", "git", "overwrites"],
)
def test_a_bad_executor_is_one_line_and_leaves_nothing(
    repo_path: Path, source: str, said: str
) -> None:
    """It raises, hangs, floods, answers nonsense, writes where it may not."""
    limit = 0.5 if said == "time limit" else 20

    result = _execute(repo_path, source, timeout_s=limit)

    assert not result.success
    assert said in result.error
    assert "\n" not in result.error
    assert _untouched(repo_path)
    assert not (repo_path.parent / "out.txt").exists()


def test_ground_truth_catches_one_that_did_not_do_the_work(repo_path: Path) -> None:
    """It says that it succeeded; what it did write is taken back, with the folder."""
    truth = {"check": "file_exists", "path": "out/b.txt", "expected": True}

    result = _execute(repo_path, WRITES, ground_truth=(truth,))

    assert not result.success
    assert result.error == (
        "it said that it was done, but this does not hold: "
        "file_exists out/b.txt (it is false, not true)"
    )
    assert not (repo_path / "out").exists()
    assert [one.passed for one in result.verification] == [False]


def test_what_cannot_be_taken_back_now_is_taken_back_at_the_next_start(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes just then: the notes on disk outlive the execution."""
    state = repo_path / ".git" / "pattern-ci"

    with ExitStack() as others:

        def evaluate(*_: object) -> tuple[CheckResult, ...]:
            others.enter_context(lock.held(state))
            return (CheckResult("command", False),)

        monkeypatch.setattr(truths, "evaluate", evaluate)
        result = _execute(repo_path, WRITES)

    assert "and it could not be taken back" in result.error
    assert (repo_path / "out" / "a.txt").exists()
    assert take_back(repo_path, state) == ["out/a.txt"]
    assert not (repo_path / "out").exists()


def test_a_check_that_breaks_is_a_failure_like_any_other(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether the work was done: it is taken back, and the run goes on."""

    def evaluate(*_: object) -> tuple[CheckResult, ...]:
        msg = "no such check"
        raise ValueError(msg)

    monkeypatch.setattr(truths, "evaluate", evaluate)

    result = _execute(repo_path, WRITES)

    assert not result.success
    assert result.error == "it raised ValueError: no such check"
    assert _untouched(repo_path)


@pytest.mark.parametrize("tracked", [True, False])
def test_one_that_is_not_committed_is_never_started(repo_path: Path, tracked: bool) -> None:
    """Neither one that was changed since it was committed nor one that never was."""
    files = executor_pattern(WRITES)
    engine_at(repo_path, files if tracked else {})
    write_tree(repo_path, dict(files))
    script = repo_path / "patterns" / "executors" / "own_1_executor.py"
    if tracked:
        script.write_text("open('started', 'w')\n" + script.read_text())
    engine = engine_at(repo_path)
    entry = engine.router.library.in_force("PAT-OWN-001")

    result = execute_pattern(Job(pattern=entry.pattern, inputs={}, place=place_of(engine)))

    assert "differs from what is committed" in result.error
    assert not (repo_path / "started").exists()
    assert not (repo_path / "out").exists()


@pytest.mark.parametrize(
    "leave",
    [
        lambda folder: (folder / "json.py").write_text("open('started', 'w')\n"),
        lambda folder: (folder / "json").symlink_to("/"),
        lambda folder: write_tree(folder, {"json/__init__.py": "open('started', 'w')\n"}),
        lambda folder: _hidden(folder, "own_1_executor.py"),
        lambda folder: _hidden(folder, "helper.py"),
    ],
    ids=["module", "link", "package", "assumed unchanged", "helper"],
)
def test_what_lies_beside_it_is_committed_too(
    repo_path: Path, leave: Callable[[Path], object]
) -> None:
    """Its folder leads the search for what it imports."""
    helper = {"patterns/executors/helper.py": "X = 1\n"}
    engine = engine_at(repo_path, executor_pattern("import json, helper\n" + WRITES) | helper)
    leave(repo_path / "patterns" / "executors")
    entry = engine.router.library.in_force("PAT-OWN-001")

    result = execute_pattern(Job(pattern=entry.pattern, inputs={}, place=place_of(engine)))

    assert "differs from what is committed" in result.error
    assert not (repo_path / "started").exists()
    assert not (repo_path / "out").exists()


@pytest.mark.parametrize("committed", [True, False])
def test_an_executor_of_any_name_is_held_to_what_is_committed(
    repo_path: Path, committed: bool
) -> None:
    """It is started whatever its suffix is, and may lie at the top."""
    commit(repo_path if (repo_path / ".git").exists() else build_repo(repo_path, {"a": "1\n"}),
           {"run": "print(1)\n"} if committed else {"b": "2\n"})  # fmt: skip
    (repo_path / "run").write_text("print(1)\n")

    if committed:
        refuse_uncommitted(repo_path, repo_path / "run")
    (repo_path / "run").write_text("print(2)\n")
    with pytest.raises(SpecError, match="differs from what is committed"):
        refuse_uncommitted(repo_path, repo_path / "run")


def _hidden(folder: Path, name: str) -> None:
    git(folder, "update-index", "--assume-unchanged", name)
    (folder / name).write_text("open('started', 'w')\n")


def test_a_check_of_its_own_that_does_not_hold_is_a_failure(repo_path: Path) -> None:
    """Whatever it says besides; nothing that it asked for is written."""
    source = answering(
        success=True,
        changes=[{"path": "out/a.txt", "text": "done\n"}],
        verification=[{"check": "sums", "passed": False, "detail": "3 is not 4"}],
    )

    result = _execute(repo_path, source)

    assert not result.success
    assert "sums" in result.error
    assert _untouched(repo_path)


def test_what_is_committed_beside_it_can_be_imported(repo_path: Path) -> None:
    """A helper module, in a package or not; what Python has compiled of it does no harm."""
    helper = {"patterns/executors/helper.py": "X = 1\n", "patterns/executors/more/__init__.py": ""}
    engine = engine_at(repo_path, executor_pattern("import helper, more\n" + WRITES) | helper)
    folder = repo_path / "patterns" / "executors"
    compileall.compile_dir(folder, quiet=1)
    (folder / "notes.txt").write_text("not code\n")
    entry = engine.router.library.in_force("PAT-OWN-001")

    result = execute_pattern(Job(pattern=entry.pattern, inputs={}, place=place_of(engine)))

    assert result.success, result.error


def test_a_plan_starts_nothing(repo_path: Path) -> None:
    """What cannot be known without running it is said so."""
    engine = engine_at(repo_path, executor_pattern("open('started', 'w')\n" + WRITES))
    entry = engine.router.library.in_force("PAT-OWN-001")
    job = Job(pattern=entry.pattern, inputs={}, place=place_of(engine), plan=True)

    result = execute_pattern(job)

    assert result.outputs == {"would_start": "executors/own_1_executor.py"}
    assert _untouched(repo_path)


def test_rendering_writes_what_its_plan_says(repo_path: Path) -> None:
    """The plan's digests are those of the files afterwards; a second run changes nothing."""
    engine = engine_at(repo_path)
    write_sample_pattern(repo_path / "patterns")
    pattern = load_library(repo_path / "patterns").find(PATTERN_ID)
    job = Job(pattern=pattern, inputs=VALUES, place=place_of(engine))

    planned = execute_pattern(replace(job, plan=True))
    written = execute_pattern(job)
    again = execute_pattern(job)

    assert planned.changes == written.changes
    assert (repo_path / "plugins" / "beta_ray.py").read_text() == PLUGIN_TEXT
    assert {one.action for one in again.changes} == {"unchanged"}


def test_values_that_a_pattern_refuses_write_nothing(repo_path: Path) -> None:
    """The line names what is missing."""
    engine = engine_at(repo_path)
    write_sample_pattern(repo_path / "patterns")
    pattern = load_library(repo_path / "patterns").find(PATTERN_ID)

    result = execute_pattern(Job(pattern=pattern, inputs={"limit": -1}, place=place_of(engine)))

    assert not result.success
    assert "name" in result.error
    assert "limit" in result.error
    assert not (repo_path / "plugins").exists()


@pytest.mark.parametrize("name", EXECUTORS)
def test_every_built_in_executor_is_there(name: str) -> None:
    """The catalogue names modules that have the function of the Protocol."""
    assert callable(load(f"builtin:{name}").execute)


def test_no_other_module_is_an_executor() -> None:
    """A spec cannot name a module that is none."""
    with pytest.raises(SpecError, match="there is no builtin:flows"):
        load("builtin:flows")


def test_an_interrupt_takes_back_what_was_written(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes out all the same."""
    engine = engine_at(repo_path)
    write_sample_pattern(repo_path / "patterns")
    pattern = load_library(repo_path / "patterns").find(PATTERN_ID)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pattern_ci.engine.bridge.truths_of", interrupted)

    with pytest.raises(KeyboardInterrupt):
        execute_pattern(Job(pattern=pattern, inputs=VALUES, place=place_of(engine)))

    assert not (repo_path / "plugins").exists()
