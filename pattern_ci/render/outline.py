"""Which part of a template writes which text: its pieces, and a rendering told piece by piece."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import nodes

from pattern_ci.messages import render as messages
from pattern_ci.render import sandbox
from pattern_ci.render.language import MAX_CHARACTERS, variables
from pattern_ci.render.whitelist import joins

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Marks between pieces are characters of the last private plane; one that no text holds is taken.
_MARKS = range(0x100000, 0x10FFFE)


class Piece(NamedTuple):
    """Fixed text, or a variable (`name`, for an item of a loop its list) and its filters, in order.

    `guards` are the variables that decide whether it is written; `line` counts from 1.
    What is `repeated` stands in a loop, and a `field` is that of an entry of its list.
    """

    text: str
    name: str | None
    filters: tuple[str, ...]
    guards: tuple[str, ...]
    line: int
    field: str = ""
    repeated: bool = False


class Told(NamedTuple):
    """A stretch of a rendered text and the piece that wrote it."""

    text: str
    piece: Piece


def outline(source: str) -> tuple[Piece, ...]:
    """The pieces of a template in source order. Raises TemplateError."""
    return tuple(_Marked(source, chr(_MARKS[0])).pieces)


def trace(source: str, values: Mapping[str, Any]) -> list[Told]:
    """What `render` writes (lines end with LF), cut by the pieces that wrote it.

    Raises what `render` raises.
    """
    mark = _free_mark(source, values)
    marked = _Marked(source, mark, open_lists=True)
    room = (len(str(len(marked.pieces))) + 2) * MAX_CHARACTERS
    text, _ = sandbox.run(sandbox.compile_tree(marked.tree), values, limit=room)
    # The first part stands before all marks and is empty.
    parts = re.split(f"{mark}([0-9]+){mark}", text)[1:]
    return [
        Told(written, marked.pieces[int(number)])
        for number, written in zip(parts[::2], parts[1::2], strict=True)
    ]


def _free_mark(source: str, values: Mapping[str, Any]) -> str:
    texts = [source, *map(str, values.values())]
    return next(mark for mark in map(chr, _MARKS) if not any(mark in text for text in texts))


class _Marked:
    """The tree of a template with the number of each piece before it, and the pieces."""

    def __init__(self, source: str, mark: str, *, open_lists: bool = False) -> None:
        variables(source)  # a template outside the language is refused here, with its sentence
        tree = sandbox.parse(source.replace("\r\n", "\n")).tree
        assert tree is not None, "it was parsed before"
        self.tree: nodes.Template = copy.deepcopy(tree)
        self.pieces: list[Piece] = []
        self._mark = mark
        self._open = open_lists
        self._body(self.tree.body, (), {})

    def _body(
        self, body: list[nodes.Node], guards: tuple[str, ...], items: Mapping[str, str]
    ) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    node.nodes = list(self._output(node, guards, items))
                case nodes.If() if joins(node):
                    self._body(node.body, guards, items)
                case nodes.If():
                    inner = (*guards, *_names(node.test))
                    for part in (node.body, node.elif_, node.else_):
                        self._body(list(part), tuple(dict.fromkeys(inner)), items)
                case nodes.For(target=nodes.Name() as item, iter=nodes.Name() as over):
                    self._body(node.body, guards, {**items, item.name: over.name})
                    if self._open:
                        node.else_ = [self._left_open(over, guards)]
                case nodes.Scope():
                    self._body(node.body, guards, items)
                case _:
                    raise AssertionError(messages.no_statement(type(node).__name__))

    def _left_open(self, over: nodes.Name, guards: tuple[str, ...]) -> nodes.Node:
        """What is told of a list without entries."""
        number = f"{self._mark}{len(self.pieces)}{self._mark}"
        self.pieces.append(Piece("", over.name, (), guards, over.lineno))
        return nodes.Output([nodes.TemplateData(number, lineno=over.lineno)], lineno=over.lineno)

    def _output(
        self, node: nodes.Output, guards: tuple[str, ...], items: Mapping[str, str]
    ) -> Iterator[nodes.Expr]:
        for child in node.nodes:
            number = f"{self._mark}{len(self.pieces)}{self._mark}"
            yield nodes.TemplateData(number, lineno=child.lineno)
            yield child
            self.pieces.append(_piece(child, guards, items))


def _piece(child: nodes.Node, guards: tuple[str, ...], items: Mapping[str, str]) -> Piece:
    filters: list[str] = []
    while isinstance(child, nodes.Filter) and child.node is not None:
        filters.insert(0, child.name)
        child = child.node
    field = child.attr if isinstance(child, nodes.Getattr) else ""
    named = child.node if isinstance(child, nodes.Getattr) else child
    if isinstance(named, nodes.Name):
        name = items.get(named.name, named.name)
        again = named.name in items
        return Piece("", name, tuple(filters), guards, child.lineno, field, again)
    text = child.data if isinstance(child, nodes.TemplateData) else str(getattr(child, "value", ""))
    return Piece(text, None, (), guards, child.lineno)


def _names(test: nodes.Node) -> list[str]:
    found = [test] if isinstance(test, nodes.Name) else test.find_all(nodes.Name)
    return [name.name for name in found]
