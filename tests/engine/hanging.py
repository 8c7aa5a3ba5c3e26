"""A host whose executors hang, die or answer nonsense, in place of the one that ships."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from pattern_ci import clock
from pattern_ci.executors import host, worktree_lifecycle
from pattern_ci.model.change import Change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.model.execution import Context, ExecutionResult

SLEEPS = "echo $$ > new; mv new pid; exec sleep 60"


def _begin(context: Context, line: str) -> None:
    threading.Thread(target=context.run, args=(["sh", "-c", line],), daemon=True).start()


def _loop(_: Context) -> None:
    while True:
        pass


def _program(context: Context) -> None:
    context.run(["sleep", "60"])
    _loop(context)


def _busy(context: Context) -> None:
    """Die while a program is under way."""
    _begin(context, SLEEPS)
    while context.read("pid") is None:
        clock.sleep(0.02)
    os._exit(3)


def _deaf(context: Context) -> None:
    """Read nothing more, while there is much to be read."""
    _begin(context, "sleep 0.2; head -c 999999 /dev/zero")
    os.kill(os.getpid(), signal.SIGSTOP)


def _leaves(context: Context) -> None:
    """Die, and leave one behind that holds the pipes."""
    if os.fork() == 0:
        os.setsid()
        (context.root / ".git" / "left").write_text(f"{os.getpid()}\n")
        clock.sleep(60)
    os._exit(3)


def _forks(_: Context) -> None:
    """End twice, the second time later."""
    if os.fork():
        clock.sleep(0.5)
    sys.exit("forks")


HOW: dict[str, Callable[[Context], object]] = {
    "loop": _loop,
    "program": _program,
    "dies": lambda _: os._exit(3),
    "busy": _busy,
    "deaf": _deaf,
    "leaves": _leaves,
    "forks": _forks,
    "exits": lambda _: sys.exit("exits"),
    "expression": lambda _: re.fullmatch(r"(a+)+b", "a" * 64),
}


def _execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Do what the branch is called."""
    context.write([Change("half.txt", b"half\n")])
    HOW[inputs["branch"]](context)
    raise AssertionError


def main() -> None:
    """Serve, with another executor behind a name that is known."""
    worktree_lifecycle.execute = _execute
    host.main()
