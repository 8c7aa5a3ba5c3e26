"""How a call of the fake goes: counted, met by faults, limits and sudden death."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from pattern_ci.github.budget import RequestBudget
from pattern_ci.github.write_log import WriteLog
from testing.fake_people import FakePeople

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pattern_ci.errors import GitHubError
    from pattern_ci.github.write_log import Record

T = TypeVar("T")

NO_LIMIT = 1_000_000


class DiedError(BaseException):
    """The process ended here; no handler of ours may catch it, as none catches kill -9."""


@dataclass(kw_only=True)
class _Fault:
    verb: str
    error: GitHubError
    nth: int
    times: int
    after: bool


class FakeCalls(FakePeople):
    """The knobs of the fake, and the one way that each verb goes."""

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        *,
        slug: str = "octo/demo",
        login: str = "pattern-bot",
        budget: int = NO_LIMIT,
    ) -> None:
        super().__init__(files, slug=slug)
        self.login = login
        self.roles[login] = "write"
        self.permissions = frozenset({"push", "pull"})
        self._budget = RequestBudget(budget)
        self._log = WriteLog()
        self._faults: list[_Fault] = []
        self._reads_fail: GitHubError | None = None
        self._writes_left: int | None = None

    @property
    def writes(self) -> Sequence[Record]:
        """Every write that was carried out, in the form of a plan's records."""
        return tuple(self._log.records)

    def usage(self) -> Mapping[str, int]:
        """Calls made so far."""
        return self._budget.usage()

    def fail(
        self, verb: str, error: GitHubError, *, nth: int = 1, times: int = 1, after: bool = False
    ) -> None:
        """Let the nth call of a verb from now on fail, `times` in a row; `after` carries it out."""
        self._faults.append(_Fault(verb=verb, error=error, nth=nth, times=times, after=after))

    def fail_reads(self, error: GitHubError | None) -> None:
        """Let every read fail; None ends that."""
        self._reads_fail = error

    def die_after(self, writes: int) -> None:
        """Raise DiedError right after so many more writes were carried out."""
        self._writes_left = writes

    def limit_requests(self, limit: int) -> None:
        """Start a new count of requests with this limit."""
        self._budget = RequestBudget(limit)

    def revive(self) -> None:
        """A new process: no faults, no limit; what GitHub holds stays."""
        self._faults.clear()
        self._reads_fail = self._writes_left = None
        self._budget, self._log = RequestBudget(NO_LIMIT), WriteLog()

    def _read(self, verb: str, answer: Callable[[], T]) -> T:
        self._budget.take(write=False, doing=verb)
        if self._reads_fail is not None:
            raise self._reads_fail
        return self._meet_fault(verb, answer)

    def _write(self, verb: str, work: Callable[[], T]) -> T:
        def carry_out() -> T:
            self._live()
            done = work()
            if self._writes_left is not None:
                self._writes_left -= 1
            self._live()
            return done

        self._budget.take(write=True, doing=verb)
        return self._meet_fault(verb, carry_out)

    def _meet_fault(self, verb: str, work: Callable[[], T]) -> T:
        fault = self._next_fault(verb)
        if fault is not None and not fault.after:
            raise fault.error
        done = work()
        if fault is not None:
            raise fault.error
        return done

    def _live(self) -> None:
        if self._writes_left == 0:
            raise DiedError

    def _next_fault(self, verb: str) -> _Fault | None:
        for fault in self._faults:
            if fault.verb == verb and fault.times > 0:
                fault.nth -= 1
                if fault.nth <= 0:
                    fault.times -= 1
                    return fault
        return None
