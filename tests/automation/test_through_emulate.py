"""The same promises through PyGithub and a server that speaks GitHub's REST API."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.github.pygithub import connect
from pattern_ci.github.recorder import WriteRecorder
from testing import emulate as emulation
from testing.fault_proxy import lost, proxied, server_error
from tests.automation.worlds import PREFIX, name, proposal, publish_all, said, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate, Repository
    from testing.fault_proxy import FaultProxy

_NUMBERS = count(1)


def _untouched(_sha: str, paths: Sequence[str]) -> dict[str, str | None]:
    """A clone in which the base branch never had these paths."""
    return dict.fromkeys(paths)


HERE: dict[str, Any] = {"rev": "0" * 40, "read_here": _untouched}


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Emulate]:
    with emulation.running() as server:
        yield server


@pytest.fixture(name="proxy")
def _proxy(server: Emulate) -> Iterator[FaultProxy]:
    with proxied(server) as proxy:
        yield proxy


@pytest.fixture(name="repository")
def _repository(server: Emulate) -> Repository:
    return server.new_repository(f"train-{next(_NUMBERS)}", {"README.md": "# demo\n"})


@pytest.fixture(name="port")
def _port(repository: Repository, proxy: FaultProxy) -> GitHubPort:
    return _connect(repository, proxy)


def _connect(repository: Repository, proxy: FaultProxy, **environ: str) -> GitHubPort:
    return connect(
        repository.slug,
        emulation.BOT_TOKEN,
        api_url=proxy.url,
        request_budget=400,
        environ=environ,
        sleep=lambda _seconds: None,
    )


def _suite(repository: Repository, number: int) -> dict[str, str]:
    found = repository.tree(PREFIX + name(number))
    return {path: text for path, text in found.items() if path.startswith("patterns/")}


def test_the_life_of_a_proposal(repository: Repository, port: GitHubPort) -> None:
    """Opened, left, updated, closed, never proposed again; plans and records agree throughout."""

    def run(content: str) -> tuple[tuple[str, str], int]:
        plan, port_seen = PlanRecorder(port), WriteRecorder(port)
        publish_all(plan, proposal(1, content))
        done = publish_all(port_seen, proposal(1, content))
        assert list(plan.writes) == list(port_seen.writes)
        assert not done.errors
        return said(done.actions[0]), len(port_seen.writes)

    assert run("two") == (("open", "new"), 3)
    assert _suite(repository, 1) == proposal(1, "two").files
    assert run("two") == (("none", "up_to_date"), 0)
    assert run("three") == (("update", "changed"), 3)
    assert _suite(repository, 1) == proposal(1, "three").files
    pull = port.pull_requests(state="open")[0]
    marker = markers.read(pull.body)
    assert marker is not None
    assert marker.head == pull.head_sha == repository.tip(PREFIX + name(1))
    repository.human_closes(pull.number)
    assert run("one") == (("skip", "rejected"), 0)


def test_a_persons_push_makes_it_theirs(repository: Repository, port: GitHubPort) -> None:
    """The branch keeps the person's commit, whatever changes."""
    publish_all(port, proposal(1))
    sha = repository.human_pushes(PREFIX + name(1), {"notes.md": "mine\n"})

    done = publish_all(port, proposal(1, "two"))

    assert [said(action) for action in done.actions] == [("skip", "edited")]
    assert repository.tip(PREFIX + name(1)) == sha


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/git/commits"), ("POST", "/git/refs"), ("POST", "/pulls")],
)
@pytest.mark.parametrize("arrives", [True, False])
def test_an_answer_that_never_comes_is_made_good(
    repository: Repository, port: GitHubPort, proxy: FaultProxy, *, method: str, path: str,
    arrives: bool,
) -> None:  # fmt: skip
    """A server that fails once, before or after it did its work: the next run ends as usual."""
    fault = server_error(502)
    proxy.inject(lost(fault) if arrives else fault, method=method, path=f"{path}$")

    publish_all(port, proposal(1))
    assert any(seen.path.endswith(path) for seen in proxy.writes)
    done = publish_all(port, proposal(1))

    assert not done.errors
    assert len(port.pull_requests(state="all")) == 1
    assert _suite(repository, 1) == proposal(1).files
    assert [said(action) for action in publish_all(port, proposal(1)).actions] == [
        ("none", "up_to_date")
    ]


def _asked(proxy: FaultProxy, repository: Repository) -> list[str]:
    """What was asked, each listing once for all its pages."""
    start = f"/repos/{repository.slug}"
    return [seen.path.removeprefix(start) or "repository" for seen in proxy.seen]


def test_a_run_with_nothing_to_do_asks_for_two_things_beyond_its_listings(
    repository: Repository, port: GitHubPort, proxy: FaultProxy
) -> None:
    """Pull requests, branches and issues are listed; then who we are and the default branch."""
    on = settings(dashboard=True)
    for _ in range(2):
        publish_all(port, proposal(1), proposal(2), limits=on, **HERE)
    proxy.reset()

    publish_all(_connect(repository, proxy), proposal(1), proposal(2), limits=on, **HERE)

    assert not proxy.writes
    listings = ["/git/matching-refs/heads/pattern-ci/", "/issues", "/pulls"]
    assert sorted(_asked(proxy, repository)) == sorted([*listings, "/user", "repository"])


def test_who_knows_its_login_asks_for_one_thing_less(
    repository: Repository, port: GitHubPort, proxy: FaultProxy
) -> None:
    """A workflow hands over the login that belongs to its token."""
    publish_all(port, proposal(1), **HERE)
    proxy.reset()
    known = _connect(repository, proxy, PATTERN_CI_LOGIN=emulation.BOT)

    publish_all(known, proposal(1), **HERE)

    assert not proxy.writes
    assert len(proxy.seen) == 3
