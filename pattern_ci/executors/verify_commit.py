"""`verify_commit`: every check of a change side by side, one verdict, one record (CAR)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pattern_ci.errors import FatalError
from pattern_ci.executors.flows import check_aggregate_report, verdict
from pattern_ci.executors.library import reporting, scanning, syntax, testing
from pattern_ci.executors.library.parallel import workers_for
from pattern_ci.messages import executors as messages
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pattern_ci.executors.library.scanning import Scope
    from pattern_ci.model.execution import Context, ExecutionResult

FORBIDDEN = ("TODO", "FIXME", "XXX", "HACK")


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Check what `scope` (a commit, `staged` or `tree`) changes, and give the verdict.

    `tests` and each of `lint` are commands; `coverage` is `{report, minimum}`; `forbid` are words
    that added lines must not hold; `clean` wants a tree without uncommitted work; `record` names a
    file for the verification record, which says which commit was looked at or stood upon.
    """
    parsed = syntax.known if inputs.get("syntax", True) else lambda _: False
    what = str(inputs.get("scope", "staged"))
    scope = scanning.scope(context, what, reads=parsed)
    checks = list(_checks(context, inputs, scope))
    # Before tests and linters leave their caches in the tree.
    clean = [_clean(context)] if inputs.get("clean") else []
    seen = (*clean, *check_aggregate_report(checks, workers=workers_for(len(checks))))
    about = {"scope": what, "commit": scanning.commit_of(context, what)}
    record = {**about, **reporting.verification_record(seen)}
    outputs = {"verdict": record["verdict"], "files": list(scope.paths), "record": record}
    if inputs.get("record") and record["verdict"] == "passed":
        data = reporting.as_named(inputs["record"], record)
        context.write([Change(inputs["record"], data)], overwrite=True)
    return verdict(outputs, seen)


def _checks(
    context: Context, inputs: Mapping[str, Any], scope: Scope
) -> Iterator[Callable[[], Sequence[CheckResult]]]:
    if inputs.get("tests") or inputs.get("coverage"):
        yield partial(_tested, context, inputs)
    for command in inputs.get("lint", ()):
        yield partial(_lint, context, command)
    if inputs.get("syntax", True):
        yield partial(_syntax, scope)
    words = inputs.get("forbid", FORBIDDEN)
    if words:
        yield partial(_forbidden, scope, words)


def _tested(context: Context, inputs: Mapping[str, Any]) -> list[CheckResult]:
    """The tests, and then their coverage: it is they that write the report."""
    seen = [testing.check(context, inputs["tests"])] if inputs.get("tests") else []
    if inputs.get("coverage"):
        seen.append(_coverage(context, inputs["coverage"]))
    return seen


def _lint(context: Context, command: Sequence[str]) -> list[CheckResult]:
    try:
        ran = context.run(command)
    except FatalError as error:  # a linter that is not there finds nothing
        return [CheckResult(messages.lint(command), False, error.line)]
    passed = None if ran.planned else ran.ok
    return [CheckResult(messages.lint(command), passed, messages.program(ran))]


def _syntax(scope: Scope) -> list[CheckResult]:
    found = []
    for path, data in scope.contents.items():
        problem = syntax.problem(path, data)
        if problem:
            found.append(f"{path}:{problem.line}:{problem.column}: {problem.message}")
    return [CheckResult("syntax", not found, messages.first_of(found, len(scope.contents)))]


def _coverage(context: Context, wanted: Mapping[str, Any]) -> CheckResult:
    report = context.read(wanted["report"])
    share = None if report is None else scanning.line_rate(report)
    if share is None:
        return CheckResult("coverage", False, messages.no_coverage(wanted["report"]))
    minimum = float(wanted["minimum"])
    return CheckResult("coverage", share >= minimum, messages.coverage(share, minimum))


def _forbidden(scope: Scope, words: Sequence[str]) -> list[CheckResult]:
    found = scanning.forbidden(scope.added, words)
    return [CheckResult("unfinished work", not found, messages.first_of(found, len(scope.added)))]


def _clean(context: Context) -> CheckResult:
    ran = context.run(["git", "status", "--porcelain"], reads=True)
    lines = ran.stdout.decode("utf-8", "replace").splitlines()
    return CheckResult("clean tree", ran.ok and not lines, messages.first_of(lines, 0))
