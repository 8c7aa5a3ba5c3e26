"""The door to YAML: safe, bounded, duplicate keys refused, positions kept for messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from pattern_ci.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

# A spec or config is written by people: a megabyte is far above any real one, and a bound on
# nodes after expansion is what stops a "billion laughs" document.
MAX_BYTES = 1 << 20
MAX_NODES = 100_000
MAX_DEPTH = 100
# The parser nests in C, where too deep is a crash and no error; below this size it cannot be.
_SHALLOW = 5_000

_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

Key = tuple[str | int, ...]
_TOO_DEEP = "the document is nested too deeply."
_NAME = -1  # no list has this index: marks the position of an entry's name beside its value's


class Position(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int


class Document(NamedTuple):
    """A parsed document: plain data, and where each node of it stands."""

    data: Any
    positions: Mapping[Key, Position]

    def position(self, key: Key) -> Position:
        """Where `key` stands, or its nearest parent that is there."""
        for end in range(len(key), -1, -1):
            if key[:end] in self.positions:
                return self.positions[key[:end]]
        return Position(1, 1)

    def key_position(self, key: Key) -> Position:
        """Where the name of a mapping's entry stands (its value may begin on another line)."""
        return self.positions.get((*key, _NAME)) or self.position(key)


def load(text: str, *, source: str) -> Document:
    """Parse one YAML document; `source` names it in messages.

    Raises SpecError with `source:line:col` for bad syntax, tags, anchors used as a bomb, duplicate
    keys, keys that are no strings, and text above MAX_BYTES.
    """
    if len(text) > MAX_BYTES:
        msg = f"{source}:1:1: the document is larger than {MAX_BYTES} bytes."
        raise SpecError(msg)
    try:
        loader = _Loader(text)
    except UnicodeEncodeError as error:
        line, column = (
            text.count("\n", 0, error.start) + 1,
            error.start - text.rfind("\n", 0, error.start),
        )
        msg = f"{source}:{line}:{column}: this is not UTF-8."
        raise SpecError(msg) from error
    try:
        if len(text) > _SHALLOW:
            _refuse_depth(text, source)
        builder = _Builder(loader, source)
        node = loader.get_single_node()
        data = None if node is None else builder.build(node, ())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        msg = f"{source}:{line}:{column}: this is not valid YAML: {problem}."
        raise SpecError(msg) from error
    finally:
        loader.dispose()
    return Document(data, builder.positions)


def syntax_error(text: str) -> tuple[Position, str] | None:
    """Where YAML of any kind (tags, several documents) stops being YAML, and why; None if nowhere.

    Nothing is built from it, so neither tags nor anchors can do anything.
    """
    try:
        loader = _Loader(text)
    except UnicodeEncodeError:
        return Position(1, 1), "this is not UTF-8"
    try:
        while loader.check_event():
            loader.get_event()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        return at, str(getattr(error, "problem", None) or str(error).splitlines()[0])
    finally:
        loader.dispose()
    return None


def _refuse_depth(text: str, source: str) -> None:
    loader = _Loader(text)
    depth = 0
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    raise _error(source, event, _TOO_DEEP)
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    finally:
        loader.dispose()


class _Builder:
    """Builds plain data from nodes and notes where each stands."""

    def __init__(self, loader: Any, source: str) -> None:
        self._loader = loader
        self._source = source
        self._left = MAX_NODES
        self.positions: dict[Key, Position] = {}

    def build(self, node: Any, key: Key) -> Any:
        """The data of a node. Raises SpecError for what a plain document does not hold."""
        self._left -= 1
        if self._left < 0:
            raise self._fail(node, f"the document expands to more than {MAX_NODES} nodes.")
        self.positions[key] = _position(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if len(key) >= MAX_DEPTH:
            raise self._fail(node, _TOO_DEEP)
        if isinstance(node, yaml.SequenceNode):
            self._expect_tag(node, "seq")
            return [self.build(item, (*key, index)) for index, item in enumerate(node.value)]
        self._expect_tag(node, "map")
        return self._mapping(node, key)

    def _scalar(self, node: Any) -> Any:
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.endswith(":binary"):
            raise self._fail(node, f"the tag {node.tag} is not allowed.")
        if node.tag.endswith(":timestamp"):
            return node.value  # dates stay text: no reader of ours wants a datetime
        try:
            return self._loader.construct_object(node)
        except (ValueError, KeyError) as error:  # `!!int x`, `0x_`: the loader does not check
            raise self._fail(node, f"{node.value[:40]!r} is not what its tag says.") from error

    def _mapping(self, node: Any, key: Key) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name_node, value_node in node.value:
            name = getattr(name_node, "value", None)
            if not isinstance(name_node, yaml.ScalarNode) or not isinstance(name, str):
                raise self._fail(name_node, "a key must be plain text.")
            if name in result:
                raise self._fail(name_node, f"the key {name!r} stands here twice.")
            self.positions[(*key, name, _NAME)] = _position(name_node)
            result[name] = self.build(value_node, (*key, name))
        return result

    def _expect_tag(self, node: Any, kind: str) -> None:
        if node.tag != f"tag:yaml.org,2002:{kind}":
            raise self._fail(node, f"the tag {node.tag} is not allowed.")

    def _fail(self, node: Any, problem: str) -> SpecError:
        return _error(self._source, node, problem)


def _error(source: str, node: Any, problem: str) -> SpecError:
    at = _position(node)
    return SpecError(f"{source}:{at.line}:{at.column}: {problem}")


def _position(node: Any) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


class _BlockDumper(_Dumper):  # type: ignore[misc]  # the C dumper has no types
    """Safe dumper that writes multi-line text as a block."""


def _represent_str(dumper: Any, value: str) -> Any:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_BlockDumper.add_representer(str, _represent_str)


def dump(data: Any) -> str:
    """Write plain data as YAML: keys in the order given, no aliases, Unicode kept."""
    _BlockDumper.ignore_aliases = lambda *_: True
    text: str = yaml.dump(
        data, Dumper=_BlockDumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )
    return text
