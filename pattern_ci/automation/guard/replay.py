"""A changed pattern still renders what was committed, byte for byte.

An example names the commit that added a file, and records a text that the file had then or later:
patterns are learned from files as they are, and files are edited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.automation.guard import rewrites
from pattern_ci.errors import FatalError
from pattern_ci.messages import guard as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.model.finding import Finding, Severity
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
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite

RULE = "guard/replay-differs"
NOT_REPLAYED = "guard/not-replayed"


class Example(NamedTuple):
    """A positive example that can be used, and what it renders to."""

    file: DataFile
    commit: str | None
    made: tuple[Output, ...]


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
        if change.counterpart(one):
            paths |= set(one.spec.evidence.files)
    return Wanted(frozenset(pairs), frozenset(paths | {path for _, path in pairs}))


def _is_known(past: Past, shown: Example) -> bool:
    """Whether each output can be judged: it is there, or nothing is missing that it could be."""
    return shown.commit in past.commits and all(
        made.path in past.versions
        and (made.path not in past.lost or _encoded(made) in past.versions[made.path])
        for made in shown.made
    )


def _encoded(made: Output) -> bytes:
    return made.text.encode("utf-8", "surrogateescape")


def _differences(change: Change, one: Named, shown: Example) -> Iterator[Finding]:
    past = change.past
    for made in shown.made:
        assert shown.commit is not None
        versions = past.versions.get(made.path, frozenset())
        is_there = past.at.get((shown.commit, made.path), b"") is not None
        if is_there and _encoded(made) in versions:
            continue
        committed = _meant(change, shown, made) if is_there else None
        yield _judge(change, one, shown, made, _difference(made, committed))


def _meant(change: Change, shown: Example, made: Output) -> bytes | None:
    """The version that the example speaks of, or spoke of before; else that of its commit."""
    digests = {_recorded_digest(file, made.slot) for file in (shown.file, _old(change, shown.file))}
    versions = change.past.versions.get(made.path, frozenset())
    found = [
        text
        for text in sorted(versions)
        if text_digest(text.decode("utf-8", "surrogateescape")) in digests
    ]
    assert shown.commit is not None
    return found[0] if found else change.past.at.get((shown.commit, made.path))


def _judge(change: Change, one: Named, shown: Example, made: Output, difference: str) -> Finding:
    commit = str(shown.commit)
    before = change.counterpart(one)
    if before is None:
        text = messages.new_differs(shown.file.path, commit, difference)
        return _at_template(change, one, made.slot, text)
    # What the example itself records was agreed on, whether in this change or before it.
    if _recorded(shown.file, made):
        key = ("outputs", made.slot, "sha256")
        if not _changed(change, shown.file, made.slot):
            text = messages.differed_before(commit, difference, change.since)
        elif change.before.behaviour(before.suite) != change.after.behaviour(one.suite):
            text = messages.differs_on_purpose(commit, difference)
        else:
            text = messages.new_differs(shown.file.path, commit, difference)
            return shown.file.at(key, RULE, text)
        return shown.file.at(key, RULE, text, Severity.NOTICE)
    text = messages.differs(shown.file.path, commit, difference)
    return _at_template(change, one, made.slot, text)


def _recorded(file: DataFile, made: Output) -> bool:
    return _recorded_digest(file, made.slot) == text_digest(made.text)


def _recorded_digest(file: DataFile | None, slot: str) -> str | None:
    data: Any = file.data if file else None
    recorded = data.get("outputs") if isinstance(data, dict) else None
    output = recorded.get(slot) if isinstance(recorded, dict) else None
    return output.get("sha256") if isinstance(output, dict) else None


def _old(change: Change, file: DataFile) -> DataFile | None:
    """The example as it was before."""
    known = (old for suite in change.before.facts.suites for old in suite.positive)
    return next((old for old in known if old.path == file.path), None)


def _changed(change: Change, file: DataFile, slot: str) -> bool:
    """Whether the example recorded something else before, or was not there."""
    return _recorded_digest(_old(change, file), slot) != _recorded_digest(file, slot)


def _difference(made: Output, committed: bytes | None) -> str:
    if committed is None:
        return messages.no_such_file(made.path)
    there = committed.decode("utf-8", "surrogateescape").split("\n")
    here = made.text.split("\n")
    pairs = enumerate(zip(there, here, strict=False), 1)
    number = next((n for n, (one, other) in pairs if one != other), None)
    if number is None:  # one goes on where the other ends
        number = min(len(there), len(here)) + 1
    line_there, line_here = (
        lines[number - 1] if number <= len(lines) else "" for lines in (there, here)
    )
    return messages.first_difference(made.path, number, line_there, line_here)


def _at_template(change: Change, one: Named, slot_id: str, text: str) -> Finding:
    """At the line of the template that was edited; at the slot where the template is as before."""
    index = next(n for n, slot in enumerate(one.spec.slots) if slot.id == slot_id)
    template = one.suite.templates[index]
    old = change.before.texts.get(one.suite.relative(one.spec.slots[index].template))
    here = (template.text or "").replace("\r\n", "\n")
    if old is None or old == here:
        return one.suite.file.at(("slots", index, "template"), RULE, text)
    return Finding(template.path, _first_edit(old, here), 1, RULE, text)


def _first_edit(old: str, new: str) -> int:
    there, here = old.split("\n"), new.split("\n")
    pairs = enumerate(zip(there, here, strict=False), 1)
    # Where one only goes on, the first line that the other does not have; the empty text behind a
    # last line end is no line.
    end = len(there) if not there[-1] else len(there) + 1
    found = next((n for n, (one, other) in pairs if one != other), end)
    return min(found, len(here))


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
        if path not in shown
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
    yield _at_template(change, one, slot.id, messages.member_differs(path))


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
