"""Words of an identifier and the ten ways in which people write them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_A-Za-z]+")

# The same for any script, on the kinds of characters in place of themselves.
_SHAPE = re.compile(r"A+(?=Aa)|A?a+|A+|0+|x+")


def words(text: str) -> list[str]:
    """Split at separators and case changes, lower-cased: `HTTPServer_v2` is http, server, v, 2."""
    if text.isascii():
        return [word.lower() for word in _WORD.findall(text)]
    # A letter with a mark above it may be written as two characters, and is one.
    text = unicodedata.normalize("NFC", text)
    signs = _signs(text)
    return [text[found.start() : found.end()].lower() for found in _SHAPE.finditer(signs)]


def _signs(text: str) -> str:
    """Each character as one of its kind: capital A, small a, digit 0, a letter without case x."""
    signs: list[str] = []
    for one in text:
        marks = unicodedata.category(one).startswith("M") and signs
        signs.append(signs[-1].replace("A", "a") if marks else _sign(one))
    return "".join(signs)


def _sign(one: str) -> str:
    if one.lower() != one:  # some capitals of mathematics have no small letter
        return "A"
    if one.islower():
        return "a"
    if one.isdecimal():
        return "0"
    return "x" if one.isalnum() else " "


def _capitalised(parts: list[str]) -> list[str]:
    return [part[:1].upper() + part[1:] for part in parts]


def snake(text: str) -> str:
    """`foo_bar`."""
    return "_".join(words(text))


def kebab(text: str) -> str:
    """`foo-bar`."""
    return "-".join(words(text))


def pascal(text: str) -> str:
    """`FooBar`."""
    return "".join(_capitalised(words(text)))


def camel(text: str) -> str:
    """`fooBar`."""
    joined = pascal(text)
    return joined[:1].lower() + joined[1:]


def const(text: str) -> str:
    """`FOO_BAR`."""
    return snake(text).upper()


def flat(text: str) -> str:
    """`foobar`."""
    return "".join(words(text))


def uflat(text: str) -> str:
    """`FOOBAR`."""
    return flat(text).upper()


def title(text: str) -> str:
    """`Foo Bar`."""
    return " ".join(_capitalised(words(text)))


def spaced(text: str) -> str:
    """`foo bar`."""
    return " ".join(words(text))


def dot(text: str) -> str:
    """`foo.bar`."""
    return ".".join(words(text))


# The order is the order of preference when two cases give the same text.
CASES: Final[dict[str, Callable[[str], str]]] = {
    "snake": snake,
    "kebab": kebab,
    "pascal": pascal,
    "camel": camel,
    "const": const,
    "flat": flat,
    "uflat": uflat,
    "title": title,
    "words": spaced,
    "dot": dot,
}
