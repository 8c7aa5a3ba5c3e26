"""What a unified diff makes of the files that it names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pattern_ci import files
from pattern_ci.errors import SpecError
from pattern_ci.messages import executors as messages
from pattern_ci.model.change import Change
from pattern_ci.render.survey import mode_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pattern_ci.model.execution import Context, Ran

_NO_FILE: Final = "/dev/null"
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_WHOLE = ("rename from ", "rename to ", "copy from ", "copy to ")
_EXECUTABLE: Final = 0o100


def patched(context: Context, patch: str) -> list[Change]:
    """The files of a unified diff after it, made by git itself in a folder of its own.

    None are left of a patch that the files hold already: to take a step twice is to take it once.
    Raises SpecError for a patch that does not apply as it is, UnsafePathError for one that leaves
    the repository or makes a symlink.
    """
    text = patch if patch.endswith("\n") else patch + "\n"
    paths = list(dict.fromkeys(named(text)))
    if not paths:
        raise SpecError(messages.NO_PATCH)
    before = {path: _with_mode(context, path) for path in paths}
    with files.scratch_folder({}) as folder:
        for path, was in before.items():
            if was.data is not None:
                files.write_atomic(files.inside(folder, path), was.data, mode=was.mode)
        ran = _apply(context, folder, text)
        if not ran.ok and _apply(context, folder, text, "--reverse", "--check").ok:
            return []
        if not ran.ok:
            raise SpecError(messages.patch_refused(ran))
        return list(_made(folder, before.values()))


def _with_mode(context: Context, path: str) -> Change:
    """A file as it is; the mode is that of the disk, where it is there."""
    place = files.inside(context.root, path)
    return Change(path, context.read(path), mode_of(place) if place.is_file() else None)


def _apply(context: Context, folder: Path, patch: str, *options: str) -> Ran:
    """Git applies a patch outside of every repository, with no settings but its own."""
    outside: dict[str, str | None] = {
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_DIR": None,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": None,
        "GIT_CONFIG_PARAMETERS": None,
    }
    words = ["git", "-C", str(folder), "apply", "--whitespace=nowarn", *options, "-"]
    return context.run(words, reads=True, stdin=patch.encode(), env=outside)


def _made(folder: Path, before: Iterable[Change]) -> Iterator[Change]:
    """Every file that is not as it was, in contents or in whether it can be executed."""
    for was in before:
        place = files.inside(folder, was.path)
        data = files.read_bytes(place)
        if data is None:
            if was.data is not None:
                yield Change(was.path, None)
            continue
        mode = 0o755 if mode_of(place) & _EXECUTABLE else 0o644
        changed = (was.mode or 0) & _EXECUTABLE != mode & _EXECUTABLE
        if changed or data != was.data:
            yield Change(was.path, data, mode if changed else None)


def named(patch: str) -> Iterator[str]:
    """The paths of a unified diff: files that it changes, adds, removes, renames or copies.

    Lines inside of a hunk are text, whatever they look like.
    """
    before = after = 0
    for line in patch.split("\n"):
        if before > 0 or after > 0:
            before -= not line.startswith(("+", "\\"))
            after -= not line.startswith(("-", "\\"))
        elif hunk := _HUNK.match(line):
            before, after = int(hunk[1] or 1), int(hunk[2] or 1)
        else:
            yield from _of_header(line.rstrip("\r"))


def _of_header(line: str) -> Iterator[str]:
    if line.startswith(("--- ", "+++ ")):
        path = _unquoted(line[4:].partition("\t")[0])
        if path != _NO_FILE:
            yield path.removeprefix("a/" if line.startswith("-") else "b/")
    elif line.startswith("diff --git "):
        yield from _of_git_header(line.removeprefix("diff --git "))
    for prefix in _WHOLE:
        if line.startswith(prefix):
            yield _unquoted(line.removeprefix(prefix))


def _of_git_header(names: str) -> Iterator[str]:
    """`a/X b/X`: the only place that names a file without lines; a rename is told below it."""
    half = len(names) // 2
    old, new = _unquoted(names[:half]), _unquoted(names[half + 1 :])
    if old[:2] == "a/" and new[:2] == "b/" and old[2:] == new[2:]:
        yield old[2:]


def _unquoted(name: str) -> str:
    """A name as git quotes it in a diff, or as it stands."""
    if len(name) < 2 or not name.startswith('"') or not name.endswith('"'):
        return name
    raw = name[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape")
    return raw.encode("latin-1", "replace").decode("utf-8", "surrogateescape")
