"""Who we are is asked of GitHub, whatever kind of token we have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubAuthError, GitHubPermissionError, GitHubUnavailableError
from testing import fault_proxy as faults
from testing.fault_proxy import proxied

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate
    from testing.fault_proxy import FaultProxy

ACTIONS = {"GITHUB_ACTIONS": "true"}


def _installation(proxy: FaultProxy, viewer: faults.Fault) -> None:
    """An installation token: REST refuses, GraphQL answers."""
    proxy.inject(faults.forbidden(), path=r"/user\Z", times=9)
    proxy.inject(viewer, path=r"/graphql\Z", times=9)


def test_it_is_asked_once(port: GitHubPort, proxy: FaultProxy) -> None:
    """The login does not change during a run."""
    assert port.identity() == port.identity() == "pattern-bot"
    assert [seen.path for seen in proxy.seen] == ["/user"]


def test_an_app_is_asked_by_graphql(port: GitHubPort, proxy: FaultProxy) -> None:
    """A token that belongs to no user still has a viewer; the question is a read."""
    _installation(proxy, faults.answered({"data": {"viewer": {"login": "our-app[bot]"}}}))

    assert port.identity() == "our-app[bot]"
    assert port.usage() == {"reads": 2, "writes": 0}
    assert proxy.writes == []


def test_graphql_is_found_below_a_prefix(
    emulate: Emulate, connected: Callable[..., GitHubPort]
) -> None:
    """GitHub Enterprise has GraphQL beside `/api/v3`, not below it."""
    with proxied(emulate, prefix="/api/v3") as proxy:
        _installation(proxy, faults.answered({"data": {"viewer": {"login": "our-app[bot]"}}}))
        port = connected(api_url=proxy.url)

        assert port.identity() == "our-app[bot]"
        assert [seen.path for seen in proxy.seen] == ["/user", "/api/graphql"]


@pytest.mark.parametrize(
    "viewer",
    [
        faults.forbidden(),
        faults.refused(404, "Not Found"),
        faults.answered({"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}),
        faults.answered({"data": {"viewer": None}}),
    ],
    ids=["403", "404", "errors", "nobody"],
)
def test_a_workflow_knows_its_own_name(
    connected: Callable[..., GitHubPort], proxy: FaultProxy, viewer: faults.Fault
) -> None:
    """Inside GitHub Actions the name is documented; elsewhere the run ends with a line."""
    _installation(proxy, viewer)

    assert connected(environ=ACTIONS).identity() == "github-actions[bot]"
    with pytest.raises(GitHubPermissionError) as caught:
        connected().identity()
    assert caught.value.line == (
        "could not find out whose token this is. Without that, what pattern-ci wrote cannot be "
        "told from what others wrote. Next: use the token of GitHub Actions, of a GitHub App, or "
        "a personal one."
    )


def test_a_fault_is_no_identity(connected: Callable[..., GitHubPort], proxy: FaultProxy) -> None:
    """Only a refusal leads to the next question; an unreachable or unwilling GitHub does not."""
    port = connected(environ=ACTIONS)
    proxy.inject(faults.server_error(502), path=r"/user\Z", times=3)
    with pytest.raises(GitHubUnavailableError):
        port.identity()

    _installation(proxy, faults.server_error(502))
    with pytest.raises(GitHubUnavailableError):
        port.identity()


def test_a_wrong_token_is_nobody(connected: Callable[..., GitHubPort]) -> None:
    """A token that GitHub does not know ends the run, in a workflow as well."""
    with pytest.raises(GitHubAuthError):
        connected(token="wrong", environ=ACTIONS).identity()


@pytest.mark.parametrize("login", ["our-app[bot]", "github-actions[bot]", "Some-One1"])
def test_a_login_that_is_handed_over_is_not_asked_for(
    connected: Callable[..., GitHubPort], proxy: FaultProxy, login: str
) -> None:
    """A workflow knows whose token it made; that saves a request in each run."""
    port = connected(environ={"PATTERN_CI_LOGIN": login})

    assert port.identity() == login
    assert proxy.seen == []


@pytest.mark.parametrize("login", ["", "[bot]", "a b", "app[bot]\n", "app[bot][bot]", "a/b", "ä"])
def test_what_cannot_be_a_login_is_not_heeded(
    connected: Callable[..., GitHubPort], proxy: FaultProxy, login: str
) -> None:
    """Then GitHub is asked as without it."""
    assert connected(environ={"PATTERN_CI_LOGIN": login}).identity() == "pattern-bot"
    assert [seen.path for seen in proxy.seen] == ["/user"]
