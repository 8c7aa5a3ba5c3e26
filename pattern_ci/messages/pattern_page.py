"""The docs page and the sentences of a drafted pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.messages.escaping import lines
from pattern_ci.messages.escaping import markdown as md
from pattern_ci.model.pattern import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.pattern import Holdout, Spec
    from pattern_ci.model.safe import Markdown

SHOWN_MEMBERS = 10
_PAGE = """\
# {head}

Writes {writes}.

{holdout}

## Use

{use}

## Variables

{variables}

## Made from

{members}
"""


def summary(role_glob: str, members: int) -> str:
    """One sentence for the spec."""
    return f"Adds a file like the {members} newest of {lines.one_line(role_glob)}."


def intent(role_glob: str) -> str:
    """What the pattern is for."""
    return (
        f"Files at {lines.one_line(role_glob)} are written alike again and again; this writes "
        "what they share and leaves what differs to its variables."
    )


def holdout_sentence(spec: Spec) -> str:
    """The hold-out in words: of the files, or of the entries that a recipe adds; empty for none."""
    holdout = spec.evidence.holdout
    if holdout is None:
        return ""
    if any(slot.mode is Mode.EDIT for slot in spec.slots):
        return _of_entries(holdout)
    return (
        f"On {holdout.n} held-out file{'s' if holdout.n != 1 else ''} it would have saved "
        f"{holdout.net_saving:.0%} of the typing, and {holdout.draft_precision:.0%} of what it "
        f"wrote stayed. Copying the newest sibling would have saved {holdout.copy_newest:.0%}."
    )


def _of_entries(holdout: Holdout) -> str:
    right = round(holdout.draft_precision * holdout.n)
    return (
        f"Of {holdout.n} entr{'ies' if holdout.n != 1 else 'y'} that later additions wrote, it "
        f"would have given {right} to the letter and in the same place."
    )


def page(spec: Spec, members: Sequence[str], schema: dict[str, Any]) -> Markdown:
    """The docs page beside a spec."""
    slot = spec.slots[0]
    rows = [
        [
            md.code_cell(name),
            md.text("yes" if name in schema["required"] else "no"),
            md.text(str(prop.get("description", ""))),
        ]
        for name, prop in schema["properties"].items()
    ]
    shown = [md.ours("- {}", md.code(path)) for path in members[-SHOWN_MEMBERS:][::-1]]
    return md.ours(
        _PAGE,
        head=md.text(spec.pattern_id),
        writes=md.code(slot.role),
        holdout=md.text(holdout_sentence(spec)),
        use=md.fence(f"pattern-ci apply {spec.pattern_id} --var name=NAME", "console"),
        variables=md.table(["variable", "needed", "what it holds"], rows),
        members=md.lines(shown),
    )
