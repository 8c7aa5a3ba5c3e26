"""What the slots of patterns would put into files that are there: pure, on texts passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.model.anchor import WILD, Shape
from pattern_ci.model.suggestion import Insertion
from pattern_ci.render.anchoring import Refused, insert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


class Marked(NamedTuple):
    """Values of variables, the names of those that are only guessed, and what is shown for them."""

    values: dict[str, Any]
    guessed: tuple[str, ...]
    mark: Callable[[str], str]


def insertions(
    pattern_id: str, edits: Iterable[EditOffer], marked: Marked, texts: Texts, *, render: Renderer
) -> list[tuple[str, Insertion]]:
    """The entries that lack, each with its file; `texts` hold them from then on.

    Left out is what has no one place, and what stands there already, whatever its author filled in.
    """
    found = []
    for edit in edits:
        values = marked.values
        wanted = edit.when is None or values.get(edit.when)
        if not wanted or not all(values.get(name) for name in edit.role.holes):
            continue
        path = edit.role.path({name: str(values[name]) for name in edit.role.holes})
        text, entry = texts[path], _entry(edit, marked, render)
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


def _entry(edit: EditOffer, marked: Marked, render: Renderer) -> _Entry:
    made = render(edit.source, marked.values, edit.newline)
    unfilled = list(made.unfilled)
    for name in marked.guessed:
        # Only what changes the text is used in it.
        other = {**marked.values, name: marked.mark(name)}
        if name not in unfilled and render(edit.source, other, edit.newline).text != made.text:
            unfilled.append(name)
    shown, wild = (
        render(edit.source, {**marked.values, **put}, edit.newline).text
        for put in (
            {name: marked.mark(name) for name in unfilled},
            dict.fromkeys(unfilled, WILD),
        )
    )
    return _Entry(shown, wild, tuple(unfilled))


def _stands(text: str, anchor: Anchor, wild: str) -> bool:
    """Whether a line or an element has the shape of an entry with gaps."""
    first = wild.strip("\n").partition("\n")[0]
    if WILD not in first or anchor.within is not None:
        return False
    shape = Shape(anchor.bare(first))
    return any(shape.match(anchor.bare(line)) is not None for line in text.splitlines())
