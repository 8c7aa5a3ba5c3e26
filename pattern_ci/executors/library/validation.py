"""What can be wrong before and after an executor writes: paths, syntax, structure, dependencies.

Whether values fit the schema of a pattern is asked by the engine, before any executor begins.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci.errors import VariablesError
from pattern_ci.executors.library import syntax
from pattern_ci.messages import executors as messages
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pattern_ci.model.change import Change
    from pattern_ci.model.execution import Context

# What people leave in a file for a person or a template to fill in; words alone are prose.
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]*\}\}|\{%[^\n]*?%\}|<<[A-Z_]{3,}>>|__[A-Z]+(?:_[A-Z]+)*_HERE__"
)
# `${{ … }}` is an expression of GitHub Actions, and Helm's files are templates themselves.
_EXPRESSION = re.compile(r"\$\{\{(?:(?!\}\}|\$\{\{).)*\}\}")

# NAME_MAX of Linux, APFS and NTFS (there in UTF-16 units, which are no more than bytes).
MAX_NAME_BYTES: Final = 255


class Structure(NamedTuple):
    """What a project must hold: these paths as files or folders, and these not at all."""

    files: Sequence[str] = ()
    folders: Sequence[str] = ()
    absent: Sequence[str] = ()


def structure(context: Context, wanted: Structure) -> list[str]:
    """What of the structure is not as it has to be."""
    return [
        *(messages.no_file(path) for path in wanted.files if context.read(path) is None),
        *(messages.no_folder(path) for path in wanted.folders if not _is_folder(context, path)),
        *(messages.there_already(path) for path in wanted.absent if _is_taken(context, path)),
    ]


def _is_folder(context: Context, path: str) -> bool:
    return (context.root / path).is_dir()


def _is_taken(context: Context, path: str) -> bool:
    return (context.root / path).exists() or context.read(path) is not None


def dependencies(*, programs: Sequence[str] = (), modules: Sequence[str] = ()) -> list[str]:
    """Programs that are not on PATH and Python modules that this Python does not find."""
    problems = [messages.no_program(name) for name in programs if shutil.which(name) is None]
    problems += [messages.no_module(name) for name in modules if not _importable(name)]
    return problems


def _importable(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def encoded(path: str, text: str) -> bytes:
    """A text as it is to be in a file. Raises VariablesError for one that UTF-8 has no form for."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise VariablesError(messages.no_utf8(path, ord(text[error.start]))) from error


def names(paths: Sequence[str]) -> list[str]:
    """Paths that no file can have, and those that are named more than once."""
    odd = [fault for path in paths if (fault := _fault_of_name(path))]
    return [*odd, *twice(paths)]


def _fault_of_name(path: str) -> str:
    try:
        longest = max(len(part.encode()) for part in path.split("/"))
    except UnicodeEncodeError as error:
        return messages.no_utf8(path, ord(path[error.start]))
    return messages.long_name(path, MAX_NAME_BYTES) if longest > MAX_NAME_BYTES else ""


def twice(paths: Iterable[str]) -> list[str]:
    """Paths that are named more than once, also when they differ in case only."""
    counted = Counter(PurePosixPath(path).as_posix().casefold() for path in paths)
    return [messages.named_twice(path) for path, count in counted.items() if count > 1]


def placeholders(path: str, data: bytes) -> list[str]:
    """A line for each placeholder that was left in a file."""
    text = _EXPRESSION.sub("", data.decode("utf-8", "replace"))
    return [
        messages.placeholder(path, number, found.group())
        for number, line in enumerate(text.split("\n"), 1)
        for found in _PLACEHOLDER.finditer(line)
    ]


def contents(changes: Iterable[Change], *, complete: bool = True) -> list[str]:
    """What is wrong with the text of new files: syntax, and with `complete` placeholders."""
    return list(_contents(changes, complete=complete))


def _contents(changes: Iterable[Change], *, complete: bool) -> Iterator[str]:
    for change in changes:
        if change.data is None:
            continue
        found = syntax.problem(change.path, change.data)
        if found:
            yield messages.does_not_parse(change.path, found.line, found.column, found.message)
        if complete:
            yield from placeholders(change.path, change.data)


def written(context: Context, changes: Sequence[Change]) -> list[CheckResult]:
    """Whether the tree holds each file as it was to be, and whether it parses."""
    seen = []
    for change in changes:
        there = context.read(change.path) == change.data
        detail = "" if there else messages.NOT_AS_WRITTEN
        seen.append(CheckResult(f"written {change.path}", there, detail))
        if change.data is not None and syntax.known(change.path, change.data):
            found = syntax.problem(change.path, change.data)
            detail = f"{found.line}:{found.column}: {found.message}" if found else ""
            seen.append(CheckResult(f"parses {change.path}", found is None, detail))
    return seen
