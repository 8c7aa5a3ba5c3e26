"""What a difference between an example and history comes to, and where in the library it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.messages import guard as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.render.excerpts import misplaced

if TYPE_CHECKING:
    from pattern_ci.automation.guard.records import Change, Example, Named
    from pattern_ci.model.anchor import Anchor
    from pattern_ci.registry.instances import Output
    from pattern_ci.registry.reading import DataFile

RULE = "guard/replay-differs"
_RECORD = ("sha256", "edit")


def of_entry(committed: bytes | None, made: Output, anchor: Anchor) -> str | None:
    """Why the entry is not where the anchor puts it in what was committed."""
    if committed is None:
        return messages.no_such_file(made.path)
    reason = misplaced(committed.decode("utf-8", "surrogateescape"), anchor, made.text)
    return messages.of_entry(made.path, reason) if reason else None


def meant(change: Change, shown: Example, made: Output) -> bytes | None:
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


def judge(change: Change, one: Named, shown: Example, made: Output, difference: str) -> Finding:
    commit = str(shown.commit)
    before = change.counterpart(one)
    if before is None:
        text = messages.new_differs(shown.file.path, commit, difference)
        return at_template(change, one, made.slot, text)
    # What the example itself records was agreed on, whether in this change or before it.
    if _recorded(shown.file, made):
        key = ("outputs", made.slot, "sha256")
        same = change.before.behaviour(before.suite) == change.after.behaviour(one.suite)
        if not _changed(change, shown.file, made.slot):
            if made.anchor and not same:  # where an entry goes is no part of its digest
                text = messages.differs(shown.file.path, commit, difference)
                return at_template(change, one, made.slot, text)
            text = messages.differed_before(commit, difference, change.since)
        elif not same:
            text = messages.differs_on_purpose(commit, difference)
        else:
            text = messages.new_differs(shown.file.path, commit, difference)
            return shown.file.at(key, RULE, text)
        return shown.file.at(key, RULE, text, Severity.NOTICE)
    text = messages.differs(shown.file.path, commit, difference)
    return at_template(change, one, made.slot, text)


def _recorded(file: DataFile, made: Output) -> bool:
    return _recorded_digest(file, made.slot) == text_digest(made.text)


def _recorded_digest(file: DataFile | None, slot: str) -> str | None:
    found: str | None = _output(file, slot).get("sha256")
    return found


def _output(file: DataFile | None, slot: str) -> dict[str, Any]:
    data: Any = file.data if file else None
    recorded = data.get("outputs") if isinstance(data, dict) else None
    output = recorded.get(slot) if isinstance(recorded, dict) else None
    return output if isinstance(output, dict) else {}


def _old(change: Change, file: DataFile) -> DataFile | None:
    """The example as it was before."""
    known = (old for suite in change.before.facts.suites for old in suite.positive)
    return next((old for old in known if old.path == file.path), None)


def _changed(change: Change, file: DataFile, slot: str) -> bool:
    """Whether the example recorded something else before, or was not there."""
    old, new = _output(_old(change, file), slot), _output(file, slot)
    return [old.get(part) for part in _RECORD] != [new.get(part) for part in _RECORD]


def first_difference(made: Output, committed: bytes | None) -> str:
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


def at_template(change: Change, one: Named, slot_id: str, text: str) -> Finding:
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
