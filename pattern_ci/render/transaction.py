"""Writes several files as one step: all of them or none, also after a crash at any moment.

New contents and copies of what they replace are prepared in the state folder; then a journal is
written, which is the point of no return; then each file is put in place with one rename. Whoever
finds a journal later finishes the change, or undoes it when it cannot be finished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.render import journal as journals
from pattern_ci.render import lock, placing
from pattern_ci.render.journal import Place
from pattern_ci.render.survey import Action, Change, refuse_overwrites, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pattern_ci.render.survey import Step

__all__ = ["Change", "apply_changes", "recover"]


def apply_changes(
    root: Path,
    state_dir: Path,
    changes: Iterable[Change],
    *,
    overwrite: bool,
    seen: Mapping[str, str | None] | None = None,
) -> None:
    """Write all changes below `root`, or none of them.

    `seen` holds the digests (None: no file) that a plan was made from. Raises what `survey`
    raises, WouldOverwriteError also for a file that has changed since, StorageError when the disk
    does not take it (the tree is then as before), and LockedError.
    """
    wanted = tuple(changes)
    place = Place(state_dir)
    with lock.held(state_dir):
        placing.recover(root, place)
        steps = survey(root, wanted)
        for step in steps:
            path, base = step.change.path, step.change.made_from
            if seen is not None and seen.get(path, step.before) != step.before:
                raise placing.changed(path)
            if base is not None and base != step.before:
                raise placing.changed(path)
        if not overwrite:
            refuse_overwrites(steps)
        steps = tuple(step for step in steps if step.action is not Action.KEEP)
        if steps:
            _commit(root, place, steps)


def recover(root: Path, state_dir: Path) -> str | None:
    """Finish or undo a change that was interrupted; says which in one line, None if there is none.

    Raises TransactionError when neither can be done, LockedError when it is still under way.
    """
    place = Place(state_dir)
    if not place.interrupted:
        return None
    with lock.held(state_dir):
        return placing.recover(root, place)


def _commit(root: Path, place: Place, steps: Sequence[Step]) -> None:
    try:
        journal = placing.prepare(root, place, steps)
        journals.write(place, journal)
        placing.forward(root, place, journal, strict=True)
    except BaseException as error:  # an interrupt undoes as well
        placing.back_out(root, place)
        if isinstance(error, OSError):
            raise files.storage_error(root, error, "write below") from error
        raise
    placing.settle(place)
