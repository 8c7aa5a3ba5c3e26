"""The library in the form that a hook reads: one small JSON file below `.git/pattern-ci`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = 3
FILE = "suggest.json"
CONFIG = ".github/pattern-ci.yml"
COMPANIONS = "patterns/companions.json"
SPECS = "patterns/specs"
_SUFFIX = ".pattern.yaml"


def git_folder(root: str) -> str | None:
    """The git folder that all worktrees of `root` share, found without starting git."""
    entry = os.path.join(root, ".git")  # noqa: PTH118  # pathlib would be a third of the start-up
    if os.path.isdir(entry):  # noqa: PTH112
        return entry
    try:
        with open(entry, encoding="utf-8", errors="surrogateescape") as handle:  # noqa: PTH123
            target = handle.read().removeprefix("gitdir:").strip()
    except OSError:
        return None
    own = os.path.join(root, target)  # noqa: PTH118
    try:
        with open(os.path.join(own, "commondir"), encoding="utf-8") as handle:  # noqa: PTH118, PTH123
            return os.path.normpath(os.path.join(own, handle.read().strip()))  # noqa: PTH118
    except OSError:
        return own


def signature(root: str) -> list[list[Any]]:
    """Name, size and time of every file that the compiled form is made from."""
    return [[name, status.st_size, status.st_mtime_ns] for name, status in _sources(root)]


def _sources(root: str) -> Iterator[tuple[str, os.stat_result]]:
    specs = os.path.join(root, SPECS)  # noqa: PTH118
    try:
        with os.scandir(specs) as entries:
            found = sorted((entry for entry in entries), key=lambda entry: entry.name)
    except OSError:
        found = []
    for entry in found:
        if entry.name.endswith(_SUFFIX) and entry.is_file(follow_symlinks=False):
            yield f"{SPECS}/{entry.name}", entry.stat(follow_symlinks=False)
    for name in (COMPANIONS, CONFIG):
        try:
            yield name, os.lstat(os.path.join(root, name))  # noqa: PTH118
        except OSError:
            continue


def read(path: str) -> dict[str, Any] | None:
    """The compiled form, or None when there is none that can be read."""
    try:
        with open(path, "rb") as handle:  # noqa: PTH123
            data = json.loads(handle.read())
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("format") == FORMAT else None


def path_of(root: str) -> str | None:
    """Where the compiled form of the work tree at `root` lies; a file of its own for each tree."""
    folder = git_folder(root)
    if folder is None:
        return None
    import zlib

    name = f"{zlib.crc32(os.fsencode(os.path.realpath(root))):08x}-{FILE}"
    return os.path.join(folder, "pattern-ci", name)  # noqa: PTH118


def build(root: str) -> dict[str, Any]:
    """Read specs, rules and configuration of a work tree; what is broken is left out.

    Raises ConfigError for a configuration that is not valid.
    """
    from pathlib import Path

    from pattern_ci.model.pattern import Mode, Status
    from pattern_ci.registry.config import load_config
    from pattern_ci.registry.library import load_library

    top = Path(root)
    signed = signature(root)  # first: what changes while we read is then read again
    config = load_config(top)
    library = load_library(top / "patterns")
    patterns = [
        {
            "id": pattern.spec.pattern_id,
            "confidence": pattern.spec.confidence.total,
            "role": slot.role,
        }
        for pattern in library.patterns
        if pattern.spec.status is Status.ACTIVE
        for slot in pattern.spec.slots
        if slot.mode is Mode.ADD
    ]
    return {
        "format": FORMAT,
        # A broken library is read again each time: what mends it may not be a spec.
        "signature": None if library.findings else signed,
        "patterns": patterns,
        **_companions(top / COMPANIONS),
        "ignore": list(config.ignore),
        "fail_on": config.suggest.fail_on.value,
        "min_confidence": config.suggest.min_confidence,
    }


def _companions(path: Path) -> dict[str, Any]:
    """The rules by what sets them off, from which chance on to warn, and what is wrong with them.

    `broken` is the line of an error and its exit code.
    """
    from pattern_ci.errors import FatalError
    from pattern_ci.registry.companions import read as read_companions

    grouped: dict[str, list[dict[str, Any]]] = {}
    try:
        data = read_companions(path)
    except FatalError as error:
        return {"rules": {}, "warn_at": None, "broken": [error.line, error.return_code]}
    for row in data["rules"]:
        grouped.setdefault(row["when"], []).append(row)
    return {"rules": grouped, "warn_at": data.get("warn_at"), "broken": None}
