"""`pattern-ci run`: route, execute and record the steps of a plan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import output
from pattern_ci.engine import running
from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.planning import read_plan
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, PlanError, UsageError
from pattern_ci.messages import plans
from pattern_ci.registry import report

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from pattern_ci.engine.running import Engine, Finished
    from pattern_ci.engine.schedule import State
    from pattern_ci.engine.steps import Outcome
    from pattern_ci.model.execution import ExecutionResult
    from pattern_ci.model.plan import Plan, Step

SCHEMA_VERSION = 1


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command line."""
    parser.add_argument("file", type=Path, metavar="PLAN", help="a YAML file of steps")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="default: here")
    parser.add_argument("--patterns", type=Path, metavar="DIR", help="default: REPO/patterns")
    parser.add_argument("--plan", action="store_true", help="show what goes where, run nothing")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    parser.add_argument(
        "--done", action="append", default=[], metavar="STEP", help="with --resume: count as done"
    )
    parser.add_argument(
        "--redo", action="append", default=[], metavar="STEP", help="with --resume: run again"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: Namespace) -> int:
    """Run with a parsed command line."""
    return run_file(
        args.file,
        repo=args.repo,
        patterns=args.patterns,
        only_plan=args.plan,
        resume=args.resume,
        choice=running.Choice(frozenset(args.done), frozenset(args.redo)),
        form=args.format,
    )


def run_file(
    file: Path,
    *,
    repo: Path,
    patterns: Path | None = None,
    only_plan: bool = False,
    resume: bool = False,
    choice: running.Choice = running.NO_CHOICE,
    form: str = "text",
) -> int:
    """Run the plan in `file`; 1 when a step failed. Raises PlanError for a plan with problems."""
    if (choice.done or choice.redo) and not resume:
        raise UsageError(plans.ONLY_WITH_RESUME)
    if not file.is_file():
        raise PlanError(plans.no_plan(file.as_posix()), next_step=plans.NAME_A_PLAN)
    engine, recovered = open_engine(repo, patterns)
    if recovered:
        output.error(f"pattern-ci: {recovered}")
    plan = _read(file, engine, form=form)
    if choice.done & choice.redo:
        raise UsageError(plans.done_and_redo(min(choice.done & choice.redo)))
    unknown = (choice.done | choice.redo) - {step.id for step in plan.steps}
    if unknown:
        raise UsageError(plans.no_such_need(min(unknown), [step.id for step in plan.steps]))
    if only_plan:
        return _show(engine, plan, form=form)
    finished = running.run_plan(
        engine,
        plan,
        resume=resume,
        choice=choice,
        tell=_tell if form == "text" else lambda _step, _outcome: None,
        note=lambda line: output.error(f"pattern-ci: {line}"),
    )
    if form == "json":
        output.json_pretty(as_data(plan, finished))
    else:
        output.write(as_text(plan, finished))
    return EXIT_OK if finished.result.success else EXIT_FINDINGS


def _read(file: Path, engine: Engine, *, form: str) -> Plan:
    library = engine.router.library
    absolute = Path(os.path.abspath(file))  # noqa: PTH100  # a symlink on the way keeps its name
    inside = absolute.is_relative_to(engine.root)
    shown = absolute.relative_to(engine.root).as_posix() if inside else file.as_posix()
    ids = frozenset(entry.pattern.spec.pattern_id for entry in library.entries)
    plan, findings = read_plan(absolute, shown=shown, kinds=library.kinds, patterns=ids)
    if plan is None:
        if form == "json":
            output.json_pretty(report.as_data(findings, patterns=0, rewritten=()))
        else:
            output.write("".join(f"{line}\n" for line in report.as_text(findings)))
        raise PlanError(plans.not_runnable(shown, len(findings)), next_step=plans.SEE_VALIDATE)
    return plan


def _show(engine: Engine, plan: Plan, *, form: str) -> int:
    """What is routed where; 1 when a step could not run at all."""
    rows = [_route(engine, step) for step in plan.steps]
    if form == "json":
        data = {"schema_version": SCHEMA_VERSION, "name": plan.name, "executed": False}
        output.json_pretty({**data, "steps": rows})
    else:
        output.write(plans.routes(plan.name, rows))
    return EXIT_OK if all(row["executor"] for row in rows) else EXIT_FINDINGS


def _route(engine: Engine, step: Step) -> dict[str, Any]:
    found = engine.router.resolve_step(step)
    row: dict[str, Any] = {
        "step": step.id,
        "operation_kind": step.operation_kind,
        "needs": list(step.needs),
        "pattern_id": None,
        "origin": None,
        "executor": "raw" if step.run else None,
        "reason": found.reason,
    }
    if found.entry is not None:
        spec = found.entry.pattern.spec
        row |= {"pattern_id": spec.pattern_id, "pattern_version": spec.version}
        row |= {"origin": found.entry.origin.value, "executor": spec.executor}
    return row


def _tell(step: Step, outcome: Outcome) -> None:
    """A line as soon as a step has ended."""
    output.line(
        plans.step_line(
            step.id,
            outcome.pattern_id,
            success=outcome.result.success,
            attempts=outcome.attempts,
            reason=outcome.reason,
            error=outcome.result.error,
            duration_s=outcome.result.duration_s,
        )
    )


def as_text(plan: Plan, finished: Finished) -> str:
    """The last lines: what was not run, and how many of what."""
    states = finished.result.states
    skipped = [step.id for step in plan.steps if states[step.id].value == "skipped"]
    return plans.run_summary(
        finished.run_id,
        {state: _count(states.values(), state) for state in ("done", "failed", "skipped")},
        kept=sorted(finished.kept),
        skipped=skipped,
    )


def _count(states: Iterable[State], wanted: str) -> int:
    return sum(state.value == wanted for state in states)


def as_data(plan: Plan, finished: Finished) -> dict[str, Any]:
    """The same for programs."""
    return {
        "schema_version": SCHEMA_VERSION,
        "name": plan.name,
        "run": finished.run_id,
        "executed": True,
        "success": finished.result.success,
        "steps": [_row(step, finished) for step in plan.steps],
    }


def _row(step: Step, finished: Finished) -> dict[str, Any]:
    outcome = finished.result.outcomes.get(step.id)
    row: dict[str, Any] = {
        "step": step.id,
        "operation_kind": step.operation_kind,
        "state": finished.result.states[step.id].value,
        "before": step.id in finished.kept,
    }
    if outcome is None:
        return row
    result = outcome.result
    return row | {
        "used_pattern": outcome.used_pattern,
        "pattern_id": outcome.pattern_id,
        "pattern_version": outcome.pattern_version,
        "reason": outcome.reason,
        "attempts": outcome.attempts,
        **result_data(result),
    }


def result_data(result: ExecutionResult) -> dict[str, Any]:
    """What came of an execution, as plain data."""
    return {
        "success": result.success,
        "error": result.error,
        "duration_s": round(result.duration_s, 3),
        "outputs": dict(result.outputs),
        "changes": [change._asdict() for change in result.changes],
        "verification": [check.to_dict() for check in result.verification],
    }
