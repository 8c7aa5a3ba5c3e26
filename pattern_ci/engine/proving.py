"""Holds patterns to their ground truth: executes examples in a scratch clone, or just asks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git
from pattern_ci.engine.bridge import Job, execute_pattern, truths_of, values_of, workspace
from pattern_ci.engine.context import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pattern_ci.model.execution import CheckResult
    from pattern_ci.registry.library import Pattern

# For one example: generous, for it may run a test suite, and still an end.
LIMIT_S = 600.0


class Proof(NamedTuple):
    """What the checks said about one instance; `error` says why they could not be asked at all."""

    instance: str
    checks: tuple[CheckResult, ...]
    error: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.error and all(check.passed is not False for check in self.checks)


def asked(pattern: Pattern, shown: str, inputs: Mapping[str, Any], place: Place) -> Proof:
    """The checks of a pattern for values that were executed earlier, asked of the tree as it is."""
    values_of(pattern, inputs)
    job = Job(pattern=pattern, inputs=inputs, place=place, timeout_s=LIMIT_S)
    return Proof(shown, truths_of(job, workspace(job)))


def executed(
    pattern: Pattern, instances: Mapping[str, Mapping[str, Any]], root: Path
) -> Iterator[Proof]:
    """Each instance executed in a clone of what is committed below `root`, and then asked about.

    The clone shares objects with the repository and is gone afterwards; each instance has its own.
    """
    for shown, inputs in instances.items():
        with files.scratch_folder({}) as folder:
            clone = folder / "tree"
            git.clone_shared(root, clone)
            place = Place(clone, clone / ".git" / "pattern-ci", threading.RLock(), home=root)
            job = Job(
                pattern=pattern, inputs=inputs, place=place, overwrite=True, timeout_s=LIMIT_S
            )
            done = execute_pattern(job)
        yield Proof(shown, done.verification, "" if done.success else done.error)
