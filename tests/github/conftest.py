"""One emulated GitHub for all tests of this room; a repository and a proxy for each test."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.github.pygithub import connect
from testing import emulate as emulation
from testing.api_contract import violations
from testing.fault_proxy import proxied
from tests.github.known import KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate, Repository
    from testing.fault_proxy import FaultProxy

FILES = {"README.md": "# demo\n", "src/a.py": "A = 1\n", "src/b.py": "B = 2\n"}
_NUMBERS = count(1)


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    start: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """The start and all sleep since."""
        return self.start + timedelta(seconds=sum(self.slept))

    def sleep(self, seconds: float) -> None:
        """Note it, at once."""
        self.slept.append(seconds)

    def after(self, seconds: int) -> int:
        """Unix time so many seconds from now."""
        return int(self.now().timestamp()) + seconds


@pytest.fixture
def clock() -> Clock:
    """A clock for one test."""
    return Clock()


@pytest.fixture(scope="session")
def emulate() -> Iterator[Emulate]:
    """A running `emulate`; it failing to start fails the tests, because nothing else is real."""
    with emulation.running() as server:
        yield server


@pytest.fixture
def repository(emulate: Emulate) -> Repository:
    """A new repository on it."""
    return emulate.new_repository(f"demo-{next(_NUMBERS)}", FILES)


@pytest.fixture
def proxy(emulate: Emulate) -> Iterator[FaultProxy]:
    """A proxy in front of it; at the end nothing undocumented may have been sent or answered."""
    with proxied(emulate) as running:
        yield running
    found = {line for exchange in running.exchanges for line in violations(exchange)}
    assert found <= set(KNOWN)


@pytest.fixture
def connected(repository: Repository, proxy: FaultProxy, clock: Clock) -> Callable[..., GitHubPort]:
    """Connects the bot to the repository through the proxy; keywords as `connect` has them."""

    def make(**changes: Any) -> GitHubPort:
        options: dict[str, Any] = {
            "api_url": proxy.url, "request_budget": 1000, "timeout_s": 5, "environ": {},
            "sleep": clock.sleep, "now": clock.now,
        }  # fmt: skip
        slug = changes.pop("slug", repository.slug)
        token = changes.pop("token", emulation.BOT_TOKEN)
        return connect(slug, token, **{**options, **changes})

    return make


@pytest.fixture
def port(connected: Callable[..., GitHubPort]) -> GitHubPort:
    """The bot's port with the usual settings."""
    return connected()
