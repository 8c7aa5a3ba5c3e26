"""`verify_commit`: every check of a change side by side, one verdict, one record (CAR)."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files
from pattern_ci.errors import FatalError
from pattern_ci.executors.flows import check_aggregate_report, verdict
from pattern_ci.executors.library import checkouts, reporting, scanning, syntax, testing
from pattern_ci.executors.library.checkouts import Ground
from pattern_ci.executors.library.parallel import workers_for
from pattern_ci.messages import executors as messages
from pattern_ci.model.change import Change
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pattern_ci.executors.library.scanning import Scope
    from pattern_ci.model.execution import Context, ExecutionResult

FORBIDDEN = ("TODO", "FIXME", "XXX", "HACK")


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Check what `scope` (a commit, `staged` or `tree`) changes, and give the verdict.

    `tests` and each of `lint` are commands; `coverage` is `{report, minimum}`; `forbid` are words
    that added lines must not hold; `clean` wants a tree without uncommitted work; `record` names a
    file for the verification record, which says which commit was looked at or stood upon;
    `overwrite` is consent to replace a file there that is no such record.

    Commands run in the work tree where it holds what `scope` does, else in a checkout of that.
    """
    what = str(inputs.get("scope", scanning.STAGED))
    outputs = (inputs.get("record"), inputs.get("coverage", {}).get("report"))
    with _ground(context, inputs, what, but=[one for one in outputs if one]) as ground:
        return _verified(context, inputs, what, ground)


def _ground(
    context: Context, inputs: Mapping[str, Any], what: str, *, but: Sequence[str]
) -> AbstractContextManager[Ground]:
    """Where the commands run; without any, nobody has to know."""
    asked = any(inputs.get(name) for name in ("tests", "lint", "coverage"))
    return checkouts.of(context, what, but=but) if asked else nullcontext(Ground())


def _verified(
    context: Context, inputs: Mapping[str, Any], what: str, ground: Ground
) -> ExecutionResult:
    words = inputs.get("forbid", FORBIDDEN)
    parsed = syntax.known if inputs.get("syntax", True) else lambda _: False
    scope = scanning.scope(context, what, reads=parsed, lines=bool(words))
    checks = list(_checks(_Subject(context, what, ground), inputs, scope))
    # Before tests and linters leave their caches in the tree.
    clean = [_clean(context)] if inputs.get("clean") else []
    seen = (*clean, *check_aggregate_report(checks, workers=workers_for(len(checks))))
    about = {"scope": what, "commit": scanning.commit_of(context, what), "ran_in": ground.name}
    record = {**about, **reporting.verification_record(seen)}
    outputs = {
        "verdict": record["verdict"],
        "files": list(scope.paths),
        "ran_in": ground.name,
        "record": record,
    }
    if inputs.get("record") and record["verdict"] == "passed":
        _write_record(context, inputs, record)
    return verdict(outputs, seen)


def _write_record(context: Context, inputs: Mapping[str, Any], record: dict[str, Any]) -> None:
    """A record takes the place of an earlier one; any other file is somebody's work."""
    path = str(inputs["record"])
    there = context.read(path)
    earlier = there is not None and reporting.is_record(there)
    data = reporting.as_named(path, record)
    context.write([Change(path, data)], overwrite=earlier or bool(inputs.get("overwrite")))


class _Subject(NamedTuple):
    """What commands are asked about, and where they see it."""

    context: Context
    what: str
    ground: Ground

    @property
    def cwd(self) -> str | Path:
        """The folder in which commands run."""
        return self.ground.folder or "."

    def said(self, check: CheckResult) -> CheckResult:
        """A red check says where it was made, if not in the work tree."""
        if check.passed is not False or self.ground.folder is None:
            return check
        where = messages.in_a_checkout(self.what, self.ground.differs)
        return check._replace(detail=f"{check.detail} ({where})")

    def read(self, path: str) -> bytes | None:
        """A file that a command wrote."""
        if self.ground.folder is None:
            return self.context.read(path)
        return files.read_bytes(files.inside(self.ground.folder, path))


def _checks(
    subject: _Subject, inputs: Mapping[str, Any], scope: Scope
) -> Iterator[Callable[[], Sequence[CheckResult]]]:
    if inputs.get("tests") or inputs.get("coverage"):
        yield partial(_tested, subject, inputs)
    for command in inputs.get("lint", ()):
        yield partial(_lint, subject, command)
    if inputs.get("syntax", True):
        yield partial(_syntax, scope)
    words = inputs.get("forbid", FORBIDDEN)
    if words:
        yield partial(_forbidden, scope, words)


def _tested(subject: _Subject, inputs: Mapping[str, Any]) -> list[CheckResult]:
    """The tests, and then their coverage: it is they that write the report."""
    seen = []
    if inputs.get("tests"):
        env = subject.ground.env
        seen.append(testing.check(subject.context, inputs["tests"], cwd=subject.cwd, env=env))
    if inputs.get("coverage"):
        seen.append(_coverage(subject, inputs["coverage"]))
    return [subject.said(one) for one in seen]


def _lint(subject: _Subject, command: Sequence[str]) -> list[CheckResult]:
    name = messages.lint(command)
    try:
        ran = subject.context.run(command, cwd=subject.cwd, env=subject.ground.env)
    except FatalError as error:  # a linter that is not there finds nothing
        return [subject.said(CheckResult(name, False, error.line))]
    passed = None if ran.planned else ran.ok
    return [subject.said(CheckResult(name, passed, messages.program(ran)))]


def _syntax(scope: Scope) -> list[CheckResult]:
    found = [messages.unread(path) for path in scope.unread]
    templates = []
    for path, data in scope.contents.items():
        problem = syntax.problem(path, data)
        if problem:
            found.append(f"{path}:{problem.line}:{problem.column}: {problem.message}")
        elif syntax.is_template(path, data):
            templates.append(path)
    looked = len(scope.contents) - len(templates)
    detail = messages.parsed(found, looked, templates)
    passed = None if templates and not looked and not found else not found
    return [CheckResult("syntax", passed, detail)]


def _coverage(subject: _Subject, wanted: Mapping[str, Any]) -> CheckResult:
    report = subject.read(wanted["report"])
    share = None if report is None else scanning.line_rate(report)
    if share is None:
        detail = messages.no_coverage(wanted["report"], there=report is not None)
        return CheckResult("coverage", False, detail)
    minimum = float(wanted["minimum"])
    return CheckResult("coverage", share >= minimum, messages.coverage(share, minimum))


def _forbidden(scope: Scope, words: Sequence[str]) -> list[CheckResult]:
    found = scanning.forbidden(scope.added, words)
    found += [messages.unread(path) for path in scope.unseen]
    return [CheckResult("unfinished work", not found, messages.first_of(found, len(scope.added)))]


def _clean(context: Context) -> CheckResult:
    ran = context.run(["git", "status", "--porcelain"], reads=True)
    lines = ran.stdout.decode("utf-8", "replace").splitlines()
    return CheckResult("clean tree", ran.ok and not lines, messages.first_of(lines, 0))
