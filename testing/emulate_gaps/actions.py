"""GitHub Actions, of which `emulate` has no workflow to begin with, and permissions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from testing.emulate import EmulateError
from testing.emulate_gaps.call import NOT_FOUND, Reply

if TYPE_CHECKING:
    from testing.emulate_gaps.call import Call

# GitHub's older field knows four permissions; the role has the finer name.
_LEGACY = {"admin": "admin", "maintain": "write", "write": "write", "triage": "read"}


def repository(call: Call, data: dict[str, Any]) -> dict[str, Any]:
    """Notes the id by which GraphQL knows the repository; adds two counts."""
    call.kept.node_ids[data["node_id"]] = call.slug
    return {**data, "network_count": 0, "subscribers_count": 0}


def permission(call: Call, login: str) -> Reply:
    """Anybody may read a public repository; nobody knows a login that is not there."""
    if call.there("") is None:
        return NOT_FOUND
    try:
        user = call.user(login)
    except EmulateError:
        return Reply(404, {"message": f"{login} is not a user"})
    found = call.there(f"/collaborators/{login}/permission")
    role = "read" if found is None else found["role_name"]
    held = {"permission": _LEGACY.get(role, "read"), "role_name": role}
    return Reply(200, {**held, "user": {**user, "role_name": role}})


def checks(call: Call, sha: str) -> Reply | None:
    """The checks of a commit that is not there are no empty list."""
    known = call.knows(sha)
    return None if known else Reply(422, {"message": f"No commit found for SHA: {sha}"})


def settings(call: Call) -> Reply:  # a handler
    """What GitHub sets for a new repository."""
    if call.there("") is None:
        return NOT_FOUND
    usual = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": True}
    return Reply(200, usual)


def workflow(call: Call, workflow: str) -> Reply:
    """A workflow file with its state."""
    state = call.kept.workflows.get((call.slug, workflow))
    if state is None:
        return NOT_FOUND
    path = f".github/workflows/{workflow}"
    page = f"https://github.com/{call.slug}"
    return Reply(
        200,
        {
            "id": 1, "node_id": "W_1", "name": workflow, "path": path, "state": state,
            "created_at": _now(), "updated_at": _now(),
            "url": f"{call.url}/actions/workflows/1", "html_url": f"{page}/blob/main/{path}",
            "badge_url": f"{page}/workflows/{workflow}/badge.svg",
        },
    )  # fmt: skip


def runs(call: Call, workflow: str) -> Reply:
    """The newest runs of a workflow, a page of them."""
    if (call.slug, workflow) not in call.kept.workflows:
        return NOT_FOUND
    found = call.kept.runs[call.slug, workflow]
    most = int(call.query.get("per_page", ["30"])[0])
    return Reply(200, {"total_count": len(found), "workflow_runs": found[:most]})


def dispatch(call: Call, workflow: str) -> Reply:
    """A run is queued, and with it a check of the commit."""
    state = call.kept.workflows.get((call.slug, workflow))
    tip = call.tips().get(call.body["ref"])
    if state is None:
        return NOT_FOUND
    if tip is None:
        return Reply(422, {"message": f"No ref found for: {call.body['ref']}"})
    if state != "active":
        message = "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
        return Reply(422, {"message": message})
    started = _run(call, workflow, tip)
    call.kept.runs[call.slug, workflow].insert(0, started)
    call.ask("POST", "/check-runs", {"name": workflow, "head_sha": tip, "status": "queued"})
    return Reply(204, None)


def _run(call: Call, workflow: str, tip: str) -> dict[str, Any]:
    number, now = next(call.kept.ids), _now()
    address, repository = f"{call.url}/actions/runs/{number}", call.ask("GET", "")
    person = {"name": call.login, "email": f"{call.login}@example.org"}
    commit = {
        "id": tip, "tree_id": tip, "message": "by hand", "timestamp": now,
        "author": person, "committer": person,
    }  # fmt: skip
    links = ("jobs", "logs", "artifacts", "cancel", "rerun")
    return {
        "id": number, "node_id": f"WR_{number}", "name": workflow, "display_title": workflow,
        "path": f".github/workflows/{workflow}", "workflow_id": 1, "run_number": number,
        "event": "workflow_dispatch", "status": "queued", "conclusion": None,
        "head_branch": call.body["ref"], "head_sha": tip, "head_commit": commit,
        "repository": repository, "head_repository": repository, "pull_requests": [],
        "created_at": now, "updated_at": now, "url": address,
        "html_url": f"https://github.com/{call.slug}/actions/runs/{number}",
        **{f"{link}_url": f"{address}/{link}" for link in links},
        "check_suite_url": f"{call.url}/check-suites/1",
        "workflow_url": f"{call.url}/actions/workflows/1",
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
