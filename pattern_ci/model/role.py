"""A role: a path lifted over the names in it, such as `rules/{name.snake}.py`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pattern_ci.model.cases import CASES

_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)(?:\.([a-z]+))?\}")
# A raw hole takes one path component; a cased one takes only text that is of this case already.
_RAW = r"[^/\x00]+"
CASED = {
    "snake": r"[a-z0-9]+(?:_[a-z0-9]+)*",
    "kebab": r"[a-z0-9]+(?:-[a-z0-9]+)*",
    "pascal": r"[A-Z][A-Za-z0-9]*",
    "camel": r"[a-z][A-Za-z0-9]*",
    "const": r"[A-Z0-9]+(?:_[A-Z0-9]+)*",
    "flat": r"[a-z0-9]+",
    "uflat": r"[A-Z0-9]+",
    "dot": r"[a-z0-9]+(?:\.[a-z0-9]+)*",
}


class RoleSyntaxError(ValueError):
    """The text is no role: an unknown case, or a brace that closes nothing."""


def conforms(case: str, text: str) -> bool:
    """Whether `text` is already written in `case`."""
    return re.fullmatch(CASED[case], text) is not None


@dataclass(frozen=True)
class Role:
    """A path pattern with named holes; equal texts are equal roles.

    `{name}` takes any single path component (or part of one), `{name.snake}` only text in snake
    case. A hole may stand twice: both places then hold the same value, `{name}/{name.snake}.py` the
    second time in snake case.
    """

    text: str

    def __post_init__(self) -> None:
        """Refuse unknown cases and stray braces at once, not at the first match."""
        rest = _HOLE.sub("", self.text)
        if "{" in rest or "}" in rest:
            msg = f"{self.text!r} has a brace that is no hole"
            raise RoleSyntaxError(msg)
        for _, case in _HOLE.findall(self.text):
            if case and case not in CASED:
                msg = f"{self.text!r} names the case {case!r}, which no path can be checked against"
                raise RoleSyntaxError(msg)

    @cached_property
    def holes(self) -> tuple[str, ...]:
        """Names of the holes, in order, without repeats."""
        return tuple(dict.fromkeys(name for name, _ in _HOLE.findall(self.text)))

    def case(self, hole: str) -> str:
        """The case that the path asks a hole to be in; empty for any."""
        return next((case for name, case in _HOLE.findall(self.text) if name == hole), "")

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        parts, end = [], 0
        first: dict[str, str] = {}
        for match in _HOLE.finditer(self.text):
            name, case = match.group(1), match.group(2)
            parts.append(re.escape(self.text[end : match.start()]))
            if name not in first:
                first[name] = case
                parts.append(f"(?P<{name}>{CASED.get(case, _RAW)})")
            else:
                parts.append(f"(?P={name})" if case == first[name] else _RAW)
            end = match.end()
        parts.append(re.escape(self.text[end:]))
        return re.compile("".join(parts), re.DOTALL)

    def match(self, path: str) -> dict[str, str] | None:
        """The value of each hole, or None when `path` does not fill this role."""
        found = self._regex.fullmatch(path)
        # A value that comes again in another case was only taken for some text.
        if found is None or (self._recased and self.path(found.groupdict()) != path):
            return None
        return found.groupdict()

    @cached_property
    def _recased(self) -> bool:
        cases: dict[str, set[str]] = {}
        for name, case in _HOLE.findall(self.text):
            cases.setdefault(name, set()).add(case)
        return any(len(found) > 1 for found in cases.values())

    def path(self, values: dict[str, str]) -> str:
        """The path for these values. Raises KeyError for a hole without a value."""

        def fill(match: re.Match[str]) -> str:
            value, case = values[match.group(1)], match.group(2)
            if not case or conforms(case, value):
                return value
            return CASES[case](value)

        return _HOLE.sub(fill, self.text)

    @property
    def glob(self) -> str:
        """The role with every hole as `*`, for people and for `files:` filters."""
        return _HOLE.sub("*", self.text)

    @property
    def specificity(self) -> tuple[int, int]:
        """Sort key: literal characters first, then fewer holes; larger is more specific."""
        return len(_HOLE.sub("", self.text)), -len(self.holes)


def escape_literal(text: str) -> str | None:
    """`text` as a literal part of a role, or None when it holds braces and so cannot be one."""
    return None if "{" in text or "}" in text else text
