"""Branches are compared and moved by one GraphQL request, whatever GraphQL answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    GitHubConflictError,
    GitHubError,
    GitHubNotFoundError,
    GitHubRateLimitError,
    GitHubUnavailableError,
)
from testing import fault_proxy as faults
from testing.fault_proxy import proxied
from tests.github.scenes import Scene, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate, Repository
    from testing.fault_proxy import FaultProxy

MISSING = {
    "message": "Field 'updateRefs' doesn't exist on type 'Mutation'",
    "extensions": {
        "code": "undefinedField", "typeName": "Mutation", "fieldName": "updateRefs",
    },
}  # fmt: skip


@pytest.fixture
def scene(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> Scene:
    """The scene, with nothing seen yet."""
    return build(port, repository, proxy)


def _no_mutation(proxy: FaultProxy) -> None:
    proxy.inject(faults.answered({"errors": [MISSING]}), path=r"/graphql\Z", times=9)


def test_the_lease_is_in_the_request(scene: Scene, proxy: FaultProxy) -> None:
    """Where the branch has to be, where it goes, and an id of zeros to delete it."""
    scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)
    scene.port.delete_branch("bot/old", expected=scene.base)

    sent = [seen.body["variables"]["input"]["refUpdates"] for seen in proxy.writes]
    name = "refs/heads/bot/old"
    assert sent == [
        [{"name": name, "beforeOid": scene.tip, "afterOid": scene.base, "force": True}],
        [{"name": name, "beforeOid": scene.base, "afterOid": "0" * 40, "force": True}],
    ]
    # The id of the repository is asked once; no tip is read before a move.
    assert [seen.path for seen in proxy.seen if not seen.is_write] == [f"/repos/{scene.port.slug}"]


def test_an_older_server_deletes_as_before(scene: Scene, proxy: FaultProxy) -> None:
    """Without the mutation the tip is read, compared and the branch deleted."""
    _no_mutation(proxy)

    with pytest.raises(GitHubConflictError, match="it is not where it was"):
        scene.port.delete_branch("bot/old", expected=scene.base)
    assert scene.port.branch_sha("bot/old") == scene.tip
    scene.port.delete_branch("bot/old", expected=scene.tip)
    assert scene.port.branch_sha("bot/old") is None
    assert [seen.method for seen in proxy.writes] == ["POST", "POST", "DELETE"]


@pytest.mark.parametrize(
    "fault", [faults.lost(faults.server_error(502)), faults.lost(faults.dropped())]
)
def test_an_older_server_may_lose_its_answer(
    scene: Scene, proxy: FaultProxy, fault: faults.Fault
) -> None:
    """A deletion of which nobody told is looked up here too."""
    _no_mutation(proxy)
    proxy.inject(fault, method="DELETE")

    scene.port.delete_branch("bot/old", expected=scene.tip)
    assert scene.port.branch_sha("bot/old") is None


def test_an_older_server_replaces_nothing(scene: Scene, proxy: FaultProxy) -> None:
    """A forced move without a lease could lose a push, so that none is sent."""
    _no_mutation(proxy)

    with pytest.raises(GitHubError, match="cannot compare and move a branch in one request"):
        scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)
    assert [seen.path for seen in proxy.writes] == ["/graphql"]
    assert scene.port.branch_sha("bot/old") == scene.tip


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, GitHubRateLimitError),
        ({"type": "NOT_FOUND", "message": "Could not resolve to a node"}, GitHubNotFoundError),
        ({"type": "UNPROCESSABLE", "message": "Cannot update this protected ref."},
         GitHubConflictError),
        ({"message": "Something went wrong while executing your query."}, GitHubUnavailableError),
        ({"message": "Variable $input is not valid"}, GitHubError),
    ],
)  # fmt: skip
def test_errors_of_graphql_are_those_of_rest(
    scene: Scene, proxy: FaultProxy, error: dict[str, str], kind: type[GitHubError]
) -> None:
    """GraphQL says 200 to everything; the error in its answer decides."""
    fault = faults.answered({"data": {"updateRefs": None}, "errors": [error]}, Retry_After="9999")
    proxy.inject(fault, path=r"/graphql\Z", times=9)

    with pytest.raises(GitHubError) as caught:
        scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)
    assert type(caught.value) is kind
    assert len(proxy.writes) == 1
    assert scene.port.branch_sha("bot/old") == scene.tip


@pytest.mark.parametrize(
    "answer", [{}, {"data": None}, {"data": {"updateRefs": None}}, {"data": []}, [], "yes", None]
)
def test_an_answer_that_is_none_moves_nothing(
    scene: Scene, proxy: FaultProxy, answer: object
) -> None:
    """An answer of another shape is no success; whether it happened is looked up."""
    proxy.inject(faults.answered(answer), path=r"/graphql\Z")
    with pytest.raises(GitHubUnavailableError):
        scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)

    proxy.inject(faults.lost(faults.answered(answer)), path=r"/graphql\Z")
    scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)
    assert scene.port.branch_sha("bot/old") == scene.base


def test_a_push_in_between_wins(scene: Scene, proxy: FaultProxy) -> None:
    """GitHub's words for a lease that failed are not documented; the branch tells."""
    theirs = scene.people.human_pushes("bot/old", {"x": "by hand"})

    with pytest.raises(GitHubConflictError, match="it is not where it was"):
        scene.port.replace_branch("bot/old", scene.base, expected=scene.tip)
    with pytest.raises(GitHubConflictError, match="it is not where it was"):
        scene.port.delete_branch("bot/old", expected=scene.tip)
    assert scene.port.branch_sha("bot/old") == theirs
    assert len(proxy.writes) == 2


def test_graphql_lies_beside_the_api_of_a_server(
    emulate: Emulate, repository: Repository, connected: Callable[..., GitHubPort]
) -> None:
    """GitHub Enterprise has GraphQL beside `/api/v3`, not below it."""
    tip = repository.human_pushes("bot/x", {"x": "1"})
    with proxied(emulate, prefix="/api/v3") as proxy:
        port = connected(api_url=proxy.url)
        port.delete_branch("bot/x", expected=tip)

        assert [seen.path for seen in proxy.writes] == ["/api/graphql"]
        assert port.branch_sha("bot/x") is None
