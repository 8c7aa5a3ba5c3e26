"""Executors that a repository brings along: `executors/<name>_executor.py`, a process of its own.

It reads one JSON object from standard input and prints one to standard output. The files that it
asks for are written by us, in one transaction, so a path outside of the work tree is refused. Only
a file that is committed, and as it was committed, is ever started.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pattern_ci import git
from pattern_ci.errors import SpecError
from pattern_ci.messages import engine as messages
from pattern_ci.messages.escaping.lines import short
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult, ExecutionResult
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pattern_ci.model.execution import Context, Ran
    from pattern_ci.registry.library import Pattern

SCHEMA_VERSION = 1


def execute(
    pattern: Pattern, context: Context, values: Mapping[str, Any], *, home: Path
) -> ExecutionResult:
    """Start the executor of this pattern, write what it asks for, and take its word for the rest.

    Raises SpecError for a file that is not committed in the work tree `home`.
    """
    path = pattern.base / pattern.spec.executor
    refuse_uncommitted(home, path)
    payload = {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": pattern.spec.pattern_id,
        "pattern_version": pattern.spec.version,
        "inputs": dict(values),
    }
    ran = context.run([sys.executable, str(path)], stdin=json.dumps(payload).encode())
    if ran.planned:
        return ExecutionResult(success=True, outputs={"would_start": pattern.spec.executor})
    problem = _problem(ran)
    if problem:
        return ExecutionResult(success=False, error=problem)
    return _result(context, json.loads(ran.stdout))


def _result(context: Context, answer: Mapping[str, Any]) -> ExecutionResult:
    if answer["success"]:
        context.write([_change(one) for one in answer.get("changes", ())])
    return ExecutionResult(
        success=answer["success"],
        outputs=answer.get("outputs", {}),
        error=short(answer.get("error", ""), messages.LONGEST),
        verification=tuple(
            CheckResult(one["check"], one["passed"], one.get("detail", ""))
            for one in answer.get("verification", ())
        ),
    )


def refuse_uncommitted(root: Path, path: Path) -> None:
    """Raise SpecError unless the file is in HEAD, and here as it is there."""
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
        raise SpecError(messages.no_executor(str(path)), next_step=messages.COMMIT_IT)
    name = path.resolve().relative_to(root.resolve()).as_posix()
    there = git.ask(root, "cat-file", "-e", f"HEAD:{name}").returncode == 0
    same = git.ask(root, "diff", "--quiet", "HEAD", "--", name).returncode == 0
    if not (there and same):
        raise SpecError(messages.not_committed(name), next_step=messages.COMMIT_IT)


def _problem(ran: Ran) -> str:
    """Why the answer of an executor cannot be used; empty when it can."""
    if ran.returncode is None:
        return messages.TIMED_OUT
    if ran.returncode:
        return messages.ended_with(ran.returncode, ran.stderr)
    if ran.cut:
        return messages.PRINTED_TOO_MUCH
    try:
        answer = json.loads(ran.stdout)
    except (ValueError, RecursionError):
        return messages.NO_JSON
    found = problems(answer, published("executor_output"))
    return messages.bad_answer(found[0].message) if found else ""


def _change(data: Mapping[str, Any]) -> Change:
    text = data["text"]
    return Change(data["path"], None if text is None else text.encode())
