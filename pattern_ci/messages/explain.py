"""What `explain` says to people: a screen that sums up, and all of it on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log, one_line, short
from pattern_ci.messages.explain_operation import kind_lines, operation_lines
from pattern_ci.messages.explain_path import path_lines
from pattern_ci.messages.mine import REASONS
from pattern_ci.model.anchor import Place
from pattern_ci.model.explanation import Source, Use
from pattern_ci.model.operation_explained import Origin
from pattern_ci.model.rewrite import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.explanation import (
        AbstentionExplained,
        Explanation,
        HeldOutFile,
        Line,
        Member,
        Near,
        Part,
        PatternExplained,
        Rule,
        Variable,
        Way,
    )

    T = TypeVar("T")

LIST_PATTERNS = "`pattern-ci mine` lists what there is."
FEW_MEMBERS = 5
FEW_LINES = 16
FEW_VARIABLES = 6
FEW_HELD_OUT = 4
FEW_CHANGES = 30
LONGEST = 40
PLACES = {
    Place.SORTED: "in order among",
    Place.LAST: "behind the last of",
    Place.FIRST: "in front of the first of",
}
PARTS = {
    "similarity": "how like {of} held-out files were to what it would have written",
    "success_rate": "{hits} of {of} added files were not taken back within 90 days",
    "test_coverage": "{hits} of {of} held-out files took fewer edits than a renamed copy",
    "schema_completeness": "{hits} of {of} values are derived or accepted by its schema",
}
SAME = {
    True: "the history gives the same today",
    False: "the history gives another one today: `pattern-ci train --plan` shows it",
    None: "the history gives no pattern of this identity today",
}
USES = {
    Use.LEARNED: "learned from",
    Use.UNLIKE: "left out as less alike",
    Use.LOOKED_AT: "looked at",
    Use.UNREADABLE: "not text of usual size and line ends",
    Use.OLDER: "older than those looked at",
}
SOURCES = {
    Source.FIXED: "fixed",
    Source.PATH: "from the path",
    Source.SWITCH: "switch of an optional part",
    Source.ENUMERATED: "one of a few",
    Source.CONSTANT: "default",
    Source.FRAME: "left to you, between default marks",
    Source.UNFILLED: "left to you",
}
_RULES = {
    "too_little": ("utility", "{:.3f}"),
    "mixed": ("utility", "{:.3f}"),
    "imprecise": ("precision", "{:.0%}"),
    "copy": ("saving", "{:.0%}"),
    "copy_often": ("held-out files on which it saves no less than a copy", "{:.0%}"),
    "brief": ("characters to edit", "{:.0f}"),
}
_ASKED = {"copy": "more than", "brief": "fewer than"}
_CHANGE = {
    "too_little": "the files would have to share more text, or the next ones be more alike.",
    "mixed": "some members are alike and some are not: the unlike ones would have to go elsewhere.",
    "imprecise": "what most members share would have to stand in the next ones as well.",
    "copy": "the files would have to differ more from their newest sibling than from all others.",
    "copy_often": "a copy would have to save less on most of the files.",
    "brief": "what they share would have to be longer than what a copy gets wrong.",
    "no_holdout": "one more file would have to be added by a commit of its own.",
    "unreadable": "the members would have to be UTF-8 text of one kind of line ends, up to 64 KiB.",
    "few": "more members would have to be UTF-8 text with the same line ends and of a usual size.",
    "no_template": "more members would have to hold what is shared to the letter.",
}


def unknown(target: str) -> str:
    """Nothing answers to this."""
    return f"{target!r} is no pattern, role or path that is known here."


def ambiguous(target: str) -> str:
    """Several things answer to this."""
    return f"{target!r} may mean several patterns or roles."


def name_one(names: Sequence[str]) -> str:
    """What to name instead."""
    return f"name one of {', '.join(names)}." if names else LIST_PATTERNS


def text(said: Explanation, *, every: bool = False) -> str:
    """The explanation for people; a diff is not part of it."""
    lines = [f"note: {limit}" for limit in said.limits]
    if said.pattern is not None:
        lines += _pattern(said.pattern, every=every)
    if said.abstention is not None:
        lines += _abstention(said.abstention, every=every)
    if said.path is not None:
        lines += path_lines(said.path, every=every)
    if said.operation is not None:
        lines += operation_lines(said.operation, every=every)
    if said.kind is not None:
        lines += kind_lines(said.kind)
    return "\n".join(map(log, lines))


def diff(whole: str, *, every: bool) -> tuple[str, str]:
    """What is shown of a diff, and a line about the rest (empty when there is none)."""
    rows = whole.split("\n")
    rest = 0 if every else len(rows) - FEW_CHANGES
    if rest <= 0:
        return whole, ""
    return "\n".join(rows[:FEW_CHANGES]), f"… {plural(rest, 'more line')} (--all)"


def _few(items: Sequence[T], limit: int, every: bool) -> Sequence[T]:
    return items if every else items[:limit]


def _more(items: Sequence[object], limit: int, every: bool) -> list[str]:
    rest = 0 if every else len(items) - limit
    return [f"    … {rest} more (--all)"] if rest > 0 else []


def _pattern(one: PatternExplained, *, every: bool) -> Iterator[str]:
    origin = "in the library" if one.origin is Origin.LIBRARY else "a candidate of the history"
    yield f"{one.pattern_id} {one.version}, {one.status}, {origin}"
    for slot in one.slots:
        yield f"  {slot.mode}s {slot.role}{_where(slot.anchor)}"
    yield from _rewrite(one.rewrite or {})
    if one.origin is Origin.LIBRARY:
        because = f", because {one.left_alone}" if one.left_alone else ""
        yield f"  {SAME[one.same_as_history]}{because}"
    yield ""
    yield f"  Confidence {one.confidence:.2f}"
    yield from map(_part, one.parts)
    yield from _held_out(one.held_out, one.way, every=every)
    if one.recorded and not one.held_out:
        what = "entries" if any(slot.anchor for slot in one.slots) else "files"
        yield f"  Held out when it was drafted: {one.recorded['n']} {what}"
    for slot in one.slots:
        yield ""
        yield from _lines(slot.lines, f"Template of {slot.role}", every=every)
    if one.variables:
        yield ""
        yield "  Variables"
        for variable in _few(one.variables, FEW_VARIABLES, every):
            yield from _variable(variable, every=every)
        yield from _more(one.variables, FEW_VARIABLES, every)
    yield from _members(one.members, every=every)
    yield from _near(one.nearest)


def _rewrite(section: Mapping[str, Any]) -> Iterator[str]:
    """The files, and the two sides of a line rule."""
    if not section:
        return
    yield f"  rewrites {', '.join(section.get('files', ()))}"
    if section["kind"] == KIND:
        for sign, side in (("-", "before"), ("+", "after")):
            yield f"    {sign} {section['rule'][side]}"


def _where(anchor: Anchor | None) -> str:
    if anchor is None:
        return ""
    below = f" below {anchor.section!r}" if anchor.section else ""
    return f": {PLACES[anchor.place]} lines like {anchor.like!r}{below}"


def _part(part: Part) -> str:
    how = "as measured when it was drafted"
    if part.of is not None:
        how = PARTS[part.name].format(hits=part.hits, of=part.of)
    return f"    {part.score:.2f} × {part.weight:g} {part.name.replace('_', ' ')}: {how}"


def _held_out(files: Sequence[HeldOutFile], way: Way | None, *, every: bool) -> Iterator[str]:
    """Per file, in characters, newest first."""
    if not files:
        return
    yield ""
    yield "  Held out: each file predicted from earlier members alone, in characters"
    if way is not None:
        yield f"    {_way(way)}"
    head = f"{'kept':>6} {'deleted':>8} {'typed':>6}"
    yield f"    {head}   copy: {head}"
    for one in _few(files, FEW_HELD_OUT, every):
        draft, copy = one.draft, one.copy
        yield (
            f"    {draft.kept:>6} {draft.deleted:>8} {draft.typed:>6}         {copy.kept:>6} "
            f"{copy.deleted:>8} {copy.typed:>6}   {one.path}"
        )
    yield from _more(files, FEW_HELD_OUT, every)


def _way(way: Way) -> str:
    """In words: what is written, and around which member."""
    middle = "the newest member" if way.around == "newest" else "the member closest to all others"
    return f"written is what {way.threshold:.0%} of them share, around {middle}"


def _lines(lines: Sequence[Line], title: str, *, every: bool) -> Iterator[str]:
    of = next((line.of for line in lines if line.of is not None), None)
    counted = "" if of is None else f"; left, how many of the {of} newest members have a line"
    yield f"  {title}{counted}{'; ? is optional' if any(line.guards for line in lines) else ''}"
    for line in _few(lines, FEW_LINES, every):
        count = "" if line.have is None else str(line.have)
        yield f"    {count:>3}{'?' if line.guards else ' '}| {line.text}"
    yield from _more(lines, FEW_LINES, every)


def _variable(one: Variable, *, every: bool) -> Iterator[str]:
    said = [SOURCES[one.source]]
    if one.default is not None and one.source is not Source.FRAME:
        said.append(f"{_quoted(one.default)} when nothing is said")
    if one.different is not None and one.source is not Source.SWITCH:
        said.append(f"{one.different} different in {one.of} members")
    if one.filled is not None and one.of is not None and one.filled < one.of:
        said.append(f"{one.filled} of {one.of} have it")
    shown = one.choices or one.examples
    if shown:
        said.append(("of " if one.choices else "as ") + ", ".join(map(_quoted, shown[:3])))
    yield f"    {one.name}: {'; '.join(said)}"
    if every and one.says:
        yield f"      {one.says}"


def _quoted(value: str) -> str:
    return f'"{short(one_line(value), LONGEST)}"'


def _members(members: Sequence[Member], *, every: bool) -> Iterator[str]:
    counts = {use: sum(one.use is use for one in members) for use in Use}
    told = ", ".join(f"{count} {USES[use]}" for use, count in counts.items() if count)
    yield ""
    yield f"  Members, newest first: {len(members)} ({told})"
    for one in _few(members, FEW_MEMBERS, every):
        when = f"{one.added or '(before)':<10} {(one.commit or '')[:10]:<10}"
        has = "" if one.has is None else f", {one.has:.0%} of the fixed text"
        yield f"    {when} {one.path} ({USES[one.use]}{has})"
    yield from _more(members, FEW_MEMBERS, every)


def _near(near: Sequence[Near]) -> Iterator[str]:
    if near:
        yield ""
        yield "  Nearest other patterns"
    for one in near:
        shared = f", would write {one.shared} of the same files" if one.shared else ""
        yield f"    {one.pattern_id}  {one.role}{shared}"


def _abstention(one: AbstentionExplained, *, every: bool) -> Iterator[str]:
    yield f"{one.role}: no pattern"
    yield f"  because {one.reason}"
    if one.nearest is not None:
        yield f"  nearest: {_way(one.nearest)}"
    for rule in one.rules:
        yield f"    {_rule(rule)}"
    yield f"  For a pattern {_CHANGE.get(one.rule, 'the members would have to change.')}"
    if one.tried:
        yield ""
        yield "  Tried"
        yield f"    {'around':<7} {'share':>6} {'utility':>8} {'saving':>7} {'precision':>10}"
    for row in one.tried:
        no = REASONS[row.objection] if row.objection else "would do"
        yield (
            f"    {row.way.around:<7} {row.way.threshold:>6.0%} {row.utility:>8.3f} "
            f"{row.net_saving:>7.0%} {row.precision:>10.0%}  {no}"
        )
    if one.copy_newest is not None:
        yield f"    copying the newest sibling would have saved {one.copy_newest:.0%}"
    yield from _held_out(one.held_out, None, every=every)
    if one.lines:
        yield ""
        yield from _lines(one.lines, "What they share there", every=every)
    yield from _members(one.members, every=every)
    yield from _near(one.near)


def _rule(rule: Rule) -> str:
    """What one rule measured, what it asks for, and whether that holds."""
    what, form = _RULES[rule.name]
    asked = f"{_ASKED.get(rule.name, 'at least')} {form.format(rule.asked)}"
    return (
        f"{'yes' if rule.holds else 'NO ':<3} {what} {form.format(rule.measured)}, {asked} is asked"
    )
