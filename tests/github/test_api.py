"""What is really sent, and what the test server answers, is what GitHub's description has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import GitHubError
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown, Message, Title
from testing import fault_proxy as faults
from testing.api_contract import Exchange, extract, operation, operations, violations
from tests.github.known import KNOWN
from tests.github.scenes import WORKFLOW, WRITES, build

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.github.port import GitHubPort
    from testing.emulate import Emulate, Repository
    from testing.fault_proxy import FaultProxy

MISSING = {"extensions": {"code": "undefinedField"}, "message": "no updateRefs"}


def _read_everything(port: GitHubPort, repository: Repository) -> None:
    """Every verb that asks, where there is something and where there is nothing."""
    tip = repository.human_pushes("read/x", {"big": "x" * 1_100_000})
    number = repository.human_opens("read/x")
    repository.human_labels(number, ["one"])
    repository.human_checks(tip, "tests", "success")
    port.identity()
    port.branches("read/")
    port.pull_requests(state="all")
    for sha in (tip, "ab" * 20):
        port.commit(sha)
    for path in ("big", "src/a.py", "src", "none"):
        port.file_text(path, ref="read/x")
    port.mergeable(number)
    port.issues(author="pattern-bot")
    port.check_runs(tip)
    port.workflow_state(WORKFLOW)
    port.permission("maintainer")
    port.actions_settings()


def _refused(port: GitHubPort) -> None:
    """What GitHub says no to."""
    tries: tuple[Callable[[], object], ...] = (
        lambda: port.check_runs("ab" * 20),
        lambda: port.dispatch_workflow(WORKFLOW, ref="nope"),
        lambda: port.create_branch("main", "ab" * 20),
        lambda: port.update_issue(99, body=Markdown("x")),
        lambda: port.merge_pull_request(99, expected="ab" * 20, title=Title("t")),
        lambda: port.comments(99),
    )
    for attempt in tries:
        with pytest.raises(GitHubError):
            attempt()
    port.remove_label(1, "none such")


def _lose_every_answer(
    emulate: Emulate, connected: Callable[..., GitHubPort], proxy: FaultProxy
) -> None:
    """Every write, each answered by nothing, so that its effect is looked up."""
    for number, (method, path, write) in enumerate(WRITES.values()):
        repository = emulate.new_repository(f"lost-{number}", {"a": "1"})
        scene = build(connected(slug=repository.slug), repository, proxy)
        proxy.inject(faults.lost(faults.dropped()), method=method, path=path)
        write(scene)


def test_everything_is_as_described(
    emulate: Emulate,
    repository: Repository,
    connected: Callable[..., GitHubPort],
    proxy: FaultProxy,
) -> None:
    """All operations of the extract are used and no other; no exception is kept for nothing."""
    _lose_every_answer(emulate, connected, proxy)
    port = connected()
    repository.human_adds_workflow(WORKFLOW)
    _read_everything(port, repository)
    _refused(port)
    odd = [FileChange(path="latin", text="caf\udce9\n")]
    port.commit_files(base_sha=repository.tip("main"), message=Message("m"), changes=odd)
    proxy.inject(faults.answered({"errors": [MISSING]}), path=r"/graphql\Z")
    port.delete_branch("read/x", expected=repository.tip("read/x"))

    assert {line for exchange in proxy.exchanges for line in violations(exchange)} == set(KNOWN)
    used = {operation(it.method, it.path) for it in proxy.exchanges}
    assert used - {None} == operations()


def test_exceptions_have_reasons() -> None:
    """Each line that is let pass says why."""
    assert all(len(reason) > 20 for reason in KNOWN.values())


def test_extracts_say_where_they_come_from() -> None:
    """Package, version and licence."""
    for name in ("rest", "graphql", "events"):
        source = extract(name)["source"]
        assert source["package"].startswith("@octokit/")
        assert source["version"].count(".") == 2
        assert source["license"] == "MIT"


GOOD = Exchange(
    method="POST", path="/repos/o/r/issues/comments/7/reactions", query={},
    body={"content": "+1"}, status=201,
    answer={
        "id": 1, "node_id": "R_1", "content": "+1", "created_at": "2026-01-01T00:00:00Z",
        "user": None,
    },
)  # fmt: skip
GRAPHQL = Exchange(
    method="POST", path="/api/graphql", query={}, status=200, answer={},
    body={
        "query": "mutation ($input: UpdateRefsInput!) "
        "{ updateRefs(input: $input) { clientMutationId } }",
        "variables": {
            "input": {
                "repositoryId": "R_1",
                "refUpdates": [{"name": "refs/heads/x", "afterOid": "0" * 40, "force": True}],
            }
        },
    },
)  # fmt: skip


def test_what_is_as_described_is_let_pass() -> None:
    """A null is one where the description allows it."""
    assert violations(GOOD) == []
    assert violations(GRAPHQL) == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"method": "PUT"}, "PUT /repos/o/r/issues/comments/7/reactions: no such operation"),
        ({"query": {"x": ["1"]}}, "query x is unknown"),
        ({"body": {}}, "body $ 'content' is missing"),
        ({"body": {"content": "+2"}}, "body $.content breaks enum"),
        ({"body": {"content": "+1", "more": 1}}, "body.more is unknown"),
        ({"status": 418}, "418: this status is not described"),
        ({"answer": {**GOOD.answer, "id": "1"}}, "201: $.id breaks type"),
        ({"answer": {**GOOD.answer, "user": {}}}, "201: $.user breaks anyOf"),
        ({"answer": None}, "201: $ breaks type"),
        ({"status": 404, "answer": "gone"}, "404: $ breaks type"),
        ({"method": "GET", "body": {"x": 1}, "status": 200, "answer": []}, "a body, where none"),
        ({"method": "GET", "query": {"content": ["x"]}, "body": None, "status": 200, "answer": []},
         "query content: $ breaks enum"),
    ],
)  # fmt: skip
def test_what_is_not_as_described_is_named(changes: dict[str, Any], line: str) -> None:
    """One line with the place and the rule."""
    (found,) = violations(replace(GOOD, **changes))

    assert line in found


@pytest.mark.parametrize(
    ("query", "given", "line"),
    [
        ("mutation { other }", {}, "a query of another form"),
        (GRAPHQL.body["query"].replace("updateRefs", "dropRefs"), {}, "no mutation dropRefs"),
        (GRAPHQL.body["query"].replace("UpdateRefsI", "I"), {}, "no mutation updateRefs"),
        (GRAPHQL.body["query"].replace("clientMutationId", "ref"), {}, "UpdateRefsPayload has no"),
        (GRAPHQL.body["query"], {"repositoryId": None}, "$.repositoryId breaks type"),
        (GRAPHQL.body["query"], {"force": True}, "$ breaks additionalProperties"),
        (GRAPHQL.body["query"], {"refUpdates": [{"name": "refs/x"}]}, "'afterOid' is missing"),
    ],
)
def test_graphql_is_compared_too(query: str, given: dict[str, Any], line: str) -> None:
    """The mutation, its input and what it gives back."""
    sent = {**GRAPHQL.body["variables"]["input"], **given}
    body = {"query": query, "variables": {"input": sent}}

    (found,) = violations(replace(GRAPHQL, body=body))
    assert line in found
