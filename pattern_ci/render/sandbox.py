"""Jinja, fenced in: parse, compile and run a template that the whitelist has accepted."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from pattern_ci.errors import TemplateError, VariablesError
from pattern_ci.messages import render as messages
from pattern_ci.model.cases import CASES
from pattern_ci.render import whitelist
from pattern_ci.render.problem import TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from jinja2 import Template

MAX_ROUNDS: Final = 100_000


class Parsed(NamedTuple):
    """A syntax tree (None when there is none) and what stands against using it."""

    tree: nodes.Template | None
    problems: list[TemplateProblem]


class Compiled(NamedTuple):
    """A template ready to run: all free names, those that are printed, those looped over.

    `fields` are those that are printed of the entries of a list, `whole` the lists whose items
    are used as they are.
    """

    template: Template
    names: tuple[str, ...]
    printed: frozenset[str]
    lists: tuple[str, ...]
    fields: dict[str, tuple[str, ...]]
    whole: frozenset[str]


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        autoescape=False,  # source code is written, not a web page
        keep_trailing_newline=True,
        cache_size=0,
        finalize=_text,
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: _filter(convert) for name, convert in CASES.items()}
    return environment


def _filter(convert: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: convert(str(_text(value)))


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


@lru_cache(maxsize=8)  # checking and then compiling the same source parses it once
def parse(source: str) -> Parsed:
    """Parse `source` (lines end with LF) and hold it against the whitelist."""
    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as error:
        message = messages.not_a_template(error.message or "")
        return _no_tree(source, error.lineno, message)
    except RecursionError:
        return _no_tree(source, 1, messages.TOO_DEEP)
    except ValueError:  # Python reads no number of thousands of digits
        return _no_tree(source, 1, messages.LONG_NUMBER)
    found = whitelist.offences(tree)
    return Parsed(tree, whitelist.locate(source, found, _environment().lex) if found else [])


def _no_tree(source: str, line: int, message: str) -> Parsed:
    column = whitelist.first_tag(source, line)
    return Parsed(None, [TemplateProblem(line, column, message)])


def compile_template(source: str) -> Compiled:
    """Compile a source for which `parse` reports no problem."""
    tree = parse(source).tree
    assert tree is not None, "a template is checked before it is compiled"
    return compile_tree(tree)


def compile_tree(tree: nodes.Template) -> Compiled:
    """Compile a tree that the whitelist has accepted."""
    uses = list(whitelist.uses(tree))
    environment = _environment()
    code = environment.compile(tree, "<template>")
    fields: dict[str, tuple[str, ...]] = {}
    for use in uses:
        if use.how is whitelist.How.FIELD:
            fields[use.name] = (*fields.get(use.name, ()), use.field)
    return Compiled(
        template=environment.template_class.from_code(environment, code, {}),
        names=tuple(dict.fromkeys(use.name for use in uses)),
        printed=frozenset(use.name for use in uses if use.how is whitelist.How.PRINTED),
        lists=tuple(dict.fromkeys(use.name for use in uses if use.how is whitelist.How.LOOPED)),
        fields=fields,
        whole=frozenset(use.name for use in uses if use.how is whitelist.How.ITEM),
    )


class _Empty:
    """Stands for a variable without a value: false, prints as nothing, notes that it was used."""

    def __init__(self, name: str, used: dict[str, None]) -> None:
        self._name, self._used = name, used

    def __str__(self) -> str:
        self._used[self._name] = None
        return ""

    def __iter__(self) -> Iterator[NoReturn]:
        self._used[self._name] = None
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or other == ""

    __hash__ = None  # type: ignore[assignment]  # it equals values with different hashes


class _Items:
    """A list whose rounds are counted together with those of every other loop of one run."""

    def __init__(self, items: Sequence[object], rounds: list[int]) -> None:
        self._items, self._rounds = items, rounds

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[object]:
        for item in self._items:
            self._rounds[0] += 1
            if self._rounds[0] > MAX_ROUNDS:
                raise TemplateError(messages.too_many_rounds(MAX_ROUNDS))
            yield item


def run(
    compiled: Compiled, variables: Mapping[str, Any], *, limit: int
) -> tuple[str, tuple[str, ...]]:
    """The rendered text and the names that had no value where one was wanted."""
    used: dict[str, None] = {}
    rounds = [0]
    context: dict[str, object] = {}
    for name in compiled.names:
        value = _plain(name, variables.get(name), compiled)
        if value in (None, "", []):
            context[name] = _Empty(name, used)
        else:
            context[name] = _Items(value, rounds) if isinstance(value, list) else value
    pieces, length = [], 0
    for piece in compiled.template.generate(context):
        length += len(piece)
        if length > limit:
            raise TemplateError(messages.output_too_large(limit))
        pieces.append(piece)
    return "".join(pieces), tuple(name for name in compiled.names if name in used)


def _plain(name: str, value: object, compiled: Compiled) -> object:
    """The value as templates take it. Raises VariablesError for any other kind of value."""
    if isinstance(value, list | tuple):
        if name in compiled.printed:
            raise VariablesError(messages.wrong_value(name, messages.IS_A_LIST))
        return [_item(name, item, compiled) for item in value]
    if name in compiled.lists and value is not None:
        raise VariablesError(messages.wrong_value(name, messages.IS_NO_LIST))
    return _scalar(name, value)


def _item(name: str, item: object, compiled: Compiled) -> object:
    """An item of a list: plain, or an entry with the fields that the template prints."""
    if name not in compiled.fields:
        if isinstance(item, dict):
            raise VariablesError(messages.wrong_value(name, messages.IS_ENTRIES))
        return _scalar(name, item)
    wanted = compiled.fields[name]
    if name in compiled.whole or not isinstance(item, dict) or not item.keys() >= set(wanted):
        raise VariablesError(messages.wrong_value(name, messages.IS_NO_ENTRIES))
    # Not a mapping: an attribute of one could be a method.
    return SimpleNamespace(**{field: _scalar(name, item[field]) for field in wanted})


def _scalar(name: str, value: object) -> object:
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if value is None or isinstance(value, bool | int | float):
        return value
    raise VariablesError(messages.wrong_value(name, messages.IS_NO_TEXT))
