"""What is said about the index of telemetry."""

from __future__ import annotations

MOVE = "move it away or name another file in PATTERN_DB_PATH; the index is made anew from events."
UPGRADE = "use that version, or move the file away: the index is made anew from the events."
MAKE_ROOM = "make room or fix the permissions, then run this again."
WAIT = "wait until it is done, then run this again."


def not_ours(path: str) -> str:
    """A file of another program."""
    return f"{path} is a database of another program."


def newer(path: str, found: int, known: int) -> str:
    """A version that this program does not know."""
    return (
        f"{path} was written by a later pattern-ci (version {found}, this one knows {known}) and "
        "is left as it is."
    )


def unusable(path: str, problem: str) -> str:
    """SQLite refuses."""
    return f"the index {path} cannot be used: {problem}."


def busy(path: str) -> str:
    """Another process writes."""
    return f"another pattern-ci is writing to {path}."
