"""The door to the disk: whole files in, whole files out, paths kept inside the repository."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pattern_ci.errors import StorageError, UnsafePathError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PIECE_BYTES = 1 << 16


def read_bytes(path: Path) -> bytes | None:
    """Contents, or None when there is no such file. Raises StorageError for anything else."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise storage_error(path, error, "read") from error


def read_end(path: Path, count: int) -> bytes:
    """The last bytes of a file, at most so many; empty when there is no such file."""
    try:
        with path.open("rb") as handle:
            handle.seek(max(0, os.fstat(handle.fileno()).st_size - count))
            return handle.read(count)
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise storage_error(path, error, "read") from error


def read_text(path: Path) -> str | None:
    """Text in UTF-8 (other bytes survive a round trip), or None when there is no such file."""
    raw = read_bytes(path)
    return None if raw is None else raw.decode("utf-8", "surrogateescape")


def write_atomic(path: Path, data: bytes, *, mode: int | None = None, sync: bool = True) -> None:
    """Write a whole file: a temporary one beside it, synced, then renamed over it.

    Without `sync`, what a later run would write again anyway may be lost in a power cut.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as handle:
            handle.write(data)
            handle.flush()
            if sync:
                os.fsync(handle.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise storage_error(path, error, "write") from error


def write_if_changed(path: Path, text: str, *, sync: bool = True) -> bool:
    """Write text unless the file holds it already; tell whether anything was written."""
    data = text.encode("utf-8", "surrogateescape")
    if read_bytes(path) == data:
        return False
    write_atomic(path, data, sync=sync)
    return True


def write_plain(path: Path, data: bytes) -> None:
    """Write a file that nobody misses after a power cut: no copy, no sync."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise storage_error(path, error, "write") from error


def append_text(path: Path, text: str) -> None:
    """Add text to the end of a file that others write to as well (job summary, job outputs)."""
    try:
        with path.open("ab") as handle:
            handle.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise storage_error(path, error, "write") from error


@contextlib.contextmanager
def scratch_folder(contents: Mapping[str, str]) -> Iterator[Path]:
    """A temporary folder that holds these texts by relative path; gone afterwards."""
    import tempfile  # most runs never need one

    try:
        folder = tempfile.TemporaryDirectory(prefix="pattern-ci-")
    except OSError as error:
        raise storage_error(Path("the temporary folder"), error, "write") from error
    with folder as name:
        root = Path(name)
        for relative, text in contents.items():
            place = inside(root, relative)
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(text.encode("utf-8", "surrogateescape"))
            except OSError as error:
                raise storage_error(place, error, "write") from error
        yield root


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing or is not there. Raises StorageError for anything else."""
    try:
        return not any(folder.iterdir())
    except FileNotFoundError:
        return True
    except OSError as error:
        raise storage_error(folder, error, "read") from error


def folders(folder: Path) -> list[str]:
    """The names of the folders in a folder, in no order. Raises StorageError for a refusal."""
    try:
        with os.scandir(folder) as found:
            return [one.name for one in found if one.is_dir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(folder, error, "read") from error


def folder_size(path: Path) -> int:
    """Bytes of all files below a folder; 0 when there is none. Links are not followed."""
    total = 0
    for parent, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):  # gone while we counted
                total += (Path(parent) / name).lstat().st_size
    return total


def remove_tree(path: Path) -> None:
    """Delete a folder with all that is in it; one that is gone already is fine."""
    import shutil

    try:
        if path.exists():
            shutil.rmtree(path)
    except OSError as error:
        raise storage_error(path, error, "delete") from error


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


def walk(root: Path) -> tuple[list[str], list[str]]:
    """Paths of all files and of all symlinks below `root`, sorted by folder; links stay closed."""
    names: list[str] = []
    links: list[str] = []
    _walk(str(root), "", names, links)
    return names, links


def _walk(folder: str, prefix: str, names: list[str], links: list[str]) -> None:
    below = []
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return  # not there, or not ours to see
    for entry in entries:
        if entry.is_symlink():
            links.append(prefix + entry.name)
        elif entry.is_dir(follow_symlinks=False):
            below.append(entry)
        else:
            names.append(prefix + entry.name)
    for entry in below:
        _walk(entry.path, f"{prefix}{entry.name}/", names, links)


def holds(root: Path, relative: str, text: str) -> bool:
    """Whether the file of this path, as `walk` names it, holds just this text."""
    try:
        with open(f"{root}/{relative}", "rb") as handle:  # noqa: PTH123  # Path is slow
            return handle.read() == text.encode("utf-8", "surrogateescape")
    except OSError:
        return False


def unsafe(relative: str) -> str | None:
    """Why a path may not be used below any root, by its text alone; None when it may."""
    return _problem(relative, PurePosixPath(relative))


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


def remove(path: Path) -> None:
    """Delete a file; one that is gone already is fine."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(path, error, "delete") from error


def read_stdin() -> str:
    """All of standard input as text; bytes that are not UTF-8 survive a round trip."""
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")


def chunks(path: Path | None) -> Iterator[str]:
    """A file, or standard input for None, in pieces of text; bytes that are not UTF-8 are replaced.

    Raises StorageError, for a file that is not there as well.
    """
    import codecs

    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    try:
        with contextlib.ExitStack() as stack:
            handle = sys.stdin.buffer if path is None else stack.enter_context(path.open("rb"))
            while piece := handle.read(_PIECE_BYTES):
                yield decode(piece)
            yield decode(b"", final=True)
    except OSError as error:
        raise storage_error(path or Path("standard input"), error, "read") from error


def exists(path: Path) -> bool:
    """Whether anything is there, a broken symlink included."""
    return os.path.lexists(path)
