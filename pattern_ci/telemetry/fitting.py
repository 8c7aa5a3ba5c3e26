"""Any event into one line of at most 4 KiB that fits the schema: cut with a mark, never wrong."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pattern_ci.model.event import MAX_BYTES
from pattern_ci.telemetry.checking import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

# Made once: `json.dumps` would make one for each line.
_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
CUT = "[cut]"
DEEPEST = 5
_MOST_ITEMS = 50
_LONGEST_TEXT = 1000
_LARGEST = 1 << 63
_SHORTEST = 16


def line(data: Mapping[str, Any]) -> bytes:
    """The event as the line of a shard, its line end included, in ASCII."""
    encoded = encode(data)
    if len(encoded) <= MAX_BYTES:
        return encoded
    return encode(shortened(data))


def encode(data: Mapping[str, Any]) -> bytes:
    """Plain data as one line of JSON."""
    return _ENCODER.encode(data).encode("ascii") + b"\n"


def shortened(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same event with less in it, from what says least to what says most."""
    smaller = dict(data)
    longest = _LONGEST_TEXT
    while len(encode(smaller)) > MAX_BYTES and longest > _SHORTEST:
        longest //= 2
        smaller["parameters"] = _cut(smaller.get("parameters", {}), longest)
    for name in ("parameters", "file_types", "tools_used"):
        if len(encode(smaller)) > MAX_BYTES:
            smaller[name] = {CUT: True} if name == "parameters" else [*smaller[name][:8], CUT]
    for name in ("reason", "verification", "tools_used", "file_types", "resolution", "error"):
        if len(encode(smaller)) > MAX_BYTES:
            smaller[name] = _smallest(smaller.get(name))
    return smaller


def _smallest(value: Any) -> Any:
    """The least that a field can say and still fit the schema."""
    match value:
        case str():
            return cut(value, 40)
        case list():
            return [CUT]
        case dict():
            return {
                name: cut(text, 40) if isinstance(text, str) else text
                for name, text in value.items()
            }
        case _:
            return value


def _cut(value: Any, longest: int) -> Any:
    if isinstance(value, str):
        return cut(value, longest)
    if isinstance(value, list):
        most = max(2, longest // 16)
        kept = [_cut(item, longest) for item in value[:most]]
        return kept if len(value) <= most else [*kept, CUT]
    if isinstance(value, dict):
        most = max(4, longest // 16)
        found = {cut(name, 60): _cut(item, longest) for name, item in list(value.items())[:most]}
        return found if len(value) <= most else {**found, CUT: True}
    return value


def cut(text: str, longest: int) -> str:
    """At most that many characters, with a mark where some are gone."""
    if len(text) <= longest:
        return text
    return text[: max(0, longest - len(CUT))] + CUT[:longest]


def plain(value: Any, depth: int = 0) -> Any:
    """Any value as plain JSON data of a bounded size; what JSON cannot say becomes text."""
    if value is None or isinstance(value, bool | str | int | float):
        return _scalar(value)
    if depth >= DEEPEST:
        return CUT
    if isinstance(value, dict):
        pairs = list(value.items())
        found = {
            _encodable(str(name)): plain(item, depth + 1) for name, item in pairs[:_MOST_ITEMS]
        }
        return found if len(pairs) <= _MOST_ITEMS else {**found, CUT: True}
    if isinstance(value, list | tuple | set | frozenset):
        items = list(value)
        kept = [plain(item, depth + 1) for item in items[:_MOST_ITEMS]]
        return kept if len(items) <= _MOST_ITEMS else [*kept, CUT]
    return _encodable(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))


def _scalar(value: Any) -> Any:
    if isinstance(value, str):
        return str(value) if value.isascii() else _encodable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        return cut(hex(value), 40)
    return value


def _encodable(text: str) -> str:
    """Text without halves of characters, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


@cache
def _limits() -> tuple[tuple[str, int, re.Pattern[str] | None], ...]:
    """Name, longest and form of every text of an event that may be absent."""
    return tuple(
        (name, spec.get("maxLength", 1 << 30), _form(spec))
        for name, spec in schema()["properties"].items()
        if spec.get("type") == ["string", "null"]
    )


def _form(spec: Mapping[str, Any]) -> re.Pattern[str] | None:
    pattern = spec.get("pattern")
    return None if pattern is None else re.compile(pattern.removesuffix("$") + r"\Z")


def bounded(data: dict[str, Any]) -> dict[str, Any]:
    """The event with each field inside its limits; a text of another form becomes a parameter."""
    for name, longest, form in _limits():
        value = data.get(name)
        if value is None:
            continue
        if len(value) > longest:
            data[name] = value = cut(value, longest)
        if form is not None and form.match(value) is None:
            data["parameters"] = {**data["parameters"], name: value}
            data[name] = None
    for name, longest in (("file_types", 40), ("tools_used", 60)):
        if data[name]:
            data[name] = [cut(item, longest) for item in data[name]]
    if data["error"] is not None:
        error = data["error"]
        error["signature"] = cut(error["signature"], 300) or "unknown"
        error["class"] = None if error["class"] is None else cut(error["class"], 60)
    if data["resolution"] is not None:
        done = data["resolution"]
        done["method"] = cut(done["method"], 200) or "unknown"
        shown = done["verified_by"]
        done["verified_by"] = None if shown is None else cut(shown, 100)
    took = data["duration_s"]
    if took is not None:
        data["duration_s"] = round(max(0.0, took), 6) if math.isfinite(took) else None
    return data
