"""Decides what an update does to one use of a pattern; effects are passed in, nothing is written.

A use is brought to the new version as a whole or left as it is: its files belong together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pattern_ci.errors import FatalError
from pattern_ci.messages import apply_update as messages
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import Mode
from pattern_ci.render import anchoring, entries, inline
from pattern_ci.render.merge import in_style, styles, three_way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.pattern import Slot
    from pattern_ci.registry.applied import Applied, Written
    from pattern_ci.registry.instances import Output
    from pattern_ci.render.merge import Labels


@unique
class Fate(StrEnum):
    """What becomes of a file, or of an entry in one."""

    KEEP = "unchanged"
    UPDATE = "update"
    MERGE = "merge"
    CONFLICT = "conflict"
    CREATE = "create"
    GONE = "deleted"
    DROPPED = "dropped"
    EDITED = "edited"


class Piece(NamedTuple):
    """One slot of a use: where it stands, its new content if it gets one, the digest to record.

    `elsewhere` is where the pattern writes it by now, when that is another place.
    """

    slot: str
    path: str
    fate: Fate
    data: bytes | None = None
    sha256: str | None = None
    elsewhere: str | None = None


class Plan(NamedTuple):
    """What an update does to a use: its pieces, or the reason why it is left alone."""

    pieces: tuple[Piece, ...]
    left: str = ""

    @property
    def conflicts(self) -> bool:
        """Whether a person has to decide something in a file."""
        return any(piece.fate is Fate.CONFLICT for piece in self.pieces)


class World(Protocol):
    """What planning asks about the tree and its history."""

    def read(self, path: str) -> bytes | None:
        """The content of a file as it will be by then; None when there is none."""

    def moved(self, path: str) -> str | None:
        """Where a file that is not there any more went, as git tells it."""

    def unsettled(self, path: str) -> str:
        """Why changes in a file could be lost; empty when they are committed."""

    def base(self, applied: Applied, slot: str, path: str) -> str | None:
        """The text of a slot as it was rendered then, None when nothing gives it again."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """One use, what its pattern makes of it now, and how a conflict is marked."""

    applied: Applied
    made: Sequence[Output]
    slots: Mapping[str, Slot]
    labels: Labels


class _LeftAloneError(Exception):
    """Ends the planning of a use; the text says why."""


def plan(update: Update, world: World) -> Plan:
    """What to do with every slot of a use; nothing at all when one of them must not be touched."""
    try:
        gone = _all_gone(update, world)
        if gone:
            return Plan(gone)
        return Plan(tuple(_piece(update, world, old, new) for old, new in _pairs(update)))
    except _LeftAloneError as stop:
        return Plan((), str(stop))
    except FatalError as error:
        return Plan((), error.what)


def _all_gone(update: Update, world: World) -> tuple[Piece, ...]:
    """Every file of a use that people have taken away whole: nothing of it is made anew."""
    files = [one for one in update.applied.written if one.mode is Mode.ADD]
    gone = [one for one in files if one.sha256 is None or _is_gone(world, one.path)]
    if not files or len(gone) < len(files):
        return ()
    return tuple(Piece(one.slot, one.path, Fate.GONE) for one in gone)


def _is_gone(world: World, path: str) -> bool:
    return world.read(path) is None and world.moved(path) is None


def _pairs(update: Update) -> Iterator[tuple[Written | None, Output | None]]:
    """What a slot wrote then and makes now; a slot may have another name by now."""
    old = {one.slot: one for one in update.applied.written}
    renamed = {one.path: one for one in update.applied.written if one.slot not in update.slots}
    taken = set()
    for output in update.made:
        found = old.get(output.slot) or renamed.get(output.path)
        taken.add(found.slot if found else "")
        yield found, output
    yield from ((one, None) for one in update.applied.written if one.slot not in taken)


def _piece(update: Update, world: World, old: Written | None, new: Output | None) -> Piece:
    if new is None:
        assert old is not None, "a pair has one side at least"
        return Piece(old.slot, old.path, Fate.DROPPED)
    if update.slots[new.slot].mode is Mode.EDIT:
        return _entry(update, world, old, new)
    if old is None:
        return _created(world, new)
    return _file(update, world, old, new)


def _created(world: World, new: Output) -> Piece:
    now, data = world.read(new.path), new.text.encode()
    if now is not None and now != data:
        raise _LeftAloneError(messages.in_the_way(new.path))
    fate = Fate.CREATE if now is None else Fate.KEEP
    return Piece(new.slot, new.path, fate, data, text_digest(new.text))


def _file(update: Update, world: World, old: Written, new: Output) -> Piece:
    path, now = old.path, None if old.sha256 is None else world.read(old.path)
    if now is None and old.sha256 is not None:
        path = world.moved(old.path) or ""
        now = world.read(path) if path else None
    if now is None:
        return Piece(new.slot, old.path, Fate.GONE)
    fate, data = _merged(update, world, old._replace(path=path), new.text.encode(), now)
    elsewhere = new.path if new.path != path else None
    return Piece(new.slot, path, fate, data, text_digest(new.text), elsewhere)


def _merged(
    update: Update, world: World, old: Written, new: bytes, now: bytes
) -> tuple[Fate, bytes]:
    styled = in_style(new, now)
    if now == styled or text_digest(new.decode()) == old.sha256:
        return Fate.KEEP, now
    if any(_digest(text) == old.sha256 for text in styles(now)):
        return Fate.UPDATE, styled
    if reason := world.unsettled(old.path):
        raise _LeftAloneError(reason)
    base = world.base(update.applied, old.slot, old.path)
    if base is None:
        raise _LeftAloneError(messages.no_base(old.path, update.applied.pattern_version))
    merged = three_way(now, base.encode(), new, update.labels)
    if merged is None:
        raise _LeftAloneError(messages.no_text(old.path))
    if merged.conflicts:
        return Fate.CONFLICT, merged.data
    return Fate.KEEP if merged.data == now else Fate.MERGE, merged.data


def _digest(data: bytes) -> str:
    return text_digest(data.decode("utf-8", "surrogateescape"))


def _entry(update: Update, world: World, old: Written | None, new: Output) -> Piece:
    """An entry in a file that belongs to others as well: replaced where it stands as written."""
    path = old.path if old else new.path
    now, digest = world.read(path), text_digest(new.text)
    anchor = update.slots[new.slot].anchor
    piece = Piece(new.slot, path, Fate.EDITED, sha256=digest)
    if now is None or anchor is None or (old and old.sha256 is None):
        return piece._replace(fate=Fate.GONE, sha256=None)
    if old is not None and old.sha256 == digest:
        return piece._replace(fate=Fate.KEEP)
    fits = anchoring.entry_lines(anchor, new.text)
    if isinstance(fits, anchoring.Refused):
        raise _LeftAloneError(messages.no_entry(path, fits.reason))
    text = now.decode("utf-8", "surrogateescape")
    if old is None:
        done = anchoring.insert(text, anchor, new.text)
        if isinstance(done, anchoring.Refused):
            return piece
        result: str | None = done.text
    else:
        base = world.base(update.applied, old.slot, path)
        result = _swapped(text, base, new.text, anchor)
    if result is None:
        return piece
    data = result.encode("utf-8", "surrogateescape")
    return piece._replace(fate=Fate.KEEP if data == now else Fate.UPDATE, data=data)


def _swapped(text: str, old: str | None, new: str, anchor: Anchor) -> str | None:
    if anchor.within is not None:
        done = inline.swapped(text, anchor, old, new) if old is not None else None
        return done if done is not None else inline.swapped(text, anchor, new, new)
    separator = anchor.separator
    if old is not None:
        done = entries.replaced(text, old, new, separator=separator)
        if done is not None:
            return done
    return text if entries.holds(text, new, separator=separator) else None
