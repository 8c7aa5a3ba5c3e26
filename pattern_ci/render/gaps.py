"""What a template leaves to its author: which variables, and where in the text that is written.

Whatever shows or reports such gaps asks here, so that all of it says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from pattern_ci.messages.gaps import bare, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pattern_ci.model.pattern import Newline

    class Rendered(Protocol):
        """A text and the variables that were printed or looped over without a value."""

        @property
        def text(self) -> str: ...
        @property
        def unfilled(self) -> tuple[str, ...]: ...

    Render = Callable[[str, dict[str, Any], Newline], Rendered]

# Annotation of a text whose default is marks to write between: a list without its entries.
FRAME = "x-frame"


class Use(NamedTuple):
    """One template with the values of its variables and their schema, and how it is rendered."""

    source: str
    values: dict[str, Any]
    newline: Newline
    schema: Mapping[str, Any]
    render: Render

    def text(self, other: Mapping[str, Any] | None = None) -> str:
        """What it writes, with some values replaced."""
        return self.render(self.source, {**self.values, **(other or {})}, self.newline).text

    def declared(self, name: str) -> Mapping[str, Any]:
        """What the schema says of a variable."""
        found = self.schema.get("properties", {}).get(name)
        return found if isinstance(found, dict) else {}

    def marked(self, name: str) -> Any:
        """The value of a variable with a mark before it: of a list in each entry, or in one."""
        value = self.values.get(name)
        if not isinstance(value, list) and self.declared(name).get("type") != "array":
            return f"{mark(name)}{value or ''}"
        entries = self.declared(name).get("items", {})
        fields = entries.get("properties") if isinstance(entries, dict) else None
        return [
            _marked_entry(name, one) for one in value or [dict.fromkeys(fields or (), "") or ""]
        ]


def _marked_entry(name: str, entry: object) -> object:
    if isinstance(entry, dict):
        return {field: f"{mark(field)}{value}" for field, value in entry.items()}
    return f"{mark(name)}{entry}"


def left(use: Use) -> tuple[str, ...]:
    """The variables left to the author, in order: what was printed without a value, and guesses.

    A guess is a value that nobody gave and that the text shows: an empty one, or a frame that
    stands as the schema has it.
    """
    made = use.render(use.source, use.values, use.newline)
    found = list(made.unfilled)
    for name in use.values:
        if name not in found and _guessed(use, name):
            other = use.text({name: use.marked(name)})
            found += [name] if other != made.text else []
    return tuple(found)


def _guessed(use: Use, name: str) -> bool:
    value, declared = use.values[name], use.declared(name)
    return bool(value == "" or (value and declared.get(FRAME) and declared.get("default") == value))


def shown(use: Use, unfilled: Sequence[str]) -> str:
    """The text with a mark at each gap; without the marks it is what is written.

    A gap that decides what else is written (an entry of an empty list) has its mark where that
    would begin.
    """
    written = bare(use.text())
    kept = {name: use.marked(name) for name in unfilled}
    text = use.text(kept)
    if bare(text) == written:
        return text
    kept = {}
    for name in unfilled:
        one = {name: use.marked(name)}
        if bare(use.text(kept | one)) == written:
            kept |= one
    text = use.text(kept)
    others = [name for name in unfilled if name not in kept]
    places = [_differs(text, use.text(kept | {name: use.marked(name)})) for name in others]
    for at, name in sorted(zip(places, others, strict=True), reverse=True):
        text = text[:at] + mark(name) + text[at:]
    return text


def _differs(one: str, other: str) -> int:
    """Where two texts begin to differ."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, its) in pairs if mine != its), min(len(one), len(other)))
