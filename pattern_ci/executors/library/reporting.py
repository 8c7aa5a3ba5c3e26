"""What an execution leaves behind: result files, and a record of what was verified."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pattern_ci import clock, files
from pattern_ci.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pattern_ci.model.execution import CheckResult, ExecutionResult

SCHEMA_VERSION: Final = 1
_OF_A_RECORD: Final = frozenset({"verdict", "verified_at", "checks"})


def as_data(pattern_id: str, result: ExecutionResult) -> dict[str, Any]:
    """An execution as plain data: what changed, what was verified, the signature, the time."""
    return {
        "schema_version": SCHEMA_VERSION,
        "pattern_id": pattern_id,
        "success": result.success,
        "error": result.error or None,
        "duration_s": round(result.duration_s, 3),
        "changes": [change._asdict() for change in result.changes],
        "outputs": dict(result.outputs),
        "operation_signature": asdict(result.signature) if result.signature else None,
        "verification": verification_record(result.verification),
    }


def verification_record(seen: Sequence[CheckResult]) -> dict[str, Any]:
    """What was checked, when, and the verdict: passed, failed, or unknown with nothing to go by."""
    return {
        "verdict": verdict(seen),
        "verified_at": clock.now().isoformat(timespec="seconds"),
        "checks": [one.to_dict() for one in seen],
    }


def verdict(seen: Sequence[CheckResult]) -> str:
    """`failed` when any check failed, `passed` when one passed and none failed, else `unknown`."""
    if any(one.passed is False for one in seen):
        return "failed"
    return "passed" if any(one.passed for one in seen) else "unknown"


def is_record(data: bytes) -> bool:
    """Whether a file is a record of a verification, in either form."""
    from pattern_ci import yaml  # only when there is a file where a record is to be

    try:
        held = yaml.load(data.decode("utf-8"), source="record").data
    except (UnicodeDecodeError, FatalError):
        return False
    return isinstance(held, dict) and held.keys() >= _OF_A_RECORD


def write(path: Path, pattern_id: str, result: ExecutionResult) -> None:
    """Write a file of results in the form that its name asks for. Raises StorageError."""
    files.write_atomic(path, FORMS[path.suffix](as_data(pattern_id, result)).encode())


def as_named(path: str, data: dict[str, Any]) -> bytes:
    """Data in the form that the name of a file asks for, else as YAML."""
    return FORMS.get(PurePosixPath(path).suffix, as_yaml)(data).encode()


def as_json(data: dict[str, Any]) -> str:
    """The text of `result.json`."""
    return json.dumps(data, indent=2, ensure_ascii=False, default=str) + "\n"


def as_yaml(data: dict[str, Any]) -> str:
    """The same as YAML."""
    from pattern_ci import yaml  # only when somebody wants it

    return yaml.dump(json.loads(as_json(data)))


FORMS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    ".json": as_json,
    ".yaml": as_yaml,
    ".yml": as_yaml,
}
