"""What one use of a pattern would write, and why values are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import SpecError, UnsafePathError
from pattern_ci.files import unsafe
from pattern_ci.messages import validate as messages
from pattern_ci.model.pattern import Mode
from pattern_ci.model.role import Role
from pattern_ci.registry.rewriting import OUTPUT, example, rewrites_lines
from pattern_ci.registry.variables import with_defaults
from pattern_ci.render import gaps
from pattern_ci.render.language import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.pattern import Newline, Slot
    from pattern_ci.registry.library import Pattern
    from pattern_ci.render.language import Rendered


class Output(NamedTuple):
    """A file that a slot would write, and the variables that are left to its author.

    With an `anchor` the text is an entry that goes into a file that is there.
    """

    slot: str
    path: str
    text: str
    unfilled: tuple[str, ...]
    anchor: Anchor | None = None


def outputs(pattern: Pattern, variables: Mapping[str, Any]) -> tuple[Output, ...]:
    """Render every slot whose `when` holds, with the schema's defaults filled in.

    Raises UnsafePathError for a path that leaves the repository or does not fit its role,
    TemplateError for a template outside the whitelist, and SpecError for a slot that edits and has
    no anchor, and for a rewrite rule that does not fit the example given.
    """
    values = with_defaults(pattern.schema, variables)
    made = []
    if rewrites_lines(pattern.spec):
        path, text = example(pattern.spec, values)
        made.append(Output(OUTPUT, path, text, ()))
    for slot in pattern.spec.slots:
        if slot.mode is Mode.EDIT and slot.anchor is None:
            raise SpecError(messages.no_anchor(slot.id), next_step=messages.ANCHOR_STEP)
        if slot.when is None or values.get(slot.when):
            path = slot_path(slot, values)
            use = use_of(pattern, slot, values)
            anchor = slot.anchor if slot.mode is Mode.EDIT else None
            made.append(Output(slot.id, path, use.text(), gaps.left(use), anchor))
    return tuple(made)


def use_of(pattern: Pattern, slot: Slot, values: dict[str, Any]) -> gaps.Use:
    """What a slot renders with these values."""
    return gaps.Use(pattern.templates[slot.id], values, slot.newline, pattern.schema, _render)


def _render(source: str, values: dict[str, Any], newline: Newline) -> Rendered:
    return render(source, values, newline=newline)


def slot_path(slot: Slot, values: Mapping[str, Any]) -> str:
    """Where a slot writes. Raises UnsafePathError when these values lead to no such place."""
    role = Role(slot.role)
    missing = [name for name in role.holes if not values.get(name)]
    if missing:
        raise UnsafePathError(messages.no_path(slot.role, missing))
    path = role.path({name: str(values[name]) for name in role.holes})
    if problem := unsafe(path):
        raise UnsafePathError(messages.unsafe_path(path, problem))
    if role.match(path) is None:
        raise UnsafePathError(messages.not_in_role(path, slot.role))
    return path
