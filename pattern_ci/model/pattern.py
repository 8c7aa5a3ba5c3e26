"""The pattern spec as records, and its plain-data form."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any, Self

from pattern_ci.model.anchor import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA_VERSION = 1


@unique
class Status(StrEnum):
    """Lifecycle of a pattern (design, section 7)."""

    DRAFT = "draft"
    ACTIVE = "active"
    QUARANTINED = "quarantined"
    DEPRECATED = "deprecated"
    RETIRED = "retired"


# Folder of each status below `patterns/`; specs of every other status stay in `specs/`.
STATUS_FOLDER = {Status.DRAFT: "drafts", Status.QUARANTINED: "quarantined"}


@unique
class Kind(StrEnum):
    """What a candidate is made from."""

    FAMILY = "family"
    RECIPE = "recipe"
    EXECUTION = "execution"
    REWRITE = "rewrite"
    RECOVERY = "recovery"


@unique
class Newline(StrEnum):
    """Newline style of a slot; mixed endings never become a template."""

    LF = "lf"
    CRLF = "crlf"


@unique
class Mode(StrEnum):
    """Whether a slot writes a new file or edits one."""

    ADD = "add"
    EDIT = "edit"


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Four parts in 0..1, each measured on history; total = .4, .3, .2, .1 (design, 6.6)."""

    similarity: float
    success_rate: float
    test_coverage: float
    schema_completeness: float

    @property
    def total(self) -> float:
        """The weighted sum, in 0..1."""
        total = (
            0.4 * self.similarity
            + 0.3 * self.success_rate
            + 0.2 * self.test_coverage
            + 0.1 * self.schema_completeness
        )
        return round(total, 4)

    def to_dict(self) -> dict[str, float]:
        """Plain data with the total."""
        return {
            "similarity": round(self.similarity, 4),
            "success_rate": round(self.success_rate, 4),
            "test_coverage": round(self.test_coverage, 4),
            "schema_completeness": round(self.schema_completeness, 4),
            "total": self.total,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read the four parts; the total is always computed."""
        names = ("similarity", "success_rate", "test_coverage", "schema_completeness")
        return cls(**{name: float(data[name]) for name in names})


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """Rolling hold-out: each of `n` members predicted from earlier ones only; shares in 0..1."""

    n: int
    net_saving: float
    draft_precision: float
    copy_newest: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain data, rounded to four places."""
        return {
            "n": self.n,
            "net_saving": round(self.net_saving, 4),
            "draft_precision": round(self.draft_precision, 4),
            "copy_newest": round(self.copy_newest, 4),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it."""
        return cls(
            n=int(data["n"]),
            net_saving=float(data["net_saving"]),
            draft_precision=float(data["draft_precision"]),
            copy_newest=float(data.get("copy_newest", 0.0)),
        )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where a pattern comes from: commits that added members, the members, the hold-out."""

    commits: tuple[str, ...] = ()
    pull_requests: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    holdout: Holdout | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "commits": list(self.commits),
            "pull_requests": list(self.pull_requests),
            "files": list(self.files),
            "holdout": self.holdout.to_dict() if self.holdout else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it."""
        holdout = data.get("holdout")
        return cls(
            commits=tuple(data.get("commits", ())),
            pull_requests=tuple(data.get("pull_requests", ())),
            files=tuple(data.get("files", ())),
            holdout=Holdout.from_dict(holdout) if holdout else None,
        )


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One file that a pattern writes or edits: where (a role), from which template, how.

    A slot that edits renders one entry, and its anchor says where in the file that goes.
    """

    id: str
    role: str
    template: str
    newline: Newline = Newline.LF
    mode: Mode = Mode.ADD
    anchor: Anchor | None = None
    when: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.id,
            "role": self.role,
            "template": self.template,
            "newline": self.newline.value,
            "mode": self.mode.value,
            "anchor": self.anchor.to_dict() if self.anchor else None,
            "when": self.when,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read plain data as `to_dict` writes it."""
        anchor = data.get("anchor")
        return cls(
            id=data["id"],
            role=data["role"],
            template=data["template"],
            newline=Newline(data.get("newline", "lf")),
            mode=Mode(data.get("mode", "add")),
            anchor=Anchor.from_dict(anchor) if anchor else None,
            when=data.get("when"),
        )


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One pattern. Paths are relative to the folder that holds `specs/` (or `drafts/`).

    `trigger` is the role of a file that people write by hand and that calls for this pattern, for
    one whose slots only edit.
    """

    pattern_id: str
    name: str
    version: str
    status: Status
    operation_kind: str
    summary: str
    intent: str
    inputs: str
    slots: tuple[Slot, ...]
    confidence: Confidence
    evidence: Evidence
    identity: str
    content_digest: str
    executor: str = "builtin:render"
    trigger: str | None = None
    rewrite: dict[str, Any] | None = None
    steps: tuple[str, ...] = ()
    preconditions: tuple[str, ...] = ()
    ground_truth: tuple[dict[str, Any], ...] = ()
    policy_ref: str | None = None
    time_saved_per_use: float = 0.0
    created_by: str = ""
    approved_by: str | None = None
    history: tuple[dict[str, Any], ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that the pattern is for: what it adds, and what it waits for.

        A file that is edited is one for a pattern that has neither.
        """
        added = [slot.role for slot in self.slots if slot.mode is Mode.ADD]
        found = [*added, *([self.trigger] if self.trigger else [])]
        return tuple(dict.fromkeys(found or [slot.role for slot in self.slots]))

    def is_named_by(self, names: Iterable[str]) -> bool:
        """Whether one of these is its identity, its id or its name, in any case."""
        own = {self.identity, self.pattern_id.lower(), self.name.lower()}
        return any(name.lower() in own for name in names)

    @property
    def doc_id(self) -> str:
        """The document id that belongs to the pattern id."""
        return f"DOC-{self.pattern_id}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data in the order in which a reviewer reads it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "doc_id": self.doc_id,
            "pattern_id": self.pattern_id,
            "name": self.name,
            "version": self.version,
            "status": self.status.value,
            "role": "spec",
            "operation_kind": self.operation_kind,
            "summary": self.summary,
            "intent": self.intent,
            "inputs": self.inputs,
            "slots": [slot.to_dict() for slot in self.slots],
            "trigger": self.trigger,
            "rewrite": self.rewrite,
            "steps": list(self.steps),
            "preconditions": list(self.preconditions),
            "ground_truth": [dict(check) for check in self.ground_truth],
            "policy_ref": self.policy_ref,
            "executor": self.executor,
            "confidence": self.confidence.to_dict(),
            "evidence": self.evidence.to_dict(),
            "time_saved_per_use": self.time_saved_per_use,
            "identity": self.identity,
            "content_digest": self.content_digest,
            "created_by": self.created_by,
            "approved_by": self.approved_by,
            "history": [dict(entry) for entry in self.history],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read data that the spec schema has accepted."""
        return cls(
            pattern_id=data["pattern_id"],
            name=data["name"],
            version=data["version"],
            status=Status(data["status"]),
            operation_kind=data["operation_kind"],
            summary=data["summary"],
            intent=data["intent"],
            inputs=data["inputs"],
            slots=tuple(Slot.from_dict(slot) for slot in data["slots"]),
            trigger=data.get("trigger"),
            rewrite=data.get("rewrite"),
            steps=tuple(data.get("steps", ())),
            preconditions=tuple(data.get("preconditions", ())),
            ground_truth=tuple(data.get("ground_truth", ())),
            policy_ref=data.get("policy_ref"),
            executor=data["executor"],
            confidence=Confidence.from_dict(data["confidence"]),
            evidence=Evidence.from_dict(data["evidence"]),
            time_saved_per_use=float(data.get("time_saved_per_use", 0.0)),
            identity=data["identity"],
            content_digest=data["content_digest"],
            created_by=data.get("created_by", ""),
            approved_by=data.get("approved_by"),
            history=tuple(data.get("history", ())),
        )
