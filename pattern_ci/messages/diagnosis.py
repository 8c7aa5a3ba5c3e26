"""What `diagnose` says to people: three lines an error, the most likely reason first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.errors import UsageError
from pattern_ci.messages.escaping.lines import log, one_line, short
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.model.diagnosis import Diagnosis

FEW = 5
FEW_PLACES = 3
LONGEST = 160


def no_log(name: str) -> UsageError:
    """The log to read is not there."""
    msg = f"there is no file {name!r}."
    return UsageError(
        msg, next_step="name the log, or pipe it in: `make 2>&1 | pattern-ci diagnose`."
    )


def one_stdin() -> UsageError:
    """Standard input can be read once only."""
    msg = "standard input is named twice."
    return UsageError(msg, next_step="give the logs of good runs as files.")


def text(diagnoses: Sequence[Diagnosis], *, every: bool) -> str:
    """All errors, those of one signature together."""
    if not diagnoses:
        return "Nothing in this log says that something is wrong."
    groups = list(_groups(diagnoses))
    shown = groups if every else groups[:FEW]
    lines = [line for group in shown for line in _group(group)]
    rest = len(groups) - len(shown)
    if rest:
        others = sum(map(len, groups[len(shown) :]))
        lines.append(f"… {rest} more, {others} lines of the log (--all)")
    return "\n".join(map(log, lines))


def _groups(diagnoses: Iterable[Diagnosis]) -> Iterator[list[Diagnosis]]:
    """Diagnoses of one signature, in the order in which each signature comes first."""
    groups: dict[str, list[Diagnosis]] = {}
    for one in diagnoses:
        groups.setdefault(one.signature, []).append(one)
    yield from groups.values()


def _group(group: Sequence[Diagnosis]) -> Iterator[str]:
    first = group[0]
    times = f", {len(group)} times" if len(group) > 1 else ""
    yield f"{heading(first)}{times}{_places(group)}"
    yield f"  {short(one_line(first.message or first.template), LONGEST)}"
    marks = ("in good runs too", "follows from another error")
    told = [mark for mark, on in zip(marks, (first.in_green, first.consequence), strict=True) if on]
    yield f"  {one_line(first.signature)}{''.join(f', {mark}' for mark in told)}"


def heading(one: Diagnosis) -> str:
    """Tool, rule and class on one line."""
    name = " ".join(part for part in (one.tool, one.rule) if part)
    level = "" if one.severity is Severity.ERROR else f" {one.severity.value}"
    return f"{one_line(name)}{level} ({one.kind.value})"


def _places(group: Sequence[Diagnosis]) -> str:
    places = list(dict.fromkeys(one.place for one in group if one.place))
    if not places:
        return f", line {group[0].log_line} of the log"
    rest = len(places) - FEW_PLACES
    more = f" and {rest} more" if rest > 0 else ""
    return f" at {', '.join(map(one_line, places[:FEW_PLACES]))}{more}"


def sentence(one: Diagnosis) -> str:
    """An error on one line, for a place that shows its file already."""
    said = short(one_line(one.message or one.template), LONGEST)
    return f"{one_line(one.tool)}: {said}" if said else heading(one)
