"""Holds a change set against the tree: what each change would do, and what stands in its way."""

from __future__ import annotations

import os
import stat
import unicodedata
from enum import StrEnum, unique
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.errors import WouldOverwriteError
from pattern_ci.messages import render as messages
from pattern_ci.model.change import Change
from pattern_ci.render import journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["Action", "Change", "Step", "mode_of", "refuse_overwrites", "survey"]


@unique
class Action(StrEnum):
    """What a change means for the file that is there, or is not."""

    CREATE = "create"
    OVERWRITE = "overwrite"
    EDIT = "edit"
    DELETE = "delete"
    KEEP = "unchanged"


class Step(NamedTuple):
    """A change held against the tree; digests before and after, None for no file."""

    change: Change
    action: Action
    before: str | None
    after: str | None


def survey(root: Path, changes: Iterable[Change]) -> tuple[Step, ...]:
    """What each change would do, in order; nothing is written.

    Raises UnsafePathError for a path that leaves `root` or passes through a symlink, and
    WouldOverwriteError where no file can be written at all.
    """
    wanted = tuple(changes)
    _refuse_twins([change.path for change in wanted])
    return tuple(_step(root, change) for change in wanted)


def refuse_overwrites(steps: Iterable[Step], next_step: str | None = None) -> None:
    """Raise WouldOverwriteError when a step needs consent, naming every such file."""
    in_the_way = [
        step.change.path for step in steps if step.action in (Action.OVERWRITE, Action.DELETE)
    ]
    if in_the_way:
        raise WouldOverwriteError(
            messages.in_the_way(in_the_way), next_step=next_step or messages.FORCE_STEP
        )


def mode_of(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.lstat().st_mode)


def _refuse_twins(paths: Sequence[str]) -> None:
    taken: dict[str, str] = {}
    for path in paths:
        if _folded(path) in taken:
            raise _blocked(messages.same_place(taken[_folded(path)], path))
        taken[_folded(path)] = path
    for path in paths:
        for parent in PurePosixPath(path).parents:
            if _folded(str(parent)) in taken:
                raise _blocked(messages.same_place(taken[_folded(str(parent))], path))


def _folded(path: str) -> str:
    """Equal for paths that are one on systems that ignore case or how accents are composed."""
    return unicodedata.normalize("NFC", path).casefold()


def _blocked(message: str) -> WouldOverwriteError:
    return WouldOverwriteError(message, next_step=messages.BLOCKED_STEP)


def _step(root: Path, change: Change) -> Step:
    path = files.inside(root, change.path)
    for parent in PurePosixPath(change.path).parents:
        if (root / parent).exists() and not (root / parent).is_dir():
            raise _blocked(messages.blocked(change.path, str(parent)))
    try:
        before = journal.digest(path)
    except OSError as error:
        raise files.storage_error(path, error, "read") from error
    if before == journal.NO_FILE:
        raise _blocked(messages.blocked(change.path, change.path))
    after = None if change.data is None else journal.bytes_digest(change.data)
    return Step(change, _action(path, change, before, after), before, after)


def _action(path: Path, change: Change, before: str | None, after: str | None) -> Action:
    if before is None:
        return Action.KEEP if after is None else Action.CREATE
    if after is None:
        return Action.DELETE
    same_mode = change.mode is None or os.name == "nt" or mode_of(path) == change.mode
    if before == after and same_mode:
        return Action.KEEP
    return Action.EDIT if change.edit else Action.OVERWRITE
