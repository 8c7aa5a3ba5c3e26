"""Programs that hang, flood or leave others behind stay within their bounds."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import bounded, clock, process
from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

FLOOD = "import os\nfor _ in range(4096): os.write(1, b'x' * 65536)\nos.write(1, b'end')"


def _run(code: str, folder: Path, **options: object) -> bounded.Ended:
    command = [sys.executable, "-S", "-c", code]
    return bounded.run(command, cwd=folder, env=dict(os.environ), **options)  # type: ignore[arg-type]  # options by name


def test_both_streams_and_the_exit_code_are_kept(tmp_path: Path) -> None:
    """What is short enough is whole."""
    code = "import sys; sys.stdout.write(sys.stdin.read()); sys.stderr.write('no'); sys.exit(3)"

    ended = _run(code, tmp_path, stdin=b"yes")

    assert ended == bounded.Ended(3, b"yes", b"no", cut=False)


def test_a_flood_is_cut_in_the_middle(tmp_path: Path) -> None:
    """A quarter of a GiB leaves what was asked for: the start and the end."""
    ended = _run(FLOOD, tmp_path, limit=100)

    assert ended.cut
    assert ended.returncode == 0
    assert ended.stdout == b"x" * 50 + b"x" * 47 + b"end"


def test_the_time_limit_ends_the_whole_group(tmp_path: Path) -> None:
    """Also a child of the program, and one that does not listen to being asked."""
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = os.fork()\n"
        "if child: print(child, flush=True)\n"
        "time.sleep(60)\n"
    )
    started = clock.monotonic()

    ended = _run(code, tmp_path, timeout_s=0.5, grace_s=0.1)

    assert ended.returncode is None
    assert clock.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        _until_gone(int(ended.stdout))


def _until_gone(pid: int) -> None:
    for _ in range(100):
        os.kill(pid, 0)
        clock.sleep(0.02)


def test_what_is_left_running_is_ended_too(tmp_path: Path) -> None:
    """A program that ends before its child does not keep us waiting for the pipes."""
    code = "import os, time\nif os.fork() == 0: time.sleep(60)\n"
    started = clock.monotonic()

    ended = _run(code, tmp_path)

    assert ended.returncode == 0
    assert clock.monotonic() - started < 10


def test_a_group_ends_alone_and_for_good(tmp_path: Path) -> None:
    """Each is asked first; a program of others runs on, and none starts among them any more."""
    ours, others = bounded.Group(), bounded.Group()
    theirs = _begun(tmp_path, "theirs", others)
    own = _begun(tmp_path, "own", ours)

    ours.end()
    refused = _begun(tmp_path, "own", ours)

    assert own.result(10).stdout == b"asked\n"
    with pytest.raises(ProcessError, match="was not started"):
        refused.result(10)
    assert not theirs.done()
    others.end(0)


def _begun(folder: Path, name: str, group: bounded.Group) -> Future[bounded.Ended]:
    """A program of a group that is under way, and says so when it is asked to end."""
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: os._exit(os.write(1, b'asked\\n')))\n"
        f"open({name!r}, 'w').close()\n"
        "time.sleep(60)\n"
    )
    pool = ThreadPoolExecutor(1, initializer=group.adopt)
    begun = pool.submit(_run, code, folder)
    pool.shutdown(wait=False)
    while not (folder / name).exists():
        clock.sleep(0.02)
    return begun


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    """One line that names it, the same as by the other door."""
    for command in (["no-such-program"], [str(tmp_path)]):
        with pytest.raises(ProcessError) as here:
            bounded.run(command, cwd=tmp_path, env={})
        with pytest.raises(ProcessError) as there:
            process.run(command, cwd=tmp_path, env={})
        assert (str(here.value), here.value.next_step) == (
            str(there.value), there.value.next_step,
        )  # fmt: skip
    with pytest.raises(ProcessError, match="cannot be started: embedded null byte"):
        bounded.run(["a\0b"], cwd=tmp_path, env={})


def test_a_program_that_nobody_can_listen_to_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that is out of threads says so after the program has started."""
    begun = []
    start = bounded._start

    def remembered(*words: Any, **options: Any) -> Any:
        begun.append(start(*words, **options))
        return begun[0]

    monkeypatch.setattr(bounded, "_start", remembered)
    monkeypatch.setattr(bounded, "_Ends", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        _run("import time; time.sleep(60)", tmp_path)

    with begun[0] as child:  # closes its pipes
        assert child.returncode == -signal.SIGKILL


def test_a_run_is_traced_for_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With its exit code; otherwise without a word."""
    _run("pass", tmp_path)
    monkeypatch.setenv("RUNNER_DEBUG", "1")
    _run("raise SystemExit(3)", tmp_path)

    said = capfd.readouterr().err
    assert said.count(sys.executable) == 1
    assert "raise SystemExit(3) -> 3, " in said
