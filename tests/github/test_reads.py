"""A read meets each fault: which error, which exit code, which line, how many requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    GitHubAuthError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubUnavailableError,
)
from testing import fault_proxy as faults
from testing.emulate import BOT_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.fault_proxy import Fault, FaultProxy
    from tests.github.conftest import Clock

REF = "/git/ref/"
GIVEN_UP = [0.5, 2.0]


@pytest.mark.parametrize(
    ("fault", "kind", "code", "line"),
    [
        (
            faults.bad_credentials(), GitHubAuthError, 41,
            ("could not read a branch: GitHub does not accept the token. It is wrong, expired or "
            "revoked. Next: put a valid token into GITHUB_TOKEN."),
        ),
        (
            faults.forbidden(), GitHubPermissionError, 42,
            ("could not read a branch: the token may not do that. GitHub says: Resource not "
            "accessible by integration. Next: give it `contents: read`."),
        ),
        (
            faults.forbidden(X_Accepted_GitHub_Permissions="contents=read; pull_requests=write"),
            GitHubPermissionError, 42,
            ("could not read a branch: the token may not do that. GitHub says: Resource not "
            "accessible by integration. Next: give it `contents: read; pull-requests: write`."),
        ),
        (
            faults.refused(418, "Gone for good\n\x1b[31m"), GitHubError, 40,
            "could not read a branch: GitHub answered 418. GitHub says: Gone for good \\x1b[31m.",
        ),
        (
            faults.answered(None, 301, Location="/elsewhere"), GitHubError, 40,
            ("could not read a branch: the repository has moved to another name or owner. "
            "Next: set the remote to its new address."),
        ),
    ],
)  # fmt: skip
def test_a_refusal_is_final(
    port: GitHubPort,
    proxy: FaultProxy,
    clock: Clock,
    fault: Fault,
    kind: type[GitHubError],
    code: int,
    line: str,
) -> None:
    """What GitHub refuses is asked once, and the line says what, why and what next."""
    proxy.inject(fault, path=REF, times=9)

    with pytest.raises(GitHubError) as caught:
        port.branch_sha("main")
    assert type(caught.value) is kind
    assert caught.value.return_code == code
    assert caught.value.line == line
    assert len(proxy.seen) == 1
    assert clock.slept == []


FLEETING = [
    (faults.server_error(500), "GitHub has a fault of its own (status 500)"),
    (faults.server_error(502), "GitHub has a fault of its own (status 502)"),
    (faults.server_error(503), "GitHub has a fault of its own (status 503)"),
    (faults.truncated(), "GitHub's answer broke off in the middle"),
    (faults.cut_off(), "GitHub's answer broke off in the middle"),
    (faults.answered(None), "GitHub's answer could not be understood"),
    (faults.Fault(body=b"<html>Log in to the Wi-Fi</html>"), "GitHub's answer broke off"),
    (faults.dropped(), "GitHub could not be reached, or dropped the connection"),
]


@pytest.mark.parametrize(("fault", "why"), FLEETING)
def test_a_passing_fault_is_asked_again(
    port: GitHubPort, proxy: FaultProxy, clock: Clock, fault: Fault, why: str
) -> None:
    """A read is repeated after a pause, and its answer is the real one."""
    expected = port.branch_sha("main")
    proxy.reset()
    proxy.inject(fault, path=REF)

    assert port.branch_sha("main") == expected
    assert len(proxy.seen) == 2
    assert clock.slept == GIVEN_UP[:1]


@pytest.mark.parametrize(("fault", "why"), FLEETING)
def test_a_lasting_fault_is_given_up(
    port: GitHubPort, proxy: FaultProxy, clock: Clock, fault: Fault, why: str
) -> None:
    """After three times the error says what kept GitHub from answering."""
    proxy.inject(fault, path=REF, times=9)

    with pytest.raises(GitHubUnavailableError) as caught:
        port.branch_sha("main")
    assert caught.value.return_code == 46
    assert caught.value.line.startswith(f"could not read a branch: {why}")
    assert "\n" not in caught.value.line
    assert len(proxy.seen) == 3
    assert clock.slept == GIVEN_UP


def test_a_slow_answer_is_not_waited_for(
    connected: Callable[..., GitHubPort], proxy: FaultProxy, clock: Clock
) -> None:
    """An answer that does not come in time counts as none; the next one is taken."""
    port = connected(timeout_s=1)
    proxy.inject(faults.slow(3), path=REF)

    assert port.branch_sha("main") is not None
    assert len(proxy.seen) == 2
    assert clock.slept == GIVEN_UP[:1]


def test_nobody_at_the_address(connected: Callable[..., GitHubPort]) -> None:
    """A server that is not there is a line, not a traceback."""
    port = connected(api_url="http://127.0.0.1:9")

    with pytest.raises(GitHubUnavailableError, match="could not be reached"):
        port.branch_sha("main")


def test_a_missing_branch_is_told_from_a_missing_repository(
    connected: Callable[..., GitHubPort], proxy: FaultProxy
) -> None:
    """Both are 404; only for a repository that can be read does it mean that the branch is gone."""
    here, nowhere = connected(), connected(slug="maintainer/nope")

    assert here.branch_sha("nope") is None
    for read in (
        lambda: nowhere.branch_sha("main"),
        lambda: nowhere.branches("bot/"),
        lambda: nowhere.file_text("README.md", ref="main"),
        lambda: nowhere.commit("0" * 40),
        lambda: nowhere.pull_requests(state="all"),
    ):
        with pytest.raises(GitHubNotFoundError) as caught:
            read()
        assert caught.value.return_code == 43
        assert "this token may not see it" in caught.value.line


def test_an_empty_repository_has_no_branches(port: GitHubPort, proxy: FaultProxy) -> None:
    """GitHub answers 409 for a repository without commits; that is no error."""
    empty = faults.refused(409, "Git Repository is empty.")
    proxy.inject(empty, path="/git/", times=2)

    assert port.branch_sha("main") is None
    assert tuple(port.branches("bot/")) == ()


def test_a_big_file_is_read_as_a_blob(port: GitHubPort, proxy: FaultProxy) -> None:
    """Above a megabyte GitHub leaves the content out; the text is whole all the same."""
    blob = proxy.emulate.call(
        "GET", f"/repos/{port.slug}/contents/src/a.py?ref=main"
    )  # what GitHub would say, but for the size
    proxy.inject(faults.answered({**blob, "encoding": "none", "content": ""}), path="/contents/")

    assert port.file_text("src/a.py", ref="main") == "A = 1\n"
    assert len(proxy.seen) == 2


@pytest.mark.parametrize("data", [{"message": "hello"}, {}, None, "hello"])
def test_an_answer_of_another_shape_is_an_error(
    port: GitHubPort, proxy: FaultProxy, data: object
) -> None:
    """A dictionary or nothing where a list was asked for is no empty list."""
    proxy.inject(faults.answered(data), path="/pulls", times=3)

    with pytest.raises(GitHubUnavailableError, match="could not be understood"):
        port.pull_requests(state="all")


def test_an_entry_of_another_shape_is_an_error(port: GitHubPort, proxy: FaultProxy) -> None:
    """A field of a wrong type is no pull request, and no traceback."""
    odd = {"number": "seven", "title": 1, "head": {}, "base": {}}
    proxy.inject(faults.answered([odd]), path="/pulls")
    with pytest.raises(GitHubUnavailableError, match="could not be understood"):
        port.pull_requests(state="all")


def test_the_token_is_in_no_message(port: GitHubPort, proxy: FaultProxy) -> None:
    """A server that repeats the token does not bring it before anybody's eyes."""
    proxy.inject(faults.forbidden(f"the token {BOT_TOKEN} is not welcome"), path=REF)

    with pytest.raises(GitHubPermissionError) as caught:
        port.branch_sha("main")
    assert "the token *** is not welcome" in caught.value.line
    assert BOT_TOKEN not in repr(caught.value.args) + repr(port) + repr(caught.value.__cause__)


def test_a_long_answer_is_cut(port: GitHubPort, proxy: FaultProxy) -> None:
    """What GitHub says takes part of a line, not a page."""
    proxy.inject(faults.forbidden("word " * 1000), path=REF)

    with pytest.raises(GitHubPermissionError) as caught:
        port.branch_sha("main")
    assert len(caught.value.line) < 400
