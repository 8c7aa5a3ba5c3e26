"""Executors that a repository brings along: `executors/<name>_executor.py`, a process of its own.

It reads one JSON object from standard input and prints one to standard output. The files that it
asks for are written by us, in one transaction, so a path outside of the work tree is refused. Only
a file that is committed, and as it was committed, is ever started.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pattern_ci import files, git
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
_IMPORTABLE = (".py", ".pyc", ".so", ".pyd")


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
    """What it says of itself; a check of its own that does not hold is a failure all the same."""
    verification = tuple(
        CheckResult(one["check"], one["passed"], one.get("detail", ""))
        for one in answer.get("verification", ())
    )
    failed = [one for one in verification if one.passed is False]
    success = answer["success"] and not failed
    if success:
        context.write([_change(one) for one in answer.get("changes", ())])
    said = answer.get("error", "") or (messages.not_true(failed) if failed else "")
    return ExecutionResult(
        success=success,
        outputs=answer.get("outputs", {}),
        error=short(said, messages.LONGEST),
        declined=answer.get("declined", False) and not answer["success"],
        verification=verification,
    )


def refuse_uncommitted(root: Path, path: Path) -> None:
    """Raise SpecError unless the file is in HEAD, and here as it is there.

    So must be everything that it could import from beside it: its folder leads the search.
    """
    top = root.resolve()
    if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(top):
        raise SpecError(messages.no_executor(str(path)), next_step=messages.COMMIT_IT)
    folder = path.resolve().parent
    names, links = files.walk(folder)
    links = [name for name in links if _importable(name) or (folder / name).is_dir()]
    prefix = "" if folder == top else f"{folder.relative_to(top).as_posix()}/"
    wanted = [prefix + name for name in names if _importable(name) or name == path.name]
    committed = _committed(top, prefix)
    # Not what the index says: flags in it (assume-unchanged) speak of a file without a look at it.
    here = git.ask(top, "hash-object", "--stdin-paths", stdin=git.encode("\n".join(wanted)))
    found = dict(zip(wanted, here.stdout.decode("ascii").split(), strict=False))
    for name in (*(prefix + link for link in links), *wanted):
        if name not in found or found[name] != committed.get(name):
            raise SpecError(messages.not_committed(name), next_step=messages.COMMIT_IT)


def _importable(name: str) -> bool:
    return name.endswith(_IMPORTABLE) and "__pycache__/" not in name


def _committed(root: Path, folder: str) -> dict[str, str]:
    """The blob of each file below a folder, as HEAD has it; none before the first commit."""
    words = (
        "--literal-pathspecs",
        "ls-tree",
        "-r",
        "-z",
        "HEAD",
        *(("--", folder) if folder else ()),
    )
    entries = git.decode(git.ask(root, *words).stdout).split("\0")
    parts = (entry.partition("\t") for entry in entries if entry)
    return {name: about.split(" ")[2] for about, _, name in parts}


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
