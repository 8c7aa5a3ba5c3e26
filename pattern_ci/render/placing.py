"""Puts prepared files in place and takes them back; each step can be repeated after a crash."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import files
from pattern_ci.errors import TransactionError, UnsafePathError, WouldOverwriteError
from pattern_ci.messages import render as messages
from pattern_ci.render import journal as journals
from pattern_ci.render.journal import Entry, Journal, Place
from pattern_ci.render.survey import mode_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.render.survey import Step


class Undone(NamedTuple):
    """What undoing could not restore: files changed since, and where earlier contents were put."""

    left: tuple[str, ...]
    kept: tuple[str, ...]


def changed(path: str) -> WouldOverwriteError:
    """Somebody wrote this file between looking and writing."""
    return WouldOverwriteError(messages.changed_meanwhile(path), next_step=messages.AGAIN_STEP)


def prepare(root: Path, place: Place, steps: Sequence[Step]) -> Journal:
    """Put all that is needed to go forward or back into the staging folder."""
    place.staging.mkdir()
    for number, (change, _, before, _) in enumerate(steps):
        target, mode = files.inside(root, change.path), change.mode
        if before is not None:
            _copy(target, place.old(number))
            mode = mode_of(target) if mode is None else mode
        if change.data is not None:
            journals.write_synced(place.new(number), change.data)
            if mode is not None:
                place.new(number).chmod(mode)
    entries = (Entry(step.change.path, step.before, step.after) for step in steps)
    return Journal(tuple(entries), _missing_folders(root, steps))


def _missing_folders(root: Path, steps: Sequence[Step]) -> tuple[str, ...]:
    parents = {
        parent.as_posix(): len(parent.parts)
        for step in steps
        if step.after is not None
        for parent in PurePosixPath(step.change.path).parents
        if not (root / parent).is_dir()
    }
    return tuple(sorted(parents, key=lambda name: (parents[name], name)))


def forward(root: Path, place: Place, journal: Journal, *, strict: bool) -> tuple[str, ...]:
    """Put everything in place that is not there yet.

    A file that holds neither what was there nor what is to be there belongs to somebody else by
    now: it is left alone and returned, or, when `strict`, ends this with WouldOverwriteError.
    """
    for name in journal.folders:
        files.inside(root, name).mkdir(exist_ok=True)
    left = []
    for number, entry in enumerate(journal.entries):
        now = _state(root, entry)
        if now == entry.before:
            _put(files.inside(root, entry.path), place, number, entry)
        elif now != entry.after:
            if strict:
                raise changed(entry.path)
            _sweep(root, number, entry)
            left.append(entry.path)
    journals.sync_folders({(root / entry.path).parent for entry in journal.entries})
    journals.sync_folders({(root / name).parent for name in journal.folders})
    return tuple(left)


def settle(place: Place) -> None:
    """Clean up after a change that is complete.

    The journal goes last: staging without a journal reads as "nothing was written".
    """
    journals.drop_staging(place)
    journals.forget(place)


def _put(target: Path, place: Place, number: int, entry: Entry) -> None:
    new = place.new(number)
    if entry.after is None:
        target.unlink()
    elif entry.before is not None:
        # Only the mode changes when both are equal: that may have been done before a crash.
        if new.exists() or entry.before != entry.after:
            _move(new, target, number)
    else:
        try:
            # A link, unlike a rename, never replaces what somebody creates at this moment.
            os.link(new, target)
            new.unlink()
        except FileExistsError:
            raise changed(entry.path) from None
        except OSError:  # another disk, or one without links
            _move(new, target, number)


def back_out(root: Path, place: Place) -> Undone:
    """Undo what was written of a change. Raises TransactionError where that is impossible."""
    journal = journals.read(place)
    if journal is None:
        journals.drop_staging(place)
        return Undone((), ())
    with contextlib.suppress(OSError):  # without the mark, the next command may go forward
        place.undoing.touch()
    left, kept = [], []
    for number, entry in reversed(list(enumerate(journal.entries))):
        try:
            if not _restore(root, place, number, entry):
                left.append(entry.path)
                kept += _keep(place, number, entry)
        except OSError as error:
            problem = error.strerror or str(error)
            msg = messages.not_undone(entry.path, problem)
            raise TransactionError(msg, next_step=messages.UNDO_STEP) from error
    for name in reversed(journal.folders):
        with contextlib.suppress(OSError, UnsafePathError):
            files.inside(root, name).rmdir()
    # Here the journal goes first, for then what remains of staging is read as what it is.
    journals.forget(place)
    journals.drop_staging(place)
    return Undone(tuple(reversed(left)), tuple(reversed(kept)))


def _restore(root: Path, place: Place, number: int, entry: Entry) -> bool:
    """Bring back what was there; False when somebody else has changed the file since."""
    target, old = root / entry.path, place.old(number)
    now = _state(root, entry)
    _sweep(root, number, entry)
    if now not in (entry.before, entry.after):
        return False
    if entry.before is None:
        if now is not None:
            target.unlink()
    elif now != entry.before or entry.before == entry.after:
        if old.exists():
            _move(old, target, number)
        elif now != entry.before:
            raise OSError(errno.ENOENT, messages.NO_BACKUP)
    return True


def _sweep(root: Path, number: int, entry: Entry) -> None:
    """Remove a half-made copy beside the file, where there is one."""
    with contextlib.suppress(UnsafePathError, FileNotFoundError, NotADirectoryError):
        _beside(files.inside(root, entry.path), number).unlink()


def _keep(place: Place, number: int, entry: Entry) -> list[str]:
    """Save the copy of a file that cannot be restored, because its place is taken."""
    if entry.before is None or not place.old(number).exists():
        return []
    folder = place.state_dir / "kept"
    folder.mkdir(exist_ok=True)
    saved = folder / f"{entry.before[-12:]}-{PurePosixPath(entry.path).name}"
    place.old(number).replace(saved)
    return [str(saved)]


def recover(root: Path, place: Place) -> str | None:
    """Finish an interrupted change, or undo it; one line that says which, None if there is none."""
    journal = journals.read(place)
    if journal is None:
        if not place.staging.exists():
            return None
        journals.drop_staging(place)
        return messages.NOTHING_WRITTEN
    names = [entry.path for entry in journal.entries]
    if _can_finish(root, place, journal):
        # Whatever stops it here, a full disk for one, also leaves the way back.
        with contextlib.suppress(OSError, UnsafePathError, WouldOverwriteError):
            left = forward(root, place, journal, strict=False)
            settle(place)
            return messages.finished(names, left)
    undone = back_out(root, place)
    return messages.undone(names, undone.left, undone.kept)


def _can_finish(root: Path, place: Place, journal: Journal) -> bool:
    if place.undoing.exists():
        return False
    return all(
        entry.after in (None, entry.before)
        or _state(root, entry) != entry.before
        or journals.digest(place.new(number)) == entry.after
        for number, entry in enumerate(journal.entries)
    )


def _state(root: Path, entry: Entry) -> str | None:
    """Digest of what is at the entry's path; a path through a symlink leads somewhere else."""
    try:
        return journals.digest(files.inside(root, entry.path))
    except UnsafePathError:
        return journals.NO_FILE


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    shutil.copyfile(source, target)
    shutil.copymode(source, target)
    with target.open("rb") as handle:
        os.fsync(handle.fileno())


def _move(source: Path, target: Path, number: int) -> None:
    """Put a file in place with one rename; from another disk, it is first copied beside."""
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = _beside(target, number)
        _copy(source, beside)
        beside.replace(target)
        source.unlink()


def _beside(target: Path, number: int) -> Path:
    return target.with_name(f".pattern-ci-{number}.tmp")
