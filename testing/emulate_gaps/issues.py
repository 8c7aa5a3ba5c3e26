"""Issues: GitHub counts pull requests among them, and has reactions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from testing.emulate_gaps.call import NOT_FOUND, Reply

if TYPE_CHECKING:
    from testing.emulate_gaps.call import Call

_SHARED = (
    "id", "node_id", "number", "title", "body", "state", "user", "labels", "html_url", "locked",
    "assignee", "assignees", "milestone", "comments", "created_at", "updated_at", "closed_at",
    "author_association", "comments_url",
)  # fmt: skip


def create(call: Call) -> Reply | None:
    """Where issues are switched off, GitHub says so."""
    if call.there("")["has_issues"]:
        return None
    return Reply(410, {"message": "Issues has been disabled in this repository."})


def single(call: Call, number: str) -> Reply | None:
    """A pull request is found under its number here too."""
    pull = call.there(f"/pulls/{number}")
    return None if pull is None else Reply(200, _as_issue(call, pull))


def many(call: Call, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Issues and pull requests; all of the latter come on the last page."""
    asked = {name: values[0] for name, values in call.query.items()}
    if len(listed) >= int(asked.get("per_page", "30")):
        return listed
    pulls = [
        _as_issue(call, pull)
        for pull in call.pulls(asked.get("state", "open"))
        if pull["user"]["login"] == asked.get("creator", pull["user"]["login"])
    ]
    return sorted([*listed, *pulls], key=lambda issue: -issue["number"])


def _as_issue(call: Call, pull: dict[str, Any]) -> dict[str, Any]:
    address = f"{call.url}/issues/{pull['number']}"
    links = ("labels{/name}", "comments", "events")
    urls = {f"{link.partition('{')[0]}_url": f"{address}/{link}" for link in links}
    names = ("url", "html_url", "diff_url", "patch_url")
    return {
        **{name: pull[name] for name in _SHARED},
        **urls,
        "url": address,
        "repository_url": call.url,
        "pull_request": {name: pull[name] for name in names},
    }


def unlabel(call: Call, number: str, name: str) -> Reply | None:
    """GitHub tells a label that is not on from an issue that is not there."""
    thread = call.there(f"/pulls/{number}") or call.there(f"/issues/{number}")
    if thread is None or any(label["name"] == name for label in thread["labels"]):
        return None
    return Reply(404, {"message": "Label does not exist"})


def reactions(call: Call, comment: str) -> Reply:
    """The reactions to a comment, of one kind or all."""
    if call.there(f"/issues/comments/{comment}") is None:
        return NOT_FOUND
    kinds = call.query.get("content")
    given = call.kept.reactions[call.slug, comment]
    return Reply(200, [it for it in given if kinds is None or it["content"] in kinds])


def react(call: Call, comment: str) -> Reply:
    """One reaction of a kind from each login."""
    if call.there(f"/issues/comments/{comment}") is None:
        return NOT_FOUND
    given, kind = call.kept.reactions[call.slug, comment], call.body["content"]
    for reaction in given:
        if reaction["content"] == kind and reaction["user"]["login"] == call.login:
            return Reply(200, reaction)
    number = next(call.kept.ids)
    made = {
        "id": number,
        "node_id": f"R_{number}",
        "user": call.user(call.login),
        "content": kind,
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    given.append(made)
    return Reply(201, made)
