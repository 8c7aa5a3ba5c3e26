"""The patterns in force: those of the repository over those that ship with the package, by id.

Any copy that a repository has of an id, a quarantined or retired one too, takes the place of the
one that ships: that is how a repository changes or turns off a built-in pattern.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum, unique
from typing import TYPE_CHECKING

from pattern_ci.errors import PatternNotFoundError
from pattern_ci.messages import engine as messages
from pattern_ci.registry.derive import KINDS
from pattern_ci.registry.facts import builtin_root, described
from pattern_ci.registry.library import Library, Pattern, load_library
from pattern_ci.registry.reading import read_data

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.model.finding import Finding


_NAMED = 3  # as many as are named of a library's own


@unique
class Origin(StrEnum):
    """Where a pattern comes from."""

    OWN = "repository"
    BUILTIN = "built-in"


@dataclass(frozen=True, kw_only=True)
class InForce:
    """A pattern that counts, and whether it stands in for one that ships with the package."""

    pattern: Pattern
    origin: Origin
    shadows: bool = False


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """Two libraries as one; `kinds` are the operation kinds of both."""

    own: Library
    entries: tuple[InForce, ...]
    kinds: frozenset[str]
    findings: tuple[Finding, ...] = field(default=())

    def in_force(self, wanted: str) -> InForce:
        """The pattern of this id, name or spec file; the repository's own come first.

        Raises PatternNotFoundError.
        """
        try:
            found = self.own.find(wanted)
        except PatternNotFoundError as error:
            return self._shipped(wanted, error)
        return next(entry for entry in self.entries if entry.pattern is found)

    def _shipped(self, wanted: str, missing: PatternNotFoundError) -> InForce:
        shipped = [entry for entry in self.entries if entry.origin is Origin.BUILTIN]
        for entry in shipped:
            if wanted in (entry.pattern.spec.pattern_id, entry.pattern.spec.name):
                return entry
        names = [entry.pattern.spec.pattern_id for entry in shipped]
        raise PatternNotFoundError(
            missing.what,
            why=missing.why,
            next_step=messages.also_built_in(missing.next_step, _nearest(wanted, names)),
        ) from missing


def _nearest(wanted: str, names: Sequence[str]) -> list[str]:
    """Those that share most words with what was asked for; all ids begin and end alike."""
    asked = wanted.upper().replace("_", "-")
    words = set(asked.split("-"))

    def unlike(name: str) -> tuple[int, float]:
        return -len(words.intersection(name.split("-"))), -SequenceMatcher(a=name, b=asked).ratio()

    return sorted(names, key=unlike)[:_NAMED]


def overlay(root: Path, *, shown: str | None = None, builtin: Path | None = None) -> Overlay:
    """Read the library in `root` and lay it over the one that ships with the package."""
    return over(load_library(root, shown=shown), builtin=builtin)


def over(own: Library, *, builtin: Path | None = None) -> Overlay:
    """A library that was read already, laid over the one that ships with the package."""
    root, base = own.root, builtin_root() if builtin is None else builtin
    if root.resolve() == base.resolve():
        entries = [InForce(pattern=pattern, origin=Origin.OWN) for pattern in own.patterns]
        return Overlay(own=own, entries=tuple(entries), kinds=kinds_of(root), findings=own.findings)
    shipped = load_library(base)
    ours = {pattern.spec.pattern_id for pattern in own.patterns}
    theirs = {pattern.spec.pattern_id for pattern in shipped.patterns}
    entries = [
        InForce(pattern=pattern, origin=Origin.OWN, shadows=pattern.spec.pattern_id in theirs)
        for pattern in own.patterns
    ]
    entries += [
        InForce(pattern=pattern, origin=Origin.BUILTIN)
        for pattern in shipped.patterns
        if pattern.spec.pattern_id not in ours
    ]
    kinds = kinds_of(root) | kinds_of(base)
    return Overlay(own=own, entries=tuple(entries), kinds=kinds, findings=own.findings)


def find(root: Path, wanted: str) -> Pattern:
    """The pattern in force of this id, name or spec file; raises PatternNotFoundError.

    What ships with the package is read only where the library in `root` has no such pattern.
    """
    own = load_library(root)
    try:
        return own.find(wanted)
    except PatternNotFoundError:
        return over(own).in_force(wanted).pattern


def kinds_of(root: Path) -> frozenset[str]:
    """The operation kinds that the registry of one library lists."""
    return frozenset(described_kinds(root))


def described_kinds(root: Path) -> dict[str, str]:
    """The operation kinds that the registry of one library lists, each with what it says of it."""
    if not (root / KINDS).exists():
        return {}
    return described(read_data(root, root / KINDS, KINDS))
