"""A host whose executors hang, die or answer nonsense, in place of the one that ships."""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Any

from pattern_ci import clock
from pattern_ci.executors import host, worktree_lifecycle
from pattern_ci.model.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context, ExecutionResult

SLEEPS = "echo $$ > new; mv new pid; exec sleep 60"


def _execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Do what the branch is called; else a regular expression that never lets go."""
    context.write([Change("half.txt", b"half\n")])
    how = inputs["branch"]
    if how == "loop":
        while True:
            pass
    if how == "program":
        context.run(["sleep", "60"])
    if how == "busy":
        threading.Thread(target=context.run, args=(["sh", "-c", SLEEPS],), daemon=True).start()
        while context.read("pid") is None:
            clock.sleep(0.02)
    if how in ("dies", "busy"):
        os._exit(3)
    re.fullmatch(r"(a+)+b", "a" * 64)
    raise AssertionError


def main() -> None:
    """Serve, with another executor behind a name that is known."""
    worktree_lifecycle.execute = _execute
    host.main()
