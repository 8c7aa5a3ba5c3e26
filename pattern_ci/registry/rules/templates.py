"""A template stays inside the language and keeps one newline style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.render import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.reading import TextFile

RULE = "template-language"


def check(facts: Facts) -> list[Finding]:
    """Every rule about templates; one that several slots share is checked once."""
    files = dict.fromkeys(file for suite in facts.suites for file in suite.templates)
    return [finding for file in files for finding in _check(file)]


def _check(file: TextFile) -> Iterator[Finding]:
    if file.text is None:
        if file.finding:
            yield file.finding
        return
    for problem in language.check(file.text):
        yield Finding(file.path, problem.line, problem.column, RULE, problem.message)
    yield from _newlines(file.path, file.text)


def _newlines(path: str, text: str) -> Iterator[Finding]:
    lines = text.split("\n")
    crlf = [line.endswith("\r") for line in lines[:-1]]
    for number, line in enumerate(lines, 1):
        if "\r" in line.removesuffix("\r") or (line.endswith("\r") and number == len(lines)):
            column = line.index("\r") + 1
            yield Finding(path, number, column, "template-newline", messages.LONE_RETURN)
            return
    if any(crlf) and not all(crlf):
        odd = crlf.index(not crlf[0]) + 1
        yield Finding(path, odd, 1, "template-newline", messages.MIXED_NEWLINES)
    elif any(crlf):
        text = messages.CRLF_TEMPLATE
        yield Finding(path, 1, 1, "template-newline", text, Severity.WARNING)


def renderable(file: TextFile) -> bool:
    """Whether this template can be parsed and rendered."""
    return file.text is not None and not language.check(file.text)
