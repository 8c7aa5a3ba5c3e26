"""Sends one request as often as is right: budget, pace, rate-limit waits, repeats of reads.

Only a read is repeated after a failure that leaves open whether it was carried out. A refusal by
rate limit is different: GitHub says that it did nothing, so that a write may follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pattern_ci import clock
from pattern_ci.errors import GitHubUnavailableError
from pattern_ci.github import answers
from pattern_ci.messages import github as messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pattern_ci.github.answers import Answer
    from pattern_ci.github.budget import RequestBudget

BACKOFF_S = (0.5, 2.0)
LIMIT_TRIES = 3
# A run stops while so many requests are left: the token's hourly limit serves the repository's
# other workflows too.
RESERVE = 50
# GitHub allows 80 writes a minute. A usual run stays below the first number; after it one a
# second follows.
FREE_WRITES = 20
PACE_S = 1.0
# The fields in which GitHub wraps the entries of a list that is no plain list.
_LISTS = ("files", "check_runs", "workflow_runs")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked: `read` says that repeating it changes nothing, `doing` is for messages."""

    read: bool
    doing: str
    page: bool = False
    empty: bool = False


class Delivery:
    """The state of one run's traffic: what was spent, what GitHub said is left."""

    def __init__(
        self,
        budget: RequestBudget,
        *,
        max_wait_s: float,
        sleep: Callable[[float], None] = clock.sleep,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.budget = budget
        self.max_wait_s = max_wait_s
        self._sleep = sleep
        self._now = now
        self._waited = 0.0
        self._left: int | None = None
        self._reset = ""

    def send(self, request: Request, attempt: Callable[[], Answer]) -> tuple[Answer, Any]:
        """The answer and its parsed body. Raises one of the GitHubError family."""
        for pause in BACKOFF_S:
            try:
                return self._until_allowed(request, attempt)
            except GitHubUnavailableError:
                if not request.read:
                    raise
            self._sleep(pause)
        return self._until_allowed(request, attempt)

    def _until_allowed(self, request: Request, attempt: Callable[[], Answer]) -> tuple[Answer, Any]:
        answer = self._once(request, attempt)
        for _ in range(LIMIT_TRIES - 1):
            if not answers.is_limited(answer):
                break
            self._wait(answers.limit_wait(answer, self._now()), request.doing)
            answer = self._once(request, attempt)
        if answers.is_limited(answer):
            seconds = answers.limit_wait(answer, self._now())
            raise messages.limited(request.doing, seconds=seconds, most=int(self.max_wait_s))
        error = answers.refusal(answer, request.doing)
        if error is not None:
            raise error
        return answer, _body(request, answer)

    def _once(self, request: Request, attempt: Callable[[], Answer]) -> Answer:
        self._keep_reserve(request.doing)
        if not request.read and self.budget.writes >= FREE_WRITES:
            self._sleep(PACE_S)
        self.budget.take(write=not request.read, doing=request.doing)
        answer = attempt()
        left = answer.headers.get("x-ratelimit-remaining", "")
        # GraphQL and search have limits of their own, which say nothing about this one.
        if left.isdecimal() and answer.headers.get("x-ratelimit-resource", "core") == "core":
            self._left, self._reset = int(left), answer.headers.get("x-ratelimit-reset", "")
        return answer

    def _keep_reserve(self, doing: str) -> None:
        if self._left is None or self._left >= RESERVE:
            return
        seconds = answers.seconds_until(self._reset, self._now())
        if seconds > self.max_wait_s - self._waited:
            raise messages.reserve_kept(doing, left=self._left, seconds=seconds)
        self._wait(seconds, doing)
        self._left = None

    def _wait(self, seconds: float, doing: str) -> None:
        if self._waited + seconds > self.max_wait_s:
            raise messages.limited(doing, seconds=int(seconds), most=int(self.max_wait_s))
        self._waited += seconds
        self._sleep(seconds)


def _body(request: Request, answer: Answer) -> Any:
    """The parsed body, of the shape that was asked for; a half answer is never an empty one."""
    broken = messages.out_of_reach(request.doing, why=messages.NOT_UNDERSTOOD)
    try:
        data = answers.payload(answer)
    except ValueError as error:
        raise messages.out_of_reach(request.doing, why=messages.BROKE_OFF) from error
    if data is None:
        if request.empty:
            return None
        raise broken
    if request.page and not _is_page(data):
        raise broken
    return data


def _is_page(data: Any) -> bool:
    if isinstance(data, dict):
        return any(isinstance(data.get(name), list) for name in _LISTS)
    return isinstance(data, list)
