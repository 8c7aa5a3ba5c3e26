"""A process in which executors of ours run, so that one that hangs can be ended.

It computes and nothing else: everything an executor asks of its context is asked of the engine,
which started this process and does what is asked within its bounds.
"""

from __future__ import annotations

import itertools
import queue
import threading
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import clock, peers
from pattern_ci.errors import ProcessError
from pattern_ci.messages import engine as messages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.change import Change
    from pattern_ci.model.execution import CheckResult, Executor, FileChange, Ran
    from pattern_ci.model.pattern import Spec
    from pattern_ci.peers import Pipes

# The engine ends a process at its time limit; this is for one whose engine is gone.
GRACE_S = 5.0


class Order(NamedTuple):
    """One execution: which executor, in which tree, with what; `remaining_s` None: no limit.

    What is said about it bears its number: one that was left behind by another is not listened to.
    """

    number: int
    executor: str
    inputs: Mapping[str, Any]
    root: str
    plan: bool
    spec: Spec | None
    remaining_s: float | None
    env: Mapping[str, str]


class Asked(NamedTuple):
    """Something that an executor asks of its context."""

    order: int
    number: int
    what: str
    args: tuple[Any, ...]
    options: Mapping[str, Any]


class Answered(NamedTuple):
    """What came of it: a value, or an error to be raised."""

    number: int
    value: Any
    error: Exception | None = None


class Ended(NamedTuple):
    """The end of an execution: its result, or the error that it raised."""

    order: int
    result: Any
    error: Exception | None = None


class RemoteContext:
    """The context of an executor, on the other side of a pipe; several threads may ask."""

    def __init__(self, order: Order, pipes: Pipes) -> None:
        self.root, self.plan, self.spec = Path(order.root), order.plan, order.spec
        self._order, limit = order.number, order.remaining_s
        self._ends = None if limit is None else clock.monotonic() + limit
        self._pipes = pipes
        self._numbers = itertools.count()
        self._waiting: dict[int, queue.SimpleQueue[Answered]] = {}

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the time limit."""
        return None if self._ends is None else max(0.0, self._ends - clock.monotonic())

    def answered(self, answer: Answered) -> None:
        """Hand an answer to the thread that waits for it."""
        self._waiting.pop(answer.number).put(answer)

    def _ask(self, what: str, *args: Any, **options: Any) -> Any:
        number = next(self._numbers)
        mine: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self._waiting[number] = mine
        self._pipes.send(Asked(self._order, number, what, args, options))
        answer = mine.get()
        if answer.error is not None:
            raise answer.error
        return answer.value

    def read(self, path: str) -> bytes | None:
        """Contents of a file."""
        data: bytes | None = self._ask("read", path)
        return data

    def write(
        self, changes: Sequence[Change], *, overwrite: bool = False
    ) -> tuple[FileChange, ...]:
        """Write all these files or none."""
        made: tuple[FileChange, ...] = self._ask("write", list(changes), overwrite=overwrite)
        return made

    def run(
        self,
        command: Sequence[str],
        *,
        reads: bool = False,
        timeout_s: float | None = None,
        stdin: bytes | None = None,
        cwd: str | Path = ".",
        env: Mapping[str, str | None] | None = None,
    ) -> Ran:
        """Run a program to its end."""
        told = {"reads": reads, "timeout_s": timeout_s, "stdin": stdin, "cwd": cwd, "env": env}
        ran: Ran = self._ask("run", list(command), **told)
        return ran

    def check(self, truth: Mapping[str, Any]) -> CheckResult:
        """One check of ground truth."""
        result: CheckResult = self._ask("check", dict(truth))
        return result

    def checkpoint(self) -> int:
        """A mark for `rollback`."""
        mark: int = self._ask("checkpoint")
        return mark

    def rollback(self, to: int = 0) -> tuple[FileChange, ...]:
        """Bring back every file that was written since the mark."""
        back: tuple[FileChange, ...] = self._ask("rollback", to)
        return back

    def say(self, line: str) -> None:
        """One line of progress."""
        self._ask("say", line)


class _Host:
    """Executes one order after another; a thread of its own listens meanwhile."""

    def __init__(self, pipes: Pipes) -> None:
        self._pipes = pipes
        self._orders: queue.SimpleQueue[RemoteContext] = queue.SimpleQueue()
        self._order: Order | None = None
        self._context: RemoteContext | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def serve(self) -> None:
        """Until the other side is gone."""
        while True:
            context = self._orders.get()
            assert self._order is not None
            self._serve(self._order, context)

    def _serve(self, order: Order, context: RemoteContext) -> None:
        self._pipes.send(
            _executed(order, context),
            lambda error: Ended(order.number, None, ProcessError(messages.raised(error))),
        )

    def _listen(self) -> None:
        try:
            while True:
                self._heard(self._pipes.receive())
        except Exception:  # noqa: BLE001  # nobody is left who could be told
            peers.leave()

    def _heard(self, message: Any) -> None:
        if isinstance(message, Answered):
            assert self._context is not None
            self._context.answered(message)
            return
        self._order, self._context = message, RemoteContext(message, self._pipes)
        self._orders.put(self._context)


def _executed(order: Order, context: RemoteContext) -> Ended:
    peers.take_environment(order.env)
    peers.end_after(None if order.remaining_s is None else order.remaining_s + GRACE_S)
    try:
        module: Executor = import_module(f"pattern_ci.executors.{order.executor}")
        return Ended(order.number, module.execute(context, order.inputs))
    except Exception as error:  # noqa: BLE001  # the engine judges what an executor raises
        return Ended(order.number, None, error)
    except BaseException as error:  # noqa: BLE001  # it would end the engine where it is raised again
        return Ended(order.number, None, ProcessError(messages.raised(error)))
    finally:
        peers.end_after(None)


def main() -> None:
    """Serve whoever has started this process."""
    try:
        _Host(peers.own_pipes()).serve()
    finally:
        peers.leave()
