"""A JSON Schema for a template's variables, inferred from what the members hold."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from pattern_ci.model.forms import END, HOLE_PATTERN, SHAPES
from pattern_ci.model.role import CASED
from pattern_ci.render.gaps import FRAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.mining.variables import Value, Variable
    from pattern_ci.model.role import Role

# A value list is a choice rather than a coincidence when it repeats this often.
MIN_REPEATS = 3
MAX_CHOICES = 5
MAX_EXAMPLES = 3
EXAMPLE_LENGTH = 80


def hole_pattern(role: Role, hole: str) -> str:
    """What a name may be: of the case of its path, for templates also write it as it is."""
    case = role.case(hole)
    return f"^{CASED[case]}{END}" if case else HOLE_PATTERN


def infer_shape(values: Sequence[str]) -> tuple[str, str] | None:
    """The narrowest shape that all non-empty values have, as regex and description.

    An optional value may be empty: the gap is then simply left.
    """
    filled = [value for value in values if value]
    for shape, described in SHAPES:
        if filled and all(_has(shape, value) for value in filled):
            return shape, described
    return None


@lru_cache(maxsize=1 << 14)
def _has(shape: str, value: str) -> bool:
    """Whether a value has a shape; each is asked once for every other that is left out."""
    return re.fullmatch(shape, value) is not None


def infer_choices(values: Sequence[str]) -> tuple[str, ...]:
    """The values to choose from, in order; none where any came up too seldom to be a choice."""
    counts = Counter(value for value in values if value)
    if not 1 < len(counts) <= MAX_CHOICES or min(counts.values()) < MIN_REPEATS:
        return ()
    fitting = all(len(value) <= EXAMPLE_LENGTH and "\n" not in value for value in counts)
    return tuple(sorted(counts)) if fitting else ()


def accepts(seen: Sequence[str], values: Iterable[str]) -> bool:
    """Whether a schema inferred from `seen` would take all these values."""
    choices = infer_choices(seen)
    if choices:
        return all(not value or value in choices for value in values)
    shape = infer_shape(seen)
    return shape is None or all(not value or _has(shape[0], value) for value in values)


def completeness(variables: Sequence[Variable], members: int, holes: int) -> float:
    """Share of variable values that a schema made from the other members derives or accepts.

    Holes come from the path and so are always derived; each value is judged without itself.
    """
    accepted, total = derivable(variables, members, holes)
    return accepted / total if total else 0.0


def derivable(variables: Sequence[Variable], members: int, holes: int) -> tuple[int, int]:
    """How many of the values that is, and of how many."""
    accepted = total = holes * members
    for variable in variables:
        values = [_columns(value) for value in variable.values]
        for index, columns in enumerate(values):
            total += 1
            others = _joined(values[:index] + values[index + 1 :])
            accepted += variable.kind == "flag" or all(
                accepts(seen, column) for seen, column in zip(others, columns, strict=False)
            )
    return accepted, total


def _columns(value: Value) -> list[tuple[str, ...]]:
    """The values of each field of the entries of a list; any other value as the only one."""
    return list(zip(*value, strict=True)) if isinstance(value, tuple) else [(str(value),)]


def _joined(members: Iterable[list[tuple[str, ...]]]) -> list[list[str]]:
    """Every value of each field."""
    filled = [columns for columns in members if columns]
    return [list(chain.from_iterable(found)) for found in zip(*filled, strict=True)]


def build(
    *, title: str, role: Role, hole_values: Sequence[str], variables: Sequence[Variable]
) -> dict[str, Any]:
    """The schema as plain data (draft 2020-12)."""
    properties: dict[str, Any] = {}
    for hole in role.holes:
        properties[hole] = {
            "type": "string",
            "pattern": hole_pattern(role, hole),
            "description": "The name in the path.",
            "examples": list(dict.fromkeys(hole_values))[-MAX_EXAMPLES:],
        }
    for variable in variables:
        properties[variable.name] = _property(variable)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(role.holes),
        "additionalProperties": False,
    }


def _property(variable: Variable) -> dict[str, Any]:
    if variable.kind == "flag":
        have = sum(bool(value) for value in variable.values)
        return {
            "type": "boolean",
            "default": True,
            "description": f"Whether an optional part is written; {have} of "
            f"{len(variable.values)} members have it.",
        }
    if variable.kind == "list":
        return _list(variable)
    values = [str(value) for value in variable.values]
    shape = infer_shape([*values, variable.default])
    made: dict[str, Any] = {"type": "string", "default": variable.default}
    made["description"] = _described(variable, shape[1] if shape else "text of any length")
    choices = infer_choices(values)
    if choices and not variable.default:
        made["description"] = _described(variable, "one of a few texts")
        made["enum"] = ["", *choices]
        return made
    if variable.default:
        made[FRAME] = True
    if shape is not None:
        made["pattern"] = f"^(?:{shape[0]})?$"
    shown = [value for value in dict.fromkeys(values) if value and len(value) <= EXAMPLE_LENGTH]
    if shown:
        made["examples"] = shown[-MAX_EXAMPLES:]
    return made


def _list(variable: Variable) -> dict[str, Any]:
    """A list of texts, or of entries with a text for each field."""
    counts = [len(value) for value in variable.values if isinstance(value, tuple)]
    columns = _joined(_columns(value) for value in variable.values)
    standing = _columns(variable.entries) or [()] * len(columns)
    fields = list(map(_entry, columns, standing))
    items = fields[0]
    if len(variable.fields) > 1:
        items = {
            "type": "object",
            "properties": dict(zip(variable.fields, fields, strict=True)),
            "required": list(variable.fields),
            "additionalProperties": False,
        }
    made: dict[str, Any] = {"type": "array", "items": items}
    listed = f"a list; members have {min(counts)} to {max(counts)} entries"
    made["description"] = _described(variable, listed)
    if min(counts):
        made["minItems"] = 1
    if variable.entries:
        made["default"] = variable.plain(variable.entries)
        made[FRAME] = True
    return made


def _entry(values: Sequence[str], standing: Sequence[str]) -> dict[str, Any]:
    """What a text in the entries of a list may be; `standing` are those of its default."""
    shape = infer_shape([*values, *standing])
    said = shape[1] if shape else "text of any length"
    made: dict[str, Any] = {"type": "string", "description": f"{said[0].upper()}{said[1:]}."}
    choices = infer_choices(values)
    may_lack = not all((*values, *standing))
    if choices and set(choices) >= set(standing) - {""}:
        made["enum"] = ["", *choices] if may_lack else list(choices)
        return made
    if shape is not None:
        made["pattern"] = f"^(?:{shape[0]}){'?' if may_lack else ''}$"
    shown = [value for value in dict.fromkeys(values) if value and len(value) <= EXAMPLE_LENGTH]
    return made | ({"examples": shown[-MAX_EXAMPLES:]} if shown else {})


def _described(variable: Variable, shape: str) -> str:
    where = f"What stands after {variable.after!r}" if variable.after else "What stands here"
    framed = variable.default or variable.entries
    frame = " The default is the frame that most members have." if framed else ""
    return f"{where}: {shape}.{frame}"
