"""What the slots of patterns would put into files that are there: pure, on texts passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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


def insertions(
    pattern_id: str,
    edits: Iterable[EditOffer],
    values: dict[str, Any],
    marked: dict[str, Any],
    texts: Texts,
    *,
    render: Renderer,
) -> list[tuple[str, Insertion]]:
    """The entries that lack, each with its file; `texts` hold them from then on.

    Left out is what has no one place, and what would differ with the `marked` values: those whose
    variables nobody has filled in yet.
    """
    found = []
    for edit in edits:
        wanted = edit.when is None or values.get(edit.when)
        if not wanted or not all(values.get(name) for name in edit.role.holes):
            continue
        path = edit.role.path({name: str(values[name]) for name in edit.role.holes})
        text, entry = texts[path], _entry(edit, values, marked, render)
        done = insert(text, edit.anchor, entry) if text is not None and entry else None
        if done is None or isinstance(done, Refused) or not done.changed:
            continue
        texts[path] = done.text
        new = Insertion(pattern_id=pattern_id, slot=edit.slot, line=done.line, text=entry)
        found.append((path, new))
    return found


def _entry(
    edit: EditOffer, values: dict[str, Any], marked: dict[str, Any], render: Renderer
) -> str:
    """What the slot writes; empty when somebody has to fill something in first."""
    made = render(edit.source, values, edit.newline)
    sure = not made.unfilled and render(edit.source, marked, edit.newline).text == made.text
    return made.text if sure else ""
