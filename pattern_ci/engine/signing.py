"""What makes two executions comparable: shapes of inputs and outputs, types of files, tools."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from pattern_ci.model.digests import canonical
from pattern_ci.model.execution import OperationSignature

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pattern_ci.model.execution import CheckResult, FileChange

_HEX = 16
_DEPTH = 4  # deeper than any input that a person writes; below it, one shape is as good as another


def shape(value: Any, depth: int = _DEPTH) -> Any:
    """The types in plain data: names stay, values do not; a list is the kinds of its items."""
    if isinstance(value, dict) and depth:
        return {name: shape(value[name], depth - 1) for name in sorted(value)}
    if isinstance(value, list | tuple) and depth:
        shapes = [shape(item, depth - 1) for item in value]
        kinds = {canonical(one): one for one in shapes}
        return [kinds[key] for key in sorted(kinds)]
    return type(value).__name__


_MOST_KNOWN = 1024
_known: dict[str, str] = {}  # by what Python shows of a shape, which takes less long to make


def signature(data: Any) -> str:
    """16 hexadecimal digits for a shape."""
    shown = repr(data)
    found = _known.get(shown)
    if found is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        found = _known[shown] = hashlib.sha256(canonical(data)).hexdigest()[:_HEX]
    return found


def operation_signature(
    operation_kind: str,
    inputs: Mapping[str, Any],
    *,
    outputs: Mapping[str, Any],
    changes: Sequence[FileChange],
    tools: Iterable[str],
    verification: Sequence[CheckResult],
) -> OperationSignature:
    """The signature of one execution."""
    done = sorted({(change.action, _type(change.path)) for change in changes})
    return OperationSignature(
        operation_kind=operation_kind,
        file_types=tuple(sorted({suffix for _, suffix in done} - {""})),
        tools=tuple(tools),
        input_signature=signature(shape(dict(inputs))),
        output_signature=signature([shape(dict(outputs)), done]),
        verification=verified(verification),
    )


def _type(path: str) -> str:
    """The suffix of a file without its dot, as events of commits have it; empty where none is."""
    name = path.rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    return suffix.lower() if stem else ""


def verified(checks: Sequence[CheckResult]) -> str:
    """How the checks went: `passed`, `failed`, or `none` where there was nothing to ask."""
    asked = [check.passed for check in checks if check.passed is not None]
    if not asked:
        return "none"
    return "passed" if all(asked) else "failed"
