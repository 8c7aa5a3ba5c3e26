"""Holds patterns to their ground truth: executes examples in scratch repositories, or just asks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git
from pattern_ci.engine import scratch, witness
from pattern_ci.engine.bridge import Job, execute_pattern, truths_of, values_of, workspace
from pattern_ci.engine.context import Place
from pattern_ci.messages import truths as messages
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pattern_ci.registry.library import Pattern

# For one example: generous, for it may run a test suite, and still an end.
LIMIT_S = 600.0


class Example(NamedTuple):
    """An example as it is executed: its values, its world (None: a clone), checks of its own.

    A `refused` one is negative: the pattern must refuse it and leave the tree as it is.
    """

    name: str
    variables: Mapping[str, Any]
    world: Mapping[str, Any] | None = None
    truths: tuple[Mapping[str, Any], ...] = ()
    refused: bool = False


class Proof(NamedTuple):
    """What the checks said about one instance; `error` says why they could not be asked at all.

    `skipped` says why it was not executed: this machine has not what it needs.
    """

    instance: str
    checks: tuple[CheckResult, ...]
    error: str = ""
    skipped: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.error and all(check.passed is not False for check in self.checks)


def asked(pattern: Pattern, shown: str, inputs: Mapping[str, Any], place: Place) -> Proof:
    """The checks of a pattern for values that were executed earlier, asked of the tree as it is."""
    values_of(pattern, inputs)
    job = Job(pattern=pattern, inputs=inputs, place=place, timeout_s=LIMIT_S)
    return Proof(shown, truths_of(job, workspace(job)))


def executed(pattern: Pattern, examples: Iterable[Example], root: Path) -> Iterator[Proof]:
    """Each example executed in a repository of its own, and then asked about.

    One without a world is executed in a clone of what is committed below `root`.
    """
    for example in examples:
        absent = scratch.missing(example.world)
        if absent:
            yield Proof(example.name, (), skipped=messages.not_here(absent))
            continue
        world = scratch.NOTHING if example.refused and example.world is None else example.world
        with scratch.repository(world, root) as tree:
            yield _proof(pattern, example, tree, home=root)


def job_of(pattern: Pattern, example: Example, tree: Path, *, home: Path | None = None) -> Job:
    """The execution of an example in a tree that was made for it."""
    state = tree / ".git" / "pattern-ci"
    place = Place(tree, state, threading.RLock(), home=home, env=scratch.tools())
    return Job(
        pattern=pattern,
        inputs=example.variables,
        place=place,
        # A clone holds the very files that most examples were taken from.
        overwrite=example.world is None and not example.refused,
        timeout_s=LIMIT_S,
        more_truths=example.truths,
    )


def _proof(pattern: Pattern, example: Example, tree: Path, *, home: Path) -> Proof:
    job = job_of(pattern, example, tree, home=home)
    if not example.refused:
        done = execute_pattern(job)
        return Proof(example.name, done.verification, "" if done.success else done.error)
    before = standing(tree)
    done = execute_pattern(job)
    refused = CheckResult("refused", not done.success, done.error or messages.WAS_ACCEPTED)
    return Proof(example.name, (refused, CheckResult("unchanged", standing(tree) == before)))


def standing(tree: Path) -> tuple[Any, ...]:
    """Everything of a repository that an execution could leave otherwise."""
    index = git.text(tree, "ls-files", "--stage", "-z")
    return index, witness.standing(tree), witness.tips(tree), witness.worktrees(tree)
