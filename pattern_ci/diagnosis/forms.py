"""Forms of a project's own tools: a line written down once, with names where values stand.

A form is no regular expression: what it becomes never tries again what it has passed, so that the
time for a line grows with its length, whatever the form and the line hold.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci.diagnosis.found import Found, Reading
from pattern_ci.messages import diagnosis as messages
from pattern_ci.model.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.diagnosis.lines import Line

MAX_NAMES: Final = 8
MAX_FORM: Final = 500
_NAME = r"[a-z][a-z0-9_.+-]{0,30}"
_WHOLE = re.compile(rf"(?P<tool>{_NAME})=(?P<form>.+)", re.DOTALL)
_PART = re.compile(r"\{(?P<long>[a-z]+)\}|%(?P<short>.)")
# The letters of `errorformat` of Vim and reviewdog.
_SHORT: Final = {"f": "file", "l": "line", "c": "column", "m": "message", "t": "severity"}
# Text of any kind, up to what follows; the others end by themselves.
_FREE: Final = {"file": 300, "rule": 100, "message": 2000, "any": 2000}
_BOUND: Final = {
    "line": r"\d{1,9}+", "column": r"\d{1,9}+", "severity": r"[A-Za-z]{1,12}+",
}  # fmt: skip


class Form(NamedTuple):
    """How a tool says that something is wrong, on one line."""

    tool: str
    pattern: re.Pattern[str]


def compiled(text: str) -> Form:
    """A form as it is written: `TOOL={file}:{line}: {message}`. Raises UsageError."""
    said = _WHOLE.fullmatch(text)
    if said is None or len(text) > MAX_FORM:
        raise messages.bad_form(text, messages.NO_TOOL if said is None else messages.TOO_LONG)
    parts = list(_parts(text, said["form"]))
    names = [name for name, _ in parts if name]
    _check(text, names, parts)
    return Form(said["tool"], re.compile(_regex(parts)))


def _parts(whole: str, form: str) -> Iterator[tuple[str, str]]:
    """(name, "") of each value and ("", text) of what stands between."""
    start = 0
    for one in _PART.finditer(form):
        yield "", form[start : one.start()]
        start = one.end()
        if one["short"] == "%":
            yield "", "%"
            continue
        name = one["long"] or _SHORT.get(one["short"], "")
        if name not in _FREE and name not in _BOUND:
            raise messages.bad_form(whole, messages.no_such_name(one[0], (*_FREE, *_BOUND)))
        yield name, ""
    yield "", form[start:]


def _check(whole: str, names: Sequence[str], parts: Sequence[tuple[str, str]]) -> None:
    """Raises UsageError for a form that says too little, or that could be read in two ways."""
    named = [name for name in names if name != "any"]
    if "message" not in named or ("line" in named and "file" not in named):
        raise messages.bad_form(whole, messages.SAYS_TOO_LITTLE)
    if len(named) != len(set(named)) or len(names) > MAX_NAMES:
        raise messages.bad_form(whole, messages.TOO_MANY_NAMES)
    solid = [(name, text) for name, text in parts if name or text]
    for (one, _), (other, _) in pairwise(solid):
        if one and other:
            raise messages.bad_form(whole, messages.NOTHING_BETWEEN)


def _regex(parts: Sequence[tuple[str, str]]) -> str:
    """Each free value and all up to the next one as an atomic group: nothing is tried again."""
    groups = [""]
    for name, text in parts:
        if name in _FREE:
            groups.append(f"(?P<{name}>.{{1,{_FREE[name]}}}?)" if name != "any" else _anything())
        elif name:
            groups[-1] += f"(?P<{name}>{_BOUND[name]})"
        else:
            groups[-1] += re.escape(text)
    groups[-1] += "$"
    return "".join(f"(?>{group})" for group in groups)


def _anything() -> str:
    return f".{{0,{_FREE['any']}}}?"


class OwnForms:
    """Takes every line that a form of the project's own fits."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms

    def take(self, line: Line, reading: Reading) -> bool:
        """Whether some form fits; the first one counts."""
        for form in self._forms:
            said = form.pattern.match(line.text)
            if said is not None:
                reading.add(_found(form.tool, said.groupdict(), line))
                return True
        return False


def _found(tool: str, said: dict[str, str], line: Line) -> Found:
    rule = (said.get("rule") or "").strip()
    return Found(
        tool=tool,
        message=said["message"].strip(),
        log_line=line.number,
        rule=rule,
        file=said.get("file"),
        line=int(said["line"]) if said.get("line") else None,
        column=int(said["column"]) if said.get("column") else None,
        severity=_severity(said.get("severity") or "error"),
        precise=bool(rule),
    )


def _severity(word: str) -> Severity:
    """By its first letter, which is all that some tools print."""
    letters = {"w": Severity.WARNING, "n": Severity.NOTICE, "i": Severity.NOTICE}
    return letters.get(word[:1].lower(), Severity.ERROR)
