"""What `explain` says about operations: patterns that were written, and the kinds they serve."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@unique
class Origin(StrEnum):
    """Where a pattern was found: in a library on disk, in the package, or only in the history."""

    LIBRARY = "library"
    BUILT_IN = "built-in"
    HISTORY = "history"


@dataclass(frozen=True, kw_only=True)
class Input:
    """A variable of an operation; `default` and `choices` are JSON text, None without a default."""

    name: str
    type: str
    says: str
    required: bool
    default: str | None
    choices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OperationExplained:
    """A pattern that was written, not learned: what it does and how to run it.

    `shadows` says that it stands in for a built-in one of this id, `routed` that steps of its kind
    may go to it. `ground_truth` are its checks in words, `example` the variables of its shortest
    positive example, `commands` the lines that run it.
    """

    pattern_id: str
    name: str
    version: str
    status: str
    origin: Origin
    shadows: bool
    spec: str
    operation_kind: str
    kind_says: str
    routed: bool
    summary: str
    intent: str
    writes: tuple[str, ...]
    inputs: tuple[Input, ...]
    preconditions: tuple[str, ...]
    steps: tuple[str, ...]
    executor: str
    ground_truth: tuple[str, ...]
    example: Mapping[str, Any] | None
    commands: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Serving:
    """A pattern that serves a kind of operation; without `roles` for any path."""

    pattern_id: str
    version: str
    origin: Origin
    summary: str
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class KindExplained:
    """A kind of operation and the patterns that serve it, in the order in which they are tried.

    `origins` are the registries that list it, `waiting` the ids of patterns of this kind that no
    step goes to.
    """

    operation_kind: str
    says: str
    origins: tuple[Origin, ...]
    served: tuple[Serving, ...]
    waiting: tuple[str, ...]
