"""An answer of another shape is an error, never an empty list, a no or a false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import GitHubNotFoundError, GitHubPermissionError, GitHubUnavailableError
from testing import fault_proxy as faults
from tests.github.scenes import WORKFLOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy

SHA = "ab" * 20
ISSUE = {
    "number": 1, "title": "t", "body": None, "state": "open", "user": {"login": "me"},
    "labels": [], "html_url": "https://github.com/o/r/issues/1",
}  # fmt: skip
RUN = {
    "id": 1, "event": "schedule", "status": "completed", "conclusion": "success",
    "head_sha": SHA, "created_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
CHECK = {"name": "tests", "status": "completed", "conclusion": "success"}
READS: dict[str, tuple[str, Callable[[GitHubPort], object]]] = {
    "branches": (r"/matching-refs/", lambda port: port.branches("bot/")),
    "issues": (r"/issues\Z", lambda port: port.issues(author="me")),
    "check_runs": (r"/check-runs\Z", lambda port: port.check_runs(SHA)),
    "workflow_runs": (r"/runs\Z", lambda port: port.workflow_runs(WORKFLOW, limit=3)),
    "workflow_state": (r"/workflows/[^/]+\Z", lambda port: port.workflow_state(WORKFLOW)),
    "permission": (r"/permission\Z", lambda port: port.permission("me")),
    "actions_settings": (r"/workflow\Z", lambda port: port.actions_settings()),
    "mergeable": (r"/pulls/1\Z", lambda port: port.mergeable(1)),
}


def _without(entry: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def _damaged(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The entry without each of its fields that may not be null."""
    return [_without(entry, name) for name in entry if name not in ("conclusion", "body", "user")]


WRONG: list[tuple[str, object]] = [
    *((verb, answer) for verb in READS for answer in (None, {}, {"total_count": 1}, "x", 7)),
    *(
        (verb, [])
        for verb in ("check_runs", "workflow_state", "permission", "actions_settings", "mergeable")
    ),
    *(("issues", [entry]) for entry in (*_damaged(ISSUE), "x", {**ISSUE, "labels": ["bug"]})),
    *(("check_runs", {"check_runs": [entry]}) for entry in (*_damaged(CHECK), None)),
    *(("workflow_runs", {"workflow_runs": [entry]}) for entry in _damaged(RUN)),
    ("workflow_runs", {"workflow_runs": [{**RUN, "created_at": "yesterday"}]}),
    ("branches", [{"ref": "refs/heads/x"}]),
    ("mergeable", {"mergeable": "yes"}),
    ("permission", {"role_name": "custom"}),
    ("actions_settings", {"default_workflow_permissions": "read"}),
]


@pytest.mark.parametrize(("verb", "answer"), WRONG)
def test_another_shape_is_an_error(
    port: GitHubPort, proxy: FaultProxy, verb: str, answer: object
) -> None:
    """Half of what GitHub has would look like less than there is."""
    path, ask = READS[verb]
    proxy.inject(faults.answered(answer), method="GET", path=path, times=9)

    with pytest.raises(GitHubUnavailableError, match="could not be understood"):
        ask(port)


@pytest.mark.parametrize("verb", [verb for verb in READS if verb != "mergeable"])
def test_a_repository_that_is_not_there_is_an_error(
    connected: Callable[..., GitHubPort], verb: str
) -> None:
    """GitHub says 404 to both; only where there is a repository is a 404 an answer."""
    with pytest.raises(GitHubNotFoundError):
        READS[verb][1](connected(slug="maintainer/nowhere"))


@pytest.mark.parametrize("verb", READS)
def test_who_may_not_ask_is_told_so(port: GitHubPort, proxy: FaultProxy, verb: str) -> None:
    """The permission that is missing is named where it is known."""
    path, ask = READS[verb]
    proxy.inject(faults.forbidden(), method="GET", path=path)

    with pytest.raises(GitHubPermissionError, match="the token may not do that"):
        ask(port)


@pytest.mark.parametrize(
    ("verb", "entry", "wrap"),
    [("issues", ISSUE, None), ("check_runs", CHECK, "check_runs")],
)
def test_every_page_is_read(
    port: GitHubPort, proxy: FaultProxy, verb: str, entry: dict[str, Any], wrap: str | None
) -> None:
    """The second page is where the first says; when it stays away there is no list."""
    path, ask = READS[verb]
    named = [{**entry, "number": number, "name": f"{number}"} for number in (1, 2)]
    pages: list[Any] = [{wrap: [it]} if wrap else [it] for it in named]
    link = f'<{proxy.url}/repos/{port.slug}/issues?page=2&per_page=100>; rel="next"'
    if verb == "check_runs":
        link = f'<{proxy.url}/repos/{port.slug}/commits/{SHA}/check-runs?page=2>; rel="next"'
    proxy.inject(faults.answered(pages[0], Link=link), path=path)
    proxy.inject(faults.answered(pages[1]), path=path)

    found = ask(port)
    assert isinstance(found, tuple)
    assert len(found) == 2
    assert [seen.query.get("page") for seen in proxy.seen] == [None, ["2"]]

    proxy.inject(faults.answered(pages[0], Link=link), path=path)
    proxy.inject(faults.server_error(502), path=path, times=9)
    with pytest.raises(GitHubUnavailableError):
        ask(port)


@pytest.mark.parametrize(
    ("answer", "role"),
    [
        ({"permission": "write", "role_name": "maintain"}, "maintain"),
        ({"permission": "write", "role_name": "release-manager"}, "write"),
        ({"permission": "admin"}, "admin"),
        ({"permission": "none", "role_name": None}, "none"),
    ],
)
def test_a_role_of_their_own_making_counts_for_what_it_is(
    port: GitHubPort, proxy: FaultProxy, answer: dict[str, Any], role: str
) -> None:
    """An organization names its roles; GitHub says what each amounts to."""
    proxy.inject(faults.answered(answer), path=r"/permission\Z")

    assert port.permission("somebody") == role


def test_github_may_not_know_yet(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """Whether a pull request can be merged is worked out after the first question."""
    proxy.inject(faults.answered({"mergeable": None}), path=r"/pulls/1\Z")

    assert port.mergeable(1) is None


def test_an_issue_of_nobody_has_a_ghost(port: GitHubPort, proxy: FaultProxy) -> None:
    """An account may have been deleted; a body may be empty."""
    proxy.inject(faults.answered([{**ISSUE, "user": None}]), path=r"/issues\Z")

    (found,) = port.issues(author="ghost")
    assert (found.author, found.body) == ("ghost", "")
