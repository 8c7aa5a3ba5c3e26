"""What a decision about pull requests rests on, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.automation.bot_prs.marker import Members
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.proposal import Action


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What the decision needs of a draft; `files` is the digest over its paths and texts."""

    identity: str
    pattern_id: str
    digest: str
    files: str
    confidence: float
    members: Members
    saving: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Tip:
    """The commit at the tip of a branch of ours, as its trailers describe it.

    `intact` means that it changes exactly the files and to exactly the texts that it says.
    """

    identity: str
    digest: str
    files: str
    replaces: str | None
    intact: bool


@unique
class Ask(StrEnum):
    """What a question is about: a commit by id, or a candidate's paths in the base branch."""

    TIP = "tip"
    BASE = "base"


class Question(NamedTuple):
    """A fact that is missing; `key` is a commit id or an identity."""

    about: Ask
    key: str
    identity: str


class InBase(NamedTuple):
    """A path of a candidate that the base branch has, and whether this very pattern is there."""

    path: str
    same: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a decision rests on; every mapping without a default is complete."""

    candidates: tuple[Candidate, ...]
    pull_requests: tuple[PullRequest, ...]
    tips: Mapping[str, str]
    login: str
    base: str
    prefix: str
    open_limit: int
    new_per_run: int
    min_confidence: float = 0.0
    min_saving: float = 0.0
    known: Mapping[str, str] = field(default_factory=dict)
    invalid: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    commits: Mapping[str, Tip | None] = field(default_factory=dict)
    in_base: Mapping[str, InBase | None] = field(default_factory=dict)


class Decision(NamedTuple):
    """Actions in order of confidence, and the questions that must be answered first."""

    actions: tuple[Action, ...]
    questions: tuple[Question, ...]
