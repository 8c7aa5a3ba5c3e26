"""Tools that mend what they complain about, and what they make of a file."""

from __future__ import annotations

import json
import tomllib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.executors.library import validation
from pattern_ci.model.change import Change
from pattern_ci.model.diagnosis import ErrorClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pattern_ci.model.diagnosis import Diagnosis
    from pattern_ci.model.execution import Context

FILE: Final = "{file}"
EDITION: Final = "{edition}"
# Of a file that belongs to no package: the newest in which almost all older code is still read.
_USUAL_EDITION: Final = "2021"
_FIRST_EDITION: Final = "2015"  # of a package that names none, says Cargo


def _as_it_is(printed: bytes) -> bytes | None:
    return printed


def _of_eslint(printed: bytes) -> bytes | None:
    """The `output` of the one file that eslint was given; it leaves it out when nothing changed."""
    try:
        made = json.loads(printed)[0].get("output")
    except (ValueError, LookupError, AttributeError, RecursionError):
        return None
    return made.encode() if isinstance(made, str) else None


class Fixer(NamedTuple):
    """A tool that reads a file from standard input and prints it mended, and for which errors.

    `{file}` in the command stands for the path: where a file lies decides how a tool is configured.
    `{edition}` stands for the edition of Rust of its package, which rustfmt cannot know of a file
    from standard input.
    """

    tool: str
    kinds: frozenset[ErrorClass]
    command: tuple[str, ...]
    read: Callable[[bytes], bytes | None] = _as_it_is


_FORMAT = frozenset({ErrorClass.FORMAT})
_STYLE = frozenset({ErrorClass.STYLE, ErrorClass.NAME, ErrorClass.FORMAT})
_RUFF_CHECK = ("ruff", "check", "--fix", "--quiet", "--exit-zero", "--stdin-filename", FILE, "-")
_ESLINT = ("eslint", "--fix-dry-run", "--format=json", "--stdin", f"--stdin-filename={FILE}")
FIXERS: Final = (
    Fixer("ruff", _FORMAT, ("ruff", "format", "--quiet", "--stdin-filename", FILE, "-")),
    Fixer("ruff", _STYLE, _RUFF_CHECK),
    Fixer("black", _FORMAT | _STYLE, ("black", "--quiet", "--stdin-filename", FILE, "-")),
    Fixer("isort", _FORMAT | _STYLE, ("isort", "--quiet", "--filename", FILE, "-")),
    Fixer("prettier", _FORMAT | _STYLE, ("prettier", f"--stdin-filepath={FILE}")),
    Fixer("eslint", _STYLE, _ESLINT, _of_eslint),
    Fixer("gofmt", _FORMAT | _STYLE, ("gofmt",)),
    Fixer("gofmt", _FORMAT | _STYLE, ("gofmt", "-s")),
    Fixer("rustfmt", _FORMAT | _STYLE, ("rustfmt", "--quiet", "--edition", EDITION)),
)


def fits(found: Diagnosis) -> bool:
    """Whether a tool that is here can mend this."""
    return found.file is not None and any(_usable(one, found) for one in FIXERS)


def _usable(one: Fixer, found: Diagnosis) -> bool:
    named = one.tool == found.tool and found.kind in one.kinds
    return named and not validation.dependencies(programs=one.command[:1])


def propose(context: Context, found: Diagnosis) -> Iterator[list[Change]]:
    """What each tool that fits makes of the file; the file itself is left alone."""
    before = context.read(found.file) if found.file else None
    if before is None or found.file is None:
        return
    for one in FIXERS:
        if not _usable(one, found):
            continue
        words = [_filled(word, context, found.file) for word in one.command]
        ran = context.run(words, reads=True, stdin=before)
        after = one.read(ran.stdout) if not ran.cut and ran.stdout else None
        # Linters end with 1 for what they cannot mend; their answer is whole all the same.
        if after is not None and after != before and (ran.ok or one.read is not _as_it_is):
            yield [Change(found.file, after)]


def _filled(word: str, context: Context, file: str) -> str:
    return _edition(context, file) if word == EDITION else word.replace(FILE, file)


def _edition(context: Context, file: str) -> str:
    """What the manifest of the package says, or that of its workspace."""
    inherited = False
    for folder in PurePosixPath(file).parents:
        manifest = _manifest(context.read(str(folder / "Cargo.toml")))
        package = _table(_table(manifest, "workspace"), "package") if inherited else {}
        package = package or _table(manifest, "package")
        if not package:
            continue
        edition = package.get("edition", _FIRST_EDITION)
        if isinstance(edition, str):
            return edition
        inherited = True
    return _USUAL_EDITION


def _manifest(text: bytes | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text.decode()) if text else {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return {}


def _table(parent: dict[str, Any], name: str) -> dict[str, Any]:
    one = parent.get(name)
    return one if isinstance(one, dict) else {}
