"""Places in the source where text could reach a surface without having been made harmless.

A type checker proves most of it: surfaces take the types of `model/safe.py`, and whatever is
formatted or joined by hand is plain text again. These rules close what it cannot see. They hold for
every module by where it lies, so that a new one is covered unnamed.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from pattern_ci.model import safe

if TYPE_CHECKING:
    from collections.abc import Iterator

ESCAPING = "messages/escaping/"
DOOR = "output.py"
# Reviewed: what the marker reads back was written by us, and its own digest says that it still is.
MAY_MAKE = ("automation/bot_prs/marker.py",)

_ESCAPING_HOMES = ("pattern_ci.messages.escaping", "pattern_ci.messages.escaping.markdown")
_TYPES = {name for name, value in vars(safe).items() if isinstance(value, type)}
_RUNNER_FILES = {
    f"GITHUB_{name}" for name in ("STEP_SUMMARY", "OUTPUT", "ENV", "PATH", "STATE")
}  # fmt: skip


def violations(source: str, module: str) -> list[str]:
    """One line a place; `module` is the path below `pattern_ci/`."""
    tree = ast.parse(source)
    found: list[tuple[ast.AST, str]] = []
    if not module.startswith(ESCAPING):
        found += [] if module in MAY_MAKE else _made(tree)
        found += _holes(tree)
        found += _commands(tree)
    if module != DOOR:
        found += _doors(tree)
    return [f"{module}:{getattr(node, 'lineno', 0)}: {what}" for node, what in found]


def _made(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """A safe type that is claimed instead of earned: called, cast to, or derived from."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == safe.__name__
        for alias in node.names
        if alias.name in _TYPES
    }
    for node in ast.walk(tree):
        used: list[ast.expr] = []
        if isinstance(node, ast.Call):
            used = [node.func, *(node.args[:1] if _name(node.func) == "cast" else ())]
        elif isinstance(node, ast.ClassDef):
            used = node.bases
        for one in used:
            named = one.value if isinstance(one, ast.Constant) else _name(one)
            whole = isinstance(one, ast.Attribute) and _name(one.value) == "safe"
            if named in names or (whole and named in _TYPES):
                yield node, f"makes {named} outside of the escaping modules"


def _holes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """A template of `ours` that is not literally there."""
    constants = {
        target.id
        for node in tree.body
        for target, value in _assigned(node)
        if isinstance(target, ast.Name) and _is_literal(value)
    }
    modules, names = _imports(tree, "markdown"), _imports(tree, "ours")
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_ours(node.func, modules, names):
            called.add(node.func)
            if not (node.args and _is_text(node.args[0], constants)):
                yield node, "gives `ours` a template that is no literal"
    for node in ast.walk(tree):
        if _is_ours(node, modules, names) and node not in called:
            yield node, "hands `ours` on, where nobody sees its template"


def _imports(tree: ast.Module, wanted: str) -> set[str]:
    """Under which names a module of the escaping package, or a function of it, is known."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("pattern_ci.messages")
        for alias in node.names
        if alias.name == wanted
    }


def _is_ours(node: ast.AST, modules: set[str], names: set[str]) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=module), attr="ours"):
            return module in modules
        case ast.Name(id=name):
            return name in names
        case _:
            return False


def _assigned(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield node.target, node.value


def _is_literal(value: ast.expr | None) -> bool:
    """A text, or a dictionary or tuple of nothing but texts."""
    if isinstance(value, ast.Dict):
        return all(map(_is_literal, value.values))
    if isinstance(value, ast.Tuple):
        return all(map(_is_literal, value.elts))
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _is_text(value: ast.expr | None, constants: set[str]) -> bool:
    match value:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            return name in constants
        case ast.IfExp(body=one, orelse=other):
            return _is_text(one, constants) and _is_text(other, constants)
        case _:
            return False


def _commands(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """A workflow command written by hand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.lstrip()
            if re.match(r"(?:::|##\[)[A-Za-z]", text):
                yield node, "writes a workflow command by hand"


def _doors(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Output past the door: streams, and the files in which a runner expects something."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" as stream):
                yield node, f"touches {stream}"
            case ast.ImportFrom(module="sys", names=names) if any(
                alias.name in ("stdout", "stderr") for alias in names
            ):
                yield node, "touches the streams"
            case ast.Call(func=ast.Name(id="print")):
                yield node, "prints"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="os"), attr="write"),
                args=[ast.Constant(value=1 | 2), *_],
            ):
                yield node, "writes to a descriptor"
            case ast.Call(func=func) if _name(func) == "append_text":
                yield node, "adds to a file of the runner"
            case ast.Constant(value=str() as text) if text in _RUNNER_FILES:
                yield node, f"knows {text}"


def _name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return None
