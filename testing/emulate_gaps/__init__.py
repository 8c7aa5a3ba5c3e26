"""Where `emulate` answers differently from GitHub: what the proxy puts right, in both directions.

Each rule was written from GitHub's REST and GraphQL documentation; `before` answers in the place of
`emulate` and `after` changes what GitHub would have changed.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from testing.emulate_gaps import actions, issues, pulls, refs
from testing.emulate_gaps.call import LOGINS, Call, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

RATE_LEFT = "4999"

_REPO = r"/repos/(?P<slug>[^/]+/[^/]+)"
_WORKFLOW = rf"{_REPO}/actions/workflows/(?P<workflow>[^/]+)"
_REACTIONS = rf"{_REPO}/issues/comments/(?P<comment>[0-9]+)/reactions"
_BEFORE: tuple[tuple[str, str, Callable[..., Reply | None]], ...] = (
    ("POST", r"(?:/api)?/graphql", refs.graphql),
    ("POST", rf"{_REPO}/git/refs", refs.create),
    ("PATCH", rf"{_REPO}/git/refs/heads/(?P<branch>.+)", refs.must_exist),
    ("DELETE", rf"{_REPO}/git/refs/heads/(?P<branch>.+)", refs.must_exist),
    ("POST", rf"{_REPO}/pulls", pulls.create),
    ("PATCH", rf"{_REPO}/pulls/(?P<number>[0-9]+)", pulls.update),
    ("PUT", rf"{_REPO}/pulls/(?P<number>[0-9]+)/merge", pulls.merge),
    ("POST", rf"{_REPO}/issues", issues.create),
    ("GET", rf"{_REPO}/issues/(?P<number>[0-9]+)", issues.single),
    ("DELETE", rf"{_REPO}/issues/(?P<number>[0-9]+)/labels/(?P<name>[^/]+)", issues.unlabel),
    ("GET", _REACTIONS, issues.reactions),
    ("POST", _REACTIONS, issues.react),
    ("GET", rf"{_REPO}/collaborators/(?P<login>[^/]+)/permission", actions.permission),
    ("GET", rf"{_REPO}/commits/(?P<sha>[^/]+)/check-runs", actions.checks),
    ("GET", rf"{_REPO}/actions/permissions/workflow", actions.settings),
    ("GET", _WORKFLOW, actions.workflow),
    ("GET", rf"{_WORKFLOW}/runs", actions.runs),
    ("POST", rf"{_WORKFLOW}/dispatches", actions.dispatch),
)
_AFTER = (
    ("GET", rf"{_REPO}", actions.repository),
    ("GET", rf"{_REPO}/contents/.+", refs.contents),
    ("GET", rf"{_REPO}/pulls", pulls.many),
    ("GET", rf"{_REPO}/pulls/(?:[0-9]+)", pulls.one),
    ("GET", rf"{_REPO}/issues", issues.many),
)
_DELETED = re.compile(rf"{_REPO}/git/refs/heads/(?P<branch>.+)\Z")


def before(call: Call) -> Reply | None:
    """What GitHub would answer where `emulate` would not; None lets the request through."""
    if call.token not in LOGINS:
        return _documented(Reply(401, {"message": "Bad credentials"}))
    for method, pattern, handler in _BEFORE:
        found = re.match(rf"{pattern}\Z", call.path)
        if method == call.method and found:
            named = {name: unquote(value) for name, value in found.groupdict().items()}
            reply = handler(replace(call, slug=named.pop("slug", "")), **named)
            return None if reply is None else _documented(reply)
    return None


def _documented(reply: Reply) -> Reply:
    """GitHub's errors say where they are explained."""
    if reply.status < 400:
        return reply
    return reply._replace(body={**reply.body, "documentation_url": "https://docs.github.com/rest"})


def after(call: Call, status: int, body: bytes) -> bytes:
    """The answer's body as GitHub would give it."""
    if call.method == "DELETE" and status == 204 and (found := _DELETED.match(call.path)):
        refs.close_orphans(replace(call, slug=found["slug"]), unquote(found["branch"]))
    for method, pattern, change in _AFTER:
        found = re.match(rf"{pattern}\Z", call.path)
        if method == call.method and status == 200 and found:
            data = change(replace(call, slug=found["slug"]), json.loads(body))
            return json.dumps(data).encode()
    return body
