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


# Of a file that a formatter would change, where it only names the file.
NOT_FORMATTED = "the file is not formatted"
NO_TOOL = "it does not start with `TOOL=`"
TOO_LONG = "it is too long"
SAYS_TOO_LITTLE = "it needs {message}, and {file} where it has {line}"
TOO_MANY_NAMES = "a name stands in it twice, or it has more than eight"
NOTHING_BETWEEN = "nothing stands between two of its values, so that nobody can tell them apart"


def bad_form(form: str, why: str) -> UsageError:
    """A form of a tool of one's own that cannot be used."""
    msg = f"the form {short(one_line(form), LONGEST)!r} cannot be used: {why}."
    return UsageError(
        msg, next_step="write it like `mylint={file}:{line}:{column}: [{rule}] {message}`."
    )


def no_such_name(name: str, known: Sequence[str]) -> str:
    """What may stand in braces."""
    return f"{name} is nothing that a form has; there are {', '.join(known)}"


def silent(exit_code: int, *, empty: bool) -> str:
    """The run failed without a word about it."""
    nothing = "printed nothing" if empty else "says nothing that good runs do not say as well"
    return f"the run ended with exit code {exit_code} and {nothing}"


def no_place(count: int) -> str:
    """Formats that put every error into a file have no room for some."""
    some = "1 error names" if count == 1 else f"{count} errors name"
    return f"diagnose: {some} no file and cannot stand in this format; `--format text` has all."


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
        told = "1 line" if others == 1 else f"{others} lines"
        lines.append(f"… {rest} more, {told} of the log (--all)")
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
    if not places and not group[0].log_line:
        return ""
    if not places:
        return f", line {group[0].log_line} of the log"
    rest = len(places) - FEW_PLACES
    more = f" and {rest} more" if rest > 0 else ""
    return f" at {', '.join(map(one_line, places[:FEW_PLACES]))}{more}"


def sentence(one: Diagnosis) -> str:
    """An error on one line, for a place that shows its file already."""
    said = short(one_line(one.message or one.template), LONGEST)
    return f"{one_line(one.tool)}: {said}" if said else heading(one)
