"""Ignore globs: the rules of a gitignore line, compiled once for all paths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEVER = "(?!)"
# An escaped slash is a slash; an escaped backslash before one is none of its business.
_ESCAPED_SLASH = re.compile(r"(\\\\)|\\/")


def ignored(path: str, globs: Sequence[str]) -> bool:
    """Whether a file is named by one of the globs; `path` is relative, with `/`.

    A glob without a slash names a file or folder at any depth; one with a slash counts from the
    root. `*` and `?` stay inside one name, `**` crosses folders, a final `/` means folders only.
    Whatever lies in a folder that is named is named too.
    """
    return bool(globs) and _compiled(tuple(globs)).fullmatch(path) is not None


@lru_cache(maxsize=8)
def _compiled(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{expression(glob)})" for glob in globs), re.DOTALL)


def expression(glob: str) -> str:
    """The regular expression of one glob, for a full match of a file's path."""
    if glob.startswith("\\/"):
        return _NEVER  # only a plain slash means the root; no path begins with one
    glob = _ESCAPED_SLASH.sub(lambda found: found.group(1) or "/", glob)
    body = glob.rstrip("/") if glob.endswith("/") else glob
    below = "/.*" if body != glob else "(?:/.*)?"
    anchored = "/" in body
    segments = body.removeprefix("/").split("/")
    if not body.strip("/") or "" in segments:
        return _NEVER
    start = "" if anchored else "(?:.*/)?"
    return start + _path(segments) + below


def _path(segments: list[str]) -> str:
    parts = []
    last = len(segments) - 1
    for number, segment in enumerate(segments):
        if segment == "**":
            parts.append(".+" if number == last else "(?:.*/)?")
        else:
            parts.append(_name(segment) + ("" if number == last else "/"))
    return "".join(parts)


def _name(segment: str) -> str:
    out = []
    rest = segment
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "*":
            rest = rest.lstrip("*")
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char == "\\":
            if not rest:
                return _NEVER
            out.append(re.escape(rest[0]))
            rest = rest[1:]
        elif char == "[":
            found, rest = _choice(rest)
            out.append(found)
        else:
            out.append(re.escape(char))
    return "".join(out)


def _choice(rest: str) -> tuple[str, str]:
    """One `[…]` as an expression, and what follows it; without an end it matches nothing."""
    negated = rest[:1] in ("!", "^")
    body = rest[1:] if negated else rest
    end = body.find("]", 1)
    if end < 0:
        return _NEVER, ""
    chars = re.sub(r"([\\\[\]^&|~])", r"\\\1", body[:end])
    try:
        re.compile(f"[{chars}]")
    except re.error:  # a range that runs backwards holds no character
        return _NEVER, body[end + 1 :]
    return f"(?!/)[{'^' if negated else ''}{chars}]", body[end + 1 :]
