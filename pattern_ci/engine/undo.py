"""What an execution has written so far, on disk: one that is cut off is taken back at next start.

A transaction writes all of its files or none; an execution may write several times and look in
between. Killed there, it would leave a step that nobody has proved. So each write is noted before
it happens, and whoever opens the engine next takes back what a dead execution has left.
"""

from __future__ import annotations

import base64
import json
from contextlib import ExitStack, suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import files, git
from pattern_ci.errors import LockedError, StorageError
from pattern_ci.model.change import Change
from pattern_ci.render import journal, lock
from pattern_ci.render.transaction import apply_changes
from pattern_ci.telemetry import ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_FOLDER = "undo"
_FIRST = "000000.json"  # without the first note there is nothing to take back


class Noted(NamedTuple):
    """A file before it was written, and the digest that the writing is to leave."""

    path: str
    data: bytes | None
    mode: int | None
    left: str | None


class UndoLog:
    """The notes of one execution; nothing is on disk before its first write."""

    def __init__(self, root: Path, state_dir: Path) -> None:
        self._root, self._state = root, state_dir
        self._folder = state_dir
        self._held = ExitStack()
        self._locked = False
        self._count = 0

    def note(self, written: Iterable[Noted], folders: Iterable[str]) -> None:
        """What is about to be written, and the folders that this makes. Raises StorageError."""
        if not self._locked:  # a first note that the disk did not take has locked already
            self._folder = self._state / _FOLDER / ids.chance()
            self._held.enter_context(lock.held(self._folder))
            self._locked = True
        data = {
            "head": _head(self._root),
            "files": [_plain(one) for one in written],
            "folders": list(folders),
        }
        place = self._folder / f"{self._count:06}.json"
        files.write_atomic(place, json.dumps(data).encode())
        self._count += 1

    def close(self, *, keep: bool = False) -> None:
        """The execution has come to its end; `keep` leaves the notes to whoever starts next."""
        if self._locked and not keep:
            files.remove(self._folder / _FIRST)
            files.remove_tree(self._folder)
        self._held.close()


def take_back(root: Path, state_dir: Path) -> list[str]:
    """Take back what executions that were cut off have written; the paths that were put back.

    A file that somebody else has changed since stays, and so does everything once another commit
    is checked out: then the work was taken over. One that is still under way is left alone.
    Raises LockedError when somebody writes into the tree just now, and StorageError.
    """
    found: list[str] = []
    for folder in _left_behind(state_dir / _FOLDER):
        with ExitStack() as held:
            try:
                held.enter_context(lock.held(folder))
            except LockedError:
                continue
            found += _taken_back(root, state_dir, folder)
            files.remove_tree(folder)
    return found


def _left_behind(folder: Path) -> list[Path]:
    """The notes of every execution that has not come to its end."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise files.storage_error(folder, error, "read") from error


def _taken_back(root: Path, state_dir: Path, folder: Path) -> list[str]:
    notes = list(_notes(folder)) if files.exists(folder / _FIRST) else []
    if not notes or notes[-1]["head"] != _head(root):
        return []
    changes = _back(root, [_noted(one) for note in notes for one in note["files"]])
    if changes:
        apply_changes(root, state_dir, changes, overwrite=True)
    drop_folders(root, {PurePosixPath(one) for note in notes for one in note["folders"]})
    files.remove(folder / _FIRST)
    return [change.path for change in changes]


def _back(root: Path, written: Sequence[Noted]) -> list[Change]:
    """How to undo the writes, the last first; a path that does not hold what was left is skipped.

    A write that was taken back by the execution itself is passed over in the same way.
    """
    there: dict[str, str | None] = {}
    back: dict[str, Change] = {}
    for one in reversed(written):
        if one.path not in there:
            there[one.path] = journal.digest(root / one.path)
        if there[one.path] == one.left:
            there[one.path] = None if one.data is None else journal.bytes_digest(one.data)
            back[one.path] = Change(one.path, one.data, one.mode)
    return list(back.values())


def drop_folders(root: Path, folders: Iterable[PurePosixPath]) -> None:
    """Remove those of the folders that are empty, the innermost first."""
    for folder in sorted(folders, key=lambda one: len(one.parts), reverse=True):
        with suppress(OSError):
            (root / folder).rmdir()


def _head(root: Path) -> str:
    """The commit that is checked out; empty before the first."""
    said = git.ask(root, "rev-parse", "--verify", "--quiet", "HEAD")
    return said.stdout.decode().strip()


def _plain(one: Noted) -> dict[str, Any]:
    data = None if one.data is None else base64.b64encode(one.data).decode()
    return {"path": one.path, "data": data, "mode": one.mode, "left": one.left}


def _notes(folder: Path) -> Iterator[dict[str, Any]]:
    """Every note in order. Raises StorageError for one that cannot be read."""
    for place in sorted(folder.glob("*.json")):
        text = files.read_text(place)
        try:
            yield json.loads(text or "")
        except ValueError as error:
            msg = f"{place.name} is no note of an execution."
            raise StorageError(msg, next_step=f"delete {folder.as_posix()}.") from error


def _noted(one: dict[str, Any]) -> Noted:
    data = None if one["data"] is None else base64.b64decode(one["data"])
    return Noted(one["path"], data, one["mode"], one["left"])
