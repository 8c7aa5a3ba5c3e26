"""A changed pattern still renders what was committed, byte for byte.

An example names the commit that added a file, and records a text that the file had then or later:
patterns are learned from files as they are, and files are edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.automation.guard import judging, rewrites
from pattern_ci.automation.guard.judging import RULE
from pattern_ci.automation.guard.records import Example
from pattern_ci.errors import FatalError
from pattern_ci.messages import guard as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.pattern import Mode
from pattern_ci.model.role import Role
from pattern_ci.registry.instances import Output, outputs
from pattern_ci.registry.library import unusable, usable
from pattern_ci.registry.published import published
from pattern_ci.registry.rewriting import rewrites_lines
from pattern_ci.registry.rules.templates import renderable
from pattern_ci.registry.shape import problems
from pattern_ci.registry.variables import schema_problems, variable_problems, with_defaults
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.automation.guard.records import Change, Named, Past, Side
    from pattern_ci.model.pattern import Slot
    from pattern_ci.registry.library import Pattern
    from pattern_ci.registry.suites import Suite

NOT_REPLAYED = "guard/not-replayed"


class Wanted(NamedTuple):
    """What history is asked for: paths at commits, and paths with every text they ever had."""

    pairs: frozenset[tuple[str, str]]
    paths: frozenset[str]


class Replayed(NamedTuple):
    """What was found, and how many examples were compared with history."""

    findings: list[Finding]
    compared: int


def replay(change: Change) -> Replayed:
    """Compare every example of every changed pattern with its commit."""
    findings: list[Finding] = []
    count = 0
    for one in change.changed:
        pattern = sound(one.suite)
        if pattern is None:
            continue  # its own rules say why
        usable_ones = examples(one.suite, pattern)
        is_known = rewrites.known if rewrites_lines(pattern.spec) else _is_known
        compared = [shown for shown in usable_ones if is_known(change.past, shown)]
        for shown in compared:
            if rewrites_lines(pattern.spec):
                findings.extend(rewrites.differences(change.past, shown, RULE))
            else:
                findings.extend(_differences(change, one, shown))
        findings.extend(_members(change, one, pattern))
        findings.extend(_left_out(one, usable_ones, compared))
        count += len(compared)
    return Replayed(findings, count)


def sound(suite: Suite) -> Pattern | None:
    """The pattern of a suite that can be rendered; None when something of it is broken."""
    if unusable(suite) or suite.schema is None or schema_problems(suite.schema.data):
        return None
    return usable(suite) if all(map(renderable, suite.templates)) else None


def examples(suite: Suite, pattern: Pattern) -> list[Example]:
    """The positive examples of a sound suite that fit its schema and render."""
    found = []
    for file in suite.positive:
        if file.document is None or any(problems(file.data, published("positive_example"))):
            continue
        variables = file.data["variables"]
        if variable_problems(pattern.schema, variables):
            continue
        try:
            made = outputs(pattern, variables)
        except FatalError:
            continue  # the rules about examples say why
        found.append(Example(file, file.data.get("commit"), made))
    return found


def wanted(change: Change) -> Wanted:
    """Everything that `replay` will ask for."""
    pairs: set[tuple[str, str]] = set()
    paths: set[str] = set()
    for one in change.changed:
        pattern = sound(one.suite)
        if pattern is None:
            continue
        for shown in examples(one.suite, pattern):
            pairs |= {(shown.commit, made.path) for made in shown.made if shown.commit}
            # An entry is asked for at its commit only: lists that people keep change often.
            paths |= {made.path for made in shown.made if shown.commit and not made.anchor}
        if change.counterpart(one):
            paths |= set(one.spec.evidence.files)
    return Wanted(frozenset(pairs), frozenset(paths))


def _is_known(past: Past, shown: Example) -> bool:
    """Whether each output can be judged: it is there, or nothing is missing that it could be."""
    return shown.commit in past.commits and all(
        _can_be_judged(past, str(shown.commit), made) for made in shown.made
    )


def _can_be_judged(past: Past, commit: str, made: Output) -> bool:
    if made.anchor:
        return (commit, made.path) in past.at
    return made.path in past.versions and (
        made.path not in past.lost or _encoded(made) in past.versions[made.path]
    )


def _encoded(made: Output) -> bytes:
    return made.text.encode("utf-8", "surrogateescape")


def _differences(change: Change, one: Named, shown: Example) -> Iterator[Finding]:
    past = change.past
    for made in shown.made:
        assert shown.commit is not None
        if made.anchor:
            difference = judging.of_entry(past.at[shown.commit, made.path], made, made.anchor)
            if difference:
                yield judging.judge(change, one, shown, made, difference)
            continue
        versions = past.versions.get(made.path, frozenset())
        is_there = past.at.get((shown.commit, made.path), b"") is not None
        if is_there and _encoded(made) in versions:
            continue
        committed = judging.meant(change, shown, made) if is_there else None
        difference = judging.first_difference(made, committed)
        yield judging.judge(change, one, shown, made, difference)


# -- members that no example shows ---------------------------------------------------------------


def _members(change: Change, one: Named, pattern: Pattern) -> Iterator[Finding]:
    """Members that came out of their names alone must still do so."""
    before = change.counterpart(one)
    earlier = sound(before.suite) if before else None
    if earlier is None:
        return
    shown = {made.path for example in examples(one.suite, pattern) for made in example.made}
    lost = [
        (slot, path)
        for path in one.spec.evidence.files
        for slot in pattern.spec.slots
        if slot.mode is Mode.ADD
        and path not in shown
        and _from_name(earlier, slot.id, path) in change.past.versions.get(path, ())
        and _from_name(pattern, slot.id, path) not in change.past.versions.get(path, ())
        and path not in change.past.lost
    ]
    if not lost:
        return
    if _examples_changed(change.before, change.after, one.suite):
        text = messages.member_on_purpose(len(lost))
        yield one.suite.file.at(("evidence", "files"), RULE, text, Severity.NOTICE)
        return
    slot, path = lost[0]
    yield judging.at_template(change, one, slot.id, messages.member_differs(path))


def _from_name(pattern: Pattern, slot_id: str, path: str) -> bytes | None:
    """What a slot writes at a path when only the path is known; None when that is not enough."""
    slot: Slot | None = next((one for one in pattern.spec.slots if one.id == slot_id), None)
    holes = Role(slot.role).match(path) if slot else None
    if slot is None or holes is None or variable_problems(pattern.schema, holes):
        return None
    values = with_defaults(pattern.schema, holes)
    try:
        done = render(pattern.templates[slot.id], values, newline=slot.newline)
    except FatalError:
        return None
    return done.text.encode("utf-8", "surrogateescape")


def _examples_changed(before: Side, after: Side, suite: Suite) -> bool:
    assert suite.spec is not None
    folder = suite.relative(f"examples/{suite.spec.name}/positive/")
    paths = {path for path in (*before.texts, *after.texts) if path.startswith(folder)}
    return any(before.texts.get(path) != after.texts.get(path) for path in paths)


def _left_out(one: Named, found: list[Example], compared: list[Example]) -> Iterator[Finding]:
    """Nobody should take silence for a pass."""
    rest = [shown for shown in found if shown not in compared]
    if rest:
        without = [shown.file.path.rpartition("/")[2] for shown in rest if not shown.commit]
        lost = [shown.commit for shown in rest if shown.commit]
        text = messages.not_replayed(len(compared), without, lost)
    elif not found:
        text = messages.no_examples()
    else:
        return
    yield one.suite.file.at(("evidence",), NOT_REPLAYED, text, Severity.NOTICE)
