"""What a backtest found, as plain records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum, unique
from typing import Any

BACKTEST_SCHEMA_VERSION = 1


@unique
class Method(StrEnum):
    """How the text of a new file came about."""

    OURS = "pattern_ci"
    COPY_NEWEST = "copy_newest"
    COPY_RENAMED = "copy_newest_renamed"
    COPY_NEAREST = "copy_nearest_path"
    ORACLE = "oracle_of_20"
    CONSENSUS_50 = "consensus_50"
    CONSENSUS_80 = "consensus_80"
    RANDOM = "random_file"


@unique
class Gate(StrEnum):
    """Which rules are strong enough for a warning."""

    FITTED = "fitted"
    LISTED = "all_rules"
    WILSON = "wilson_65_support_5"
    ROSE = "confidence_90_support_3"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One method on some files; all but `drafted` are shares between 0 and 1.

    `net_saving`: 1 - (typed + deleted) / size, each file at least 0, over all characters.
    `typing_saved`: the same with one stroke for each stretch that is deleted. `precision`: of what
    was drafted, what stayed. `written`: of the files that were drafted, what was there already.
    """

    drafted: int
    share: float
    net_saving: float
    typing_saved: float
    precision: float
    written: float


@dataclass(frozen=True, kw_only=True)
class Known:
    """Those files of a section whose family was there when the patterns were mined."""

    files: int
    net_saving: float
    copy_newest: float


@dataclass(frozen=True, kw_only=True)
class Section:
    """All methods on the same files.

    `mined_at` is None when patterns were mined anew before each file, else the share of the history
    at whose end they were mined once; `rev` is that commit. `patterns` counts those that drafted
    something, `below_copy` those of them that saved less than copying the newest sibling. `known`
    is None where every family was.
    """

    mined_at: float | None
    rev: str | None
    files: int
    methods: dict[Method, Figures]
    interval: tuple[float, float]
    patterns: int
    below_copy: int
    known: Known | None


@dataclass(frozen=True, kw_only=True)
class Decile:
    """A tenth of the drafts by confidence: the mean of it, and the mean share that stayed."""

    drafts: int
    confidence: float
    stayed: float


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Confidence as the share of a draft that will stay, against the share that did.

    `error` is the mean distance of the two over the tenths, `worst` the largest.
    """

    drafts: int
    error: float
    worst: float
    deciles: tuple[Decile, ...]


@dataclass(frozen=True, kw_only=True)
class Used:
    """A pattern that drafted something, while it was mined anew each time."""

    role: str
    files: int
    net_saving: float
    precision: float
    copy_newest: float


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time (seconds since 1970) and what pattern-ci would have done in it.

    `added` counts every file, `eligible` those of them with a family, `matched` those drafted.
    """

    start: int
    end: int
    added: int
    eligible: int
    matched: int
    written: float
    precision: float


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The template protocol: `candidates` were added, the newest `measured` that count were used.

    `new_share` is what a compressor that knows 20 siblings would still need, `captured` the net
    saving as a share of the rest. Small files make it look less predictable than they are.
    `surest` are the drafts of patterns that were sure of their text, on all files.
    """

    candidates: int
    measured: int
    sampled: bool
    fresh: Section
    stale: tuple[Section, ...]
    new_share: float
    captured: float
    period: Period | None
    used: tuple[Used, ...]
    calibration: Calibration
    surest: Figures


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """One method of ranking on the transactions; not answering counts as 0."""

    map: float
    hit_at_3: float
    recall_at_10: float
    applicability: float


@dataclass(frozen=True, kw_only=True)
class Hits:
    """Paths that were named, those of them that came along, and all that came along."""

    named: int
    right: int
    truth: int
    precision: float
    recall: float


@dataclass(frozen=True, kw_only=True)
class StaleRanking:
    """Rules mined once at a share of the history, on the transactions after it."""

    mined_at: float
    transactions: int
    ours: Ranking
    tarmaq: Ranking


@dataclass(frozen=True, kw_only=True)
class Together:
    """The companion protocol: what changes together.

    From each added file alone: `added` others by exact path, `edited` ones by path, `lines` written
    into registries, and these in their exact `places`.
    """

    transactions: int
    sampled: bool
    ours: Ranking
    tarmaq: Ranking
    stale: tuple[StaleRanking, ...]
    added: Hits
    edited: Hits
    lines: Hits
    places: Hits


@dataclass(frozen=True, kw_only=True)
class Warned:
    """One gate on the pull requests: how many it warned, and how often something did follow."""

    gate: Gate
    warned: int
    share: float
    precision: float
    files: Hits


@dataclass(frozen=True, kw_only=True)
class Warnings:
    """Pull requests of at least two commits: warned on the first, judged by the later ones."""

    pull_requests: int
    with_later_files: int
    sampled: bool
    gates: tuple[Warned, ...]


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """One way of grouping files, by pairs of files, against what convention groups.

    `joined` counts pairs in one group of which at least one file has a kind, `right` those of one
    kind, `truth` all pairs of one kind. `rand`: the adjusted Rand index over files that have one.
    """

    right: int
    joined: int
    truth: int
    precision: float
    recall: float
    rand: float


@dataclass(frozen=True, kw_only=True)
class Families:
    """The family protocol at the revision: `members` of the `files` are of one of the `kinds`.

    `roles` are the families that patterns are made of, `folders` same folder and extension.
    """

    files: int
    kinds: int
    members: int
    roles: Grouped
    folders: Grouped


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """The whole report; `warnings` is None where the clone has no heads of pull requests."""

    rev: str
    commits: int
    limit: int
    since: str | None
    limits: tuple[str, ...]
    templates: Templates
    together: Together
    warnings: Warnings | None
    families: Families

    def to_dict(self) -> dict[str, Any]:
        """The published contract of `backtest --format json`."""
        return {"schema_version": BACKTEST_SCHEMA_VERSION, **asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One file that was added, with all that the run has to say about it."""

    path: str
    commit: str
    size: int
    pattern: str | None
    role: str | None
    confidence: float
    surety: float
    predicted: str
    kept: int
    deleted: int
    typed: int
    new_share: float
    baselines: dict[str, dict[str, int]]
    stale: dict[str, dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """One line of the file of predictions."""
        return asdict(self)
