"""What `explain` says about patterns, operations, paths and roles left alone, as plain records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.operation_explained import KindExplained, OperationExplained, Origin

EXPLANATION_SCHEMA_VERSION = 1


@unique
class Use(StrEnum):
    """What became of a member.

    It was learned from, left out as less alike than those, or is not text to learn from; where a
    role was left alone it was looked at; `older` ones were not.
    """

    LEARNED = "learned_from"
    UNLIKE = "less_alike"
    LOOKED_AT = "looked_at"
    UNREADABLE = "unreadable"
    OLDER = "older"


@unique
class Source(StrEnum):
    """Where text comes from when nothing is known but a path."""

    FIXED = "fixed"
    PATH = "path"
    SWITCH = "switch"
    ENUMERATED = "enumerated"
    CONSTANT = "constant"
    FRAME = "frame"
    UNFILLED = "unfilled"


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file of the role; `added` is a day in UTC, `has` the share of the fixed text it has."""

    path: str
    commit: str | None
    added: str | None
    use: Use
    has: float | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of a template; `have` of the `of` newest members have all of its fixed text.

    Both are None where there is nothing to count. `guards` decide whether it is written.
    """

    text: str
    variables: tuple[str, ...]
    guards: tuple[str, ...]
    have: int | None
    of: int | None


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A file that a pattern writes, or edits where the anchor says."""

    id: str
    role: str
    mode: str
    lines: tuple[Line, ...]
    anchor: Anchor | None = None


@dataclass(frozen=True, kw_only=True)
class Variable:
    """What a template asks for; `filled` of `of` members have text there, `different` texts."""

    name: str
    source: Source
    says: str
    default: str | None
    choices: tuple[str, ...]
    examples: tuple[str, ...]
    filled: int | None
    different: int | None
    of: int | None


@dataclass(frozen=True, kw_only=True)
class Edits:
    """Characters of a draft that stayed, had to go, and those that were missing."""

    kept: int
    deleted: int
    typed: int


@dataclass(frozen=True, kw_only=True)
class HeldOutFile:
    """A member predicted from earlier ones, beside a copy of the newest of those."""

    path: str
    commit: str | None
    size: int
    draft: Edits
    copy: Edits


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the confidence: `hits` of `of` where it is a count, else a mean over `of`."""

    name: str
    weight: float
    score: float
    hits: int | None
    of: int | None


@dataclass(frozen=True, kw_only=True)
class Near:
    """Another pattern: how alike the roles read, and how many members it would write too."""

    pattern_id: str
    role: str
    likeness: float
    shared: int


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a template is made: around which member, and what share of them has to have a text."""

    around: str
    threshold: float


@dataclass(frozen=True, kw_only=True)
class PatternExplained:
    """A pattern: what it writes and where that comes from.

    `same_as_history` says whether the history gives this very content today; None when the history
    gives no pattern for its role, and then `left_alone` is why, where it knows the role. `recorded`
    is the hold-out of its spec, `rewrite` the rule of one that rewrites.
    """

    pattern_id: str
    version: str
    status: str
    origin: Origin
    summary: str
    confidence: float
    parts: tuple[Part, ...]
    recorded: dict[str, Any] | None
    same_as_history: bool | None
    left_alone: str
    way: Way | None
    slots: tuple[Slot, ...]
    rewrite: Mapping[str, Any] | None
    members: tuple[Member, ...]
    variables: tuple[Variable, ...]
    held_out: tuple[HeldOutFile, ...]
    nearest: tuple[Near, ...]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """A way that was tried; `objection` is the first rule that said no, empty for none."""

    way: Way
    utility: float
    net_saving: float
    precision: float
    objection: str


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of abstaining, at the nearest way: what it measured and what it asks for."""

    name: str
    measured: float
    asked: float
    holds: bool


@dataclass(frozen=True, kw_only=True)
class AbstentionExplained:
    """A role that was left alone; `nearest` is the way that came nearest, `lines` what it shares.

    `tried` is empty when it did not come to trying.
    """

    role: str
    rule: str
    reason: str
    nearest: Way | None
    copy_newest: float | None
    tried: tuple[Tried, ...]
    rules: tuple[Rule, ...]
    lines: tuple[Line, ...]
    members: tuple[Member, ...]
    held_out: tuple[HeldOutFile, ...]
    near: tuple[Near, ...]


@unique
class Outcome(StrEnum):
    """What became of a role."""

    PATTERN = "pattern"
    LEFT_ALONE = "left_alone"
    TOO_FEW = "too_few"
    NAMED_OTHERWISE = "named_otherwise"


@dataclass(frozen=True, kw_only=True)
class RoleOfPath:
    """A role that a path falls into, with its live files and what became of it.

    `reason`: why it was left alone, or the role of its siblings when the path is named otherwise.
    """

    role: str
    members: int
    outcome: Outcome
    pattern_id: str | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A pattern that would write a path; `lost_by` says what the first one has over it."""

    pattern_id: str
    version: str
    status: str
    origin: Origin
    confidence: float
    role: str
    lost_by: str


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Text that would be written, and where it comes from; `line` is that of the template.

    `block` says that several lines may stand here.
    """

    text: str
    block: bool
    source: Source
    variable: str | None
    filters: tuple[str, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Along:
    """Another path that usually comes along: `support` of `seen` times."""

    path: str
    action: str
    confidence: float
    support: int
    seen: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A file that exists beside what would have been written.

    With `held_out` that is the text predicted from the members before it; else today's pattern,
    which may have learned from this very file (`learned`).
    """

    edits: Edits
    held_out: bool
    learned: bool
    diff: str


@dataclass(frozen=True, kw_only=True)
class PathExplained:
    """A path: its roles, the patterns that would write it (the first one would), and the text."""

    path: str
    exists: bool
    excluded: bool
    roles: tuple[RoleOfPath, ...]
    contenders: tuple[Contender, ...]
    stretches: tuple[Stretch, ...]
    unfilled: tuple[str, ...]
    companions: tuple[Along, ...]
    compared: Compared | None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The answer to one question; exactly one of the last five is there."""

    rev: str
    target: str
    limits: tuple[str, ...]
    pattern: PatternExplained | None = None
    abstention: AbstentionExplained | None = None
    path: PathExplained | None = None
    operation: OperationExplained | None = None
    kind: KindExplained | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data as `explain --format json` prints it."""
        data: dict[str, Any] = _plain(asdict(self))
        return {"schema_version": EXPLANATION_SCHEMA_VERSION, **data}


def _plain(value: Any) -> Any:
    """Shares to four places, tuples as lists."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
