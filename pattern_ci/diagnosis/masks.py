"""What changes from one occurrence of an error to the next, taken out of its message.

Most of what groups logs well is good masks, not the tree behind them (arXiv 2412.05254), and a
masked message needs no memory: it is the same in every run. All values become the same `<*>`, so
that `assert 1 == 2` and `assert 'a' == 'b'` are one error.
"""

from __future__ import annotations

import re
from typing import Final

VALUE: Final = "<*>"
# Each alternative starts at a character of its own kind and repeats one class only, so that the
# time stays linear in the length of a line.
_QUOTED = (
    r"```[^`]*```|`[^`]*[`']|‘[^’]*’|“[^”]*”"
    r"|(?<![\w)\]])[bruf]{0,2}\"(?:[^\"\\]|\\.)*\"(?![a-z])"
    r"|(?<![\w)\]])[bruf]{0,2}'(?:[^'\\]|\\.)*'(?![a-z])"
)
_WHOLE = (
    r"[a-z][a-z+.-]{1,20}://[^\s'\"<>)\]]+"  # addresses
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"  # times
    r"|\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b"
    r"|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"  # UUIDs
    r"|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"  # IPv4
    r"|\b0[xX][0-9a-fA-F]+\b"
    r"|<[\w.$]+ object at [^>]{1,40}>"
)
_QUOTED_RE = re.compile(_QUOTED)
_WHOLE_RE = re.compile(_WHOLE)
_BRACKETED = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}")
_LITERAL = re.compile(r"[\d'\",:<>*]")
# Words that are names or numbers: a digit, a path, a dotted or scoped name, snake or camel case.
_NAME = re.compile(
    r"^[(\[{<]*(?:"
    r"[+-]?\.?\d[\w.,:%+-]*"
    r"|[\w@.~-]*[/\\][\w@.,:~/\\+-]*"
    r"|[$@&%][\w:.-]+"
    r"|\w+(?:(?:\.|::|->|-)\w+)+(?:\(\))?"
    r"|\w*[a-z0-9]_\w*|_\w+"
    r"|[a-z]+\d[\w-]*|\w+\d+\w*"
    r"|[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*"
    r"|\w+\((?!s\))[^)]*\)"
    r"|[\w.-]+(?:\[[\w,-]*\])?[=<>!~]=?[\w.,=<>!~*-]+"  # a requirement
    r")[)\]}>]*$"
)
_SCOPED = re.compile(r"^\w+(?:-\w+)+$")
_LAST = re.compile(r"(: )[\w$@][^\s:]*$")
_RUN = re.compile(r"<\*>(?:(?:, | and | or | \| |,)<\*>)+")
_EDGE = ".,;:!?"
_LONGEST_WORD = 120  # longer ones are data
_HEX = re.compile(r"^[0-9a-f]{7,40}$")


def mask(message: str) -> str:
    """The message with every value as `<*>` and single blanks."""
    text = _QUOTED_RE.sub(VALUE, message)
    text = _WHOLE_RE.sub(VALUE, text)
    text = _brackets(text)
    words = [_word(word) for word in text.split()]
    text = _LAST.sub(r"\1" + VALUE, " ".join(words))
    return _RUN.sub(VALUE, text)


def _brackets(text: str) -> str:
    """Lists and mappings of literals are one value; two rounds reach a list of lists."""
    for _ in range(2):
        text = _BRACKETED.sub(lambda found: VALUE if _is_literal(found[0]) else found[0], text)
    return text


def _is_literal(text: str) -> bool:
    inner = text[1:-1].strip()
    return not inner or _LITERAL.search(inner) is not None


def _word(word: str) -> str:
    """A word, or `<*>` with the punctuation around it."""
    if word.isascii() and word.isalpha() and (word.islower() or word.istitle()):
        return word
    if len(word) > _LONGEST_WORD:
        return VALUE
    core = word.rstrip(_EDGE)
    tail = word[len(core) :]
    if not core or core == VALUE:
        return word
    if VALUE in core:
        return _mixed(core) + tail
    if _is_value(core):
        return VALUE + tail
    return word


def _is_value(core: str) -> bool:
    if _HEX.match(core) and any(map(str.isdigit, core)):
        return True
    if _SCOPED.match(core) and core.isascii() and core.replace("-", "").isalpha():
        return False  # `non-default`, `built-in`: words
    return _NAME.match(core) is not None


def _mixed(core: str) -> str:
    """A word that a value was taken out of: what is glued to it belongs to the value."""
    edges = core.strip("()[]{}=")
    return core if edges == VALUE else VALUE
