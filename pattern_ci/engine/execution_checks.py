"""Checks of ground truth about an execution: what was told, what was written, what was run.

The engine has noted what was written and run while it happened; what the executor says is held to
that, and both to the tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.engine import witness
from pattern_ci.engine.file_checks import command_of
from pattern_ci.errors import SpecError
from pattern_ci.executors.library import transforming
from pattern_ci.messages import truths as said
from pattern_ci.render import journal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.engine.truth_world import Ask, Done, Seen, Truth, World

_COMMITTED = "as committed"
_STOPPED = -1  # the exit code of a program that was ended at its time limit


def _value(truth: Truth, _: World) -> Seen:
    return truth["value"], ""


def _ran(truth: Truth, world: World) -> Seen:
    wanted = command_of(truth)
    for words, code in reversed(_done(world).ran):
        if words[0] == wanted[0] and _in_order(wanted, words):
            return (_STOPPED if code is None else code), ""
    return "", said.NOT_RUN


def _in_order(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether all these words are there in this order: options for a report may be among them."""
    rest = iter(words)
    return all(word in rest for word in wanted)


def _changes_stand(truth: Truth, world: World) -> Seen:
    changes = _done(world).changes
    root = world.context.root
    wrong = [one.path for one in changes if journal.digest(root / one.path) != one.after]
    if wrong:
        return False, said.not_as_told(wrong)
    written = {change.path for change in changes}
    never = [path for path in _told(truth.get("told", ())) if path not in written]
    return not never, said.never_written(never)


def _told(items: Any) -> Iterator[str]:
    """The files that an executor tells of: paths, or records with a path."""
    if not isinstance(items, list | tuple):
        raise SpecError(said.wrong_type("changes_stand", "told", "a list"))
    for item in items:
        path = item.get("path") if isinstance(item, dict) else item
        if not isinstance(path, str):
            raise SpecError(said.wrong_type("changes_stand", "told", "a list of paths"))
        yield path


def _nothing_else(_: Truth, world: World) -> Seen:
    done = _done(world)
    before, root = done.before, world.context.root
    head, now = witness.standing(root)
    ours = {change.path for change in done.changes}
    found = [
        path
        for path in sorted({*before.files, *now} - ours)
        if before.files.get(path, _COMMITTED) != now.get(path, _COMMITTED)
    ]
    found += ["HEAD"] if before.head != head else []
    if found and before.guest.met:
        return None, said.IN_COMPANY
    return not found, said.changed_too(found)


def _was_clean(_: Truth, world: World) -> Seen:
    found = sorted(_done(world).before.files)
    return not found, said.was_there(found)


def _replays(truth: Truth, world: World) -> Seen:
    done = _done(world)
    earlier = done.earlier()
    written: dict[str, None] = {}
    for step in _taken(truth):
        changes = transforming.changes(earlier, step)
        earlier.write(changes, overwrite=True)
        written.update(dict.fromkeys(change.path for change in changes))
    paths = [*written, *(one.path for one in done.changes if one.path not in written)]
    wrong = [path for path in paths if earlier.read(path) != world.context.read(path)]
    return not wrong, said.ends_otherwise(wrong)


def _taken(truth: Truth) -> list[Mapping[str, Any]]:
    """The steps; where `taken` says what became of each, those that were applied."""
    steps, taken = truth["steps"], truth.get("taken")
    if not _are_records(steps) or (taken is not None and not _are_records(taken)):
        raise SpecError(said.wrong_type("replays", "steps", "a list of steps"))
    if taken is None:
        return list(steps)
    return [step for step, one in zip(steps, taken, strict=False) if one.get("applied")]


def _are_records(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, dict) for one in value)


def _done(world: World) -> Done:
    assert world.done is not None, "who asks about an execution has executed"
    return world.done


CHECKS: dict[str, Ask] = {
    "value": _value,
    "ran": _ran,
    "changes_stand": _changes_stand,
    "nothing_else": _nothing_else,
    "was_clean": _was_clean,
    "replays": _replays,
}
