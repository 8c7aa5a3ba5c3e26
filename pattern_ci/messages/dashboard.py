"""The page of the dashboard and the answers to what was ticked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.messages.escaping import markdown as md
from pattern_ci.messages.escaping.lines import short
from pattern_ci.messages.escaping.lines import title as title_line
from pattern_ci.model.dashboard import Section, Wish

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.dashboard import Answer, Item
    from pattern_ci.model.safe import Markdown

TITLE: Final = title_line("pattern-ci dashboard")
GONE: Final = "no candidate of this run is about it any more"
# GitHub takes 65,536 characters in a body.
LIMIT: Final = 60_000
_SHOWN = 40
_WHY_LENGTH = 300
_NAME_LENGTH = 120

_INTRO: Final = md.ours(
    "This page shows what pattern-ci proposes here. Tick a box and the next run acts on it, or "
    "says in a comment why it does not. What else is written here is overwritten; close this "
    "issue, and no dashboard is kept."
)
_NOTHING: Final = md.ours("Nothing is open, nothing waits.")
_HEADS: Final = {
    Section.ERRORS: md.ours("## Errors\n\nEach run tries these again.\n"),
    Section.OPEN: md.ours(
        "## Open\n\nMerge what is right, close what is not. A box starts its branch anew.\n"
    ),
    Section.WAITING: md.ours(
        "## Waiting\n\nToo little to ask for a review; a box opens it all the same.\n"
    ),
    Section.LIMITED: md.ours("## Limited\n\nA limit is reached; a box opens it all the same.\n"),
    Section.EDITED: md.ours(
        "## Edited\n\nSomebody works on these, so they are left alone. A box **throws these edits "
        "away**.\n"
    ),
    Section.REJECTED: md.ours(
        "## Rejected\n\nClosed without merging. A box proposes it once more.\n"
    ),
}
_WISHES: Final = {
    Wish.OPEN: md.ours("open"),
    Wish.REBASE: md.ours("start anew"),
    Wish.RESTART: md.ours("throw edits away"),
}
_EMPTY: Final = md.ours("")
_MORE: Final = "- and {} more; the summary of the last run holds all"
_MORE_LENGTH = 80


def page(items: Sequence[Item], errors: Sequence[str]) -> Markdown:
    """The text below the marker: a section each, in a fixed order, nothing that changes by time."""
    wanted = {section: _lines(section, items, errors) for section in Section}
    sections = [_INTRO]
    room = LIMIT - len(_INTRO)
    left = sum(map(bool, wanted.values()))
    for section, lines in wanted.items():
        if lines:
            # What an earlier section does not need is there for those that follow.
            sections.append(_section(section, lines, room // left))
            room, left = room - len(sections[-1]), left - 1
    if len(sections) == 1:
        sections.append(_NOTHING)
    return md.ours("{}\n", md.paragraphs(sections))


def _lines(section: Section, items: Sequence[Item], errors: Sequence[str]) -> list[Markdown]:
    lines = [_line(item) for item in items if item.section is section]
    if section is Section.ERRORS:
        lines += [
            md.ours("- {}", md.text(short(line, _WHY_LENGTH))) for line in dict.fromkeys(errors)
        ]
    return lines


def _section(section: Section, lines: Sequence[Markdown], room: int) -> Markdown:
    """A section of at most `room` characters that says how many lines it leaves out."""
    kept = [_HEADS[section]]
    room -= len(_HEADS[section]) + _MORE_LENGTH
    for line in lines[:_SHOWN]:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    hidden = len(lines) - len(kept) + 1
    more = [md.ours(_MORE, hidden)] if hidden > 0 else []
    return md.lines([*kept, *more])


def _line(item: Item) -> Markdown:
    return md.ours("- {}{}{}{}", _box(item), _code(item.name), _number(item), _why(item.why))


def _box(item: Item) -> Markdown:
    """A box that says in a comment what it asks for; an identity is hexadecimal."""
    if item.box is None:
        return _EMPTY
    seen = f"@{item.seen}" if item.seen else ""
    about = md.comment(f"pattern-ci:box {item.box.value}={item.identity}{seen}")
    return md.ours("[ ] {} ", about)


def _code(name: str) -> Markdown:
    return md.code(short(name, _NAME_LENGTH))


def _number(of: Item | Answer) -> Markdown:
    number = of.pull_request
    return _EMPTY if number is None else md.ours(" {}", md.reference(number))


def _why(why: str) -> Markdown:
    return md.ours(": {}", md.text(short(why, _WHY_LENGTH))) if why else _EMPTY


def folded(number: int) -> Markdown:
    """What a second dashboard says that was opened by mistake."""
    return md.ours("The dashboard is {}.\n", md.reference(number))


def answers(given: Sequence[Answer]) -> Markdown:
    """The comment that says what came of each ticked box."""
    return md.lines([*map(_answer, given), _EMPTY])


def _answer(answer: Answer) -> Markdown:
    what = md.ours("{} {}{}", _WISHES[answer.wish], _code(answer.name), _number(answer))
    if answer.done:
        return md.ours("- Done: {}.", what)
    return md.ours("- Not done: {}{}.", what, _why(answer.says.rstrip(".")))
