"""Imports of Python: which one a name needs, and where its line goes."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pattern_ci.model.execution import Context

_NOT_DEFINED = re.compile(
    r"""(?:name|Undefined\ name|Name|undefined\ name)\ ['"`](?P<name>[A-Za-z_]\w*)['"`]
        (?:\ is\ not\ defined)?|undefined-variable.*'(?P<other>[A-Za-z_]\w*)'""",
    re.VERBOSE,
)
_CANNOT = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
# Where names come from that are used without thinking where they come from.
_WELL_KNOWN: Final = (
    "typing", "collections.abc", "collections", "dataclasses", "pathlib", "functools",
    "contextlib", "datetime", "enum", "decimal", "unittest.mock",
)  # fmt: skip
# These count in the first two lines only (Python reference, 2.1.4).
_FIXED = re.compile(r"\ufeff?#!|#.*coding[:=]")
MAX_FILES: Final = 5_000


class Moved(NamedTuple):
    """A name that a module does not have (any more)."""

    name: str
    module: str


def missing_name(message: str) -> str | None:
    """The name that a message says is not defined."""
    found = _NOT_DEFINED.search(message)
    return (found["name"] or found["other"]) if found else None


def moved_name(message: str) -> Moved | None:
    """The name that a message says cannot be imported, and from where."""
    found = _CANNOT.search(message)
    return Moved(found["name"], found["module"]) if found else None


def statements(context: Context, name: str, path: str) -> list[str]:
    """Import lines that bring `name`, the likeliest first.

    What other files of the project write comes before the standard library: they know better. What
    lacks least of the attributes that the file takes out of it comes before all else.
    """
    written = Counter(
        line
        for other in _python_files(context)
        if other != path
        for line in _lines(context, other, name)
    )
    found = [line for line, _ in sorted(written.items(), key=lambda item: (-item[1], item[0]))]
    if name in sys.stdlib_module_names and _as_module(context.read(path) or b"", name):
        found.append(f"import {name}")
    found += [f"from {module} import {name}" for module in _WELL_KNOWN if _has(module, name)]
    nodes = _nodes(context.read(path) or b"")
    wanted = [*_taken(nodes, name), *("__call__" for one in nodes if _is_call(one, name))]
    return sorted(dict.fromkeys(found), key=lambda line: _lacks(line, wanted))


def _taken(nodes: Sequence[ast.AST], name: str) -> list[str]:
    """The attributes that are taken out of a name, each time that one is."""
    return [
        one.attr
        for one in nodes
        if isinstance(one, ast.Attribute)
        and isinstance(one.value, ast.Name)
        and one.value.id == name
        and isinstance(one.ctx, ast.Load)
    ]


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _nodes(data: bytes) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(data)))
    except (SyntaxError, ValueError, RecursionError):
        return []


def _lacks(line: str, attributes: Sequence[str]) -> int:
    """How many of these what a line imports has not got; 0 for what is no `_WELL_KNOWN`.

    Only those are loaded here, for to import a module is to run it. A later Python may have more.
    """
    words = line.split(" ")
    module, name = (words[1], words[3]) if words[0] == "from" else (words[1], "")
    if module not in _WELL_KNOWN:
        return 0
    found = importlib.import_module(module)
    target = getattr(found, name, None) if name else found
    return sum(not hasattr(target, attribute) for attribute in attributes)


def _as_module(data: bytes, name: str) -> bool:
    """Whether a file takes everything that it does with a name out of it, as one does of a module.

    `code` alone is a variable that somebody forgot: importing `code` would only hide that.
    """
    nodes = _nodes(data)
    used = sum(isinstance(one, ast.Name) and one.id == name for one in nodes)
    return used == len(_taken(nodes, name)) > 0


def _has(module: str, name: str) -> bool:
    """Whether a module offers a name; what it imports for itself is not offered."""
    return name in getattr(importlib.import_module(module), "__all__", ())


def _python_files(context: Context) -> list[str]:
    words = ["git", "ls-files", "-z", "--", "*.py"]
    ran = context.run(words, reads=True)
    paths = ran.stdout.decode("utf-8", "surrogateescape").split("\0")[:MAX_FILES]
    return [path for path in paths if path and not (context.root / path).is_symlink()]


def _lines(context: Context, path: str, name: str) -> Iterator[str]:
    """The import statements of one file, outside of functions, that bring `name` alone."""
    data = context.read(path)
    if data is None or name.encode() not in data:
        return
    for node in _body(data):
        if isinstance(node, ast.Import):
            for one in node.names:
                if (one.asname or one.name) == name:
                    yield f"import {one.name}" + (f" as {name}" if one.asname else "")
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for one in node.names:
                if (one.asname or one.name) == name:
                    renamed = f" as {name}" if one.asname else ""
                    yield f"from {node.module} import {one.name}{renamed}"


def _body(data: bytes) -> list[ast.stmt]:
    try:
        return ast.parse(data).body
    except (SyntaxError, ValueError, RecursionError):
        return []


def insert(text: str, line: str) -> str | None:
    """The text with an import line after its imports; None when it cannot be read."""
    body = _body(text.encode())
    if not body:
        return None
    lines = lines_of(text)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    at = _place(body) or _comments(lines)
    if at and not lines[at - 1].endswith("\n"):
        return None
    first = at in (_head(body), _comments(lines))
    blank = newline if first and at < len(lines) and not _is_import_or_blank(lines[at]) else ""
    return "".join([*lines[:at], line + newline, blank, *lines[at:]])


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as Python counts them: a form feed ends none."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _comments(lines: Sequence[str]) -> int:
    """How many lines of comments a file begins with: how it is run, how it is encoded, a licence.

    A comment that touches the code belongs to it.
    """
    count = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    whole = count < len(lines) and not lines[count].strip()
    fixed = [n for n, line in enumerate(lines[:2], 1) if _FIXED.match(line)]
    return count if whole else max(fixed, default=0)


def _is_import_or_blank(line: str) -> bool:
    return not line.strip() or line.startswith(("import ", "from "))


def _place(body: Sequence[ast.stmt]) -> int:
    """How many lines stand before the place of a new import."""
    last = _head(body)
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            last = max(last, node.end_lineno or node.lineno)
        elif not _is_docstring(node):
            break
    return last


def _head(body: Sequence[ast.stmt]) -> int:
    return (body[0].end_lineno or 0) if _is_docstring(body[0]) else 0


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def defined_in(context: Context, name: str) -> list[str]:
    """The modules of the project that define `name` at their top; none where several do."""
    found = []
    for path in _python_files(context):
        data = context.read(path)
        if data is not None and name.encode() in data and name in _defined(_body(data)):
            found.append(_module(path))
    return found if len(found) == 1 else []


def _defined(body: Sequence[ast.stmt]) -> set[str]:
    names = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _module(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    parts = parts[1:] if parts[0] == "src" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def redirect(text: str, wanted: Moved, module: str) -> str | None:
    """The text with `wanted.name` imported from `module`; None when no plain line imports it."""
    lines = lines_of(text)
    plain = re.compile(rf"(\s*)from {re.escape(wanted.module)} import ([\w, ]+?)(\s*)$")
    for number, line in enumerate(lines):
        found = plain.match(line)
        names = [one.strip() for one in found[2].split(",")] if found else []
        if found is None or wanted.name not in names:
            continue
        indent, end = found[1], line[len(line.rstrip("\r\n")) :]
        rest = [name for name in names if name != wanted.name]
        made = [f"{indent}from {wanted.module} import {', '.join(rest)}{end}"] if rest else []
        made.append(f"{indent}from {module} import {wanted.name}{end}")
        return "".join([*lines[:number], *made, *lines[number + 1 :]])
    return None
