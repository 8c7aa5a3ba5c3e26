"""What `train` decided about each candidate, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.candidate import MineResult
    from pattern_ci.model.dashboard import Answer


@unique
class Verdict(StrEnum):
    """What happens to a candidate in this run."""

    DRAFT = "draft"
    OPEN = "open"
    REOPEN = "reopen"
    UPDATE = "update"
    CLOSE = "close"
    PRUNE = "prune"
    NONE = "none"
    WAIT = "wait"
    SKIP = "skip"


@unique
class Reason(StrEnum):
    """Why; each has its sentence in `messages/train.py`."""

    NEW = "new"
    CHANGED = "changed"
    BRANCH_READY = "branch_ready"
    BRANCH_OUTDATED = "branch_outdated"
    BODY_UNFINISHED = "body_unfinished"
    CONFLICT = "conflict"
    WISHED = "wished"
    NEEDED_AGAIN = "needed_again"
    BY_HAND = "by_hand"
    SUPERSEDED = "superseded"
    NOT_NEEDED = "not_needed"
    OVER = "over"
    LEFT_OPEN = "left_open"
    UP_TO_DATE = "up_to_date"
    KNOWN = "known"
    MERGED = "merged"
    IN_BASE = "in_base"
    REJECTED = "rejected"
    SAME_AS_REJECTED = "same_as_rejected"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    EDITED = "edited"
    IN_THE_WAY = "in_the_way"
    STRANGE_BRANCH = "strange_branch"
    DUPLICATE = "duplicate"
    TOO_LITTLE = "too_little"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    FAILED = "failed"
    STOPPED = "stopped"
    OPEN_LIMIT = "open_limit"
    NEW_LIMIT = "new_limit"


# Reasons that make the run end with an exit code other than 0.
FAULTS = frozenset({Reason.INVALID, Reason.UNKNOWN, Reason.FAILED, Reason.STOPPED})


@dataclass(frozen=True, kw_only=True)
class Action:
    """One change's verdict and why; `detail` completes the sentence.

    `name` is what people call it. `expected` is the tip that the branch must still have when it is
    written to, `recorded` the one that the pull request's text names. `wished` says that somebody
    asked for it on the dashboard. A pull request that is only planned has a negative number.
    """

    identity: str
    name: str
    verdict: Verdict
    reason: Reason
    detail: str = ""
    pull_request: int | None = None
    expected: str | None = None
    recorded: str | None = None
    wished: bool = False

    @property
    def number(self) -> int | None:
        """The number of a pull request that is there; None for a planned one."""
        number = self.pull_request
        return number if number is not None and number > 0 else None


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """All that one training run has to say; `planned` means that nothing was written.

    `writes` records what a plan of pull requests would write, in order. `written` are the paths
    that were written here.
    """

    mode: str
    planned: bool
    mined: MineResult
    actions: tuple[Action, ...]
    open_limit: int
    new_per_run: int
    requests: Mapping[str, int] = field(default_factory=dict)
    writes: tuple[dict[str, Any], ...] = ()
    written: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, verdict: Verdict) -> int:
        """How many candidates met this verdict."""
        return sum(action.verdict is verdict for action in self.actions)
