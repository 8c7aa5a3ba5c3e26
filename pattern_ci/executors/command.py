"""`command`: one program, with the inputs of a pattern as its options.

The schema of the pattern says everything: `command` (a constant) is the program and its first
words, every other variable is an option of that name, and `arguments` come last.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import SpecError
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.execution import Context

OURS = "pattern-ci"
KEPT = 4000  # characters of output that stay with the result


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Run the program to its end; any exit code but 0 is a failure."""
    ran = context.run(words(inputs))
    said = ran.stdout.decode("utf-8", "replace")
    outputs = {"exit_code": ran.returncode, "stdout": last_lines(said), "cut": ran.cut}
    if ran.returncode is None:
        return ExecutionResult(success=False, outputs=outputs, error=messages.TIMED_OUT)
    error = "" if ran.ok else messages.ended_with(ran.returncode, ran.stderr or ran.stdout)
    return ExecutionResult(success=ran.ok, outputs=outputs, error=error)


def last_lines(said: str) -> str:
    """The end of an output, from the beginning of a line: half a secret would look like none."""
    start = max(0, len(said) - KEPT)
    line = said.find("\n", start - 1) + 1 if start else 0
    return said[line if 0 < line < len(said) else start :]


def words(inputs: Mapping[str, Any]) -> list[str]:
    """The argument list: `pattern-ci` stands for the very version that runs now."""
    first, *rest = [str(word) for word in inputs.get("command") or ()] or [""]
    if not first:
        raise SpecError(messages.NO_COMMAND)
    # Without -P, modules of the repository would come before ours: it is the current folder.
    program = [sys.executable, "-P", "-m", "pattern_ci"] if first == OURS else [first]
    options = [
        word
        for name in sorted(inputs)
        if name not in ("command", "arguments")
        for word in _option(name, inputs[name])
    ]
    arguments = [str(value) for value in inputs.get("arguments", ())]
    # An argument that begins with a dash would be read as an option.
    return [*program, *rest, *options, *(("--", *arguments) if arguments else ())]


def _option(name: str, value: Any) -> Sequence[str]:
    """True gives the bare option, false and null none; a list gives it once an item."""
    flag = f"--{name.replace('_', '-')}"
    if value is None or value is False:
        return ()
    if value is True:
        return (flag,)
    if isinstance(value, list):
        return [f"{flag}={item}" for item in value]
    return (f"{flag}={value}",)
