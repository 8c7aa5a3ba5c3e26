"""A run that is told to end takes its steps along; one that is killed leaves a lock with them."""

from __future__ import annotations

import json
import os
import signal
import subprocess  # noqa: TID251  # signals are sent to the real program
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import bounded, clock, yaml
from pattern_ci.engine.past_runs import read_log
from pattern_ci.engine.running import run_plan
from pattern_ci.errors import EXIT_INTERRUPTED, EXIT_OK, LockedError
from pattern_ci.process import run
from testing.repos import build_repo
from tests.engine.worlds import engine_at, plan_of, step_data

if TYPE_CHECKING:
    from pathlib import Path

WAIT = "echo $$ > pid; exec sleep {}"
PLAN = [sys.executable, "-m", "pattern_ci", "run", "plan.yaml"]
# A shell starts what it puts into the background with Ctrl-C ignored, and tests may run there.
# The words of the command line follow it.
HEARS_SIGINT = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "pattern-ci"
runpy.run_module("pattern_ci", run_name="__main__")
"""


def _begun(root: Path, seconds: int) -> tuple[subprocess.Popen[bytes], int]:
    """A run whose step is under way, and the process of that step."""
    step = step_data({"id": "waits", "run": [WAIT.format(seconds)], "shell": True})
    plan = {"schema_version": 1, "name": "demo", "steps": [step]}
    build_repo(root, {"README.md": "# demo\n", "plan.yaml": yaml.dump(plan)})
    return _started(root, "run", "plan.yaml")


def _started(root: Path, *words: str) -> tuple[subprocess.Popen[bytes], int]:
    command = [sys.executable, "-c", HEARS_SIGINT, *words]
    child = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for _ in range(500):
        clock.sleep(0.02)
        said = (root / "pid").read_text() if (root / "pid").exists() else ""
        if said.endswith("\n"):
            return child, int(said)
    child.kill()
    msg = f"the step did not begin: {child.communicate()[0].decode()}"
    raise AssertionError(msg)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_told_to_end_ends_its_steps(repo_path: Path, number: int) -> None:
    """Ctrl-C, or a cancelled job; the step counts as under way, and as nothing else."""
    child, step = _begun(repo_path, 60)

    child.send_signal(number)
    said, _ = child.communicate(timeout=20)

    assert child.returncode == EXIT_INTERRUPTED, said.decode()
    with pytest.raises(ProcessLookupError):
        os.kill(step, 0)
    runs = repo_path / ".git" / "pattern-ci" / "runs"
    (log,) = [read_log(folder) for folder in runs.iterdir() if folder.is_dir()]
    assert log.interrupted
    assert [entry["event"] for entry in log.entries] == ["run.started", "step.started"]


def test_an_execution_that_is_told_to_end_ends_what_runs_side_by_side(repo_path: Path) -> None:
    """Nobody waits for checks of which the answer is no longer wanted."""
    variables = {"scope": "HEAD", "tests": ["sh", "-c", WAIT.format(30)], "lint": [["true"]]}
    data = {"schema_version": 1, "pattern_id": "PAT-VERIFY-COMMIT-001", "variables": variables}
    build_repo(repo_path, {"README.md": "# demo\n", "instance.json": json.dumps(data)})
    child, check = _started(repo_path, "exec", "verify_commit", "--instance", "instance.json")

    child.send_signal(signal.SIGINT)
    said, _ = child.communicate(timeout=10)

    assert child.returncode == EXIT_INTERRUPTED, said.decode()
    with pytest.raises(ProcessLookupError):
        os.kill(check, 0)


@pytest.mark.parametrize(("seconds", "code"), [(2, EXIT_OK), (60, LockedError.return_code)])
def test_a_step_that_outlives_its_run_is_waited_for(
    repo_path: Path, seconds: int, code: int
) -> None:
    """For a moment, and one line says so; then the next run is refused, and nobody kills it."""
    child, step = _begun(repo_path, seconds)
    child.kill()
    child.communicate(timeout=20)

    done = run([*PLAN, "--resume", "--redo", "waits"], cwd=repo_path)

    with suppress(ProcessLookupError):
        os.kill(step, signal.SIGKILL)
    assert done.returncode == code, done.stderr.decode()
    assert code == EXIT_OK or done.stderr.count(b"waiting up to 3 s for it.") == 1
    assert (b"wait until it is done" in done.stderr) is (code != EXIT_OK)


def test_a_program_that_is_about_to_start_when_a_run_is_given_up_does_not(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for one that began a moment after all others were ended."""
    start = bounded._start

    def slowly(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        os.kill(os.getpid(), signal.SIGTERM)
        clock.sleep(0.3)
        return start(*args, **options)

    monkeypatch.setattr(bounded, "_start", slowly)
    engine = engine_at(repo_path)
    began = clock.monotonic()

    with pytest.raises(KeyboardInterrupt):
        run_plan(engine, plan_of(engine, {"run": ["sleep", "30"]}))

    assert clock.monotonic() - began < 10
