"""Hook `pattern-suggest`: which pattern writes a staged file, and which companions are missing.

It reads the index, the committed patterns and a compiled form of them below `.git`; never the
network, and it never mines. Without patterns it says nothing; what is there and cannot be read is
told in one line, and fails the commit where missing companions are to fail it.
"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from pattern_ci.registry import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Advise about the staged files named in `argv`; 0, or 1 with `--fail-on missing`."""
    words = list(sys.argv[1:] if argv is None else argv)
    options, paths = _split(words)
    root = os.getcwd()  # noqa: PTH109  # hooks start at the top of the work tree
    if not paths or not any(
        os.path.lexists(os.path.join(root, name))  # noqa: PTH118
        for name in (compiled.SPECS, compiled.COMPANIONS)
    ):
        return 0
    library = _library(root, options)
    if library is None or isinstance(library, int):
        return library or 0
    if library["broken"] is None and not _touched(library, paths):
        return 0
    from pattern_ci.hooks.advice import advise

    return advise(library, paths, options)


def _split(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Options and paths; options come first, as pre-commit puts them.

    Raises UsageError for a word with a leading dash that is neither an option nor a file.
    """
    options: dict[str, str] = {}
    rest = words
    while rest and rest[0].startswith("-"):
        name, given, value = rest[0].partition("=")
        if name == "--":
            return options, rest[1:]
        if not given:
            value = "".join(rest[1:2])
        if not _fits(name, value):
            if os.path.lexists(rest[0]):
                break
            from pattern_ci.errors import UsageError
            from pattern_ci.messages.suggest import HOOK_OPTIONS, bad_option

            raise UsageError(bad_option(rest[0], value), next_step=HOOK_OPTIONS)
        options[name], rest = value, rest[1:] if given else rest[2:]
    return options, rest


def _fits(name: str, value: str) -> bool:
    if name == "--fail-on":
        return value in ("none", "missing")
    return name == "--min-confidence" and re.fullmatch(r"0?\.\d+|[01](?:\.0*)?", value) is not None


def _library(root: str, options: dict[str, str]) -> dict[str, Any] | int | None:
    """The compiled library, made anew when a pattern, a rule or the configuration changed.

    None outside of a repository; the exit code when the configuration cannot be read.
    """
    path = compiled.path_of(root)
    if path is None:
        return None
    known = compiled.read(path)
    if known is not None and known["signature"] == compiled.signature(root):
        return known
    from pattern_ci.hooks.advice import compile_library

    return compile_library(root, path, options)


def _touched(library: dict[str, Any], paths: list[str]) -> bool:
    """Whether any path can have something said about it: cheap, before git is asked anything."""
    from pattern_ci.model.lifting import all_texts

    rules = library["rules"]
    stems = [pattern["role"].partition("{")[0] for pattern in library["patterns"]]
    for path in paths:
        if path in rules or any(path.startswith(stem) for stem in stems):
            return True
        if any(role in rules for role, _ in all_texts(path)):
            return True
    return False
