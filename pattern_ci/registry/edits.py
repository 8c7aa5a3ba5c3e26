"""Turns what the slots of a pattern make into changes of files: new files, and edited ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.errors import EditError
from pattern_ci.messages import anchoring as messages
from pattern_ci.model.change import Change
from pattern_ci.render import journal
from pattern_ci.render.anchoring import Refused, insert

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.registry.instances import Output


class Edit(NamedTuple):
    """An entry in the new text of a file, from `line` on; `added` unless it was there already."""

    slot: str
    path: str
    line: int
    text: str
    added: bool


class Planned(NamedTuple):
    """One change a file, and each edit."""

    changes: tuple[Change, ...]
    edits: tuple[Edit, ...]


def planned(root: Path, made: Sequence[Output]) -> Planned:
    """The changes that these outputs come to; files that are edited are read below `root`.

    Raises EditError that names every entry without a place, and UnsafePathError.
    """
    texts, seen, problems = _read(root, [one.path for one in made if one.anchor])
    edits: list[Edit] = []
    changes: dict[tuple[str, str], Change] = {}
    for one in made:
        if one.anchor is None:
            changes["add", one.slot] = Change(one.path, one.text.encode())
        elif one.path in texts:
            done = insert(texts[one.path], one.anchor, one.text)
            if isinstance(done, Refused):
                problems.append(messages.of_file(one.path, done.reason))
                continue
            edit = Edit(one.slot, one.path, done.line, one.text, done.changed)
            more = done.text.count("\n") - texts[one.path].count("\n")
            edits = [*(_moved(earlier, edit, more) for earlier in edits), edit]
            texts[one.path] = done.text
            changes["edit", one.path] = Change(
                one.path, done.text.encode(), edit=True, made_from=seen[one.path]
            )
    if problems:
        raise EditError(messages.refused(problems), next_step=messages.BY_HAND)
    return Planned(tuple(changes.values()), tuple(edits))


def _read(root: Path, paths: Sequence[str]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    texts: dict[str, str] = {}
    seen: dict[str, str] = {}
    problems = []
    for path in dict.fromkeys(paths):
        data = files.read_bytes(files.inside(root, path))
        if data is None:
            problems.append(messages.of_file(path, messages.MISSING))
            continue
        seen[path] = journal.bytes_digest(data)
        try:
            texts[path] = data.decode()
        except UnicodeDecodeError:
            problems.append(messages.of_file(path, messages.NOT_UTF8))
    return texts, seen, problems


def _moved(earlier: Edit, edit: Edit, more: int) -> Edit:
    """An earlier edit, where a later one of the same file put it."""
    below = earlier.path == edit.path and edit.line <= earlier.line
    return earlier._replace(line=earlier.line + more) if below else earlier
