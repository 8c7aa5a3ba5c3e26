"""GitHub's events as records; a workflow run finds the payload in GITHUB_EVENT_PATH.

Everything in a payload was written by strangers: a field that is missing or of another kind is one
line for the person who reads the log, and never a value of our own making.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from pattern_ci.messages import events as messages

T = TypeVar("T")

# What GitHub shows for an account that was deleted.
GHOST = "ghost"
COMMENT, PULL_REQUEST, ISSUE, WORKFLOW_RUN = (
    "issue_comment",
    "pull_request",
    "issues",
    "workflow_run",
)
_SLUG = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class CommentEvent:
    """A comment on an issue or pull request; `issue_body` is the latter's text at that moment."""

    action: str  # created | edited | deleted
    comment_id: int
    author: str
    is_bot: bool
    body: str
    number: int
    is_pull_request: bool
    issue_body: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class PullRequestEvent:
    """Something happened to a pull request; `head_repo` is None when its fork is gone."""

    action: str  # opened | synchronize | closed …
    number: int
    author: str
    is_bot: bool
    body: str
    merged: bool
    head_ref: str
    head_sha: str
    head_repo: str | None
    base_ref: str
    base_sha: str
    slug: str

    @property
    def from_fork(self) -> bool:
        """Whether its commits come from elsewhere, so that its workflows get no secrets."""
        return (self.head_repo or "").lower() != self.slug.lower()


@dataclass(frozen=True, kw_only=True)
class IssueEvent:
    """Something happened to an issue; `sender` did it and need not be its author."""

    action: str  # edited | opened …
    number: int
    author: str
    sender: str
    is_bot: bool
    body: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class WorkflowRunEvent:
    """A run of a workflow started or ended; `conclusion` is None until then."""

    action: str  # requested | in_progress | completed
    run_id: int
    path: str
    event: str
    status: str
    conclusion: str | None
    head_branch: str | None
    head_sha: str
    slug: str


def comment_event(payload: str) -> CommentEvent:
    """The payload of `issue_comment`; UsageError for anything else."""
    event = _Payload.read(payload, COMMENT)
    comment, issue = event.at("comment"), event.at("issue")
    login, is_bot = comment.user()
    return CommentEvent(
        action=event.text("action"),
        comment_id=comment.number("id"),
        author=login,
        is_bot=is_bot,
        body=comment.body(),
        number=issue.number("number"),
        is_pull_request=issue.has("pull_request"),
        issue_body=issue.body(),
        slug=event.slug(),
    )


def pull_request_event(payload: str) -> PullRequestEvent:
    """The payload of `pull_request`; UsageError for anything else."""
    event = _Payload.read(payload, PULL_REQUEST)
    pull = event.at("pull_request")
    head, base = pull.at("head"), pull.at("base")
    login, is_bot = pull.user()
    return PullRequestEvent(
        action=event.text("action"),
        number=pull.number("number"),
        author=login,
        is_bot=is_bot,
        body=pull.body(),
        merged=pull.field("merged", bool),
        head_ref=head.text("ref"),
        head_sha=head.sha("sha"),
        head_repo=head.at("repo").slug_of("full_name") if head.has("repo") else None,
        base_ref=base.text("ref"),
        base_sha=base.sha("sha"),
        slug=event.slug(),
    )


def issue_event(payload: str) -> IssueEvent:
    """The payload of `issues`; UsageError for anything else."""
    event = _Payload.read(payload, ISSUE)
    issue = event.at("issue")
    sender, is_bot = event.user("sender")
    return IssueEvent(
        action=event.text("action"),
        number=issue.number("number"),
        author=issue.user()[0],
        sender=sender,
        is_bot=is_bot,
        body=issue.body(),
        slug=event.slug(),
    )


def workflow_run_event(payload: str) -> WorkflowRunEvent:
    """The payload of `workflow_run`; UsageError for anything else."""
    event = _Payload.read(payload, WORKFLOW_RUN)
    run = event.at("workflow_run")
    return WorkflowRunEvent(
        action=event.text("action"),
        run_id=run.number("id"),
        path=event.at("workflow").text("path"),
        event=run.text("event"),
        status=run.text("status"),
        conclusion=run.text("conclusion") if run.has("conclusion") else None,
        head_branch=run.text("head_branch") if run.has("head_branch") else None,
        head_sha=run.sha("head_sha"),
        slug=event.slug(),
    )


@dataclass(frozen=True, kw_only=True)
class _Payload:
    """An object in a payload; each question names its place when the answer cannot be right."""

    kind: str
    place: str
    data: dict[str, Any]

    @classmethod
    def read(cls, text: str, kind: str) -> _Payload:
        """The payload in a text."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise messages.not_json(kind)
        return cls(kind=kind, place="", data=data)

    def field(self, name: str, kind: type[T]) -> T:
        """A field of that very kind: a true is no number."""
        found = self.data.get(name)
        if type(found) is not kind:
            raise messages.wrong_field(self.kind, f"{self.place}{name}")
        return found

    def has(self, name: str) -> bool:
        """Whether there is more than a null."""
        return self.data.get(name) is not None

    def at(self, name: str) -> _Payload:
        """An object inside."""
        data = self.field(name, dict)
        return _Payload(kind=self.kind, place=f"{self.place}{name}.", data=data)

    def text(self, name: str) -> str:
        """Text that is not empty and can be written anywhere."""
        return self._matching(name, re.compile(r".+", re.DOTALL))

    def number(self, name: str) -> int:
        """A number of GitHub's; it counts from 1."""
        found = self.field(name, int)
        if found < 1:
            raise messages.wrong_field(self.kind, f"{self.place}{name}")
        return found

    def sha(self, name: str) -> str:
        """The id of a commit."""
        return self._matching(name, _SHA)

    def slug_of(self, name: str) -> str:
        """`owner/name`."""
        return self._matching(name, _SLUG)

    def slug(self) -> str:
        """The repository in which the event happened."""
        return self.at("repository").slug_of("full_name")

    def body(self) -> str:
        """What somebody wrote; GitHub gives null for nothing."""
        return _writable(self.field("body", str)) if self.has("body") else ""

    def user(self, name: str = "user") -> tuple[str, bool]:
        """Login, and whether a bot has it."""
        if not self.has(name):
            return GHOST, False
        user = self.at(name)
        return user.text("login"), user.text("type") == "Bot"

    def _matching(self, name: str, pattern: re.Pattern[str]) -> str:
        found = _writable(self.field(name, str))
        if not pattern.fullmatch(found):
            raise messages.wrong_field(self.kind, f"{self.place}{name}")
        return found


def _writable(text: str) -> str:
    """Text without half characters, which JSON can hold and no file can."""
    return text.encode("utf-8", "replace").decode("utf-8")
