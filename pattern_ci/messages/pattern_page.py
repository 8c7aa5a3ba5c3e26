"""The docs page and the sentences of a drafted pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.messages import markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.pattern import Holdout, Spec

SHOWN_MEMBERS = 10


def summary(role_glob: str, members: int) -> str:
    """One sentence for the spec."""
    return f"Adds a file like the {members} newest of {markdown.one_line(role_glob)}."


def intent(role_glob: str) -> str:
    """What the pattern is for."""
    return (
        f"Files at {markdown.one_line(role_glob)} are written alike again and again; this writes "
        "what they share and leaves what differs to its variables."
    )


def holdout_sentence(holdout: Holdout) -> str:
    """The hold-out in words."""
    return (
        f"On {holdout.n} held-out file{'s' if holdout.n != 1 else ''} it would have saved "
        f"{holdout.net_saving:.0%} of the typing, and {holdout.draft_precision:.0%} of what it "
        f"wrote stayed. Copying the newest sibling would have saved {holdout.copy_newest:.0%}."
    )


def page(spec: Spec, members: Sequence[str], schema: dict[str, Any]) -> str:
    """The docs page beside a spec."""
    slot = spec.slots[0]
    rows = [
        [
            markdown.code_cell(name),
            "yes" if name in schema["required"] else "no",
            markdown.cell(str(prop.get("description", ""))),
        ]
        for name, prop in schema["properties"].items()
    ]
    shown = [f"- {markdown.code(path)}" for path in members[-SHOWN_MEMBERS:][::-1]]
    holdout = spec.evidence.holdout
    lines = [
        f"# {spec.pattern_id}",
        "",
        f"Writes {markdown.code(slot.role)}.",
        "",
        holdout_sentence(holdout) if holdout else "",
        "",
        "## Use",
        "",
        markdown.fence(f"pattern-ci apply {spec.pattern_id} --var name=NAME", "console"),
        "",
        "## Variables",
        "",
        markdown.table(["variable", "needed", "what it holds"], rows),
        "",
        "## Made from",
        "",
        *shown,
        "",
    ]
    return "\n".join(lines)
