"""What parses: every type that is known, and texts made to break a parser."""

from __future__ import annotations

import pytest

from pattern_ci.executors.library import syntax

BOMB = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY a%d "%s">' % (n + 1, b"&a%s;" % (b"%d" % n if n else b"") * 10) for n in range(9)
)


@pytest.mark.parametrize(
    ("name", "good", "bad", "line"),
    [
        ("a.py", b"x = 1\n", b"x = 1\ny = (\n", 2),
        ("a.pyi", b"x: int\n", b"x: int\ndef\n", 2),
        ("a.json", b'{"a": 1}', b'{\n"a": 1,\n}', 3),
        ("a.jsonl", b"{}\n\n{}\n", b"{}\n{\n", 2),
        ("a.toml", b"a = 1\n", b"a = 1\nb = \n", 2),
        ("a.yaml", b"a: [1]\n", b"a: 1\nb: [1\n", 3),
        ("a.yml", b"a: 1\n---\nb: 2\n", b"a: 1\n b: 2\n", 2),
        ("a.ini", b"[a]\nb = 1\n", b"b = 1\n", 1),
        ("setup.cfg", b"[a]\nb\n", b"[a]\n= 1\n", 2),
        ("a.xml", b"<a/>", b"<a>\n</b>", 2),
        ("A.SVG", b"<svg/>", b"<svg>\n", 2),
    ],
)
def test_every_known_type(name: str, good: bytes, bad: bytes, line: int) -> None:
    """A byte order mark is no part of the text."""
    assert syntax.known(name)
    assert syntax.problem(name, good) is None
    assert syntax.problem(name, b"\xef\xbb\xbf" + good) is None
    found = syntax.problem(name, bad)
    assert found is not None
    assert found.line == line
    assert found.column >= 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.py", b"(" * 100_000),
        ("a.py", b"-" * 200_000 + b"1"),
        ("a.py", b"x = 1\0"),
        ("a.json", b"[" * 200_000),
        ("a.json", b"1" * 5_000),
        ("a.jsonl", b"[" * 200_000),
        ("a.toml", b"a = " + b"[" * 5_000),
        ("a.yaml", b"[" * 5_000),
        ("a.xml", BOMB + b"]><a>&a9;</a>"),
        ("a.ini", b"[a]\n\0\xff"),
        ("a.py", b"\xff"),
        ("a.json", b" " * (syntax.MAX_BYTES + 1)),
    ],
)
def test_a_hostile_text_is_a_problem_and_no_fault(name: str, data: bytes) -> None:
    assert syntax.problem(name, data) is not None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.rs", b"fn ("),
        ("nagios.cfg", b"define host {\n"),
        ("web/tsconfig.base.json", b"{} // strict"),
        (".vscode/settings.json", b"{} // ours"),
    ],
)
def test_a_type_that_nobody_here_parses_passes(name: str, data: bytes) -> None:
    assert not syntax.known(name)
    assert syntax.problem(name, data) is None


def test_odd_escapes_are_a_matter_of_style() -> None:
    assert syntax.problem("a.py", b"x = '\\d'\n") is None
