"""A run of a plan in a work tree: one at a time, logged, recovered and resumed."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import bounded, files, git, process
from pattern_ci.catalog import REPEATABLE
from pattern_ci.engine import raw
from pattern_ci.engine.bridge import Job, truths_of, workspace
from pattern_ci.engine.context import Place, Workspace
from pattern_ci.engine.ground_truth import sufficient
from pattern_ci.engine.guarding import guarded
from pattern_ci.engine.orchestrator import Orchestrator, RunResult
from pattern_ci.engine.past_runs import (
    forget_old,
    interrupted_runs,
    newest_name,
    next_name,
    told_by,
)
from pattern_ci.engine.recording import Told, event_of
from pattern_ci.engine.resuming import Decision, Standing, decide, standings
from pattern_ci.engine.router import BUILTIN
from pattern_ci.engine.run_log import FOLDER, RunLog
from pattern_ci.engine.steps import Chances, StepRunner, failed
from pattern_ci.engine.witness import Company
from pattern_ci.errors import FatalError, LockedError, UsageError
from pattern_ci.messages import plans
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.render import lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pattern_ci.engine.breakers import Breakers
    from pattern_ci.engine.past_runs import Recorded
    from pattern_ci.engine.resuming import Stood
    from pattern_ci.engine.router import PatternRouter
    from pattern_ci.engine.steps import Outcome
    from pattern_ci.model.execution import CheckResult
    from pattern_ci.model.plan import Plan, Step
    from pattern_ci.telemetry.recording import Recorder

WAIT_S = 3.0  # for the programs that a killed run has left at work
MOST_WORKERS = 2  # by default: steps of a plan are programs that use more than one processor


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Everything that a run needs, for one work tree."""

    root: Path
    state_dir: Path
    router: PatternRouter
    recorder: Recorder
    breakers: Breakers
    chances: Chances = field(default_factory=Chances)
    commit: str | None = None

    @property
    def runs(self) -> Path:
        """Where the logs of runs are."""
        return self.state_dir / FOLDER


class Finished(NamedTuple):
    """A run that has come to its end; `kept` are the steps that were done before it resumed."""

    run_id: str
    result: RunResult
    kept: frozenset[str]


class Choice(NamedTuple):
    """What a person says about steps of which nobody else knows whether they are done."""

    done: frozenset[str] = frozenset()
    redo: frozenset[str] = frozenset()


NO_CHOICE = Choice()


def run_plan(
    engine: Engine,
    plan: Plan,
    *,
    resume: bool = False,
    choice: Choice = NO_CHOICE,
    tell: Callable[[Step, Outcome], None] = lambda _step, _outcome: None,
    note: Callable[[str], None] = lambda _: None,
) -> Finished:
    """Run a plan, or go on with the newest interrupted run of it.

    Raises LockedError while another run is under way here, UsageError when there is nothing to
    resume or a person has to decide about a step.
    """
    with bounded.ended_politely(), _only_one(engine.runs, note) as held:
        place = Place(engine.root, engine.state_dir, threading.RLock(), (held,), company=Company())
        interrupted = interrupted_runs(engine.runs)
        engine.recorder.restore(told_by(interrupted))
        log, done = _opened(engine, plan, place, interrupted, resume=resume, choice=choice)
        try:
            if not resume:
                _abandon(interrupted, note)
            runner = _runner(engine, place, log)
            workers = plan.workers or max(1, min(MOST_WORKERS, process.cores()))
            run = Orchestrator(plan, runner, log, workers=workers, done=done, tell=tell)
            result = run.run()
            log.hand_on()
            engine.recorder.sync()  # until now the log held the events for a power cut
            log.append("run.ended", success=result.success)
        finally:
            log.close()
        forget_old(engine.runs)
    return Finished(log.run_id, result, done)


def _runner(engine: Engine, place: Place, log: RunLog) -> StepRunner:
    return StepRunner(
        router=engine.router,
        place=place,
        log=log,
        recorder=engine.recorder,
        breakers=engine.breakers,
        chances=engine.chances,
        commit=engine.commit,
    )


@contextmanager
def _only_one(runs: Path, note: Callable[[str], None]) -> Iterator[int]:
    """The lock of runs, for which one is waited for a moment: programs of a killed run may end."""
    with ExitStack() as stack:
        try:
            descriptor = stack.enter_context(lock.held(runs))
        except LockedError:
            note(plans.waits(_other(runs), WAIT_S))
            try:
                descriptor = stack.enter_context(lock.held(runs, wait_s=WAIT_S))
            except LockedError as error:
                what = plans.other_run(_other(runs))
                raise LockedError(what, next_step=plans.OTHER_RUN_NEXT) from error
        yield descriptor


def _other(runs: Path) -> str:
    """The process that took the lock of runs last."""
    return (files.read_text(runs / "lock") or "").strip()


def _opened(
    engine: Engine,
    plan: Plan,
    place: Place,
    interrupted: list[Recorded],
    *,
    resume: bool,
    choice: Choice,
) -> tuple[RunLog, frozenset[str]]:
    """The log to write to, and the steps that need not run."""
    if not resume:
        name = next_name(engine.chances.now(), newest_name(engine.runs))
        log = RunLog(engine.runs / name, engine.recorder.add)
        log.append("run.started", plan=plan.digest, name=plan.name)
        return log, frozenset()
    found = next((run for run in interrupted if run.plan_digest == plan.digest), None)
    if found is None:
        raise UsageError(plans.nothing_to_resume(plan.name, len(interrupted)))
    return _resumed(engine, plan, found, _decided(engine, plan, place, found, choice))


def _resumed(
    engine: Engine,
    plan: Plan,
    found: Recorded,
    decided: list[tuple[str, bool, Mapping[str, Any]]],
) -> tuple[RunLog, frozenset[str]]:
    log = RunLog(found.folder, engine.recorder.add)
    log.append("run.resumed", torn=found.torn)
    done = {name for name, stood in standings(plan, found.entries).items() if _is_done(stood)}
    for step, success, last in decided:
        if success:
            # It was done, and its event may be lost: the same id again is dropped by readers.
            engine.recorder.record(_event(engine, plan.step(step), last, log.run_id))
            done.add(step)
        log.append("step.decided", step=step, success=success)
    return log, frozenset(done)


def _is_done(stood: Stood) -> bool:
    return stood.standing is Standing.DONE


def _decided(
    engine: Engine, plan: Plan, place: Place, found: Recorded, choice: Choice
) -> list[tuple[str, bool, Mapping[str, Any]]]:
    """Each step that was under way, whether it counts as done, and its line in the log.

    Raises UsageError that names every step of which only a person can say so.
    """
    decided, asked = [], []
    for name, stood in standings(plan, found.entries).items():
        if stood.standing is not Standing.UNDER_WAY:
            continue
        step = plan.step(name)
        decision = _decision(engine, step, place, choice)
        if decision is Decision.ASK:
            asked.append(name)
        decided.append((name, decision is Decision.DONE, stood.last))
    if asked:
        raise UsageError(plans.undecided(asked), next_step=plans.undecided_next(asked))
    return decided


def _decision(engine: Engine, step: Step, place: Place, choice: Choice) -> Decision:
    if step.id in choice.done:
        return Decision.DONE
    if step.id in choice.redo:
        return Decision.REDO
    checks, idempotent = _truths(engine, step, place)
    return decide((check.passed for check in checks), idempotent=idempotent or step.idempotent)


def _truths(engine: Engine, step: Step, place: Place) -> tuple[tuple[CheckResult, ...], bool]:
    """The checks of a step, asked now; and whether its executor may simply run again."""
    again = False

    def asked() -> ExecutionResult:
        nonlocal again
        checks, again = _asked(engine, step, place)
        return ExecutionResult(success=True, verification=checks)

    # A check that breaks cannot be asked.
    return guarded(asked).verification, again


def _asked(engine: Engine, step: Step, place: Place) -> tuple[tuple[CheckResult, ...], bool]:
    known = engine.router.resolve_step(step)
    if known.entry is None:
        context = Workspace(place, timeout_s=step.timeout_s)
        return raw.truths_of(step, context), False
    pattern = known.entry.pattern
    job = Job(
        pattern=pattern,
        inputs=step.inputs,
        place=place,
        timeout_s=step.timeout_s,
        more_truths=step.ground_truth,
    )
    # What one that was cut off had written is taken back; these leave alone what is done.
    again = pattern.spec.executor.removeprefix(BUILTIN) in REPEATABLE
    checks = truths_of(job, workspace(job))
    return sufficient((*pattern.spec.ground_truth, *step.ground_truth), checks), again


def _event(engine: Engine, step: Step, last: Mapping[str, Any], run: str) -> Any:
    known = engine.router.resolve_step(step)
    result = ExecutionResult(success=True, signature=failed(step, "").signature)
    return event_of(
        Told(
            id=last.get("id", ""),
            operation_kind=step.operation_kind,
            inputs=step.inputs,
            result=result,
            spec=known.entry.pattern.spec if known.entry and last.get("pattern") else None,
            reason=plans.FOUND_DONE,
            run=run,
            commit=engine.commit,
        )
    )


def _abandon(interrupted: list[Recorded], note: Callable[[str], None]) -> None:
    """A run that starts from the beginning puts an end to those that were interrupted."""
    for run in interrupted:
        log = RunLog(run.folder)
        log.append("run.abandoned")
        log.close()
        note(plans.abandoned(run.folder.name))


def head_of(repo: git.Repo) -> str | None:
    """The commit that the work tree stands on; None before the first."""
    try:
        return git.resolve(repo, "HEAD")
    except FatalError:
        return None
