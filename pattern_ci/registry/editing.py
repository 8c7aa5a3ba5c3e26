"""Edits YAML that people wrote, as text: every other line stays as it is, byte for byte.

The text is parsed for positions, edited as lines in the style that it has, and parsed again; an
edit counts only when the data then differ by just that edit (decision 0005). What cannot be edited
so, flow style for one, gives None: a person has to do it.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.yaml import Key

Scalar = str | int | float | bool | None
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _./-]*")
_VALUE = re.compile(
    r"""(?: "(?:[^"\\]|\\.)*" | '(?:[^']|'')*' | [^\s\#"'\[{|>&*!][^\#]*? )?
        (?P<rest>[ \t]*(?:\#.*)?)""",
    re.VERBOSE,
)


def scalar(value: Scalar) -> str:
    """A value on one line, in quotes where YAML would read something else."""
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) is not None and value == value.strip()
    if plain and yaml.load(value, source="it").data == value:
        return value
    return '"' + "".join(map(_quoted, value)) + '"'


def _quoted(char: str) -> str:
    """A character between quotes; JSON's escapes are YAML's as far as ASCII goes."""
    if char.isascii():
        return json.dumps(char)[1:-1]
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def with_value(text: str, key: Key, value: Scalar) -> str | None:
    """The text with another value at `key`, which must stand on the line of its name."""
    document = yaml.load(text, source="it")
    at, named = document.position(key), document.key_position(key)
    wanted = _replaced(document.data, key, value)
    if wanted is None or at.line != named.line:
        return None
    lines = text.splitlines(keepends=True)
    line = lines[at.line - 1]
    body, end = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
    found = _VALUE.fullmatch(body, at.column - 1)
    if found is None:
        return None
    lines[at.line - 1] = body[: at.column - 1] + scalar(value) + found["rest"] + end
    return _checked("".join(lines), wanted)


def with_item(text: str, key: Key, item: Mapping[str, Scalar]) -> str | None:
    """The text with a mapping added at the end of the list at `key`, indented as the others are."""
    document = yaml.load(text, source="it")
    items = _at(document.data, key)
    if not isinstance(items, list):
        return None
    wanted = _replaced(document.data, key, [*items, dict(item)])
    name = document.key_position(key)
    lines = text.splitlines(keepends=True)
    if items:
        first = document.position((*key, 0))
        dash = lines[first.line - 1].find("-")
        place = _end_of(lines, document.position((*key, len(items) - 1)).line, dash)
    else:
        dash, place = name.column - 1 + 2, name.line
        emptied = re.sub(r"[ \t]*\[[ \t]*\]", "", lines[name.line - 1], count=1)
        lines[name.line - 1] = emptied
    if dash < 0 or not item:
        return None
    newline = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    if place and not lines[place - 1].endswith("\n"):
        lines[place - 1] += newline
    lines[place:place] = [line + newline for line in _item_lines(item, dash)]
    return _checked("".join(lines), wanted)


def without_item(text: str, key: Key) -> str | None:
    """The text without the item of a list at `key`; its comments above stay."""
    document = yaml.load(text, source="it")
    items = _at(document.data, key[:-1])
    if not isinstance(items, list) or not isinstance(key[-1], int) or len(items) < 2:
        return None
    wanted = _replaced(document.data, key[:-1], [*items[: key[-1]], *items[key[-1] + 1 :]])
    lines = text.splitlines(keepends=True)
    start = document.position(key).line
    dash = lines[start - 1].find("-")
    if dash < 0:
        return None
    del lines[start - 1 : _end_of(lines, start, dash)]
    return _checked("".join(lines), wanted)


def _item_lines(item: Mapping[str, Scalar], dash: int) -> list[str]:
    rows = [f"{name}: {scalar(value)}" for name, value in item.items()]
    return [" " * dash + ("- " if not number else "  ") + row for number, row in enumerate(rows)]


def _end_of(lines: Sequence[str], line: int, dash: int) -> int:
    """The last line (from 1) of the item that begins on `line`, its dash in that column from 0."""
    end = line
    for number in range(line, len(lines)):
        body = lines[number].rstrip()
        if body and len(body) - len(body.lstrip()) <= dash:
            break
        if body and not body.lstrip().startswith("#"):
            end = number + 1
    return end


def _at(data: Any, key: Key) -> Any:
    for part in key:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _replaced(data: Any, key: Key, value: Any) -> Any:
    """The data with another value at a key that is there; None when it is not."""
    changed = copy.deepcopy(data)
    parent = _at(changed, key[:-1])
    try:
        parent[key[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    parent[key[-1]] = value
    return changed


def _checked(text: str, wanted: Any) -> str | None:
    """The edited text when it says just what was wanted."""
    try:
        return text if yaml.load(text, source="it").data == wanted else None
    except SpecError:
        return None
