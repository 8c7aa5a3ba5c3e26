"""Runs a plan: steps start as soon as what they need is done, a few at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import bounded
from pattern_ci.engine.schedule import State, hopeless, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.engine.run_log import RunLog
    from pattern_ci.engine.steps import Outcome, StepRunner
    from pattern_ci.model.plan import Plan, Step


class RunResult(NamedTuple):
    """The state of every step in the order of the plan, and the outcomes of those that ran."""

    states: Mapping[str, State]
    outcomes: Mapping[str, Outcome]

    @property
    def success(self) -> bool:
        """Whether every step is done."""
        return all(state is State.DONE for state in self.states.values())


class Orchestrator:
    """One run of a plan. `done` are steps that need not run again."""

    def __init__(
        self,
        plan: Plan,
        runner: StepRunner,
        log: RunLog,
        *,
        workers: int,
        done: frozenset[str] = frozenset(),
        tell: Callable[[Step, Outcome], None] = lambda _step, _outcome: None,
    ) -> None:
        self._plan, self._runner, self._log = plan, runner, log
        self._workers, self._tell = workers, tell
        self._states = {
            step.id: State.DONE if step.id in done else State.WAITING for step in plan.steps
        }
        self._waiting = {step.id: step for step in plan.steps if step.id not in done}
        self._running = 0
        self._outcomes: dict[str, Outcome] = {}
        self._changed = threading.Condition()
        self._programs = bounded.Group()

    def run(self) -> RunResult:
        """Run every step that can run. What goes wrong with a step is its outcome.

        An error of the run itself (a full disk, an interrupt) ends every program and comes out;
        the log then says which steps were under way.
        """
        adopt = self._programs.adopt
        with ThreadPoolExecutor(self._workers, "step", initializer=adopt) as pool:
            try:
                workers = [pool.submit(self._work) for _ in range(self._workers)]
                for worker in as_completed(workers):
                    worker.result()
            except BaseException:
                self._give_up()
                raise
        return RunResult(dict(self._states), self._outcomes)

    def _give_up(self) -> None:
        self._runner.stop.set()
        try:
            self._programs.end()  # for good: a step may be about to start one
        finally:  # a second interrupt ends the wait
            bounded.end_all()
            with self._changed:
                self._changed.notify_all()

    def _work(self) -> None:
        """Run one step after another: handing each to another thread costs as much as logging it.

        So a thread goes on with what waited for its step, and wakes others for what is left.
        """
        while (step := self._next()) is not None:
            outcome = self._runner.run(step)
            with self._changed:
                self._ended(step, outcome)

    def _next(self) -> Step | None:
        """A step that may start now, waited for while others run; None when there will be none."""
        with self._changed:
            while not self._runner.stop.is_set():
                free = self._workers - self._running
                able = ready(self._waiting.values(), self._states, free=free)
                if able:
                    self._states[able[0].id] = State.RUNNING
                    self._running += 1
                    self._changed.notify(len(able) - 1)
                    return self._waiting.pop(able[0].id)
                if not self._running:
                    break
                # Nothing starts that would bring to the disk what has ended.
                self._log.soon()
                self._changed.wait()
            self._changed.notify_all()
            return None

    def _ended(self, step: Step, outcome: Outcome) -> None:
        """Note an outcome, and give up on what can no longer run."""
        self._running -= 1
        self._outcomes[step.id] = outcome
        self._states[step.id] = State.DONE if outcome.result.success else State.FAILED
        self._tell(step, outcome)
        if outcome.result.success:
            return
        while lost := hopeless(self._plan, self._states):
            for name in lost:
                self._states[name] = State.SKIPPED
                del self._waiting[name]
                self._log.append("step.skipped", sync=False, step=name)
