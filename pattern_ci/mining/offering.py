"""What patterns on disk offer to write: those of a repository, then those that are built in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.mining.companions import Companions
from pattern_ci.mining.inserting import EditOffer, Rendering
from pattern_ci.mining.suggesting import Offer
from pattern_ci.model.pattern import Mode, Newline
from pattern_ci.model.role import Role
from pattern_ci.registry.built_in_roles import ROLES
from pattern_ci.registry.companions import read as read_companions
from pattern_ci.registry.facts import builtin_root
from pattern_ci.registry.library import Library, load_library

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from pattern_ci.registry.library import Pattern


def load_own(folder: Path) -> Library:
    """The patterns of every status in a folder; none where there is no such folder."""
    return load_library(folder) if folder.is_dir() else Library(root=folder, patterns=())


def offers_of(library: Library) -> list[Offer]:
    """Every slot that writes a file, of every pattern."""
    return [offer for pattern in library.patterns for offer in _offers(pattern)]


def built_in_offers(paths: Iterable[str], ours: Collection[str]) -> list[Offer]:
    """What the built-in patterns would write at these paths; `ours` are the ids that count instead.

    Their specs are read only where a role fits: most paths are none of theirs.
    """
    if not fitting(paths, ours):
        return []
    shipped = load_library(builtin_root())
    return [
        offer._replace(built_in=True)
        for pattern in shipped.patterns
        if pattern.spec.pattern_id not in ours
        for offer in _offers(pattern)
    ]


def fitting(paths: Iterable[str], ours: Collection[str]) -> bool:
    """Whether a built-in pattern waits for one of these paths."""
    roles = [Role(role) for pattern_id, role in ROLES if pattern_id not in ours]
    return any(role.match(path) is not None for path in paths for role in roles)


def _offers(pattern: Pattern) -> Iterator[Offer]:
    """One for each file that the pattern writes, and one for the file that it waits for."""
    spec = pattern.spec
    edits = tuple(
        EditOffer(
            slot=slot.id,
            role=Role(slot.role),
            newline=slot.newline,
            source=pattern.templates[slot.id],
            anchor=slot.anchor,
            when=slot.when,
        )
        for slot in spec.slots
        if slot.mode is Mode.EDIT and slot.anchor
    )
    added = [slot for slot in spec.slots if slot.mode is Mode.ADD]
    roles = [(slot.role, slot.newline, pattern.templates[slot.id]) for slot in added]
    waiting = [(spec.trigger, Newline.LF, "")] if spec.trigger and edits else []
    for role, newline, source in (*roles, *waiting):
        yield Offer(
            pattern_id=spec.pattern_id,
            version=spec.version,
            status=spec.status,
            confidence=spec.confidence.total,
            role=Role(role),
            newline=newline,
            source=source,
            schema=pattern.schema,
            edits=edits,
            writes=role != spec.trigger,
        )


def load_companions(folder: Path) -> Companions:
    """The rules of `companions.json`; none when there is no such file.

    Raises SpecError when it cannot be read.
    """
    return Companions(read_companions(folder / "companions.json"))


def render(source: str, values: dict[str, Any], newline: Newline) -> Rendering:
    """Render through the template language, which loads only when something matched."""
    from pattern_ci.render.language import render as render_source

    made = render_source(source, values, newline=newline)
    return Rendering(made.text, made.unfilled)
