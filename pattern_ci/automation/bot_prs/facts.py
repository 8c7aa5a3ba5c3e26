"""What a decision about pull requests rests on, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.claims import closed_by_us, identities
from pattern_ci.automation.bot_prs.marker import Marker, Members
from pattern_ci.model.bot_change import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pattern_ci.model.bot_change import BotChange
    from pattern_ci.model.dashboard import Wish
    from pattern_ci.model.github import PullRequest
    from pattern_ci.model.proposal import Action

    # What was ticked, about which identity, and what its page showed of what it would undo.
    Wishes = Mapping[tuple[Wish, str], str]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What the decision needs of a change; `files` is the digest over its paths and texts."""

    identity: str
    name: str
    digest: str
    files: str
    rank: float
    members: Members
    saving: float = 1.0
    kind: ChangeKind = ChangeKind.PATTERN
    replaces: tuple[str, ...] = ()


def candidate(change: BotChange) -> Candidate:
    """The part of a change that is decided on."""
    return Candidate(
        identity=change.identity,
        name=change.name,
        digest=change.digest,
        files=change.files_digest,
        rank=change.rank,
        members=Members.of(change.members),
        saving=change.saving,
        kind=change.kind,
        replaces=change.replaces,
    )


class Limit(NamedTuple):
    """How many pull requests may be open, and how many one run may open."""

    open: int
    new: int


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
    parent: str = ""

    @property
    def base(self) -> str:
        """The commit of the base branch that it was made on; empty for one on top of ours."""
        return "" if self.replaces == self.parent else self.parent


@unique
class Ask(StrEnum):
    """What a question is about.

    A commit; what the base branch has of an identity; whether a pull request conflicts; whether
    the history that was read is that of the base branch.
    """

    TIP = "tip"
    BASE = "base"
    CONFLICT = "conflict"
    AT_BASE = "at_base"


class Question(NamedTuple):
    """A fact that is missing; `key` is a commit id, an identity or a pull request's number."""

    about: Ask
    key: str
    identity: str


class InBase(NamedTuple):
    """A path of a candidate that the base branch has, and whether this very change is there."""

    path: str
    same: bool


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a decision rests on; every mapping without a default is complete.

    `kinds` are those of which this run knows every candidate there is: only then does an open
    pull request without a candidate mean that it is no longer needed. `merged` holds by identity
    the path of what the history that was read has already, `known` why something else is not
    proposed. `at_base` says whether that history is the base branch's. `stacked` are the branches
    that any open pull request wants to be merged into.
    """

    candidates: tuple[Candidate, ...]
    pull_requests: tuple[PullRequest, ...]
    tips: Mapping[str, str]
    login: str
    base: str
    prefix: str
    limit: Limit
    now: datetime
    limits: Mapping[ChangeKind, Limit] = field(default_factory=dict)
    kinds: frozenset[ChangeKind] = frozenset()
    wishes: Wishes = field(default_factory=dict)
    min_rank: float = 0.0
    min_saving: float = 0.0
    merged: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    invalid: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    commits: Mapping[str, Tip | None] = field(default_factory=dict)
    in_base: Mapping[str, InBase | None] = field(default_factory=dict)
    conflicts: Mapping[int, bool] = field(default_factory=dict)
    at_base: bool | None = None
    stacked: frozenset[str] = frozenset()

    @cached_property
    def by_identity(self) -> Mapping[str, Sequence[PullRequest]]:
        """The pull requests about each identity, newest first."""
        found: dict[str, list[PullRequest]] = {}
        for pull in self.pull_requests:
            for name in identities(pull, self.prefix):
                found.setdefault(name, []).append(pull)
        return found

    @cached_property
    def rejected(self) -> Sequence[tuple[PullRequest, Marker]]:
        """What people closed without merging and did not take back, with its marker."""
        living = {
            name
            for pull in self.pull_requests
            if pull.state == "open" or pull.merged
            for name in identities(pull, self.prefix)
        }
        found = [
            (pull, markers.read(pull.body)) for pull in self.pull_requests if not closed_by_us(pull)
        ]
        return [(pull, said) for pull, said in found if said and said.identity not in living]

    def limit_of(self, kind: ChangeKind) -> Limit:
        """The limit that a kind sees; it counts the pull requests of all kinds."""
        return self.limits.get(kind, self.limit)

    def wished(self, wish: Wish, identity: str) -> bool:
        """Whether somebody ticked that box."""
        return (wish, identity) in self.wishes


class Decision(NamedTuple):
    """Actions in order of rank, and the questions that must be answered first."""

    actions: tuple[Action, ...]
    questions: tuple[Question, ...]
