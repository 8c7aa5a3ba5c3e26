"""Branches and files: what GitHub refuses, what goes with a deleted branch, and GraphQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from testing.emulate import EmulateError
from testing.emulate_gaps.call import Reply

if TYPE_CHECKING:
    from testing.emulate_gaps.call import Call

NOTHING = "0" * 40
# Above this size GitHub gives a file without its content, which is then asked for as a blob.
MOST_BYTES = 1_000_000


def create(call: Call) -> Reply | None:
    """A branch needs a commit."""
    known = call.knows(call.body["sha"])
    return None if known else Reply(422, {"message": "Object does not exist"})


def must_exist(call: Call, branch: str) -> Reply | None:
    """A branch that is gone is neither moved nor deleted."""
    there = branch in call.tips()
    return None if there else Reply(422, {"message": "Reference does not exist"})


def close_orphans(call: Call, branch: str) -> None:
    """GitHub closes what is open from a branch that was deleted."""
    for pull in call.pulls():
        if pull["head"]["ref"] == branch:
            call.ask("PATCH", f"/pulls/{pull['number']}", {"state": "closed"})


def contents(call: Call, data: Any) -> Any:  # a handler
    """A big file comes without its content."""
    if isinstance(data, dict) and data["size"] > MOST_BYTES:
        return {**data, "encoding": "none", "content": ""}
    return data


def graphql(call: Call) -> Reply:
    """GitHub's GraphQL, of which `emulate` has nothing: who asks, and moving branches."""
    if not call.body["query"].startswith("mutation"):
        return Reply(200, {"data": {"viewer": {"login": call.login}}})
    given = call.body["variables"]["input"]
    slug = call.kept.node_ids.get(given["repositoryId"])
    if slug is None:
        said = f"Could not resolve to a node with the global id of '{given['repositoryId']}'."
        return _error("NOT_FOUND", said)
    refused = _update_refs(call, slug, given["refUpdates"])
    return refused or Reply(200, {"data": {"updateRefs": {"clientMutationId": None}}})


def _update_refs(call: Call, slug: str, updates: list[dict[str, Any]]) -> Reply | None:
    (update,) = updates
    branch = update["name"].removeprefix("refs/heads/")
    address = f"/repos/{slug}/git/refs/heads/{quote(branch)}"
    here = replace(call, slug=slug)
    if here.tips().get(branch) != update["beforeOid"]:
        return _error("UNPROCESSABLE", "A ref update was rejected.")
    try:
        if update["afterOid"] == NOTHING:
            call.emulate.call("DELETE", address, token=call.token)
            close_orphans(here, branch)
        else:
            body = {"sha": update["afterOid"], "force": update["force"]}
            call.emulate.call("PATCH", address, body, token=call.token)
    except EmulateError as error:
        return _error("UNPROCESSABLE", error.said)
    return None


def _error(kind: str, message: str) -> Reply:
    error = {"type": kind, "path": ["updateRefs"], "message": message}
    return Reply(200, {"data": {"updateRefs": None}, "errors": [error]})
