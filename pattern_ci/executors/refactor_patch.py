"""`refactor_patch`: patches and rules step by step, tests after each, back on red (ATV)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.errors import FatalError
from pattern_ci.executors.flows import AnalyseTransformVerify, Transformed, verdict
from pattern_ci.executors.library import testing, transforming, validation
from pattern_ci.messages import executors as messages
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.executors.flows import Step
    from pattern_ci.model.execution import Context, ExecutionResult

    _Numbered = tuple[int, Mapping[str, Any]]


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Take each of `steps`: a `patch` (unified diff), a `rule` (rewrite rule) or an `ast_grep` one.

    `tests` is the command that has to stay green: before the first step and after each. A step
    that turns it red, or cannot be taken, is taken back; `on_red: undo` (the default) takes back
    all of them, `stop` keeps those before it and leaves the rest, `skip` goes on with the next one.
    What is kept is a success as far as it goes; where nothing is, the result is a failure. A step
    that finds nothing to do cannot be taken, unless `allow_no_change` is set or it was done before.
    """
    on_red = str(inputs.get("on_red", "undo"))
    allowed = bool(inputs.get("allow_no_change"))
    start = context.checkpoint()
    flow: AnalyseTransformVerify[_Numbered] = AnalyseTransformVerify(
        context,
        name=lambda step: messages.step(*step),
        transform=lambda step: _transform(context, step[1], allowed=allowed),
        verify=lambda: _verify(context, inputs.get("tests")),
        go_on=on_red == "skip",
    )
    steps, seen, broken = flow.run(list(enumerate(inputs["steps"], 1)))
    kept = not broken or (on_red != "undo" and any(one.applied for one in steps))
    if not kept:
        context.rollback(start)
        steps = [_taken_back(one) for one in steps]
    every = CheckResult("every step", kept, messages.failed_step(broken[0]) if broken else "")
    return verdict({"steps": [one._asdict() for one in steps]}, [seen, every])


def _taken_back(one: Step) -> Step:
    return one._replace(applied=False, detail=one.detail or messages.TAKEN_BACK)


def _verify(context: Context, command: Sequence[str] | None) -> CheckResult:
    if not command:
        return CheckResult("tests", None, messages.NO_TESTS)
    return testing.check(context, command)


def _transform(context: Context, step: Mapping[str, Any], *, allowed: bool) -> Transformed:
    """Write what one step makes of the tree; an error of any kind is a problem of the step."""
    try:
        changes = transforming.changes(context, step)
        problems = validation.contents(changes, complete=False)
        if not changes and not allowed and not transforming.done_before(context, step):
            problems = [messages.FINDS_NOTHING]
        if problems:
            return Transformed(False, problems[0])
        if changes:
            context.write(changes, overwrite=True)
    except FatalError as error:
        return Transformed(False, error.line)
    return Transformed(bool(changes))
