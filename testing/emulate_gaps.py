"""Where `emulate` answers differently from GitHub: what the proxy puts right, in both directions.

Each rule was written from GitHub's REST documentation; `before` refuses what GitHub refuses and
`after` changes what GitHub would have changed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from testing.emulate import BOT_TOKEN, MAINTAINER_TOKEN, EmulateError

if TYPE_CHECKING:
    from testing.emulate import Emulate

_REPO = r"/repos/(?P<slug>[^/]+/[^/]+)"
_PULLS = re.compile(rf"{_REPO}/pulls\Z")
_PULL = re.compile(rf"{_REPO}/pulls/(?P<number>[0-9]+)\Z")
_REFS = re.compile(rf"{_REPO}/git/refs\Z")
_REF = re.compile(rf"{_REPO}/git/refs/heads/(?P<branch>.+)\Z")
RATE_LEFT = "4999"


class Refusal(NamedTuple):
    """A status and the body that goes with it."""

    status: int
    body: dict[str, Any]


def before(
    emulate: Emulate, *, method: str, path: str, body: Any, authorization: str
) -> Refusal | None:
    """What GitHub would refuse at once; None lets the request through."""
    token = authorization.partition(" ")[2]
    if token not in (MAINTAINER_TOKEN, BOT_TOKEN):
        return Refusal(401, {"message": "Bad credentials"})
    if method == "POST" and (found := _PULLS.match(path)):
        return _open(emulate, found["slug"], body)
    if method == "PATCH" and (found := _PULL.match(path)):
        return _reopen(emulate, found["slug"], found["number"], body)
    if method == "POST" and (found := _REFS.match(path)):
        return _point(emulate, found["slug"], body)
    if method in ("PATCH", "DELETE") and (found := _REF.match(path)):
        there = unquote(found["branch"]) in _tips(emulate, found["slug"])
        return None if there else Refusal(422, {"message": "Reference does not exist"})
    return None


def after(emulate: Emulate, *, method: str, path: str, status: int, body: bytes) -> bytes:
    """The answer's body as GitHub would give it."""
    if method == "DELETE" and status == 204 and (found := _REF.match(path)):
        _close_orphans(emulate, found["slug"], unquote(found["branch"]))
    one, many = _PULL.match(path), _PULLS.match(path)
    found = one or many
    if method == "GET" and status == 200 and found:
        data = json.loads(body)
        tips = _tips(emulate, found["slug"])
        for pull in data if isinstance(data, list) else [data]:
            if pull["state"] == "open" and pull["head"]["ref"] in tips:
                pull["head"]["sha"] = tips[pull["head"]["ref"]]
        return json.dumps(data).encode()
    return body


def _tips(emulate: Emulate, slug: str) -> dict[str, str]:
    refs = emulate.call("GET", f"/repos/{slug}/git/matching-refs/heads/")
    return {ref["ref"].removeprefix("refs/heads/"): ref["object"]["sha"] for ref in refs}


def _open_pulls(emulate: Emulate, slug: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for page in range(1, 100):
        path = f"/repos/{slug}/pulls?state=open&per_page=100&page={page}"
        some = emulate.call("GET", path)
        found += some
        if len(some) < 100:
            break
    return found


def _failed(**error: str) -> Refusal:
    error = {"resource": "PullRequest", **error}
    return Refusal(422, {"message": "Validation Failed", "errors": [error]})


def _open(emulate: Emulate, slug: str, body: Any) -> Refusal | None:
    head, base = body["head"].rpartition(":")[2], body["base"]
    tips = _tips(emulate, slug)
    for field, branch in (("head", head), ("base", base)):
        if branch not in tips:
            return _failed(field=field, code="invalid")
    for pull in _open_pulls(emulate, slug):
        if pull["head"]["ref"] == head and pull["base"]["ref"] == base:
            owner = slug.partition("/")[0]
            message = f"A pull request already exists for {owner}:{head}."
            return _failed(code="custom", message=message)
    compared = emulate.call("GET", f"/repos/{slug}/compare/{tips[base]}...{tips[head]}")
    if compared["ahead_by"] == 0:
        return _failed(code="custom", message=f"No commits between {base} and {head}")
    return None


def _point(emulate: Emulate, slug: str, body: Any) -> Refusal | None:
    try:
        emulate.call("GET", f"/repos/{slug}/git/commits/{body['sha']}")
    except EmulateError:
        return Refusal(422, {"message": "Object does not exist"})
    return None


def _reopen(emulate: Emulate, slug: str, number: str, body: Any) -> Refusal | None:
    if body.get("state") != "open":
        return None
    pull = emulate.call("GET", f"/repos/{slug}/pulls/{number}")
    if pull["state"] == "closed" and pull["head"]["ref"] not in _tips(emulate, slug):
        message = f"state cannot be changed. The {pull['head']['ref']} branch has been deleted."
        return _failed(field="state", code="invalid", message=message)
    return None


def _close_orphans(emulate: Emulate, slug: str, branch: str) -> None:
    for pull in _open_pulls(emulate, slug):
        if pull["head"]["ref"] == branch:
            emulate.call("PATCH", f"/repos/{slug}/pulls/{pull['number']}", {"state": "closed"})
