"""From a pattern to its executor: runs it once, asks for the truth, takes back what failed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import clock
from pattern_ci.catalog import EXECUTORS, HOSTED
from pattern_ci.engine import external, ground_truth, rendering, rewriting, witness
from pattern_ci.engine.context import Workspace
from pattern_ci.engine.guarding import guarded
from pattern_ci.engine.hosting import Hosted
from pattern_ci.engine.redacting import without_secrets
from pattern_ci.engine.router import BUILTIN
from pattern_ci.engine.signing import operation_signature
from pattern_ci.engine.truth_world import Done, World
from pattern_ci.engine.witness import Before
from pattern_ci.errors import FatalError, SpecError, UsageError, VariablesError
from pattern_ci.messages import apply as apply_messages
from pattern_ci.messages import engine as messages
from pattern_ci.messages.validate import unknown_executor
from pattern_ci.model.pattern import Status
from pattern_ci.registry.accepting import accepts
from pattern_ci.registry.variables import schema_problems, variable_problems, with_defaults
from pattern_ci.telemetry.redaction import for_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.engine.context import Place
    from pattern_ci.engine.witness import Guest
    from pattern_ci.model.execution import CheckResult, ExecutionResult, Executor
    from pattern_ci.registry.library import Pattern
    from pattern_ci.telemetry.redaction import Redactor

RENDER = "builtin:render"
REWRITE = "builtin:rewrite"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One execution of a pattern: with which inputs, where, and within which bounds.

    `values` are what `values_of` made of the inputs, where somebody has asked already. `ready`
    waits for what must be so before anything is done; it is called when all has been looked at.
    """

    pattern: Pattern
    inputs: Mapping[str, Any]
    place: Place
    plan: bool = False
    overwrite: bool = False
    timeout_s: float | None = None
    say: Callable[[str], None] = field(default=lambda _: None)
    more_truths: tuple[Mapping[str, Any], ...] = ()
    values: Mapping[str, Any] | None = None
    ready: Callable[[], object] = field(default=lambda: None)
    redactor: Redactor = field(default_factory=lambda: for_reports(os.environ))


def values_of(pattern: Pattern, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with the schema's defaults. Raises what makes the pattern unusable with them."""
    spec = pattern.spec
    if spec.status in (Status.QUARANTINED, Status.RETIRED):
        what = apply_messages.withdrawn(spec.pattern_id, spec.status.value)
        raise UsageError(what, next_step=apply_messages.IN_FORCE_NEXT)
    usable = _usable(pattern.schema)
    if usable.fault:
        what = apply_messages.bad_schema(spec.inputs, usable.fault)
        raise SpecError(what, next_step=apply_messages.VALIDATE_NEXT)
    values = with_defaults(pattern.schema, inputs)
    if usable.accepts(values):
        return values
    found = [
        apply_messages.of_variable(str(problem.key[0]) if problem.key else "", problem.message)
        for problem in variable_problems(pattern.schema, values)
    ]
    if found:
        what = apply_messages.refused(spec.pattern_id, found)
        raise VariablesError(what, next_step=messages.see_schema(str(pattern.base / spec.inputs)))
    return values


class _Usable(NamedTuple):
    """A schema, the first thing that is wrong with it (empty for a sound one), and a quick yes."""

    schema: dict[str, Any]
    fault: str
    accepts: Callable[[Any], bool]


_MOST_KNOWN = 256
_known: dict[int, _Usable] = {}


def _usable(schema: dict[str, Any]) -> _Usable:
    """What is to be known of a schema before it is asked.

    Remembered by identity, for finding out takes longer than all else about a step, and the schemas
    of a library do not change.
    """
    known = _known.get(id(schema))
    if known is None or known.schema is not schema:
        fault = next((problem.message for problem in schema_problems(schema)), "")
        known = _Usable(schema, fault, accepts(schema))
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[id(schema)] = known
    return known


def execute_pattern(job: Job) -> ExecutionResult:
    """Execute a pattern once; a failure is a result.

    It has succeeded when its executor says so and no check of ground truth fails. After a failure
    every file that was written through the context is as it was before; when that cannot be, the
    notes on disk stay, and the next start takes it back.
    """
    with witness.joined(job.place.company) as guest:
        return _executed(job, guest)


def _executed(job: Job, guest: Guest) -> ExecutionResult:
    context = workspace(job)
    context.before = Before(guest)
    started = clock.monotonic()
    try:
        result = guarded(lambda: _dispatch(job, context))
        if result.success and not job.plan:
            done = result
            result = guarded(lambda: _proved(job, context, done), so_far=done)
    except BaseException:  # an interrupt leaves nothing half-done either
        context.rollback()
        raise
    fault = "" if result.success else _take_back(context)
    if fault:
        result = replace(result, error=messages.not_taken_back(result.error, fault))
    context.undo.close(keep=bool(fault))
    took = clock.monotonic() - started - context.waited_s
    changes = context.changes
    signature = operation_signature(
        job.pattern.spec.operation_kind,
        job.inputs,
        outputs=result.outputs,
        changes=changes,
        tools=context.tools,
        verification=result.verification,
    )
    return without_secrets(
        result, job.redactor, changes=changes, duration_s=took, signature=signature
    )


def workspace(job: Job) -> Workspace:
    """The context of a job."""
    return Workspace(
        job.place,
        spec=job.pattern.spec,
        plan=job.plan,
        overwrite=job.overwrite,
        timeout_s=job.timeout_s,
        truths=lambda context, truth: ground_truth.check(truth, world_of(job, context)),
        say=job.say,
    )


def world_of(job: Job, context: Workspace, result: ExecutionResult | None = None) -> World:
    """What checks about a job are asked about; `result` is that of its executor."""
    values = with_defaults(job.pattern.schema, job.inputs)
    return World(
        context,
        job.pattern,
        values,
        lambda slot: rendering.again(job.pattern, context, values, slot),
        None if result is None else _done(context, result),
    )


def _done(context: Workspace, result: ExecutionResult) -> Done:
    return Done(
        outputs=result.outputs,
        changes=context.changes,
        ran=tuple(context.ran),
        before=context.before,
        earlier=context.earlier,
    )


def truths_of(
    job: Job, context: Workspace, result: ExecutionResult | None = None
) -> tuple[CheckResult, ...]:
    """Every check of ground truth that the pattern names, and those that came with the job."""
    return ground_truth.evaluate(_truths(job), world_of(job, context, result))


def _truths(job: Job) -> tuple[Mapping[str, Any], ...]:
    return (*job.pattern.spec.ground_truth, *job.more_truths)


def _dispatch(job: Job, context: Workspace) -> ExecutionResult:
    values = dict(job.values) if job.values is not None else values_of(job.pattern, job.inputs)
    if not job.plan:
        context.before = witness.look(context.root, _truths(job), context.before.guest)
    looked = clock.monotonic()
    job.ready()
    context.waited_s = clock.monotonic() - looked
    pattern, executor = job.pattern, job.pattern.spec.executor
    if executor == RENDER:
        return rendering.execute(pattern, context, values)
    if executor == REWRITE:
        return rewriting.execute(pattern, context, values)
    if executor.startswith(BUILTIN):
        return load(executor).execute(context, values)
    return external.execute(pattern, context, values, home=job.place.home or job.place.root)


def load(executor: str) -> Executor:
    """The module of `builtin:<name>`. Raises SpecError when there is no such executor."""
    name = executor.removeprefix(BUILTIN)
    if name not in EXECUTORS:
        known = tuple(f"{BUILTIN}{one}" for one in EXECUTORS)
        raise SpecError(unknown_executor(executor, known))
    if name in HOSTED:
        return Hosted(name)
    module: Executor = import_module(f"pattern_ci.executors.{name}")
    return module


def _proved(job: Job, context: Workspace, result: ExecutionResult) -> ExecutionResult:
    checks = truths_of(job, context, result)
    failed = [check for check in checks if check.passed is False]
    return replace(
        result,
        success=not failed,
        verification=(*result.verification, *checks),
        error=messages.not_true(failed) if failed else "",
    )


def _take_back(context: Workspace) -> str:
    """Bring back what was written; says why that was not possible, empty when it was."""
    try:
        context.rollback()
    except FatalError as error:
        return error.line
    return ""
