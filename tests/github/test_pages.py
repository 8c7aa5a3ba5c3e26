"""Lists come whole, a hundred a request, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import GitHubUnavailableError
from testing import fault_proxy as faults

if TYPE_CHECKING:
    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Repository
    from testing.fault_proxy import FaultProxy

MANY = 105


@pytest.fixture
def pulls(repository: Repository) -> list[int]:
    """More pull requests of a person than one page holds."""
    sha = repository.human_pushes("bot/0", {"x": "1"})
    call, slug = repository.emulate.call, repository.slug
    for number in range(1, MANY):
        call("POST", f"/repos/{slug}/git/refs", {"ref": f"refs/heads/bot/{number}", "sha": sha})
    return [repository.human_opens(f"bot/{number}") for number in range(MANY)]


def test_all_pull_requests_are_listed(
    port: GitHubPort, proxy: FaultProxy, pulls: list[int]
) -> None:
    """Two requests for 105 pull requests, newest first."""
    found = port.pull_requests(state="all", head_prefix="bot/")

    assert [pull.number for pull in found] == sorted(pulls, reverse=True)
    assert [seen.query["per_page"] for seen in proxy.seen] == [["100"], ["100"]]
    assert len(port.branches("bot/")) == MANY


def test_half_a_list_is_no_list(port: GitHubPort, proxy: FaultProxy, pulls: list[int]) -> None:
    """When the second page stays away, the first one is not taken for all."""
    proxy.inject(faults.server_error(502), path="/pulls", skip=1, times=9)

    with pytest.raises(GitHubUnavailableError):
        port.pull_requests(state="all")


def test_a_shifted_page_makes_no_double(
    port: GitHubPort, proxy: FaultProxy, pulls: list[int]
) -> None:
    """A pull request that is opened between two pages does not make another appear twice."""
    first = proxy.emulate.call("GET", f"/repos/{port.slug}/pulls?per_page=100")
    again = faults.answered([first[-1], *_rest(proxy, port)])
    proxy.inject(again, path="/pulls", skip=1)

    numbers = [pull.number for pull in port.pull_requests(state="all")]
    assert numbers == sorted(pulls, reverse=True)


def _rest(proxy: FaultProxy, port: GitHubPort) -> list[object]:
    found: list[object] = proxy.emulate.call("GET", f"/repos/{port.slug}/pulls?per_page=100&page=2")
    return found


def test_all_comments_are_listed(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """Comments come in order over pages."""
    repository.human_pushes("bot/x", {"x": "1"})
    number = repository.human_opens("bot/x")
    ids = [repository.human_comments(number, f"{index}") for index in range(MANY)]

    found = port.comments(number)
    assert [comment.id for comment in found] == ids
    assert [comment.body for comment in found] == [str(index) for index in range(MANY)]
    assert len(proxy.seen) == 2


def test_all_files_of_a_commit_are_listed(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """A commit that changes more files than a page holds names them all."""
    files = {f"many/{number:03}": "x" for number in range(MANY)}
    sha = repository.human_pushes("bot/x", files)

    found = port.commit(sha)
    assert found is not None
    assert found.paths == tuple(sorted(files))
    assert len(proxy.seen) == 2


def test_a_renamed_file_counts_twice(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """A rename takes one path away and adds another; both are named."""
    sha = repository.human_pushes("bot/x", {"new": "1"})
    real = proxy.emulate.call("GET", f"/repos/{port.slug}/commits/{sha}")
    real["files"][0] |= {"status": "renamed", "previous_filename": "old"}
    proxy.inject(faults.answered(real), path="/commits/")

    found = port.commit(sha)
    assert found is not None
    assert found.paths == ("new", "old")


def test_pull_requests_of_forks_are_not_ours(
    port: GitHubPort, repository: Repository, proxy: FaultProxy
) -> None:
    """A branch of the same name in a fork, or in one that is gone, has nothing to do with us."""
    repository.human_pushes("bot/x", {"x": "1"})
    repository.human_opens("bot/x")
    (ours,) = proxy.emulate.call("GET", f"/repos/{port.slug}/pulls")
    fork = {**ours, "number": 2, "head": {**ours["head"], "repo": {"full_name": "fork/demo"}}}
    gone = {**ours, "number": 3, "head": {**ours["head"], "repo": None}, "user": None}
    proxy.inject(faults.answered([gone, fork, ours]), path="/pulls", times=2)

    mine, everything = (
        port.pull_requests(state="all", head_prefix=prefix) for prefix in ("bot/", "")
    )
    assert [pull.number for pull in mine] == [1]
    assert [(pull.head_repo, pull.author) for pull in everything] == [
        (None, "ghost"), ("fork/demo", "maintainer"), (port.slug, "maintainer"),
    ]  # fmt: skip


def test_a_body_may_be_missing(port: GitHubPort, repository: Repository, proxy: FaultProxy) -> None:
    """A pull request without description has an empty one."""
    repository.human_pushes("bot/x", {"x": "1"})
    repository.human_opens("bot/x")
    (real,) = port.pull_requests(state="all")
    (raw,) = proxy.emulate.call("GET", f"/repos/{port.slug}/pulls")
    proxy.inject(faults.answered([{**raw, "body": None}]), path="/pulls")

    (found,) = port.pull_requests(state="all")
    assert found == replace(real, body="", url=found.url)
