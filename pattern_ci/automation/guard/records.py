"""What the guard's rules look at: a library before and after a change, and what was committed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.model.digests import content_digest
from pattern_ci.registry.derive import executor_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.finding import Finding
    from pattern_ci.model.pattern import Spec
    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite


@dataclass(frozen=True, kw_only=True)
class Side:
    """A library at one time; `texts` are all of its files by path below its folder.

    Line ends are LF in `texts`: a checkout may have changed them.
    """

    facts: Facts
    texts: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    def owned(self, suite: Suite) -> frozenset[str]:
        """Paths of the files that make up a suite, there or not."""
        spec_path = suite.relative(f"specs/{suite.path.name}")
        name = suite.spec.name if suite.spec else suite.stem
        named = {spec_path}
        if suite.spec:
            named.add(suite.relative(suite.spec.inputs))
            named |= {suite.relative(slot.template) for slot in suite.spec.slots}
            named.add(executor_path(spec_path, suite.spec.executor))
        examples = suite.relative(f"examples/{name}/")
        return frozenset(named | {path for path in self.texts if path.startswith(examples)})

    def behaviour(self, suite: Suite) -> str:
        """A digest of all that decides what a pattern does, whatever its files are called."""
        assert suite.spec is not None
        spec = suite.spec
        slots = [
            {**slot.to_dict(), "template": (template.text or "").replace("\r\n", "\n")}
            for slot, template in zip(spec.slots, suite.templates, strict=True)
        ]
        executor = executor_path(suite.relative("specs/x"), spec.executor)
        return content_digest(
            {
                "operation_kind": spec.operation_kind,
                "schema": suite.schema.data if suite.schema else None,
                "slots": slots,
                "rewrite": spec.rewrite,
                "steps": spec.steps,
                "preconditions": spec.preconditions,
                "ground_truth": spec.ground_truth,
                "policy_ref": spec.policy_ref,
                "executor": self.texts.get(executor, spec.executor),
            }
        )


class Example(NamedTuple):
    """A positive example that can be used, and what it renders to."""

    file: DataFile
    commit: str | None
    made: tuple[Output, ...]


class Named(NamedTuple):
    """A suite whose spec can be read."""

    suite: Suite
    spec: Spec


def readable(side: Side) -> list[Named]:
    """The suites of a library whose specs can be read, in their fixed order."""
    return [Named(suite, suite.spec) for suite in side.facts.suites if suite.spec]


@dataclass(frozen=True, kw_only=True)
class Past:
    """What was committed, as far as it belongs to the history that was asked about.

    `at` holds the text of a path at a commit, None where the commit has no such file; commits that
    are no part of that history are in neither. `versions` holds every text that a path ever had,
    without those of `lost` paths whose objects are not all in this clone.
    """

    commits: frozenset[str] = frozenset()
    at: Mapping[tuple[str, str], bytes | None] = field(default_factory=dict)
    versions: Mapping[str, frozenset[bytes]] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Change:
    """A library before and after, and the suites whose files differ; `there` are paths in use.

    `since` is how the earlier state is called in messages.
    """

    before: Side
    after: Side
    changed: tuple[Named, ...]
    past: Past
    since: str
    there: frozenset[str] = frozenset()

    def counterpart(self, one: Named) -> Named | None:
        """The same pattern before: the copy in the same folder, or else any."""
        found = self.earlier(one)
        same = [old for old in found if old.suite.folder == one.suite.folder]
        return next(iter(same or found), None)

    def earlier(self, one: Named) -> list[Named]:
        """Every copy of the pattern of before."""
        return [old for old in readable(self.before) if old.spec.pattern_id == one.spec.pattern_id]


def changed_suites(before: Side, after: Side) -> tuple[Named, ...]:
    """The suites of `after` of which any file differs from `before`, or is new or gone."""
    paths = before.texts.keys() | after.texts.keys()
    differs = {path for path in paths if before.texts.get(path) != after.texts.get(path)}
    earlier = {suite.relative(suite.path.name): suite for suite in before.facts.suites}

    def files(suite: Suite) -> frozenset[str]:
        old = earlier.get(suite.relative(suite.path.name))
        return after.owned(suite) | (before.owned(old) if old else frozenset())

    return tuple(one for one in readable(after) if files(one.suite) & differs)
