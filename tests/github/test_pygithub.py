"""Opening the door: what is refused before anything is sent, and where requests go."""

from __future__ import annotations

import subprocess  # noqa: TID251  # a fresh interpreter shows what an import pulls in
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubAuthError, UsageError
from pattern_ci.github import pygithub
from pattern_ci.github.pygithub import connect
from testing.emulate import BOT_TOKEN
from testing.fault_proxy import proxied

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate
    from testing.fault_proxy import FaultProxy


@pytest.mark.parametrize("token", ["", "  \n"])
def test_a_token_is_needed(token: str) -> None:
    """Without a token the line says which variable to set."""
    with pytest.raises(GitHubAuthError, match="GITHUB_TOKEN") as caught:
        connect("octo/demo", token, request_budget=1)
    assert caught.value.return_code == 41


@pytest.mark.parametrize("slug", ["", "demo", "a/b/c", "../demo", "octo/de mo", "octo/demo?x=1"])
def test_a_repository_has_an_owner_and_a_name(slug: str) -> None:
    """What could lead to another address is no name."""
    with pytest.raises(UsageError, match="owner/name"):
        connect(slug, "token", request_budget=1)


@pytest.mark.parametrize("url", ["ftp://host", "host", "http://", "https://host:x", "//host"])
def test_an_address_has_a_scheme_and_a_host(url: str) -> None:
    """The address comes from the environment and may be wrong."""
    with pytest.raises(UsageError, match="GITHUB_API_URL"):
        connect("octo/demo", "token", request_budget=1, environ={"GITHUB_API_URL": url})


def test_nothing_is_sent_before_it_is_needed(
    connected: Callable[..., GitHubPort], proxy: FaultProxy
) -> None:
    """Connecting is free."""
    port = connected()

    assert port.slug.startswith("maintainer/")
    assert proxy.seen == []
    assert port.usage() == {"reads": 0, "writes": 0}


def test_the_address_comes_from_the_environment(
    emulate: Emulate, connected: Callable[..., GitHubPort]
) -> None:
    """GITHUB_API_URL leads to GitHub Enterprise, prefix and pages included."""
    with proxied(emulate, prefix="/api/v3") as proxy:
        port = connected(api_url=None, environ={"GITHUB_API_URL": f"{proxy.url}/"})

        assert port.branch_sha("main") is not None
        assert port.pull_requests(state="all") == ()
        assert len(proxy.seen) == 2


def test_a_server_has_its_api_below_its_address(
    emulate: Emulate, connected: Callable[..., GitHubPort]
) -> None:
    """The token of a server goes to that server, also where only its own address is known."""
    with proxied(emulate, prefix="/api/v3") as proxy:
        server = proxy.url.removesuffix("/api/v3")
        port = connected(api_url=None, environ={"GITHUB_SERVER_URL": f"{server}/"})

        assert port.branch_sha("main") is not None
        assert len(proxy.seen) == 1


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("", "https://api.github.com"),
        ("https://github.com", "https://api.github.com"),
        ("https://GitHub.com/", "https://api.github.com"),
        ("https://octo.ghe.com", "https://api.octo.ghe.com"),
        ("https://git.example.com", "https://git.example.com/api/v3"),
        ("https://git.example.com:8443", "https://git.example.com:8443/api/v3"),
    ],
)
def test_each_server_has_its_address(server: str, address: str) -> None:
    """GitHub itself, a company's part of it, and a server of one's own."""
    assert pygithub.api_address({"GITHUB_SERVER_URL": server}) == address
    beside = {"GITHUB_SERVER_URL": server, "GITHUB_API_URL": "https://elsewhere/api/v3/"}
    assert pygithub.api_address(beside) == "https://elsewhere/api/v3"


def test_a_space_around_the_token_does_no_harm(connected: Callable[..., GitHubPort]) -> None:
    """A token that was pasted with a newline works."""
    assert connected(token=f" {BOT_TOKEN}\n").identity() == "pattern-bot"


def test_pygithub_is_loaded_when_a_port_is_opened() -> None:
    """Commands that stay on this machine do not pay for it."""
    code = (
        "import sys; from pattern_ci.github.pygithub import connect; "
        "import pattern_ci.github.plan; "
        "sys.exit(any(name.split('.')[0] in ('github', 'requests') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
