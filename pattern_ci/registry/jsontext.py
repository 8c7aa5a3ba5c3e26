"""JSON text as plain data with positions, as strict as the YAML door: one key, one value."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from typing import Any

from pattern_ci.errors import SpecError
from pattern_ci.yaml import MAX_BYTES, Document, Key, Position

MAX_DEPTH = 100

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# Python refuses to turn longer digits into a number; no schema of ours needs half as many.
_MAX_DIGITS = 1000
_DECODER = json.JSONDecoder()  # for strings only: its objects would drop duplicate keys
_WORDS = {"true": True, "false": False, "null": None}


def load(text: str, *, source: str) -> Document:
    """Parse one JSON document; `source` names it in messages.

    Raises SpecError with `source:line:col` for bad syntax, duplicate keys, text above MAX_BYTES,
    nesting beyond MAX_DEPTH, and the words NaN and Infinity, which JSON does not have.
    """
    if len(text) > MAX_BYTES:
        msg = f"{source}:1:1: the document is larger than {MAX_BYTES} bytes."
        raise SpecError(msg)
    reader = _Reader(text, source)
    data, end = reader.value(reader.skip(0), ())
    end = reader.skip(end)
    if end != len(text):
        raise reader.error(end, "this is not valid JSON: text after the end of the document.")
    return Document(data, reader.positions)


class _Reader:
    """Recursive descent over one text; positions are collected on the way."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.positions: dict[Key, Position] = {}
        self.line_starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, index: int) -> Position:
        line = bisect_right(self.line_starts, index)
        return Position(line, index - self.line_starts[line - 1] + 1)

    def error(self, index: int, problem: str) -> SpecError:
        line, column = self.place(index)
        return SpecError(f"{self.source}:{line}:{column}: {problem}")

    def invalid(self, index: int, problem: str) -> SpecError:
        return self.error(index, f"this is not valid JSON: {problem}.")

    def skip(self, index: int) -> int:
        found = _SPACE.match(self.text, index)
        assert found is not None
        return found.end()

    def value(self, index: int, key: Key) -> tuple[Any, int]:
        """The value that starts at `index`, and where it ends."""
        if len(key) > MAX_DEPTH:
            raise self.error(index, "the document is nested too deeply.")
        self.positions[key] = self.place(index)
        first = self.text[index : index + 1]
        if first == "{":
            return self.mapping(index, key)
        if first == "[":
            return self.sequence(index, key)
        if first == '"':
            return self.string(index)
        for word, meaning in _WORDS.items():
            if self.text.startswith(word, index):
                return meaning, index + len(word)
        return self.number(index)

    def string(self, index: int) -> tuple[str, int]:
        try:
            text, end = _DECODER.raw_decode(self.text, index)
        except json.JSONDecodeError as error:
            raise self.invalid(error.pos, error.msg.lower()) from error
        return str(text), end

    def number(self, index: int) -> tuple[int | float, int]:
        found = _NUMBER.match(self.text, index)
        if found is None:
            what = "a value is missing" if index < len(self.text) else "the text ends too early"
            raise self.invalid(index, what)
        digits = found.group()
        if len(digits) > _MAX_DIGITS:
            raise self.invalid(index, "a number is too long")
        number = int(digits) if digits.lstrip("-").isdigit() else float(digits)
        if math.isinf(number):
            raise self.invalid(index, "a number is too large")
        return number, found.end()

    def mapping(self, index: int, key: Key) -> tuple[dict[str, Any], int]:
        result: dict[str, Any] = {}
        index = self.skip(index + 1)
        if self.text.startswith("}", index):
            return result, index + 1
        while True:
            if not self.text.startswith('"', index):
                raise self.invalid(index, "a name in double quotes is expected")
            start = index
            name, index = self.string(index)
            if name in result:
                raise self.error(start, f"the key {name!r} stands here twice.")
            index = self.skip(index)
            if not self.text.startswith(":", index):
                raise self.invalid(index, "a colon is expected")
            result[name], index = self.value(self.skip(index + 1), (*key, name))
            index, closed = self.next_item(index, "}")
            if closed:
                return result, index

    def sequence(self, index: int, key: Key) -> tuple[list[Any], int]:
        result: list[Any] = []
        index = self.skip(index + 1)
        if self.text.startswith("]", index):
            return result, index + 1
        while True:
            item, index = self.value(index, (*key, len(result)))
            result.append(item)
            index, closed = self.next_item(index, "]")
            if closed:
                return result, index

    def next_item(self, index: int, closing: str) -> tuple[int, bool]:
        """Past the comma to the next item, or past the closing bracket."""
        index = self.skip(index)
        if self.text.startswith(closing, index):
            return index + 1, True
        if not self.text.startswith(",", index):
            raise self.invalid(index, f"a comma or {closing} is expected")
        return self.skip(index + 1), False
