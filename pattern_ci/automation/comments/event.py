"""The event of a comment as GitHub delivers it (`issue_comment`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class CommentEvent:
    """What we need of it; `issue_body` is the text of the pull request when it was sent."""

    action: str
    comment_id: int
    author: str
    is_bot: bool
    body: str
    number: int
    is_pull_request: bool
    issue_body: str
    slug: str


def read_event(text: str) -> CommentEvent | None:
    """The event in a text; None for anything that is not one."""
    try:
        data = json.loads(text)
        return _event(data)
    except (ValueError, KeyError, TypeError):
        return None


def _event(data: Any) -> CommentEvent:
    comment, issue = data["comment"], data["issue"]
    return CommentEvent(
        action=str(data["action"]),
        comment_id=int(comment["id"]),
        author=str(comment["user"]["login"]),
        is_bot=comment["user"].get("type") == "Bot",
        body=str(comment["body"] or ""),
        number=int(issue["number"]),
        is_pull_request=bool(issue.get("pull_request")),
        issue_body=str(issue.get("body") or ""),
        slug=str(data["repository"]["full_name"]),
    )
