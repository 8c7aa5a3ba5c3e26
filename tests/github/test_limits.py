"""Rate limits are waited for as long as we said and no longer; requests are counted exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.errors import GitHubError, GitHubRateLimitError, RequestBudgetError
from pattern_ci.github.answers import Answer
from pattern_ci.github.budget import RequestBudget
from pattern_ci.github.delivery import FREE_WRITES, PACE_S, RESERVE, Delivery, Request
from pattern_ci.messages import github as messages
from pattern_ci.model.safe import Markdown, Title
from testing import fault_proxy as faults
from tests.github.conftest import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy

REF = "/git/ref/"


@pytest.mark.parametrize(
    ("make", "waited"),
    [
        (lambda _: faults.secondary_limit(5), 5),
        (lambda _: faults.secondary_limit(), 60),
        (lambda _: faults.too_many(7), 7),
        (lambda clock: faults.exhausted(clock.after(30)), 31),
        (lambda clock: faults.exhausted(clock.after(-30)), 60),
    ],
    ids=["secondary with time", "secondary without", "429", "primary", "primary, reset is past"],
)
def test_a_short_limit_is_waited_for(
    port: GitHubPort,
    proxy: FaultProxy,
    clock: Clock,
    make: Callable[[Clock], faults.Fault],
    waited: int,
) -> None:
    """As long as GitHub says, or a minute; then the same request again."""
    proxy.inject(make(clock), path=REF)

    assert port.branch_sha("main") is not None
    assert sum(clock.slept) == waited
    assert len(proxy.seen) == 2


@pytest.mark.parametrize(
    ("make", "seconds", "minutes"),
    [
        (lambda _: faults.secondary_limit(121), 121, 3),
        (lambda _: faults.too_many(3600), 3600, 60),
        (lambda clock: faults.exhausted(clock.after(3599)), 3600, 60),
    ],
    ids=["secondary", "429", "primary"],
)
def test_a_long_limit_ends_the_run(
    port: GitHubPort,
    proxy: FaultProxy,
    clock: Clock,
    make: Callable[[Clock], faults.Fault],
    seconds: int,
    minutes: int,
) -> None:
    """Nobody pays for an hour of sleep: the line says when to come back."""
    proxy.inject(make(clock), path=REF, times=9)

    with pytest.raises(GitHubRateLimitError) as caught:
        port.branch_sha("main")
    assert caught.value.return_code == 45
    assert caught.value.line == (
        f"could not read a branch: GitHub's rate limit is used up for another {seconds} s. "
        f"At most 120 s are spent waiting in a run. Next: run this again in {minutes} min."
    )
    assert clock.slept == []
    assert len(proxy.seen) == 1


def test_waits_add_up(port: GitHubPort, proxy: FaultProxy, clock: Clock) -> None:
    """The bound is on the whole run, not on each request."""
    for _ in range(2):
        proxy.inject(faults.secondary_limit(50), path=REF)
        port.branch_sha("main")
    proxy.inject(faults.secondary_limit(50), path=REF)

    with pytest.raises(GitHubRateLimitError):
        port.branch_sha("main")
    assert clock.slept == [50, 50]


def test_a_limit_that_does_not_end_is_given_up(
    port: GitHubPort, proxy: FaultProxy, clock: Clock
) -> None:
    """Three times the same refusal is enough, however short the waits."""
    proxy.inject(faults.too_many(0), path=REF, times=99)

    with pytest.raises(GitHubRateLimitError):
        port.branch_sha("main")
    assert len(proxy.seen) == 3
    assert clock.slept == [1, 1]


def test_a_limited_write_is_sent_again(
    port: GitHubPort, repository: Repository, proxy: FaultProxy, clock: Clock
) -> None:
    """GitHub says that a limited request did nothing, so that this is no blind repeat."""
    repository.human_pushes("bot/x", {"x": "1"})
    proxy.inject(faults.secondary_limit(3), method="POST", path=r"/pulls\Z")

    port.create_pull_request(title=Title("t"), body=Markdown("b"), head="bot/x", base="main")
    assert clock.slept == [3]
    assert len(proxy.writes) == 2
    assert len(port.pull_requests(state="all")) == 1


def test_some_requests_are_left_for_others(
    port: GitHubPort, proxy: FaultProxy, clock: Clock
) -> None:
    """When GitHub says that few requests are left, the next one is not sent."""
    proxy.inject(faults.few_left(RESERVE - 1, clock.after(1800)), path=REF)
    port.branch_sha("main")

    with pytest.raises(GitHubRateLimitError) as caught:
        port.branch_sha("main")
    assert caught.value.line == (
        f"did not read a branch: only {RESERVE - 1} requests are left of GitHub's rate limit. "
        "The rest is kept for other workflows of this repository. "
        "Next: run this again in 31 min."
    )
    assert len(proxy.seen) == 1
    assert clock.slept == []


def test_a_reserve_that_is_renewed_soon_is_waited_for(
    port: GitHubPort, proxy: FaultProxy, clock: Clock
) -> None:
    """Shortly before the limit is reset, waiting is cheaper than coming back."""
    proxy.inject(faults.few_left(0, clock.after(20)), path=REF)
    port.branch_sha("main")

    assert port.branch_sha("main") is not None
    assert clock.slept == [21]


def test_enough_is_enough(port: GitHubPort, proxy: FaultProxy, clock: Clock) -> None:
    """At the reserve itself, and for limits of other resources, nothing stops."""
    proxy.inject(faults.few_left(RESERVE, clock.after(1800)), path=REF)
    other = faults.few_left(1, clock.after(1800))
    search = replace(other, headers={**other.headers, "X-RateLimit-Resource": "search"})
    proxy.inject(search, path=REF)

    for _ in range(3):
        port.branch_sha("main")
    assert clock.slept == []


def test_many_writes_are_paced(port: GitHubPort, repository: Repository, clock: Clock) -> None:
    """After the first writes one a second follows, as GitHub asks; reads do not wait."""
    repository.human_pushes("bot/x", {"x": "1"})
    number = repository.human_opens("bot/x")
    for index in range(FREE_WRITES + 2):
        port.create_comment(number, Markdown(f"{index}"))

    port.branch_sha("main")
    assert clock.slept == [PACE_S, PACE_S]


@pytest.mark.parametrize("budget", range(9))
def test_no_request_is_sent_past_the_budget(
    connected: Callable[..., GitHubPort], repository: Repository, proxy: FaultProxy, budget: int
) -> None:
    """Whatever the work, the server sees at most as many requests as allowed, faults included."""
    repository.human_pushes("bot/x", {"x": "1"})
    port = connected(request_budget=budget)
    proxy.inject(faults.server_error(502), method="GET", times=2)

    def work() -> None:
        for _ in range(10):
            port.branch_sha("main")
            port.branches("bot/")

    with pytest.raises(RequestBudgetError) as caught:
        work()
    assert caught.value.return_code == 47
    assert f"the {budget} requests of this run are used up" in caught.value.line
    assert len(proxy.seen) == budget
    assert port.usage() == {"reads": budget, "writes": 0}


OUTCOMES = st.sampled_from(["ok", "500", "lost", "limited", "long limit", "404", "broken"])
READ = Request(read=True, doing="read")
WRITE = Request(read=False, doing="write")


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(0, 12),
    requests=st.lists(st.booleans(), max_size=12),
    outcomes=st.lists(OUTCOMES, min_size=60, max_size=60),
)
def test_the_budget_is_exact(limit: int, requests: list[bool], outcomes: list[str]) -> None:
    """For any work and any weather: attempts never pass the limit and all are counted."""
    clock, budget, weather = Clock(), RequestBudget(limit), iter(outcomes)
    delivery = Delivery(budget, max_wait_s=10, sleep=clock.sleep, now=clock.now)
    attempts = {True: 0, False: 0}

    for read in requests:
        sent = attempts[read]

        def attempt(read: bool = read) -> Answer:
            attempts[read] += 1
            return _answer(next(weather, "ok"))

        try:
            delivery.send(READ if read else WRITE, attempt)
        except RequestBudgetError:
            assert sum(attempts.values()) == limit
        except GitHubError:
            pass
        assert read or attempts[False] - sent <= 3
        assert sum(attempts.values()) <= limit
        assert budget.usage() == {"reads": attempts[True], "writes": attempts[False]}
    assert sum(clock.slept) <= 10 + 2.5 * len(requests)


def _answer(outcome: str) -> Answer:
    if outcome == "lost":
        raise messages.out_of_reach(READ.doing, why=outcome)
    after = {"limited": "2", "long limit": "99"}.get(outcome)
    status = {"ok": 200, "500": 500, "404": 404, "broken": 200}.get(outcome, 429)
    return Answer(
        status=status,
        headers={} if after is None else {"retry-after": after},
        text="{" if outcome == "broken" else "{}",
    )
