"""Templates that only print variables and ask for them, rendered without loading Jinja.

Drafts are such templates, and to load an engine costs more than to render all of a run. What this
does not know for certain is left to the engine; on everything else both say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.model.cases import CASES
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Deeper ones may be outside the language; the engine says so.
MAX_DEPTH: Final = 8
_NAME = r"[a-z][a-z0-9_]*"
_TAG: Final = re.compile(
    rf'\{{\{{ "(\{{[{{%#]?|\\r)" \}}\}}'
    rf"|\{{\{{ ({_NAME})((?: \| {_NAME})*) \}}\}}"
    rf"|\{{% (if|if not) ({_NAME}) %\}}"
    r"|\{% endif %\}"
)
_OPENING: Final = re.compile(r"\{[{%#]")
_SCALARS: Final = (str, bool, int, float)
_OPENS: Final = -1
_CLOSES: Final = -2


class Step(NamedTuple):
    """One step of a template.

    `text` is written as it is; `name` is printed in these `cases`, or decides whether what follows
    up to step number `end` is left out.
    """

    text: str = ""
    name: str = ""
    cases: tuple[str, ...] = ()
    unless: bool = False
    end: int = 0


def steps(source: str) -> list[Step] | None:
    """A template as steps; None when it holds, or may hold, more than this knows."""
    # The engine makes a line end of each of these.
    return None if "\r" in source else _closed(list(_read(source)))


def _read(source: str) -> Iterator[Step | None]:
    done = 0
    for tag in _TAG.finditer(source):
        text = source[done : tag.start()]
        # A brace before a tag opens another tag than the one that was found.
        yield None if _OPENING.search(f"{text}{{") else Step(text)
        yield _step(*tag.groups())
        done = tag.end()
    yield None if _OPENING.search(source, done) else Step(source[done:])


def _step(
    literal: str | None, printed: str | None, filters: str, asks: str | None, asked: str | None
) -> Step | None:
    if literal:
        return Step("\r" if literal == "\\r" else literal)
    if (printed or asked) in RESERVED:
        return None
    if printed:
        cases = tuple(filters.split(" | ")[1:])
        return Step(name=printed, cases=cases) if all(map(CASES.get, cases)) else None
    return Step(name=asked, unless=asks == "if not", end=_OPENS) if asked else Step(end=_CLOSES)


def _closed(found: Sequence[Step | None]) -> list[Step] | None:
    """With the ends of what is asked for; None when one is not known, or they do not pair up."""
    made: list[Step] = []
    opened: list[int] = []
    for number, step in enumerate(found):
        if step is None or len(opened) > MAX_DEPTH or (step.end == _CLOSES and not opened):
            return None
        made.append(step)
        if step.end == _OPENS:
            opened.append(number)
        elif step.end == _CLOSES:
            start = opened.pop()
            made[start] = made[start]._replace(end=number)
    return None if opened else made


def run(
    program: Sequence[Step], variables: Mapping[str, Any], *, limit: int
) -> tuple[str, tuple[str, ...]] | None:
    """The rendered text and the names that had no value where one was wanted.

    None when a value is no plain one, or the text is beyond the limit.
    """
    values: dict[str, Any] = {}
    for name in dict.fromkeys(step.name for step in program if step.name):
        value = variables.get(name)
        if value is not None and type(value) not in _SCALARS:
            return None
        values[name] = value.replace("\r\n", "\n") if isinstance(value, str) else value
    unfilled: set[str] = set()
    pieces: list[str] = []
    at = 0
    while at < len(program):
        step = program[at]
        at += 1
        if not step.name:
            pieces.append(step.text)
        elif step.end:
            if bool(values[step.name]) is step.unless:
                at = step.end
        else:
            if values[step.name] in (None, ""):
                unfilled.add(step.name)
            pieces.append(_printed(values[step.name], step.cases))
    if sum(map(len, pieces)) > limit:
        return None
    return "".join(pieces), tuple(name for name in values if name in unfilled)


def _printed(value: object, cases: Sequence[str]) -> str:
    if isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = "" if value is None else str(value)
    for case in cases:
        text = CASES[case](text)
    return text
