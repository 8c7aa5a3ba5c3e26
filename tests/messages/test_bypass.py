"""Nothing reaches a surface past the escaping modules, in the modules of today and of tomorrow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pattern_ci
from tests.messages.bypass import MAY_MAKE, violations

PACKAGE = Path(pattern_ci.__file__).parent
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
# What people read on GitHub, by the parameter of the port that takes it.
MD = "from pattern_ci.messages.escaping import markdown as md\n"
SURFACES = {"title": "Title", "body": "Markdown", "message": "Message"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_hands_out_nothing_raw(module: str) -> None:
    """Every module of the package keeps every rule."""
    assert violations((PACKAGE / module).read_text("utf-8"), module) == []


def test_the_reviewed_exceptions_are_there() -> None:
    """The list names no module that is gone."""
    assert set(MAY_MAKE) <= set(MODULES)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("from pattern_ci.model.safe import Markdown\nx = Markdown(f'{y}')", "makes Markdown"),
        ("from pattern_ci.model.safe import Title as T\nx = T(y)", "makes T "),
        ("from pattern_ci.model import safe\nx = safe.Command('x')", "makes Command"),
        ("from pattern_ci.model.safe import Cell\nx = cast('Cell', y)", "makes Cell"),
        ("from pattern_ci.model.safe import Cell\nx = typing.cast(Cell, y)", "makes Cell"),
        ("from pattern_ci.model.safe import Markdown\nclass M(Markdown): pass", "makes Markdown"),
        (MD + "md.ours(f'## {path}')", "no literal"),
        (MD + "md.ours('## ' + path)", "no literal"),
        (MD + "md.ours('## {}'.format(path))", "no literal"),
        (MD + "md.ours(path)", "no literal"),
        (MD + "T = 'a'\ndef f(T):\n    pass\nmd.ours(U)", "no literal"),
        (MD + "T = {'a': f'{x}'}\nmd.ours(T['a'])", "no literal"),
        (MD + "list(map(md.ours, paths))", "hands `ours` on"),
        (MD + "f = md.ours", "hands `ours` on"),
        ("from pattern_ci.messages.escaping.markdown import ours as o\no(x)", "no literal"),
        ("x = f'::error::{text}'", "by hand"),
        ("x = '##[group]' + text", "by hand"),
        ("sys.stdout.write(text)", "touches stdout"),
        ("from sys import stderr", "touches the streams"),
        ("print(text)", "prints"),
        ("os.write(1, text)", "descriptor"),
        ("open(os.environ['GITHUB_OUTPUT'])", "knows GITHUB_OUTPUT"),
        ("files.append_text(path, text)", "adds to a file"),
    ],
)
def test_a_way_around_is_seen(source: str, what: str) -> None:
    """Each rule finds what it is for, in a module that nobody named before."""
    (found,) = violations(source, "messages/new_page.py")

    assert found.startswith("messages/new_page.py:")
    assert what in found


@pytest.mark.parametrize(
    "source",
    [
        MD + "md.ours('## {}', md.text(path))",
        MD + "_PAGE = 'a {}'\nmd.ours(_PAGE, md.code(path))",
        MD + "_SAID: Final = {1: 'a', 2: 'b {}'}\nmd.ours(_SAID[reason], detail)",
        MD + "md.ours('a' if x else 'b')",
        "from pattern_ci.model.safe import Markdown\ndef f(x: Markdown) -> Markdown: return x",
        "from pattern_ci.catalog import Command\nCommand('a', 'b', 'c')",
        "ours = {}\nours.get(1)\nf(ours)",
        "raise NotARepositoryError('a::b')",
        "os.write(handle, data)",
    ],
)
def test_the_usual_way_is_not(source: str) -> None:
    """What the rules are not about stays possible."""
    assert violations(source, "messages/new_page.py") == []


def test_the_port_takes_safe_text_only() -> None:
    """Each title, body and commit message of the port has its type, so that mypy asks for it."""
    tree = ast.parse((PACKAGE / "github/port.py").read_text("utf-8"))
    seen = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for argument in (*node.args.args, *node.args.kwonlyargs):
                if argument.arg in SURFACES and argument.annotation:
                    said = ast.unparse(argument.annotation).removesuffix(" | None")
                    seen.append((node.name, argument.arg, said))

    assert len(seen) >= 10
    assert [one for one in seen if one[2] != SURFACES[one[1]]] == []
