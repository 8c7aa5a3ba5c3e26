"""Patterns of one library do not clash, do not wait for each other, and own every file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry.suites import FOLDERS, SPEC_SUFFIX, Suite

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pattern_ci.model.pattern import Spec
    from pattern_ci.registry.facts import Facts
    from pattern_ci.yaml import Key

_PATTERN_ID = re.compile(r"\bPAT-[A-Z0-9]+(?:-[A-Z0-9]+)*-[0-9]{3}\b")
_OWNED = ("schemas", "templates", "examples")


class _Named(NamedTuple):
    suite: Suite
    spec: Spec


def check(facts: Facts) -> list[Finding]:
    """Every rule that needs all patterns at once."""
    named = [_Named(suite, suite.spec) for suite in facts.suites if suite.spec]
    return [*_clashes(named), *_references(named, facts), *_cycles(named), *_strays(facts)]


def _clashes(named: list[_Named]) -> Iterator[Finding]:
    for field in ("pattern_id", "name", "identity"):
        first: dict[str, _Named] = {}
        for one in named:
            value = getattr(one.spec, field)
            other = first.setdefault(value, one)
            if other is not one and not _next_version(other, one):
                text = messages.clash(field, value, other.suite.file.path)
                yield one.suite.file.at((field,), "registry-duplicate", text)


def _next_version(one: _Named, other: _Named) -> bool:
    """Whether both are versions of one pattern, each in the folder of its own status."""
    left, right = one.spec, other.spec
    return (
        one.suite.folder != other.suite.folder
        and left.version != right.version
        and (left.pattern_id, left.name, left.identity)
        == (right.pattern_id, right.name, right.identity)
    )


def _mentions(spec: Spec) -> Iterator[tuple[Key, str]]:
    """Other patterns that a spec names, with the place where it does."""
    for field in ("preconditions", "steps"):
        for index, text in enumerate(getattr(spec, field)):
            for name in _PATTERN_ID.findall(text):
                if name != spec.pattern_id:
                    yield (field, index), name


def _references(named: list[_Named], facts: Facts) -> Iterator[Finding]:
    known = {one.spec.pattern_id for one in named} | facts.builtin_ids
    for one in named:
        for key, name in _mentions(one.spec):
            if name not in known:
                text = messages.no_pattern(name)
                yield one.suite.file.at(key, "registry-reference", text)


def _cycles(named: list[_Named]) -> Iterator[Finding]:
    graph = {one.spec.pattern_id: tuple(_mentions(one.spec)) for one in named}
    reported: set[frozenset[str]] = set()
    for one in named:
        way = _way_back(one.spec.pattern_id, graph)
        if way and frozenset(way) not in reported:
            reported.add(frozenset(way))
            key = next(key for key, name in graph[way[0]] if name == way[1])
            text = messages.cycle(way)
            yield one.suite.file.at(key, "registry-cycle", text)


def _way_back(start: str, graph: Mapping[str, tuple[tuple[Key, str], ...]]) -> list[str]:
    """The shortest way from `start` to itself, empty when there is none."""
    ways, seen = [[start]], set()
    for way in ways:
        for _, name in graph.get(way[-1], ()):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def _strays(facts: Facts) -> Iterator[Finding]:
    owned = {suite.relative(name) for suite in facts.suites for name in _names(suite)}
    broken = any(suite.spec is None for suite in facts.suites)
    for folder in FOLDERS:
        prefix = f"{folder}/" if folder else ""
        for name in sorted(facts.files):
            part, _, rest = name.removeprefix(prefix).partition("/")
            if not name.startswith(prefix) or rest.rpartition("/")[2].startswith("."):
                continue
            if part == "specs" and not rest.endswith(SPEC_SUFFIX):
                yield _stray(facts, name, messages.NOT_A_SPEC_NAME)
            # A spec that cannot be read may own any of them.
            if part in _OWNED and not broken and not _belongs(name, owned):
                yield _stray(facts, name, messages.NOBODYS)
    for name in facts.symlinks:
        if name.removeprefix("drafts/").removeprefix("quarantined/").split("/")[0] in _OWNED:
            path = facts.show(name)
            yield Finding(path, 1, 1, "readable", messages.SYMLINK)


def _names(suite: Suite) -> Iterator[str]:
    if suite.spec:
        yield suite.spec.inputs
        yield from (slot.template for slot in suite.spec.slots)
        yield f"examples/{suite.spec.name}/"


def _belongs(name: str, owned: set[str]) -> bool:
    return name in owned or any(name.startswith(f"{entry}/") for entry in owned)


def _stray(facts: Facts, name: str, text: str) -> Finding:
    return Finding(facts.show(name), 1, 1, "registry-stray", text, Severity.WARNING)
