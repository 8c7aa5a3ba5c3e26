"""Runs a plan: steps start as soon as what they need is done, a few at a time."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import bounded
from pattern_ci.engine.schedule import State, hopeless, over, ready

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
        self._outcomes: dict[str, Outcome] = {}

    def run(self) -> RunResult:
        """Run every step that can run. What goes wrong with a step is its outcome.

        An error of the run itself (a full disk, an interrupt) ends every program and comes out;
        the log then says which steps were under way.
        """
        running: dict[Future[Outcome], str] = {}
        with ThreadPoolExecutor(self._workers, thread_name_prefix="step") as pool:
            try:
                while not over(self._states):
                    self._start(pool, running)
                    self._collect(running)
            except BaseException:
                self._runner.stop.set()
                bounded.end_all()
                raise
        return RunResult(dict(self._states), self._outcomes)

    def _start(self, pool: ThreadPoolExecutor, running: dict[Future[Outcome], str]) -> None:
        for name in ready(self._plan, self._states, workers=self._workers):
            self._states[name] = State.RUNNING
            running[pool.submit(self._runner.run, self._plan.step(name))] = name

    def _collect(self, running: dict[Future[Outcome], str]) -> None:
        """Wait for a step to end, then give up on what can no longer run."""
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            name = running.pop(future)
            outcome = future.result()
            self._outcomes[name] = outcome
            self._states[name] = State.DONE if outcome.result.success else State.FAILED
            self._tell(self._plan.step(name), outcome)
        while lost := hopeless(self._plan, self._states):
            for name in lost:
                self._states[name] = State.SKIPPED
                self._log.append("step.skipped", step=name)
