"""What a decision about a comment rests on, and what it comes to, as plain records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pattern_ci.automation.comments.parse import Request
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.safe import Markdown


@unique
class Reason(StrEnum):
    """Why a command was not carried out; the sentences are in `messages/comments.py`."""

    UNKNOWN_WORD = "unknown_word"
    NO_PERMISSION = "no_permission"
    NOT_OPEN = "not_open"
    NOT_OURS = "not_ours"
    UPDATED_SINCE = "updated_since"
    CHANGED = "changed"
    BAD_NAME = "bad_name"
    SAME_NAME = "same_name"
    NAME_TAKEN = "name_taken"
    BREAKS = "breaks"
    NO_PATTERN = "no_pattern"
    GITHUB = "github"


@unique
class Reaction(StrEnum):
    """How a comment is answered at a glance, by GitHub's names."""

    DONE = "+1"
    DENIED = "-1"
    REFUSED = "confused"


@unique
class Ignored(StrEnum):
    """Why a comment is nobody's business here: nothing is written, not even an answer."""

    NOT_NEW = "not_new"
    NO_PULL_REQUEST = "no_pull_request"
    A_BOT = "a_bot"
    NO_COMMAND = "no_command"
    ANSWERED = "answered"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that is known before a command is carried out.

    `seen` is the commit that the pull request named when the comment was written, `left` the one
    that it names now; `pull` is None when GitHub lists no such pull request.
    """

    request: Request
    role: str
    pull: PullRequest | None
    login: str
    prefix: str
    slug: str
    seen: str = ""
    left: str = ""
    identity: str = ""


class Refusal(NamedTuple):
    """Why not."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is said to the commenter; `reason` is None for what was done."""

    reaction: Reaction
    text: Markdown
    reason: Reason | None = None
