"""The journal of a change: what is to be where, and what was there; once it exists, it counts."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci import files
from pattern_ci.errors import TransactionError
from pattern_ci.messages import render as messages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA_VERSION: Final = 1
NO_FILE: Final = "not a plain file"


class Entry(NamedTuple):
    """One file: its path below the root, and the digests before and after; None is no file."""

    path: str
    before: str | None
    after: str | None


class Journal(NamedTuple):
    """All files of a change, and the folders that it creates, outermost first."""

    entries: tuple[Entry, ...]
    folders: tuple[str, ...]


class Place(NamedTuple):
    """Where a change is prepared: everything lies in the state folder, nothing in the tree."""

    state_dir: Path

    @property
    def journal(self) -> Path:
        """Its existence is the point of no return."""
        return self.state_dir / "journal"

    @property
    def staging(self) -> Path:
        """New contents, and copies of what they replace."""
        return self.state_dir / "staging"

    @property
    def interrupted(self) -> bool:
        """Whether a change was begun here and not brought to an end."""
        return self.journal.exists() or self.staging.exists()

    @property
    def undoing(self) -> Path:
        """A mark: this change is on its way back."""
        return self.staging / "undo"

    def new(self, number: int) -> Path:
        """The new contents of entry `number`, with their final mode."""
        return self.staging / f"{number}.new"

    def old(self, number: int) -> Path:
        """A copy of what entry `number` replaces, with its mode."""
        return self.staging / f"{number}.old"


def digest(path: Path) -> str | None:
    """Digest of a file's bytes; None when nothing is there, NO_FILE for anything but a file."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return NO_FILE
        with path.open("rb") as handle:
            return "sha256:" + hashlib.file_digest(handle, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None


def bytes_digest(data: bytes) -> str:
    """The digest that `digest` will find once these bytes are in place."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def write(place: Place, journal: Journal) -> None:
    """Write the journal in one step; everything it speaks of must be on disk by now."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "entries": [entry._asdict() for entry in journal.entries],
        "folders": journal.folders,
    }
    prepared = place.staging / "journal"
    write_synced(prepared, json.dumps(data, indent=1).encode("ascii"))
    sync_folders([place.staging])
    prepared.replace(place.journal)
    sync_folders([place.state_dir])


def read(place: Place) -> Journal | None:
    """The journal of an interrupted change, or None. Raises TransactionError when it is broken."""
    raw = files.read_bytes(place.journal)
    if raw is None:
        return None
    try:
        data: dict[str, Any] = json.loads(raw)
        if data["schema_version"] != SCHEMA_VERSION:
            msg = f"it is of version {data['schema_version']!r}"
            raise _unreadable(place, msg)
        entries = tuple(Entry(*_entry(entry)) for entry in data["entries"])
        return Journal(entries, tuple(str(name) for name in data["folders"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable(place, f"{type(error).__name__}") from error


def _entry(data: dict[str, Any]) -> tuple[str, str | None, str | None]:
    path, before, after = data["path"], data["before"], data["after"]
    if not isinstance(path, str) or files.unsafe(path):
        msg = "a path leads out of the tree"
        raise ValueError(msg)
    return path, before, after


def _unreadable(place: Place, problem: str) -> TransactionError:
    return TransactionError(
        messages.journal_unreadable(str(place.journal), problem), next_step=messages.JOURNAL_STEP
    )


def forget(place: Place) -> None:
    """Remove the journal: from here on, the change is over."""
    try:
        place.journal.unlink(missing_ok=True)
    except OSError as error:
        raise files.storage_error(place.journal, error, "remove") from error
    sync_folders([place.state_dir])


def drop_staging(place: Place) -> None:
    """Remove what was prepared; what cannot be removed is in nobody's way."""
    shutil.rmtree(place.staging, ignore_errors=True)


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file and wait until the disk has it."""
    with path.open("xb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def sync_folders(folders: Iterable[Path]) -> None:
    """Make renames in these folders survive a power cut, where the system can."""
    for folder in folders:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
