"""Tools that mend what they complain about, and what they make of a file."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final, NamedTuple

from pattern_ci import files
from pattern_ci.model.change import Change
from pattern_ci.model.diagnosis import ErrorClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.diagnosis import Diagnosis
    from pattern_ci.model.execution import Context


class Fixer(NamedTuple):
    """The command of a tool that mends the file which is named last, and for which errors."""

    tool: str
    kinds: frozenset[ErrorClass]
    command: tuple[str, ...]


_FORMAT = frozenset({ErrorClass.FORMAT})
_STYLE = frozenset({ErrorClass.STYLE, ErrorClass.NAME, ErrorClass.FORMAT})
FIXERS: Final = (
    Fixer("ruff", _FORMAT, ("ruff", "format", "--quiet")),
    Fixer("ruff", _STYLE, ("ruff", "check", "--fix", "--quiet", "--exit-zero")),
    Fixer("black", _FORMAT | _STYLE, ("black", "--quiet")),
    Fixer("isort", _FORMAT | _STYLE, ("isort", "--quiet")),
    Fixer("prettier", _FORMAT | _STYLE, ("prettier", "--log-level=error", "--write")),
    Fixer("eslint", _STYLE, ("eslint", "--fix")),
    Fixer("gofmt", _FORMAT | _STYLE, ("gofmt", "-w")),
    Fixer("rustfmt", _FORMAT | _STYLE, ("rustfmt",)),
)


def fits(found: Diagnosis) -> bool:
    """Whether a tool that is here can mend this."""
    return found.file is not None and any(_usable(one, found) for one in FIXERS)


def _usable(one: Fixer, found: Diagnosis) -> bool:
    named = one.tool == found.tool and found.kind in one.kinds
    return named and shutil.which(one.command[0]) is not None


def propose(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
    """What each tool that fits makes of the file.

    It works on the file itself, because where a file lies decides how a tool is configured; the
    file is put back at once, so that whoever asked writes it in a way that can be undone.
    """
    assert found.file is not None
    before = context.read(found.file)
    if before is None or context.plan:
        return
    place = files.inside(context.root, found.file)
    for one in FIXERS:
        if not _usable(one, found):
            continue
        try:
            context.run([*one.command, "--", found.file])
            after = context.read(found.file)
        finally:
            files.write_atomic(place, before, mode=place.stat().st_mode & 0o7777)
        if after is not None and after != before:
            yield [Change(found.file, after)]
