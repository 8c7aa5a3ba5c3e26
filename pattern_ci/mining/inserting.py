"""What the slots of patterns would put into files that are there: pure, on texts passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.model.anchor import WILD, Shape
from pattern_ci.model.suggestion import Insertion
from pattern_ci.render import gaps
from pattern_ci.render.anchoring import Refused, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.pattern import Newline
    from pattern_ci.model.role import Role

    Renderer = Callable[[str, dict[str, Any], Newline], "Rendering"]


class Rendering(NamedTuple):
    """What a template writes and the variables that it had no value for."""

    text: str
    unfilled: tuple[str, ...]


class EditOffer(NamedTuple):
    """A slot that puts an entry into a file."""

    slot: str
    role: Role
    newline: Newline
    source: str
    anchor: Anchor
    when: str | None = None


class Texts:
    """Files as they are with the entries so far; each is read once."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._known: dict[str, str | None] = {}

    def __getitem__(self, path: str) -> str | None:
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def __setitem__(self, path: str, text: str) -> None:
        self._known[path] = text


class Known(NamedTuple):
    """Values of variables as far as they are known, and the schema of all."""

    values: dict[str, Any]
    schema: Mapping[str, Any]


def insertions(
    pattern_id: str, edits: Iterable[EditOffer], known: Known, texts: Texts, *, render: Renderer
) -> list[tuple[str, Insertion]]:
    """The entries that lack, each with its file; `texts` hold them from then on.

    Left out is what has no one place, and what stands there already, whatever its author filled in.
    """
    found = []
    for edit in edits:
        values = known.values
        wanted = edit.when is None or values.get(edit.when)
        if not wanted or not all(values.get(name) for name in edit.role.holes):
            continue
        path = edit.role.path({name: str(values[name]) for name in edit.role.holes})
        text, entry = texts[path], _entry(edit, known, render)
        if text is None or _stands(text, edit.anchor, entry.any):
            continue
        done = insert(text, edit.anchor, entry.text)
        if isinstance(done, Refused) or not done.changed:
            continue
        texts[path] = done.text
        new = Insertion(
            pattern_id=pattern_id,
            slot=edit.slot,
            line=done.line,
            text=entry.text,
            unfilled=entry.unfilled,
            needed=tuple(name for name in entry.unfilled if name not in values),
        )
        found.append((path, new))
    return found


class _Entry(NamedTuple):
    """An entry with marks for what is unfilled; `any` is its shape, whatever stands there."""

    text: str
    any: str
    unfilled: tuple[str, ...]


def _entry(edit: EditOffer, known: Known, render: Renderer) -> _Entry:
    use = gaps.Use(edit.source, known.values, edit.newline, known.schema, render)
    unfilled = gaps.left(use)
    return _Entry(gaps.shown(use, unfilled), use.text(dict.fromkeys(unfilled, WILD)), unfilled)


def _stands(text: str, anchor: Anchor, wild: str) -> bool:
    """Whether a line or an element has the shape of an entry with gaps."""
    first = wild.strip("\n").partition("\n")[0]
    if WILD not in first or anchor.within is not None:
        return False
    shape = Shape(anchor.bare(first))
    return any(shape.match(anchor.bare(line)) is not None for line in text.splitlines())
