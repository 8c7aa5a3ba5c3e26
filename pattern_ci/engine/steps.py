"""The step wrapper: pattern first, raw second; each attempt is logged, executed and recorded."""

from __future__ import annotations

import os
import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import clock
from pattern_ci.engine.breaker import Door
from pattern_ci.engine.bridge import Job, execute_pattern, values_of
from pattern_ci.engine.judging import judge
from pattern_ci.engine.raw import execute_raw
from pattern_ci.engine.recording import Told, events_of
from pattern_ci.engine.retrying import delay_s
from pattern_ci.engine.signing import operation_signature
from pattern_ci.errors import FatalError
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.telemetry import ids
from pattern_ci.telemetry.redaction import for_reports

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pattern_ci.engine.breakers import Breakers
    from pattern_ci.engine.context import Place
    from pattern_ci.engine.router import PatternRouter
    from pattern_ci.engine.run_log import RunLog
    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.plan import Step
    from pattern_ci.registry.library import Pattern
    from pattern_ci.telemetry.recording import Made, Recorder


_CHANCE = random.SystemRandom()


class StoppedError(Exception):
    """The run was given up while this step was under way; its log says no more about it."""


class Outcome(NamedTuple):
    """What became of a step: its last result, how often it was tried, and by what it was served."""

    result: ExecutionResult
    attempts: int
    pattern_id: str | None = None
    pattern_version: str | None = None
    reason: str = ""

    @property
    def used_pattern(self) -> bool:
        """Whether a pattern served it."""
        return self.pattern_id is not None


@dataclass(frozen=True, kw_only=True)
class Chances:
    """Clock, sleep and chance, as parameters; without a `sleep`, a stop wakes one who waits."""

    now: Callable[[], datetime] = clock.now
    sleep: Callable[[float], object] | None = None
    uniform: Callable[[float, float], float] = _CHANCE.uniform


class Served(NamedTuple):
    """The pattern that serves a step now; without one, why."""

    pattern: Pattern | None
    reason: str = ""


class StepRunner:
    """Runs single steps; several threads may use one."""

    def __init__(
        self,
        *,
        router: PatternRouter,
        place: Place,
        log: RunLog,
        recorder: Recorder,
        breakers: Breakers,
        chances: Chances,
        commit: str | None = None,
    ) -> None:
        self._router, self._place, self._log = router, place, log
        self._recorder, self._breakers, self._chances = recorder, breakers, chances
        self._commit = commit
        self._redactor = for_reports(os.environ)
        self.stop = threading.Event()

    def run(self, step: Step) -> Outcome:
        """Execute a step until it succeeds or its attempts are used up.

        Raises StoppedError once `stop` is set, and StorageError when nothing can be written down.
        """
        for attempt in range(1, step.retry.attempts + 1):
            if attempt > 1:
                sleep = self._chances.sleep or self.stop.wait
                sleep(delay_s(step.retry, attempt, self._chances.uniform))
            outcome, refused = self._attempt(step, attempt)
            if outcome.result.success or refused or attempt == step.retry.attempts:
                return outcome
        msg = "a plan has at least one attempt for each step"
        raise AssertionError(msg)

    def served(self, step: Step) -> Served:
        """The pattern that would serve a step now: routed, and its breaker lets it pass."""
        found = self._router.resolve_step(step)
        if found.entry is None:
            return Served(None, found.reason)
        spec = found.entry.pattern.spec
        door = self._breakers.enter(spec, self._chances.now())
        if door in (Door.CLOSED, Door.HALF_OPEN):
            return Served(found.entry.pattern)
        return Served(None, messages.breaker(spec.pattern_id, door.value))

    def _attempt(self, step: Step, attempt: int) -> tuple[Outcome, bool]:
        if self.stop.is_set():
            raise StoppedError
        pattern, reason = self.served(step)
        spec = pattern.spec if pattern else None
        event_id = self._begun(step, attempt, spec)
        result, refused, said = self._executed(step, attempt, pattern)
        if self.stop.is_set():
            raise StoppedError  # what was cut off is no failure of the step
        outcome = Outcome(result, attempt, reason=reason)
        if spec is not None:
            outcome = Outcome(result, attempt, spec.pattern_id, spec.version)
        # The line that ends it carries its events: an end without them would lose them for good.
        # It does not wait for the disk: the next line of the log that does brings it along.
        told = self._told(step, outcome, event_id, spec, said)
        if spec is not None:
            self._judge(spec, result)
        end = ended(outcome, self._log.clean)
        self._log.append("step.ended", sync=False, told=told, step=step.id, attempt=attempt, **end)
        return outcome, refused

    def _begun(self, step: Step, attempt: int, spec: Spec | None) -> str:
        """Log that a step begins; the id that its event will have."""
        event_id = ids.next_id(self._chances.now(), "", ids.chance())
        self._log.append(
            "step.started",
            sync=False,
            step=step.id,
            attempt=attempt,
            pattern=spec.pattern_id if spec else None,
            version=spec.version if spec else None,
            id=event_id,
        )
        self._log.soon()
        return event_id

    def _told(
        self, step: Step, outcome: Outcome, event_id: str, spec: Spec | None, said: str
    ) -> list[Made]:
        """The events of a step, as telemetry keeps them."""
        told = Told(
            id=event_id,
            operation_kind=step.operation_kind,
            inputs=step.inputs,
            result=outcome.result,
            spec=spec,
            reason=outcome.reason,
            run=self._log.run_id,
            commit=self._commit,
            said=said,
        )
        return self._recorder.lines(events_of(told))

    def _executed(
        self, step: Step, attempt: int, pattern: Pattern | None
    ) -> tuple[ExecutionResult, bool, str]:
        """The result; whether inputs were refused, which no retry changes; what was printed.

        Nothing is done before the disk has it that the step begins.
        """
        if pattern is not None:
            try:
                values = values_of(pattern, step.inputs)
            except FatalError as error:
                return failed(step, error.line), True, ""
            return execute_pattern(self._job(step, pattern, values)), False, ""
        if not step.run:
            return failed(step, messages.NOTHING_TO_RUN), True, ""
        self._log.settle()
        result, ran = execute_raw(step, self._place, self._redactor)
        if ran is None:
            return result, False, ""
        self._log.keep(step.id, attempt, ran)
        return result, False, (ran.stdout + b"\n" + ran.stderr).decode("utf-8", "replace")

    def _judge(self, spec: Spec, result: ExecutionResult) -> None:
        judge(
            spec,
            result,
            breakers=self._breakers,
            recorder=self._recorder,
            now=self._chances.now(),
            run=self._log.run_id,
        )

    def _job(self, step: Step, pattern: Pattern, values: dict[str, Any]) -> Job:
        return Job(
            pattern=pattern,
            inputs=step.inputs,
            values=values,
            redactor=self._redactor,
            place=self._place,
            overwrite=step.overwrite,
            timeout_s=step.timeout_s,
            more_truths=step.ground_truth,
            ready=self._log.settle,
        )


def failed(step: Step, error: str) -> ExecutionResult:
    """The result of a step that was not begun."""
    sign = operation_signature(
        step.operation_kind, step.inputs, outputs={}, changes=(), tools=(), verification=()
    )
    return ExecutionResult(success=False, error=error, declined=True, signature=sign)


def ended(outcome: Outcome, clean: Callable[[str], str]) -> dict[str, Any]:
    """An outcome as the log holds it, what was said and paths cleaned: they may hold secrets."""
    result = outcome.result
    return {
        "success": result.success,
        "used_pattern": outcome.used_pattern,
        "pattern": outcome.pattern_id,
        "version": outcome.pattern_version,
        "reason": outcome.reason,
        "error": clean(result.error),
        "duration_s": round(result.duration_s, 6),
        "changes": [
            {"path": clean(path), "action": action, "before": before, "after": after}
            for path, action, before, after in result.changes
        ],
        "verification": [
            {"check": clean(name), "passed": passed, "detail": clean(detail)}
            for name, passed, detail in result.verification
        ],
    }
