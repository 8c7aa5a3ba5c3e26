"""The sentences of a drafted recipe: what it does, what is left to people, its docs page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.messages.escaping import lines
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.pattern_page import holdout_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.pattern import Slot, Spec
    from pattern_ci.model.safe import Markdown

REASONS = {
    "seldom": "no later addition wrote the entries that earlier ones had taught",
    "latest": "the newest addition wrote another entry, or in another place",
    "unsure": "its entries were foretold too seldom",
    "no_entry": "no entry came more than once",
    "no_commit": "no commit did all of it in a way that is given back exactly",
}
SHOWN_MEMBERS = 10
# So many variables with a default do not hide those that have none.
UNFOLDED = 4
_FOLDED = """\
<details><summary>{count} more, with a default</summary>

{table}

</details>"""
_PAGE = """\
# {head}

{first}

{record}| file | what is done |
| --- | --- |
{slots}

{steps}## Use

{use}

## Variables

{variables}

## Learned from

{members}
"""


def summary(role_glob: str, adds: int, edits: int) -> str:
    """One sentence for the spec."""
    parts = []
    if adds:
        parts.append(f"writes {adds} file{'s' if adds > 1 else ''}")
    if edits:
        parts.append(f"adds {edits} entr{'ies' if edits > 1 else 'y'} to files that are there")
    return f"For a new {lines.one_line(role_glob)}: {' and '.join(parts)}."


def intent(role_glob: str, additions: int) -> str:
    """What the recipe is for."""
    return (
        f"Whoever adds a file at {lines.one_line(role_glob)} does the rest of it again and again; "
        f"this does what {additions} earlier additions had in common."
    )


def write_step(role: str) -> str:
    """A file that comes along and that nothing is drafted for."""
    return f"Write {lines.one_line(role)} by hand: no template serves it."


def edit_step(path: str) -> str:
    """A file that is edited in another way each time."""
    return f"Edit {lines.one_line(path)} by hand: it came along most times, each time otherwise."


def nearest(path: str, right: int, total: int) -> str:
    """How near the entries of a registry came to being written."""
    return f"in {lines.one_line(path)} {right} of {total} later entries would have been right"


def page(spec: Spec, members: Sequence[str], schema: dict[str, Any]) -> Markdown:
    """The docs page beside a spec."""
    steps = [md.ours("- {}", md.text(step)) for step in spec.steps]
    record = holdout_sentence(spec)
    shown = [md.ours("- {}", md.code(path)) for path in members[-SHOWN_MEMBERS:][::-1]]
    return md.ours(
        _PAGE,
        head=md.text(spec.pattern_id),
        first=md.text(spec.summary),
        record=md.ours("{}\n\n", md.text(record)) if record else md.ours(""),
        slots=md.lines([_slot(slot) for slot in spec.slots]),
        steps=md.ours("## Left to you\n\n{}\n\n", md.lines(steps)) if steps else md.ours(""),
        use=md.fence(f"pattern-ci apply {spec.pattern_id} {_given(schema)}", "console"),
        variables=_variables(schema),
        members=md.lines(shown),
    )


def _given(schema: dict[str, Any]) -> str:
    """The options for what has to be given."""
    names = schema["required"] or ["name"]
    return " ".join(f"--var {name}={name.upper()}" for name in names)


def _variables(schema: dict[str, Any]) -> Markdown:
    """A table of what has to be given; what need not is folded where it is much."""
    needed = [name for name in schema["properties"] if name in schema["required"]]
    rest = [name for name in schema["properties"] if name not in needed]
    if len(rest) <= UNFOLDED:
        return _table(schema, [*needed, *rest])
    folded = md.ours(_FOLDED, count=len(rest), table=_table(schema, rest))
    return md.ours("{}\n\n{}", _table(schema, needed), folded)


def _table(schema: dict[str, Any], names: Sequence[str]) -> Markdown:
    rows = [
        [
            md.code_cell(name),
            md.text("yes" if name in schema["required"] else "no"),
            md.text(str(schema["properties"][name].get("description", ""))),
        ]
        for name in names
    ]
    return md.table(["variable", "needed", "what it holds"], rows)


def _slot(slot: Slot) -> Markdown:
    done = "written anew"
    if slot.anchor is not None:
        places = {"sorted": "in its order", "last": "at the end", "first": "at the beginning"}
        what = "an element is added to a list" if slot.anchor.within else "an entry is added"
        done = f"{what} {places[slot.anchor.place.value]}"
    return md.ours("| {} | {} |", md.code_cell(slot.role), md.text(done))
