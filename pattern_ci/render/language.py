"""The template language: a whitelist of Jinja, rendered in a sandbox within bounds.

Jinja is loaded when the first template is parsed, because a hook that renders nothing should not
pay for it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pattern_ci.errors import TemplateError
from pattern_ci.messages import render as messages
from pattern_ci.model.pattern import Newline
from pattern_ci.render.problem import TemplateProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.render.sandbox import Compiled

# No source file that people keep in a repository is larger.
MAX_CHARACTERS: Final = 10 << 20
# A brace at the end counts as well: what is put behind this text may begin with one.
_SPECIAL = re.compile(r"\{(?:[{%#]|\Z)")


class Rendered(NamedTuple):
    """The final text, and the variables that were printed or looped over without a value."""

    text: str
    unfilled: tuple[str, ...]


def escape(text: str) -> str:
    """Literal text as template source that renders back exactly, wherever it is put."""
    source = _SPECIAL.sub(lambda match: f'{{{{ "{match.group()}" }}}}', text)
    return source.replace("\r", '{{ "\\r" }}')


def check(source: str) -> list[TemplateProblem]:
    """Everything in `source` that is outside the language, in order; empty when it can be used."""
    if len(source) > MAX_CHARACTERS:
        return [TemplateProblem(1, 1, messages.too_large(MAX_CHARACTERS))]
    from pattern_ci.render import sandbox

    return sandbox.parse(_lf(source)).problems


def variables(source: str) -> tuple[str, ...]:
    """The variables that the template refers to, in order. Raises TemplateError."""
    return tuple(_compiled(source).names)


def looped(source: str) -> tuple[str, ...]:
    """The variables that the template loops over, in order. Raises TemplateError."""
    return tuple(_compiled(source).lists)


def render(source: str, variables: Mapping[str, Any], *, newline: Newline) -> Rendered:
    """Render a template; what has no value (or an empty one) renders empty and is listed.

    Values keep their text but for their newlines, which become the slot's. Raises TemplateError
    for a template outside the language or beyond its bounds, and VariablesError for a value of a
    kind that the template cannot take.
    """
    from pattern_ci.render import sandbox

    text, unfilled = sandbox.run(_compiled(source), variables, limit=MAX_CHARACTERS)
    if newline is Newline.CRLF:
        text = _lf(text).replace("\n", "\r\n")
    return Rendered(text, unfilled)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Compiled:
    found = check(source)
    if found:
        first = found[0]
        raise TemplateError(
            messages.unusable(first.line, first.column, first.message, len(found) - 1),
            next_step="correct the template; `pattern-ci validate` shows every such place.",
        )
    from pattern_ci.render import sandbox

    return sandbox.compile_template(_lf(source))


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n")
