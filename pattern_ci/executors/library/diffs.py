"""What git tells of a change, whole: the lines that it adds, and contents of any size."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci import files
from pattern_ci.errors import HistoryUnreadableError
from pattern_ci.messages import executors as messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pattern_ci.model.execution import Context

# More is not held in memory; it is told as not looked at.
MAX_BYTES: Final = 64 << 20
_SNIFFED: Final = 8000  # bytes in which git looks for a zero (buffer_is_binary of its xdiff)
_AS_PATCH: Final = (
    "-p", "-U0", "--inter-hunk-context=0", "--submodule=short", "--src-prefix=a/",
    "--dst-prefix=b/",
)  # fmt: skip
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DELETED: Final = "deleted file mode "
_BINARY: Final = "Binary files "


class Added(NamedTuple):
    """A line that a change adds: where it stands after it, and its text."""

    path: str
    line: int
    text: str


class Patch(NamedTuple):
    """Lines that a diff adds, and the paths of which it shows none."""

    added: tuple[Added, ...]
    binary: tuple[str, ...]


def ask(
    context: Context, words: Sequence[str], *, env: Mapping[str, str | None] | None = None
) -> bytes:
    """What git answers. Raises HistoryUnreadableError when it fails, or says more than we hold."""
    ran = context.run(["git", *words], reads=True, env=env)
    if not ran.ok or ran.cut:
        raise HistoryUnreadableError(messages.git_failed(_verb(words), ran))
    return ran.stdout


def _verb(words: Sequence[str]) -> str:
    """`diff` of `-C folder diff`."""
    options = [word in ("-C", "-c") for word in ("", *words)]
    plain = (word for word, value in zip(words, options, strict=False) if not value)
    return next((word for word in plain if not word.startswith("-")), words[0])


def listed(
    context: Context, words: Sequence[str], *, env: Mapping[str, str | None] | None = None
) -> list[str]:
    """The fields that a comparison of git lists, of any length: it writes them to a file."""
    with files.scratch_folder({}) as folder:
        place = folder / "list"
        ask(context, [*words, "-z", f"--output={place}"], env=env)
        told = files.read_bytes(place) or b""
    return told.decode("utf-8", "surrogateescape").split("\0")


def patch(context: Context, compare: Sequence[str], paths: Iterable[str]) -> Patch | None:
    """The diff of a comparison; `paths` are its files, in order. None for one above `MAX_BYTES`.

    Git writes it to a file: what a program prints is kept only in part.
    """
    with files.scratch_folder({}) as folder:
        place = folder / "patch"
        ask(context, [*compare, *_AS_PATCH, f"--output={place}"])
        data = files.read_bytes(place) if place.stat().st_size <= MAX_BYTES else None
    return None if data is None else read(data.decode("utf-8", "replace"), paths)


def read(text: str, paths: Iterable[str]) -> Patch:
    """Every line that a diff adds, with its number; `paths` are its files, in order.

    The diff names files as well, but quotes what is unusual in a name. A file that became a link,
    or the other way round, has two parts: it is deleted, and added.
    """
    names, again = iter(paths), False
    added: list[Added] = []
    binary: list[str] = []
    path, line, left = "", 0, 0
    for row in text.split("\n"):
        if left > 0:
            left -= not row.startswith("\\")
            if row.startswith("+"):
                added.append(Added(path, line, row[1:]))
                line += 1
        elif hunk := _HUNK.match(row):
            before, start, after = hunk.groups()
            line, left = int(start), int(before or 1) + int(after or 1)
        elif row.startswith("diff --git "):
            path, again = path if again else next(names, ""), False
        elif row.startswith(_DELETED):
            again = True
        elif row.startswith(_BINARY) and not again:
            binary.append(path)
    return Patch(tuple(added), tuple(binary))


def blob(context: Context, name: str) -> bytes | None:
    """A blob by its id; None for one that is not here, or above `MAX_BYTES`."""
    ran = context.run(["git", "cat-file", "blob", name], reads=True)
    if not ran.ok or not ran.cut:
        return ran.stdout if ran.ok else None
    if int(ask(context, ["cat-file", "-s", name])) > MAX_BYTES:
        return None
    home = ask(context, ["rev-parse", "--absolute-git-dir"]).decode().rstrip("\n")
    with files.scratch_folder({}) as folder:
        place = ("-C", str(folder), f"--git-dir={home}", f"--work-tree={folder}")
        made = ask(context, [*place, "unpack-file", name]).decode().strip()
        return files.read_bytes(folder / made)


def worktree_file(context: Context, path: str) -> bytes | None:
    """A file as it lies in the work tree; None for one that is not there, or above `MAX_BYTES`."""
    place = context.root / path
    if place.is_file() and place.stat().st_size > MAX_BYTES:
        return None
    return context.read(path)


def text_of(data: bytes) -> str | None:
    """The text of a file whatever its attributes say; None for one that is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return None if b"\0" in data[:_SNIFFED] else data.decode("utf-8", "replace")


def new_lines(path: str, before: bytes, after: bytes) -> Iterator[Added]:
    """Lines of a file that it had not before, or not as often; none for what is no text."""
    text = text_of(after)
    known = Counter((text_of(before) or "").split("\n"))
    for number, line in enumerate(text.split("\n") if text else (), 1):
        known[line] -= 1
        if known[line] < 0:
            yield Added(path, number, line)
