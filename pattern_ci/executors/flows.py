"""The five shapes that executors have; each executor fills one or two of them with its own steps.

Shapes and their names are those of the user's analysis of twenty-four patterns: validate, execute,
verify (VEV); error, detect, fix, validate (EDFV); template, generate, batch (TGB); analyse,
transform, verify (ATV); check, aggregate, report (CAR).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from pattern_ci.executors.library.parallel import in_parallel
from pattern_ci.messages import executors as messages
from pattern_ci.model.execution import ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pattern_ci.model.execution import CheckResult, Context

T = TypeVar("T")
S = TypeVar("S")


def refused(problems: Sequence[str]) -> ExecutionResult:
    """The result of work that was not begun: everything that stands against it at once."""
    outputs = {"problems": problems}
    return ExecutionResult(success=False, error=" ".join(problems), outputs=outputs, declined=True)


def verdict(outputs: Mapping[str, Any], seen: Sequence[CheckResult]) -> ExecutionResult:
    """The result of work whose answer is what the checks say: a red one is no fault of the work."""
    result = judged(outputs, seen)
    return replace(result, declined=not result.success)


def judged(outputs: Mapping[str, Any], seen: Sequence[CheckResult]) -> ExecutionResult:
    """The result of work that was done: a success when no check failed."""
    failed = [one for one in seen if one.passed is False]
    return ExecutionResult(
        success=not failed,
        outputs=outputs,
        verification=tuple(seen),
        error=messages.not_verified(failed) if failed else "",
    )


def validate_execute_verify(
    *,
    validate: Callable[[], Sequence[str]],
    execute: Callable[[], Mapping[str, Any]],
    verify: Callable[[], Sequence[CheckResult]],
) -> ExecutionResult:
    """VEV: nothing begins while `validate` names a problem; what was done counts when verified."""
    problems = validate()
    if problems:
        return refused(problems)
    outputs = execute()
    return judged(outputs, verify())


class Generated(NamedTuple, Generic[S]):
    """What generating one item of a batch gave: its product, or the problem with it."""

    product: S | None
    problem: str = ""


def template_generate_batch(
    items: Sequence[T],
    *,
    generate: Callable[[T], Generated[S]],
    check: Callable[[Sequence[S]], Sequence[str]],
    write: Callable[[Sequence[S]], Mapping[str, Any]],
    verify: Callable[[Sequence[S]], Sequence[CheckResult]],
    workers: int,
) -> ExecutionResult:
    """TGB: every item is generated, in parallel, then all are checked and written as one."""
    made = in_parallel(generate, items, workers=workers)
    problems = [one.problem for one in made if one.problem]
    products = [one.product for one in made if one.product is not None]
    problems = problems or list(check(products))
    if problems:
        return refused(problems)
    outputs = write(products)
    return judged(outputs, verify(products))


class Step(NamedTuple):
    """One step of a transformation and what became of it."""

    name: str
    applied: bool
    detail: str


class Transformed(NamedTuple):
    """What one step would do: whether it changes anything, or why it cannot be taken."""

    changed: bool
    problem: str = ""


class Transformation(NamedTuple):
    """The course of a transformation: every step, the last verification, the steps in the way."""

    steps: list[Step]
    seen: CheckResult
    broken: list[Step]


class AnalyseTransformVerify(Generic[T]):
    """ATV: the state is verified first, then after each step; a step that breaks it is taken back.

    With `go_on` the steps after a broken one are tried as well; without it they are left.
    """

    def __init__(
        self,
        context: Context,
        *,
        name: Callable[[T], str],
        transform: Callable[[T], Transformed],
        verify: Callable[[], CheckResult],
        go_on: bool,
    ) -> None:
        self._context, self._name, self._transform = context, name, transform
        self._verify, self._go_on = verify, go_on
        self._steps: list[Step] = []
        self._broken: list[Step] = []

    def run(self, steps: Sequence[T]) -> Transformation:
        """Take the steps in order; none of them while the state before the first is not sound."""
        seen = self._verify()
        if seen.passed is False:
            refused = [Step(self._name(one), False, messages.RED_BEFORE) for one in steps]
            return Transformation(refused, seen, refused)
        for one in steps:
            if self._broken and not self._go_on:
                self._steps.append(Step(self._name(one), False, messages.LEFT))
            else:
                seen = self._take(one, seen)
        return Transformation(self._steps, seen, self._broken)

    def _take(self, one: T, seen: CheckResult) -> CheckResult:
        """Take one step; the verification that holds afterwards."""
        mark = self._context.checkpoint()
        took = self._transform(one)
        now = self._verify() if took.changed else seen
        if took.problem or now.passed is False:
            self._context.rollback(mark)
            self._broken.append(Step(self._name(one), False, took.problem or now.detail))
            self._steps.append(self._broken[-1])
            return seen
        said = "" if took.changed else messages.NO_CHANGE
        self._steps.append(Step(self._name(one), took.changed, said))
        return now


def check_aggregate_report(
    checks: Sequence[Callable[[], Sequence[CheckResult]]], *, workers: int
) -> tuple[CheckResult, ...]:
    """CAR: all checks side by side, their results in the order in which they were given.

    A check that waits for another one is made by the same function, after it.
    """
    seen = in_parallel(lambda check: check(), checks, workers=workers)
    return tuple(one for results in seen for one in results)


class Fix(NamedTuple):
    """A way to mend a failure: its name, and the act, which answers whether it changed anything."""

    name: str
    act: Callable[[], bool]


class Healing(NamedTuple, Generic[T]):
    """The course of a recovery: what was tried, the failures before and after, what is left."""

    attempts: list[Step]
    looks: list[tuple[Sequence[T], Sequence[T]]]
    left: Sequence[T]


class ErrorDetectFixValidate(Generic[T]):
    """EDFV: fix what is wrong, look again, keep what helped, take back what did not.

    `detect` answers the failures there are; `fixes` yields ways to mend them, the likeliest first;
    `better` tells whether the failures after a fix are less than those before it.
    """

    def __init__(
        self,
        context: Context,
        *,
        detect: Callable[[], Sequence[T]],
        fixes: Callable[[Sequence[T]], Iterator[Fix]],
        better: Callable[[Sequence[T], Sequence[T]], bool],
    ) -> None:
        self._context, self._detect, self._fixes, self._better = context, detect, fixes, better
        self._tried: set[str] = set()
        self._attempts: list[Step] = []
        self._looks: list[tuple[Sequence[T], Sequence[T]]] = []

    def heal(self, attempts: int) -> Healing[T]:
        """Try at most so many fixes; one that changes nothing is no attempt."""
        failures = self._detect()
        while failures and len(self._attempts) < attempts:
            left = self._attempt(failures)
            if left is None:
                break
            failures = left
        return Healing(self._attempts, self._looks, failures)

    def _attempt(self, failures: Sequence[T]) -> Sequence[T] | None:
        """The failures after one fix (the same when it was taken back); None without any fix."""
        for fix in self._fixes(failures):
            if fix.name in self._tried:
                continue
            self._tried.add(fix.name)
            mark = self._context.checkpoint()
            if not fix.act():
                self._context.rollback(mark)
                continue
            after = self._detect()
            helped = not after or self._better(failures, after)
            if not helped:
                self._context.rollback(mark)
            said = "" if helped else messages.DID_NOT_HELP
            self._attempts.append(Step(fix.name, helped, said))
            self._looks.append((failures, after))
            return after if helped else failures
        return None
