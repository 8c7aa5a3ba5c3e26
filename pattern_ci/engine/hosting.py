"""Runs executors of ours in a process beside, which is ended when one of them hangs.

A process serves one execution after another: starting one costs more than most executions do.
"""

from __future__ import annotations

import atexit
import itertools
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci import bounded, clock
from pattern_ci.errors import ProcessError
from pattern_ci.executors.host import Answered, Asked, Order
from pattern_ci.messages import engine as messages
from pattern_ci.model.execution import ExecutionResult, Ran
from pattern_ci.peers import Peer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.executors.host import Ended
    from pattern_ci.model.execution import Context

_MODULE: Final = "pattern_ci.executors.host"
# What an executor may ask for at one time: as many programs as it may run side by side, and more.
_MOST_ASKED: Final = 16
_TELL_S: Final = 1.0
_NUMBERS: Final = itertools.count()
_SLOW: Final = ("run", "check")  # others are answered at once, in the order in which they came


class Hosts:
    """Processes that wait for the next execution."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Peer] = []
        self._of_others: list[Peer] = []

    def take(self) -> Peer:
        """One that is free, or a new one. Raises ProcessError when it cannot be started."""
        with self._lock:
            while self._idle:
                host = self._idle.pop()
                if host.alive:
                    return host
                host.end()
        return Peer(_MODULE)

    def give_back(self, host: Peer) -> None:
        """It has done its work and can do more."""
        with self._lock:
            self._idle.append(host)

    def leave_to_others(self) -> None:
        """In a copy of our process: those that wait belong to the one that was copied."""
        self._lock = threading.Lock()
        self._of_others += self._idle  # kept, for to close a pipe that another thread reads fails
        self._idle = []

    def end(self) -> None:
        """End all that wait."""
        with self._lock:
            for host in self._idle:
                host.end()
            self._idle.clear()


_HOSTS: Final = Hosts()
atexit.register(_HOSTS.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_HOSTS.leave_to_others)


class Hosted(NamedTuple):
    """An executor of ours, by its name, as the engine calls it."""

    name: str

    def execute(self, context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
        """Do the work in a process beside. One that does not end in time, or dies, has failed."""
        order = _order(self.name, context, inputs)
        host = _HOSTS.take()
        try:
            host.send(order)
            ended = _served(host, context, order.number)
        except TimeoutError:
            host.end()
            return ExecutionResult(success=False, error=messages.TIMED_OUT)
        except EOFError as error:
            host.end()
            return ExecutionResult(success=False, error=messages.host_died(error.__cause__))
        except BaseException:
            host.end()
            raise
        _HOSTS.give_back(host)
        if ended.error is not None:
            raise ended.error
        result: ExecutionResult = ended.result
        return result


def _order(name: str, context: Context, inputs: Mapping[str, Any]) -> Order:
    return Order(
        number=next(_NUMBERS),
        executor=name,
        inputs=dict(inputs),
        root=str(context.root),
        plan=context.plan,
        spec=context.spec,
        remaining_s=context.remaining_s,
        env=dict(os.environ),
    )


class _Patience:
    """Waits until the time limit, and then only for one whose program was ended by that limit.

    Such a one is left a moment to say which program it was, and what the others came to.
    """

    def __init__(self, context: Context, asked: set[Future[bool]]) -> None:
        self._context, self._asked = context, asked
        self._ends: float | None = None

    def receive(self, host: Peer) -> Any:
        """What the executor says next. Raises TimeoutError when it has had its time."""
        if self._ends is not None:
            return host.receive(max(0.0, self._ends - clock.monotonic()))
        try:
            return host.receive(self._context.remaining_s)
        except TimeoutError:
            if not any(not one.done() or one.result() for one in self._asked):
                raise
        self._ends = clock.monotonic() + bounded.GRACE_S + _TELL_S
        return self.receive(host)


def _served(host: Peer, context: Context, order: int) -> Ended:
    """Answer what the executor asks for until it has ended.

    However it ends, the programs that it has started end with it, and are waited for: what they
    leave is ours to take back.
    """
    programs = bounded.Group()
    pool = ThreadPoolExecutor(_MOST_ASKED, "asked", initializer=programs.adopt)
    asked: set[Future[bool]] = set()
    patience = _Patience(context, asked)
    try:
        while True:
            message = patience.receive(host)
            if message.order != order:
                continue
            if not isinstance(message, Asked):
                ended: Ended = message
                return ended
            if message.what in _SLOW:
                asked.add(pool.submit(_answer, host, context, message))
            else:
                _answer(host, context, message)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        programs.end()
        pool.shutdown()


def _answer(host: Peer, context: Context, asked: Asked) -> bool:
    """Do what an executor asks for; whether that was a program which was ended at its limit."""
    value = None
    try:
        value = getattr(context, asked.what)(*asked.args, **asked.options)
        answer = Answered(asked.number, value)
    except Exception as error:  # noqa: BLE001  # it is raised where it was asked for
        answer = Answered(asked.number, None, error)
    host.send(answer, lambda error: Answered(asked.number, None, _unsaid(error)))
    return isinstance(value, Ran) and value.returncode is None


def _unsaid(error: Exception) -> ProcessError:
    return ProcessError(messages.raised(error))
