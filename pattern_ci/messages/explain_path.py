"""What `explain` says about a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import one_line, short
from pattern_ci.messages.gaps import left, mark
from pattern_ci.messages.suggest import shell_word
from pattern_ci.model.explanation import Outcome, Source
from pattern_ci.model.operation_explained import Origin
from pattern_ci.model.own_layout import is_ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.model.explanation import Compared, Contender, PathExplained, RoleOfPath, Stretch

PREVIEW_LINES = 16
FEW = 5
LONGEST = 60
EXCLUDED = "left out of mining: it is ignored, vendored, generated or a lock file"
OURS = "left out of mining: it is one of pattern-ci's own files"
_LOST = {
    "layer": "it is not of this repository, or withdrawn",
    "status": "its status comes later",
    "confidence": "it is less sure",
    "specificity": "its role is less specific",
    "id": "its id comes later",
}
_FROM = {
    Source.FIXED: "fixed text",
    Source.PATH: "the path",
    Source.ENUMERATED: "a default of a few",
    Source.CONSTANT: "a default",
    Source.FRAME: "default marks",
    Source.SWITCH: "a switch",
    Source.UNFILLED: "left to you",
}


def path_lines(one: PathExplained, *, every: bool) -> Iterator[str]:
    """The lines about a path; its diff is not among them."""
    yield f"{one.path} ({'exists' if one.exists else 'is not there yet'})"
    if one.excluded:
        yield f"  {OURS if is_ours(one.path) else EXCLUDED}"
    yield from _roles(one.roles)
    if one.contenders:
        yield ""
        yield from _contenders(one.contenders)
        yield ""
        yield from _written(one, every=every)
    elif not one.excluded:
        yield "  no pattern writes this path"
    if one.companions:
        yield ""
        yield f"  {'Changes with' if one.exists else 'Usually comes with'}"
    for along in one.companions if every else one.companions[:FEW]:
        yield f"    {along.action:<4} {along.path} ({along.confidence:.0%}: {along.reason})"
    rest = 0 if every else len(one.companions) - FEW
    if rest > 0:
        yield f"    … {rest} more (--all)"
    if one.compared is not None:
        yield ""
        yield from _compared(one.compared)


def _roles(roles: Sequence[RoleOfPath]) -> Iterator[str]:
    told = [one for one in roles if one.outcome is not Outcome.TOO_FEW]
    # A place with hardly a file in it says something only where there is no other.
    for one in told or roles:
        files = f"{one.members} file{'' if one.members == 1 else 's'}"
        yield f"  role {one.role} ({files}): {_outcome(one)}"
        if one.outcome is Outcome.LEFT_ALONE:
            yield f"    figures: pattern-ci explain {shell_word(one.role)}"
    if not roles:
        yield "  no role: files of this name are the frame of their folder, not one of a kind"


def _outcome(one: RoleOfPath) -> str:
    if one.outcome is Outcome.PATTERN:
        return f"{one.pattern_id}"
    if one.outcome is Outcome.LEFT_ALONE:
        return f"left alone, because {one.reason}"
    if one.outcome is Outcome.NAMED_OTHERWISE:
        return f"its files are named {one.reason}, and this is not"
    return "too few to learn from"


def _contenders(contenders: Sequence[Contender]) -> Iterator[str]:
    first, *others = contenders
    yield f"  {_contender(first)} would write it"
    if first.origin is Origin.BUILT_IN:
        yield "    built in: the history of this repository had no part in it"
    if first.origin is Origin.HISTORY:
        yield "    not in the library yet: `pattern-ci train --apply` drafts it"
    if not others:
        yield "    no other pattern fits this path"
    for one in others:
        yield f"    before {_contender(one)}: {_LOST[one.lost_by]}"


def _contender(one: Contender) -> str:
    return f"{one.pattern_id} {one.version} ({one.status}, confidence {one.confidence:.2f})"


def _written(one: PathExplained, *, every: bool) -> Iterator[str]:
    """The text with marks where it is left open, then where it comes from."""
    sizes = dict.fromkeys(Source, 0)
    for stretch in one.stretches:
        sizes[stretch.source] += len(stretch.text)
    total = sum(sizes.values())
    said = [f"{size} from {_FROM[source]}" for source, size in sizes.items() if size]
    yield f"  Text: {total} characters, {', '.join(said)}" if said else "  Text: none"
    body = _body(one.stretches, one.unfilled)
    for line in body if every else body[:PREVIEW_LINES]:
        yield f"  | {line}"
    if not every and len(body) > PREVIEW_LINES:
        yield f"  | … {plural(len(body) - PREVIEW_LINES, 'more line')} (--all)"
    if one.unfilled:
        yield f"  {left(one.unfilled, every=True)}"
    yield from _every_piece(one.stretches) if every else _variables(one.stretches)


def _body(stretches: Iterable[Stretch], unfilled: Sequence[str]) -> list[str]:
    """The lines, with marks where text is left open; one for several lines stands alone."""
    rows, alone = [""], False
    for one in stretches:
        opened = one.variable is not None and one.variable in unfilled
        text = mark(str(one.variable)) if opened else one.text
        if (alone or (opened and one.block)) and rows[-1]:
            rows.append("")
            text = text.removeprefix("\n")
        first, *rest = text.split("\n")
        rows[-1] += first
        rows += rest
        alone = opened and one.block
    return rows if rows[-1] else rows[:-1]


def _variables(stretches: Iterable[Stretch]) -> Iterator[str]:
    """Each text that a variable wrote, once, with how often."""
    counts: dict[str, int] = {}
    for one in stretches:
        if one.variable is not None and one.text and one.source is not Source.FRAME:
            said = f"{_quoted(one.text)} is {_expression(one)}, from {_FROM[one.source]}"
            counts[said] = counts.get(said, 0) + 1
    for said, count in counts.items():
        yield f"  {said}{f' ({count} times)' if count > 1 else ''}"


def _every_piece(stretches: Iterable[Stretch]) -> Iterator[str]:
    yield "  Pieces, with the line of the template"
    for one in stretches:
        name = f" {_expression(one)}" if one.variable is not None else ""
        yield f"    {one.line:>3} {_FROM[one.source]}{name}: {_quoted(one.text)}"


def _expression(one: Stretch) -> str:
    return " | ".join((str(one.variable), *one.filters))


def _quoted(value: str) -> str:
    return f'"{short(one_line(value), LONGEST)}"'


def _compared(one: Compared) -> Iterator[str]:
    edits = one.edits
    drafted, size = edits.kept + edits.deleted, edits.kept + edits.typed
    stayed = edits.kept / drafted if drafted else 0.0
    held = "Predicted from the members before it alone"
    if not one.held_out:
        held = "Beside today's pattern"
        held += ", which learned from this very file" if one.learned else ""
    yield f"  {held}: {drafted} characters, of which {stayed:.0%} stayed; {size} are there"
    yield (
        f"    {edits.kept} kept, {edits.deleted} deleted, {edits.typed} typed"
        f"{'; - would have been written, + is there:' if one.diff else '; nothing differs'}"
    )
