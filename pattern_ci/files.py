"""The door to the disk: whole files in, whole files out, paths kept inside the repository."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path, PurePosixPath

from pattern_ci.errors import StorageError, UnsafePathError


def read_bytes(path: Path) -> bytes | None:
    """Contents, or None when there is no such file. Raises StorageError for anything else."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise storage_error(path, error, "read") from error


def read_text(path: Path) -> str | None:
    """Text in UTF-8 (other bytes survive a round trip), or None when there is no such file."""
    raw = read_bytes(path)
    return None if raw is None else raw.decode("utf-8", "surrogateescape")


def write_atomic(path: Path, data: bytes, *, mode: int | None = None) -> None:
    """Write a whole file: a temporary one beside it, synced, then renamed over it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise storage_error(path, error, "write") from error


def write_if_changed(path: Path, text: str) -> bool:
    """Write text unless the file holds it already; tell whether anything was written."""
    data = text.encode("utf-8", "surrogateescape")
    if read_bytes(path) == data:
        return False
    write_atomic(path, data)
    return True


def storage_error(path: Path, error: OSError, verb: str) -> StorageError:
    """The one line for a disk that does not do what it was asked."""
    msg = f"cannot {verb} {path}: {error.strerror or error}."
    return StorageError(msg, next_step="make room or fix the permissions, then run this again.")


def inside(root: Path, relative: str) -> Path:
    """`relative` below `root`.

    Raises UnsafePathError for absolute paths, `..`, empty parts, the `.git` folder, and paths that
    pass through a symlink (or are one), because those can lead out of the repository.
    """
    pure = PurePosixPath(relative)
    problem = _problem(relative, pure)
    if problem is None:
        current = root
        for part in pure.parts:
            current = current / part
            if current.is_symlink():
                problem = f"{current.relative_to(root).as_posix()} is a symlink"
                break
    if problem is not None:
        msg = f"{relative!r} is refused: {problem}."
        raise UnsafePathError(msg, next_step="name a path inside the repository.")
    return root.joinpath(*pure.parts)


def _problem(relative: str, pure: PurePosixPath) -> str | None:
    if not relative or "\0" in relative:
        return "it is empty or holds a NUL byte"
    if pure.is_absolute() or (os.name == "nt" and ("\\" in relative or ":" in relative)):
        return "it is absolute"
    parts = relative.split("/")
    if any(part in ("..", ".", "") for part in parts):
        return "it has an empty part, `.` or `..`"
    if any(part.lower() == ".git" for part in parts):
        return "it is inside a .git folder"
    return None
