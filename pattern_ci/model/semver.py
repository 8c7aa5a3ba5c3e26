"""Order of semantic versions (semver.org 2.0.0, section 11)."""

from __future__ import annotations

Precedence = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]


def precedence(version: str) -> Precedence:
    """What orders a version that the spec schema has accepted; build data says nothing.

    A pre-release comes before its release; its numbers compare as numbers and before its words.
    """
    plain, _, before = version.partition("+")[0].partition("-")
    parts = before.split(".") if before else []
    words = tuple((False, int(one), "") if one.isdigit() else (True, 0, one) for one in parts)
    return tuple(int(number) for number in plain.split(".")), not before, words
