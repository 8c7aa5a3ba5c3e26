"""Templates of messages, for what masks cannot tell: names that look like words.

After Drain (He et al., ICWS 2017): messages meet only those of the same length, and join the most
similar template there. Two things differ. A leaf is not split by its first words, because error
messages often start with the name (`totl is not defined`); messages of one tool and one rule are
kept apart in its place. And messages are added as a sorted set, so that the order and the number of
lines do not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pattern_ci.diagnosis.masks import VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

# Share of words that must agree; and how many of them must be words, not values. Drain's 0.4 and
# 0.5 are for logs of one program; error messages are short and differ in one word on purpose.
SIMILARITY: Final = 0.7
MIN_WORDS: Final = 2
# Beyond this a leaf takes only what is equal to the letter: time and memory stay bounded.
MAX_TEMPLATES: Final = 256
MAX_WORDS: Final = 60

Template = tuple[str, ...]
Scope = tuple[str, str]  # tool and rule


class TemplateTree:
    """Templates by scope (tool and rule) and length."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[Scope, int], list[Template]] = {}
        self._changes: list[tuple[Scope, str, str]] = []

    def add_all(self, scope: Scope, masked: Iterable[str]) -> None:
        """Learn messages of a scope; their order does not matter."""
        for text in sorted(set(masked)):
            self._add(scope, words(text))

    def template(self, scope: Scope, masked: str) -> str:
        """The template that a message belongs to: itself when there is none."""
        message = words(masked)
        leaf = self._leaves.get((scope, len(message)), [])
        place = _closest(leaf, message)
        return " ".join(message if place is None else leaf[place])

    def generalised(self) -> list[tuple[Scope, str, str]]:
        """Templates that became more general since this was asked last: scope, before and after."""
        changes, self._changes = self._changes, []
        return changes

    def _add(self, scope: Scope, message: Template) -> None:
        leaf = self._leaves.setdefault((scope, len(message)), [])
        place = _closest(leaf, message)
        if place is not None:
            merged = _merged(leaf[place], message)
            if merged != leaf[place]:
                self._changes.append((scope, " ".join(leaf[place]), " ".join(merged)))
            leaf[place] = merged
        elif len(leaf) < MAX_TEMPLATES:
            leaf.append(message)


def words(masked: str) -> Template:
    """The words of a message that count; the rest of a very long one does not."""
    return tuple(masked.split()[:MAX_WORDS])


def _closest(leaf: list[Template], message: Template) -> int | None:
    best, place = 0.0, None
    for index, template in enumerate(leaf):
        if template == message:
            return index
        likeness = similarity(template, message)
        if likeness > best:
            best, place = likeness, index
    return place


def similarity(template: Template, message: Template) -> float:
    """Share of places that agree, 0 where that is too little to be the same error."""
    equal = sum(left == right for left, right in zip(template, message, strict=True))
    fixed = sum(
        left == right and VALUE not in left for left, right in zip(template, message, strict=True)
    )
    share = equal / len(message) if message else 0.0
    return share if share >= SIMILARITY and fixed >= MIN_WORDS else 0.0


def _merged(template: Template, message: Template) -> Template:
    pairs = zip(template, message, strict=True)
    return tuple(left if left == right else VALUE for left, right in pairs)
