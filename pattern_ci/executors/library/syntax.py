"""Whether the text of a file parses, by its type; types that nobody here can parse pass."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tokenize
import tomllib
import warnings
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable

    _Parse = Callable[[bytes], "Problem | None"]

MAX_BYTES = 10 << 20
# JSON that its readers allow comments in.
_COMMENTED = (".vscode", ".devcontainer")
_COMMENTED_NAME = re.compile(r"(?:tsconfig|jsconfig)(?:\..*)?\.json$|\.eslintrc\.json$")
# A statement of a template on a line of its own.
_MARK = re.compile(rb"^[ \t]*\{%.*?%\}", re.MULTILINE)
# In YAML also: two braces begin a line, cut off blanks, or hold a field, a variable or a call
# without brackets. An expression in quotes, or after a dollar, is a value like any other.
_YAML_MARK = re.compile(
    rb"^[ \t]*(?:- +)?(?:\{%.*?%\}|\{\{.*?\}\})|\{\{-|-\}\}|(?<!\$)\{\{ *(?:[.$]|\w+ +[\"$.(])",
    re.MULTILINE,
)


class Problem(NamedTuple):
    """Where a text stops making sense, from 1, and why."""

    line: int
    column: int
    message: str


def problem(path: str, data: bytes) -> Problem | None:
    """Why the contents of `path` do not parse; None when they do, or nobody here can tell.

    A template becomes a file of its type only when it is filled in.
    """
    found = _problem(path, data)
    return None if found and _has_marks(path, data) else found


def known(path: str, data: bytes = b"") -> bool:
    """Whether files of this type can be parsed here, and these contents are no template."""
    return _parser(path) is not None and not is_template(path, data)


def is_template(path: str, data: bytes) -> bool:
    """Whether contents are no valid file of their type, but are marked as a template of one."""
    return _has_marks(path, data) and _problem(path, data) is not None


def _has_marks(path: str, data: bytes) -> bool:
    """Whether marks of a template stand where data of this type has no use for them.

    A program may well hold such lines in a text of its own, so it is held to its grammar.
    """
    parse = _parser(path)
    if parse is None or parse is _python:
        return False
    return (_YAML_MARK if parse is _YAML else _MARK).search(data) is not None


def _problem(path: str, data: bytes) -> Problem | None:
    parse = _parser(path)
    if parse is None:
        return None
    if len(data) > MAX_BYTES:
        return Problem(1, 1, f"the file is larger than {MAX_BYTES >> 20} MiB")
    try:
        return parse(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Problem(line, 1, f"this is not {error.encoding.upper()}")
    except (RecursionError, MemoryError):
        return Problem(1, 1, "the text is nested too deeply")


def _parser(path: str) -> _Parse | None:
    pure = PurePosixPath(path)
    name = pure.name.lower()
    if pure.parent.name in _COMMENTED or _COMMENTED_NAME.match(name):
        return None
    return _NAMES.get(name) or _PARSERS.get(pure.suffix.lower())


def _python(data: bytes) -> Problem | None:
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, LookupError) as error:  # not UTF-8, or an encoding that there is not
        data.decode("utf-8-sig")
        return Problem(1, 1, str(error))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is a matter of style
            ast.parse(text)
    except SyntaxError as error:
        return Problem(error.lineno or 1, max(error.offset or 1, 1), error.msg)
    except ValueError as error:  # a zero byte
        return Problem(1, 1, str(error))
    return None


def _of_text(parse: Callable[[str], Problem | None]) -> _Parse:
    return lambda data: parse(data.decode("utf-8-sig"))


def _json(text: str) -> Problem | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Problem(error.lineno, error.colno, error.msg)
    except ValueError as error:  # a number of thousands of digits
        return Problem(1, 1, str(error))
    return None


def _json_lines(text: str) -> Problem | None:
    for number, line in enumerate(text.split("\n"), 1):
        found = _json(line) if line.strip() else None
        if found:
            return Problem(number, found.column, found.message)
    return None


def _toml(text: str) -> Problem | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Problem(*_place(str(error)), str(error))
    return None


def _place(message: str) -> tuple[int, int]:
    """`… (at line 3, column 4)`, as the TOML parser tells it."""
    digits = [int(word.strip("),")) for word in message.split() if word.strip("),").isdecimal()]
    return (digits[-2], digits[-1]) if len(digits) > 1 else (1, 1)


def _yaml(text: str) -> Problem | None:
    from pattern_ci import yaml  # the parser loads only when there is something for it

    found = yaml.syntax_error(text)
    return Problem(*found[0], found[1]) if found else None


def _ini(text: str) -> Problem | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError as error:
        return Problem(error.lineno, 1, "this stands above the first section")
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else 1
        return Problem(line, 1, "this is no `name = value`")
    except configparser.Error as error:
        return Problem(1, 1, str(error))
    return None


def _xml(data: bytes) -> Problem | None:
    try:
        # What a document declares is not read, but for its encoding: entities could grow without
        # bound.
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as error:
        return Problem(error.lineno, error.offset + 1, expat.ErrorString(error.code))
    return None


_INI, _JSON, _YAML = _of_text(_ini), _of_text(_json), _of_text(_yaml)
_PARSERS: dict[str, _Parse] = {
    ".py": _python,
    ".pyi": _python,
    ".json": _JSON,
    ".jsonl": _of_text(_json_lines),
    ".toml": _of_text(_toml),
    ".yaml": _YAML,
    ".yml": _YAML,
    ".ini": _INI,
    ".xml": _xml,
    ".svg": _xml,
}
# A suffix that many programs use for formats of their own.
_NAMES: dict[str, _Parse] = {"setup.cfg": _INI}
