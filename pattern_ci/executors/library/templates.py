"""Templates for executors: built-in ones, nested values, values of several lines.

A template is written in the template language (design, section 6.7), which knows names and lists
only. Two things are done for it here. Values inside values are named by their path:
`{"entity": {"name": "x"}}` is `entity_name`. A value of several lines that stands alone on an
indented line keeps that indentation in each of its lines.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.errors import FatalError, SpecError, TemplateError
from pattern_ci.messages import executors as messages
from pattern_ci.model.pattern import Newline
from pattern_ci.render import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pattern_ci.model.execution import Context

BUILTIN = ("config", "crud", "model", "test")
_ALONE = re.compile(r"^([ \t]+)\{\{\s*([a-z][a-z0-9_]*)\s*\}\}[ \t]*$", re.MULTILINE)


class Template(NamedTuple):
    """Sources of a file and of the path it is written to; `path` None: each item names its own."""

    name: str
    source: str
    path: str | None = None


class Rendered(NamedTuple):
    """What a template gave: text, or problems."""

    text: str
    problems: tuple[str, ...] = ()


def load(context: Context, wanted: Mapping[str, Any]) -> Template:
    """The template that is meant: `{builtin: model}`, `{file: path}` or `{source: text}`.

    Raises SpecError for one that is not there, TemplateError for one outside the language.
    """
    name, source = _source(context, wanted)
    for line, column, message in language.check(source):
        raise TemplateError(messages.template_place(name, line, column, message))
    path = wanted.get("path") or (_paths().get(name) if "builtin" in wanted else None)
    return Template(name, source, path)


def _source(context: Context, wanted: Mapping[str, Any]) -> tuple[str, str]:
    if "builtin" in wanted:
        name = str(wanted["builtin"])
        if name not in BUILTIN:
            raise SpecError(messages.no_builtin(name, BUILTIN))
        folder = resources.files("pattern_ci.executors") / "builtin"
        return name, (folder / f"{name}.j2").read_text("utf-8")
    if "file" in wanted:
        name = str(wanted["file"])
        data = context.read(name)
        if data is None:
            raise SpecError(messages.no_file(name))
        try:
            return name, data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SpecError(messages.not_text(name)) from error
    return "source", str(wanted["source"])


def _paths() -> dict[str, str]:
    return {
        "config": "config/{{ name | kebab }}.toml",
        "crud": "{{ package }}/{{ name | snake }}_store.py",
        "model": "{{ package }}/{{ name | snake }}.py",
        "test": "tests/test_{{ name | snake }}.py",
    }


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by one name each. Raises SpecError where two of them would have the same name."""
    made: dict[str, Any] = {}
    for name, value in _flat(values, ""):
        if name in made:
            raise SpecError(messages.same_name(name))
        made[name] = value
    return made


def _flat(values: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}_")
        else:
            yield prefix + name, value


def render(
    source: str,
    values: Mapping[str, Any],
    *,
    newline: Newline = Newline.LF,
    optional: Sequence[str] = (),
) -> Rendered:
    """Render with values as `flat` names them.

    A problem is every variable without a value that is not `optional`, and a value of a kind that
    the template cannot take.
    """
    try:
        placed, more = _indented(source, values)
        made = language.render(placed, {**values, **more}, newline=newline)
    except FatalError as error:
        return Rendered("", (error.what,))
    missing = [name for name in made.unfilled if name not in optional]
    return Rendered(made.text, tuple(messages.no_value(name) for name in missing))


def _indented(source: str, values: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The source with a name of its own for each value of several lines at an indentation."""
    more: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        indent, name = found.groups()
        value = values.get(name)
        if not isinstance(value, str) or "\n" not in value:
            return found.group()
        own = f"{name}_at_{len(more)}"
        while own in values:
            own += "x"
        first, *rest = value.split("\n")
        more[own] = "\n".join([first, *(indent + line if line.strip() else line for line in rest)])
        return f"{indent}{{{{ {own} }}}}"

    return _ALONE.sub(place, source), more


def of_file(path: str, problems: Sequence[str]) -> list[str]:
    """One line with all problems of a file; none when there are none."""
    return [messages.of_file(path, problems)] if problems else []
