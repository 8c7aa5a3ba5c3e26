"""Executors of ours run in a process beside: one that hangs is ended, and leaves nothing."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import clock
from pattern_ci.engine import hosting
from pattern_ci.engine.bridge import Job, execute_pattern
from pattern_ci.engine.hosting import Hosts
from pattern_ci.messages import engine as messages
from testing.repos import build_repo, git
from tests.engine.worlds import engine_at, place_of
from tests.executors.worlds import ROOT, pattern_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pattern_ci.model.execution import ExecutionResult

LIMIT_S = 1.5


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which nothing is ever to be left."""
    return build_repo(tmp_path_factory.mktemp("hosting") / "repo", {"README.md": "# demo\n"})


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """Hosts whose executors hang; gone afterwards."""
    made = Hosts()
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(hosting, "_HOSTS", made)
    monkeypatch.setattr(hosting, "_MODULE", "tests.engine.hanging")
    yield made
    made.end()


def _execute(root: Path, inputs: dict[str, Any], *, limit_s: float = LIMIT_S) -> ExecutionResult:
    job = Job(
        pattern=pattern_of("worktree_lifecycle"),
        inputs=inputs,
        place=place_of(engine_at(root)),
        timeout_s=limit_s,
    )
    return execute_pattern(job)


@pytest.mark.parametrize("how", ["loop", "expression", "program", "deaf"])
@pytest.mark.usefixtures("hosts")
def test_one_that_hangs_is_ended_at_its_time_limit(root: Path, how: str) -> None:
    """A loop, a regular expression that never lets go, a program; one that reads no answer.

    What it wrote is gone again.
    """
    started = clock.monotonic()

    result = _execute(root, {"action": "create", "branch": how})

    assert (result.success, result.error) == (False, messages.TIMED_OUT)
    assert clock.monotonic() - started < 20 * LIMIT_S
    assert git(root, "status", "--porcelain") == ""
    assert not (root / "half.txt").exists()


@pytest.mark.usefixtures("hosts")
def test_one_that_dies_is_a_failure(root: Path) -> None:
    result = _execute(root, {"action": "create", "branch": "dies"})

    assert (result.success, result.error) == (False, messages.host_died(None))
    assert not (root / "half.txt").exists()


@pytest.mark.usefixtures("hosts")
def test_programs_of_one_that_died_end_with_it(root: Path, request: pytest.FixtureRequest) -> None:
    """At once; nobody waits for what a program would have answered to one that is gone."""
    request.addfinalizer(lambda: (root / "pid").unlink(missing_ok=True))
    started = clock.monotonic()

    result = _execute(root, {"action": "create", "branch": "busy"}, limit_s=60)

    assert result.error == messages.host_died(None)
    assert clock.monotonic() - started < 20
    with pytest.raises(ProcessLookupError):
        os.kill(int((root / "pid").read_text()), 0)


@pytest.mark.usefixtures("hosts")
def test_nobody_waits_for_what_one_that_died_has_left(root: Path) -> None:
    """It holds the pipes, and is in no group of ours."""
    started = clock.monotonic()

    result = _execute(root, {"action": "create", "branch": "leaves"}, limit_s=60)

    os.kill(int((root / ".git" / "left").read_text()), signal.SIGKILL)
    assert result.error == messages.host_died(None)
    assert clock.monotonic() - started < 20


@pytest.mark.usefixtures("hosts")
def test_one_that_exits_has_failed_and_speaks_for_itself_alone(root: Path) -> None:
    """What a copy of it says later is no answer to what is asked next."""
    first = _execute(root, {"action": "create", "branch": "forks"}, limit_s=20)
    second = _execute(root, {"action": "create", "branch": "exits"}, limit_s=20)

    assert first.error == "it raised SystemExit: forks"
    assert second.error == "it raised SystemExit: exits"


def test_a_process_serves_one_execution_after_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one that has died meanwhile is replaced."""
    hosts = Hosts()
    monkeypatch.setattr(hosting, "_HOSTS", hosts)
    status = {"action": "status"}

    first = _execute(root, status)
    (one,) = hosts._idle
    second = _execute(root, status)
    (same,) = hosts._idle
    one.end()
    third = _execute(root, status)
    (other,) = hosts._idle
    hosts.end()

    assert [first.error, second.error, third.error] == ["", "", ""]
    assert one is same
    assert other is not one
    assert not other.alive


def test_what_the_context_refuses_is_raised_where_it_was_asked_for(
    root: Path,
) -> None:
    """With its class and its line: an executor may know what to do about it."""
    job = Job(
        pattern=pattern_of("atomic_create"),
        inputs={"files": [{"path": ".git/hooks/x", "content": "x\n"}]},
        place=place_of(engine_at(root)),
        timeout_s=60,
    )

    result = execute_pattern(job)

    assert "'.git/hooks/x' is refused: it is inside a .git folder." in result.error
