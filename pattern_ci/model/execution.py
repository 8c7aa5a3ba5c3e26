"""What an executor is given, what it gives back, and what is kept of it.

An executor is a module that satisfies `Executor`: one function that takes a context and plain
inputs. It touches the outside only through the context, so that a plan, a time limit, the way
back and the record of what happened are the same for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.change import Change
    from pattern_ci.model.event import Event
    from pattern_ci.model.pattern import Spec


class FileChange(NamedTuple):
    """A file that was written, or would be: `action` is create, overwrite, delete or unchanged.

    Digests are `sha256:…` of the bytes before and after; None stands for no file.
    """

    path: str
    action: str
    before: str | None
    after: str | None


class Ran(NamedTuple):
    """A program that has ended: exit code (None: killed at its time limit) and what it printed.

    Output beyond the limit is gone from the middle, and then `cut` is true. `planned` stands for a
    program that a plan did not start; its exit code is 0.
    """

    command: tuple[str, ...]
    returncode: int | None
    stdout: bytes
    stderr: bytes
    duration_s: float
    cut: bool = False
    planned: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with exit code 0."""
        return self.returncode == 0


class CheckResult(NamedTuple):
    """One check of the truth: its name, whether it holds, and one line that says what was seen.

    `passed` is None where it could not be asked.
    """

    name: str
    passed: bool | None
    detail: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"check": self.name, "passed": self.passed, "detail": self.detail}


@dataclass(frozen=True, kw_only=True)
class OperationSignature:
    """What makes two executions comparable (design, glossary); shapes are short digests."""

    operation_kind: str
    file_types: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    input_signature: str = ""
    output_signature: str = ""
    verification: str = ""


@dataclass(frozen=True, kw_only=True)
class ExecutionResult:
    """What came of an execution.

    An executor fills `success`, `outputs` (plain JSON data), `verification` and, when it failed,
    `error` with one line; `events` are what it learned on the way, for telemetry. `declined` marks
    a failure that is its answer: it did what it is there for, and the work was refused, or what it
    was asked about is not as it should be. That says nothing against the pattern. The engine adds
    what only it can know for sure: the changes, the signature and the time it took, in seconds.
    """

    success: bool
    outputs: Mapping[str, Any] = field(default_factory=dict)
    verification: tuple[CheckResult, ...] = ()
    error: str = ""
    declined: bool = False
    events: tuple[Event, ...] = ()
    changes: tuple[FileChange, ...] = ()
    signature: OperationSignature | None = None
    duration_s: float = 0.0


class Context(Protocol):
    """Everything that an executor may do. Paths are relative to `root`, with `/`."""

    @property
    def root(self) -> Path:
        """The top of the work tree."""

    @property
    def plan(self) -> bool:
        """Whether this only shows what would be done: nothing is written, nothing started."""

    @property
    def spec(self) -> Spec | None:
        """The pattern that is executed; None for an executor that is called by itself."""

    @property
    def remaining_s(self) -> float | None:
        """Seconds until the time limit, never negative; None without one."""

    def read(self, path: str) -> bytes | None:
        """Contents of a file (in a plan: as planned so far), None when there is none.

        Raises UnsafePathError for a path that leaves the work tree.
        """

    def write(
        self, changes: Sequence[Change], *, overwrite: bool = False
    ) -> tuple[FileChange, ...]:
        """Write all these files or none, also after a crash; in a plan, note them only.

        Raises what a transaction raises: UnsafePathError, WouldOverwriteError, StorageError.
        """

    def run(
        self,
        command: Sequence[str],
        *,
        reads: bool = False,
        timeout_s: float | None = None,
        stdin: bytes | None = None,
        cwd: str | Path = ".",
        env: Mapping[str, str | None] | None = None,
    ) -> Ran:
        """Run a program to its end: never a shell, its whole group killed at the time limit.

        `reads` says that it changes nothing, so that a plan starts it too. `cwd` is a folder of the
        tree, or as a Path one of the executor's own, outside of it. `env` changes the environment;
        None takes a name out of it. Raises ProcessError when it cannot be started.
        """

    def check(self, truth: Mapping[str, Any]) -> CheckResult:
        """One check of ground truth, as a spec writes it: `{check: parses, path: a.py, …}`."""

    def checkpoint(self) -> int:
        """A mark for `rollback`: what was written until now stays."""

    def rollback(self, to: int = 0) -> tuple[FileChange, ...]:
        """Bring back every file that was written since the mark."""

    def say(self, line: str) -> None:
        """One line of progress for the log of the run."""


class Executor(Protocol):
    """What `pattern_ci/executors/<name>.py` has to be."""

    def execute(self, context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
        """Do the work once. `inputs` fit the pattern's schema and hold its defaults.

        A failure that can be foreseen is a result; a FatalError is one as well, made from its
        line. After either, every file that was written through the context is put back.
        """
