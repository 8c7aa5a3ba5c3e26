"""What the telemetry hooks do once there is consent: record a commit, stage what was recorded."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pattern_ci import clock, files, git
from pattern_ci.model.event import Event, EventType, Source
from pattern_ci.registry.compiled import git_folder
from pattern_ci.render import lock
from pattern_ci.telemetry import flushing, places
from pattern_ci.telemetry.recording import open_recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.model.config import Config

COMMIT_KIND = "OPK-COMMIT"
_ACTION = re.compile(r"\t([a-z-]+(?: \([a-z-]+\))?):")
_STATUS = {"A": "added", "D": "deleted"}


def record_commit(root: Path, config: Config, *, wait_seconds: float) -> None:
    """Spool one event about HEAD. Raises FatalError for whatever stands in the way."""
    started = clock.monotonic()
    state_dir = state_of(root)
    if state_dir is None:
        return
    recorder = open_recorder(state_dir, config, wait_seconds=wait_seconds)
    said = git.text(
        root, "log", "-1", "-m", "--first-parent", "--no-renames", "--name-status", "-z",
        "--no-ext-diff", "--format=%H %P", "HEAD",
    )  # fmt: skip
    head, *changes = said.lstrip("\0").split("\0")
    commit, *parents = head.split()
    event = commit_event(commit, parents, changes, how=_how(root))
    # Hooks of git and of a host may both be there.
    recorder.record(event_with_duration(event, clock.monotonic() - started), once=True)


def commit_event(commit: str, parents: Sequence[str], changes: Sequence[str], *, how: str) -> Event:
    """The event about a commit: counts and suffixes of files, never their names."""
    words = [word.strip("\n") for word in changes]
    pairs = list(zip(words[::2], words[1::2], strict=False))
    counts = {"added": 0, "changed": 0, "deleted": 0}
    for status, _ in pairs:
        counts[_STATUS.get(status, "changed")] += 1
    suffixes = {PurePosixPath(path).suffix[1:].lower() for _, path in pairs}
    return Event(
        type=EventType.OPERATION,
        source=Source.HOOK,
        operation_kind=COMMIT_KIND,
        file_types=tuple(sorted(suffixes - {""}))[:40],
        tools_used=("git",),
        parameters={"files": len(pairs), **counts, "parents": len(parents), "how": how},
        success=True,
        commit=commit,
    )


def event_with_duration(event: Event, seconds: float) -> Event:
    """The event, with how long it took to record it."""
    from dataclasses import replace

    return replace(event, duration_s=round(seconds, 3))


def state_of(root: Path) -> Path | None:
    """The state folder that all work trees share; None outside of a repository."""
    found = git_folder(str(root))
    return None if found is None else Path(found) / "pattern-ci"


def _how(root: Path) -> str:
    """What made the commit (`commit`, `commit (amend)`, `rebase (pick)`), by the reflog."""
    entry = root / ".git"
    if entry.is_file():
        entry = root / (files.read_text(entry) or "").removeprefix("gitdir:").strip()
    log = (files.read_bytes(entry / "logs" / "HEAD") or b"")[-4096:]
    last = log.rstrip(b"\n").rpartition(b"\n")[2].decode("utf-8", "replace")
    found = _ACTION.search(last)
    return found[1] if found else "unknown"


def stage_spool(root: Path) -> int:
    """Move the spool into the tree and stage it; how many events that were."""
    state_dir = state_of(root)
    if state_dir is None or not flushing.waiting(places.spool(state_dir)):
        return 0
    attributes = files.inside(root, flushing.ATTRIBUTES_FILE)
    tree = files.inside(root, places.TREE_FOLDER)
    with lock.held(state_dir / places.LOCK):
        moved = flushing.flush(places.spool(state_dir), tree, state_dir / places.ASIDE)
    before = files.read_text(attributes) or ""
    touched = [f"{places.TREE_FOLDER}/{one.shard.name}" for one in moved if one.events]
    if files.write_if_changed(attributes, flushing.with_attributes(before)):
        touched.append(flushing.ATTRIBUTES_FILE)
    git.text(root, "add", "--", *touched, keep_index=True)
    return sum(one.events for one in moved)


def is_partial_commit() -> bool:
    """Whether git commits named paths only: what is staged now would be lost from its index."""
    return os.path.basename(os.environ.get("GIT_INDEX_FILE", "")).startswith("next-index")  # noqa: PTH119  # a name, no path
