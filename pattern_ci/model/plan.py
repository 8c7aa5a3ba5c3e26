"""A plan: steps of a known kind, what each needs, and how patient to be with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = 1
# Full jitter (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
BACKOFF_S = 1.0
MAX_BACKOFF_S = 60.0
TIMEOUT_S = 600.0


@dataclass(frozen=True, kw_only=True)
class Retry:
    """How often to try, and how long to wait: up to `backoff_s` doubled with each attempt."""

    attempts: int = 1
    backoff_s: float = BACKOFF_S

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read data that the plan schema has accepted."""
        return cls(
            attempts=int(data.get("attempts", 1)),
            backoff_s=float(data.get("backoff", BACKOFF_S)),
        )


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation. `run` is what is started where no pattern serves it.

    `idempotent` says that doing it twice is the same as doing it once; `overwrite` is consent to
    replace files that are there; `timeout_s` holds for each attempt.
    """

    id: str
    operation_kind: str
    pattern_id: str | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    retry: Retry = Retry()
    timeout_s: float = TIMEOUT_S
    run: tuple[str, ...] = ()
    shell: bool = False
    idempotent: bool = False
    overwrite: bool = False
    ground_truth: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read data that the plan schema has accepted."""
        return cls(
            id=data["id"],
            operation_kind=data["metadata"]["operation_kind"],
            pattern_id=data["metadata"].get("pattern_id"),
            inputs=data.get("inputs", {}),
            needs=tuple(data.get("needs", ())),
            retry=Retry.from_dict(data.get("retry", {})),
            timeout_s=float(data.get("timeout", TIMEOUT_S)),
            run=tuple(data.get("run", ())),
            shell=bool(data.get("shell", False)),
            idempotent=bool(data.get("idempotent", False)),
            overwrite=bool(data.get("overwrite", False)),
            ground_truth=tuple(data.get("ground_truth", ())),
        )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Steps by the order in which they stand; `digest` changes with every change of the file."""

    name: str
    steps: tuple[Step, ...]
    digest: str
    workers: int | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, digest: str) -> Self:
        """Read data that the plan schema has accepted."""
        return cls(
            name=data["name"],
            steps=tuple(Step.from_dict(step) for step in data["steps"]),
            digest=digest,
            workers=data.get("workers"),
        )

    def step(self, wanted: str) -> Step:
        """The step of this id. Raises KeyError when there is none."""
        for step in self.steps:
            if step.id == wanted:
                return step
        raise KeyError(wanted)
