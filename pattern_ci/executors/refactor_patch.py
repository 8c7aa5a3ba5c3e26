"""`refactor_patch`: patches and rules step by step, tests after each, back on red (ATV)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.errors import FatalError
from pattern_ci.executors.flows import Transformed, analyse_transform_verify, judged
from pattern_ci.executors.library import testing, transforming, validation
from pattern_ci.messages import executors as messages
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context, ExecutionResult


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Take each of `steps`: a `patch` (unified diff), a `rule` (rewrite rule) or an `ast_grep` one.

    `tests` is the command that has to stay green: before the first step and after each. A step
    that turns it red is taken back; `on_red: skip` goes on with the next one, `stop` (the default)
    leaves the rest, `undo` takes back all of them.
    """
    on_red = str(inputs.get("on_red", "stop"))
    start = context.checkpoint()
    command = inputs.get("tests")

    def verify() -> CheckResult:
        if not command:
            return CheckResult("tests", None, messages.NO_TESTS)
        return testing.check(context, command)

    steps, seen = analyse_transform_verify(
        context,
        list(enumerate(inputs["steps"], 1)),
        name=lambda step: messages.step(step[0], step[1]),
        transform=lambda step: _transform(context, step[1]),
        verify=verify,
        go_on=on_red == "skip",
    )
    failed = [
        one for one in steps if one.detail and not one.applied and one.detail != messages.NO_CHANGE
    ]
    if failed and on_red == "undo":
        context.rollback(start)
        steps = [
            one._replace(applied=False, detail=one.detail or messages.TAKEN_BACK) for one in steps
        ]
    kept = on_red == "skip" or not failed
    every = CheckResult("every step", kept, messages.failed_step(failed[0]) if failed else "")
    outputs = {"steps": [one._asdict() for one in steps]}
    return judged(outputs, [seen, every])


def _transform(context: Context, step: Mapping[str, Any]) -> Transformed:
    """Write what one step makes of the tree; an error of any kind is a problem of the step."""
    try:
        changes = transforming.changes(context, step)
        problems = validation.contents(changes, complete=False)
        if problems:
            return Transformed(False, problems[0])
        if changes:
            context.write(changes, overwrite=True)
    except FatalError as error:
        return Transformed(False, error.line)
    return Transformed(bool(changes))
