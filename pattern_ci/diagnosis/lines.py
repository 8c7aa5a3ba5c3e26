"""A log as lines: bounded, without colours, and without what a workflow runner puts before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The longest sentence of a compiler that means anything is far shorter; a line may be endless.
MAX_LINE: Final = 2000
# Control sequences, titles and links, strings for the terminal, choices of a character set
# (`ESC ( B`, which ends every colour of a `TERM=xterm`), and all other escapes of two characters.
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,512}(?:\x07|\x1b\\)"
    r"|[PX^_][^\x1b]{0,512}\x1b\\|[ -/]{1,4}[0-~]|[0-Z\\-~])|[\x0e\x0f]"
)
_STAMP = re.compile(r"\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z ?")
# `job<tab>step<tab>time`, as `gh run view --log` prints.
_STEP = re.compile(r"[^\t]{1,200}\t[^\t]{1,200}\t(?=\ufeff?\d{4}-\d\d-\d\dT)")
_GROUP = re.compile(r"(?:##\[|::)(?:end)?group(?:\]|::)")
_COMMAND = re.compile(r"##\[(error|warning|notice|debug|command|section)\]")


class Line(NamedTuple):
    """A line of a log as its tool wrote it; `number` counts from 1."""

    number: int
    text: str


def split(chunks: Iterable[str]) -> Iterator[str]:
    """Lines of a text that comes in pieces of any size; what is over MAX_LINE is dropped."""
    rest = ""
    for chunk in chunks:
        parts = chunk.split("\n")
        for part in parts[:-1]:
            yield (rest + part)[:MAX_LINE]
            rest = ""
        rest = (rest + parts[-1][:MAX_LINE])[:MAX_LINE]
    if rest:
        yield rest


def clean(raw: str) -> str:
    """A line without colours, times and marks of the runner; of a line that was redrawn the last.

    `::error file=…::message` stays: it is what a tool said to the runner.
    """
    text = raw
    if "\x1b" in text or "\x0f" in text:
        text = _ANSI.sub("", text)
    text = text.rstrip("\r")
    if "\r" in text:
        text = text.rpartition("\r")[2]
    if "\t" in text:
        text = _STEP.sub("", text, count=1)
    if text[:1] == "\ufeff" or text[4:5] == "-":
        found = _STAMP.match(text)
        text = text[found.end() :] if found else text
    if text[:2] in ("##", "::"):
        text = _GROUP.sub("", text, count=1)
        text = _COMMAND.sub(_said, text, count=1)
    return text.rstrip()


def _said(found: re.Match[str]) -> str:
    return f"{found[1]}: " if found[1] in ("error", "warning") else ""


def read(chunks: Iterable[str]) -> Iterator[Line]:
    """Every line of a log, cleaned."""
    for number, raw in enumerate(split(chunks), 1):
        yield Line(number, clean(raw))
