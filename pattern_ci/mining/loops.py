"""Write the entries of a list as a loop, with a variable that holds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.variables import WORD, Names, Variable
from pattern_ci.render.language import escape
from pattern_ci.render.problem import RESERVED

if TYPE_CHECKING:
    from pattern_ci.mining.frames import Frame
    from pattern_ci.mining.repeating import Repeated

ITEM = "item"
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9_]{2,})[^\w\s]*\s*[:=]")


class Loop(NamedTuple):
    """Source of a loop, and the list that it goes over."""

    source: str
    variable: Variable


def loop(repeated: Repeated, before: str, names: Names, *, item: str) -> Loop:
    """The loop of a list behind the text `before`, with `item` for the entry at hand."""
    frame = repeated.entries.frame
    name = names.claim(f"{_subject(frame, before)}_list")
    fields = _fields(frame)
    variable = Variable(
        name=name,
        kind="list",
        values=repeated.entries.values,
        after=before.rstrip().rpartition("\n")[2].strip()[-60:],
        fields=fields,
        entries=repeated.standing,
    )
    body = [escape(frame.texts[0])]
    for place, text in zip(frame.places, frame.texts[1:], strict=True):
        field = f"{item}.{fields[place.column]}" if len(fields) > 1 else item
        body.append(f"{{{{ {field} | {place.case} }}}}" if place.case else f"{{{{ {field} }}}}")
        body.append(escape(text))
    if frame.separator:
        body.append(f"{{% if not loop.last %}}{escape(frame.separator)}{{% endif %}}")
        body.append(escape(frame.closing))
    return Loop(f"{{% for {item} in {name} %}}{''.join(body)}{{% endfor %}}", variable)


def _subject(frame: Frame, before: str) -> str:
    """What a list is of: a word that its entries begin with, or the name that it is given."""
    words: list[str] = WORD.findall(frame.texts[0])
    if words and len(frame.places) == 1:
        return words[-1]
    line = before.rstrip().rpartition("\n")[2]
    named = _NAMED.search(line)
    if named:
        return named.group(1)
    words = words or WORD.findall(line) or ["entry"]
    return words[-1]


def _fields(frame: Frame) -> tuple[str, ...]:
    """Names of the values of an entry, by the word that stands before each."""
    names = Names(RESERVED)
    made: list[str] = []
    for place, text in zip(frame.places, frame.texts, strict=False):
        if place.column == len(made):
            words = WORD.findall(text)
            made.append(names.claim(words[-1] if words else "value"))
    return tuple(made)
