"""Which parts of a Jinja syntax tree are in the language, and what its variables are used for."""

from __future__ import annotations

import re
from enum import Enum, unique
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from pattern_ci.messages import render as messages
from pattern_ci.model.cases import CASES
from pattern_ci.render.problem import RESERVED, TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

# Far below what the compiler of the host language can take, far above what people write.
MAX_NESTING: Final = 12
MAX_OPERATORS: Final = 24

# What a field of an entry may be called: a plain word, so that it is never a method of anything.
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]*")

_KEYWORDS: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Block: "block",
    nodes.CallBlock: "call",
    nodes.Extends: "extends",
    nodes.FilterBlock: "filter",
    nodes.FromImport: "from",
    nodes.Import: "import",
    nodes.Include: "include",
    nodes.Macro: "macro",
    nodes.ScopedEvalContextModifier: "autoescape",
    nodes.With: "with",
}
_COMPARING: Final = ("==", "!=", "<", "<=", ">", ">=", "in", "not")
# What to look for in the source to find the column, and what to say.
_EXPRESSIONS: Final[tuple[tuple[type[nodes.Node], tuple[str, ...], str], ...]] = (
    (nodes.Getattr, (".",), messages.ATTRIBUTE),
    (nodes.Getitem, ("[", "."), messages.SUBSCRIPT),
    (nodes.Call, ("(",), messages.CALL),
    (nodes.CondExpr, ("if",), messages.CHOICE),
    (nodes.Test, ("is",), messages.TEST),
    (nodes.Compare, _COMPARING, messages.COMPARISON),
    (nodes.Concat, ("~",), messages.ARITHMETIC),
    (nodes.BinExpr, ("+", "-", "*", "/", "//", "%", "**"), messages.ARITHMETIC),
    (nodes.UnaryExpr, ("-", "+"), messages.ARITHMETIC),
    (nodes.List, ("[",), messages.COLLECTION),
    (nodes.Tuple, ("(", ","), messages.COLLECTION),
    (nodes.Dict, ("{",), messages.COLLECTION),
)


class Offence(NamedTuple):
    """Something outside the language: its line, the tokens that show its column, the sentence."""

    line: int
    tokens: tuple[str, ...]
    message: str


@unique
class How(Enum):
    """What a template does with a variable."""

    PRINTED = 1
    ASKED = 2
    LOOPED = 3
    ITEM = 4
    FIELD = 5


class Use(NamedTuple):
    """One place in which a template refers to a variable that is given to it.

    The item of a loop counts for its list: as a whole, or by a `field` of it.
    """

    name: str
    how: How
    field: str = ""


def offences(tree: nodes.Template) -> list[Offence]:
    """Everything in the tree that is not in the language, in source order."""
    return list(_body(tree.body, frozenset(), MAX_NESTING))


def joins(node: nodes.Node) -> bool:
    """Whether this is `{% if not loop.last %}…{% endif %}`: what stands between two entries."""
    if not isinstance(node, nodes.If) or node.elif_ or node.else_:
        return False
    asked = node.test.node if isinstance(node.test, nodes.Not) else None
    if not isinstance(asked, nodes.Getattr) or asked.attr != "last":
        return False
    return isinstance(asked.node, nodes.Name) and asked.node.name == "loop"


def _body(body: Iterable[nodes.Node], items: frozenset[str], depth: int) -> Iterator[Offence]:
    for node in body:
        if depth == 0:
            yield Offence(node.lineno, (), messages.TOO_DEEP)
            return
        yield from _statement(node, items, depth - 1)


def _statement(node: nodes.Node, items: frozenset[str], depth: int) -> Iterator[Offence]:
    match node:
        case nodes.Output():
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield from _printed(part, items)
        case nodes.If() if items and joins(node):
            yield from _body(node.body, items, depth)
        case nodes.If():
            yield from _condition(node.test, MAX_OPERATORS)
            # The tree holds each `elif` as an `if` of its own, beside the others.
            yield from _body(chain(node.body, node.elif_, node.else_), items, depth)
        case nodes.For():
            yield from _loop(node, items)
            inner = items | {name.name for name in node.target.find_all(nodes.Name)}
            if isinstance(node.target, nodes.Name):
                inner |= {node.target.name}
            yield from _body(node.body, inner, depth)
        case nodes.Scope():  # the engine wraps some statements in one
            yield from _body(node.body, items, depth)
        case _:
            keyword = _KEYWORDS.get(type(node), type(node).__name__.lower())
            yield Offence(node.lineno, (keyword,), messages.no_statement(keyword))


def _loop(node: nodes.For, items: frozenset[str]) -> Iterator[Offence]:
    plain = isinstance(node.target, nodes.Name)
    if not plain or node.else_ or node.test is not None or node.recursive:
        yield Offence(node.lineno, ("for",), messages.LOOP_PLAIN)
    elif isinstance(node.target, nodes.Name):
        yield from _name(node.target)
    if not isinstance(node.iter, nodes.Name):
        yield Offence(node.iter.lineno, ("in",), messages.LOOP_OVER)
    elif node.iter.name in items:
        yield Offence(node.iter.lineno, (node.iter.name,), messages.LOOP_NESTED)
    else:
        yield from _name(node.iter)


def _printed(node: nodes.Node, items: frozenset[str]) -> Iterator[Offence]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return
    yield from _value(node, items)


def _value(node: nodes.Node, items: frozenset[str] = frozenset()) -> Iterator[Offence]:
    """A variable, with filters or without; of one of these items also a field."""
    for _ in range(MAX_OPERATORS):
        if not isinstance(node, nodes.Filter):
            break
        if node.name not in CASES:
            first = node.name.partition(".")[0]
            yield Offence(node.lineno, (first,), messages.no_filter(node.name))
        elif node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            yield Offence(node.lineno, (node.name,), messages.FILTER_ARGUMENTS)
        if node.node is None:
            return
        node = node.node
    match node:
        case nodes.Name():
            yield from _name(node)
        case nodes.Getattr(node=nodes.Name(name=name), attr=field) if name in items:
            if not _FIELD.fullmatch(field):
                yield Offence(node.lineno, (field,), messages.FIELD)
        case nodes.Filter():
            yield Offence(node.lineno, (), messages.TOO_DEEP)
        case _:
            yield _foreign(node)


def _name(node: nodes.Name) -> Iterator[Offence]:
    if node.name in RESERVED:
        yield Offence(node.lineno, (node.name,), messages.reserved(node.name))


def _condition(node: nodes.Node, left: int) -> Iterator[Offence]:
    if left == 0:
        yield Offence(node.lineno, (), messages.TOO_DEEP)
        return
    match node:
        case nodes.Not():
            yield from _condition(node.node, left - 1)
        case nodes.And() | nodes.Or():
            yield from _condition(node.left, left - 1)
            yield from _condition(node.right, left - 1)
        case nodes.Compare():
            yield from _value(node.expr)
            operand = node.ops[0]
            constant = isinstance(operand.expr, nodes.Const)
            if len(node.ops) > 1 or operand.op not in ("eq", "ne") or not constant:
                yield Offence(node.lineno, _COMPARING, messages.COMPARISON)
        case nodes.Const():
            yield Offence(node.lineno, _spellings(node), messages.CONDITION)
        case _:
            yield from _value(node)


def _spellings(constant: nodes.Const) -> tuple[str, ...]:
    """How a constant may stand in the source; text may stand in either kind of quotes."""
    value = constant.value
    if isinstance(value, str):
        return f"'{value}'", f'"{value}"'
    return str(value), str(value).lower()


def _foreign(node: nodes.Node) -> Offence:
    if isinstance(node, nodes.Const):
        return Offence(node.lineno, _spellings(node), messages.LITERAL)
    for kind, tokens, message in _EXPRESSIONS:
        if isinstance(node, kind):
            return Offence(node.lineno, tokens, message)
    return Offence(node.lineno, (), messages.no_expression(type(node).__name__.lower()))


def uses(tree: nodes.Template) -> Iterator[Use]:
    """Each use of a variable in a tree without offences, in source order."""
    yield from _uses(tree.body, {})


def _uses(body: Iterable[nodes.Node], items: Mapping[str, str]) -> Iterator[Use]:
    for node in body:
        if isinstance(node, nodes.For):
            assert isinstance(node.iter, nodes.Name)
            assert isinstance(node.target, nodes.Name)
            yield Use(node.iter.name, How.LOOPED)
            yield from _uses(node.body, {**items, node.target.name: node.iter.name})
        elif isinstance(node, nodes.If):
            if not joins(node):
                yield from _names(node.test, How.ASKED, items)
            yield from _uses(chain(node.body, node.elif_, node.else_), items)
        else:
            yield from _names(node, How.PRINTED, items)


def _names(node: nodes.Node, how: How, items: Mapping[str, str]) -> Iterator[Use]:
    found = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    fields = {id(one.node): one.attr for one in node.find_all(nodes.Getattr)}
    for name in found:
        if name.name not in items:
            yield Use(name.name, how)
        elif id(name) in fields:
            yield Use(items[name.name], How.FIELD, fields[id(name)])
        else:
            yield Use(items[name.name], How.ITEM)


def locate(
    source: str,
    found: Iterable[Offence],
    lex: Callable[[str], Iterable[tuple[int, str, str]]],
) -> list[TemplateProblem]:
    """Offences with their columns: that of the first token which shows each, used up in order."""
    places = list(_places(source, lex))
    problems = []
    for offence in found:
        column = first_tag(source, offence.line)
        for number, (line, at, token) in enumerate(places):
            if line == offence.line and token in offence.tokens:
                column = at
                del places[number]
                break
        problems.append(TemplateProblem(offence.line, column, offence.message))
    return sorted(set(problems))


def _places(
    source: str, lex: Callable[[str], Iterable[tuple[int, str, str]]]
) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each token; `-` in a tag hides blanks, so each is looked up."""
    end = 0
    try:
        for line, kind, token in lex(source):
            start = source.index(token, end)
            end = start + len(token)
            if kind not in ("data", "whitespace"):
                yield line, start - source.rfind("\n", 0, start), token
    except TemplateSyntaxError:
        return


def first_tag(source: str, line: int) -> int:
    """Column of the first tag in a line, 1 when there is none."""
    text = source.split("\n")[line - 1] if line <= source.count("\n") + 1 else ""
    starts = [text.find(opening) for opening in ("{{", "{%", "{#")]
    return min((start for start in starts if start >= 0), default=0) + 1
