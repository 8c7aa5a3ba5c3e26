"""Where the values of a pattern's variables come from on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import files
from pattern_ci.errors import SpecError, UnsafePathError, UsageError, VariablesError
from pattern_ci.messages import apply as messages
from pattern_ci.registry import jsontext
from pattern_ci.registry.variables import variable_problems, with_defaults
from pattern_ci.render import instance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.registry.library import Pattern

STDIN = "-"


def given_values(
    schema: dict[str, Any], given: Sequence[str], vars_file: str | None
) -> instance.Given:
    """What the command line says about variables; options win over the file."""
    pairs = []
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(messages.not_paired(text), next_step=messages.NOT_PAIRED_NEXT)
        pairs.append((name, value))
    options = instance.typed(schema, pairs)
    return options._replace(values={**_from_file(vars_file), **options.values})


def all_values(
    pattern: Pattern,
    explicit: instance.Given,
    filled: instance.Filled | str | None,
    *,
    shown: str,
) -> dict[str, Any]:
    """The values of all variables. Raises VariablesError with everything that is wrong at once."""
    spec, schema = pattern.spec, pattern.schema
    made = instance.instance(
        spec.slots,
        explicit,
        None if isinstance(filled, str) else filled,
        required=schema.get("required", ()),
        defaults=with_defaults(schema, {}),
        check=lambda values: variable_problems(schema, values),
    )
    problems = [messages.missing(made.missing)] if made.missing else []
    problems += [filled] if isinstance(filled, str) else []
    problems += made.problems
    if problems:
        raise VariablesError(
            messages.refused(spec.pattern_id, problems),
            next_step=messages.variables_next(made.missing, shown),
        )
    return made.values


def filled_by(pattern: Pattern, path: str, repo: Path, root: Path) -> instance.Filled | str:
    """The role that `path` fills, seen from here or from the top; or a sentence that none does.

    Raises UnsafePathError for a path outside the work tree.
    """
    roles, here = pattern.spec.roles, os.path.normpath(repo.resolve() / path)
    if not Path(here).is_relative_to(root):
        raise UnsafePathError(messages.outside(path), next_step=messages.OUTSIDE_NEXT)
    for candidate in (Path(here).relative_to(root).as_posix(), path):
        filled = instance.from_path(roles, candidate)
        if filled is not None:
            return filled
    return messages.fits_no_role(path, roles)


def _from_file(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    text = files.read_stdin() if name == STDIN else files.read_text(Path(name))
    shown = messages.STDIN if name == STDIN else name
    if text is None:
        what = messages.bad_file(shown, messages.NO_SUCH_FILE)
        raise SpecError(what, next_step=messages.NO_FILE_NEXT)
    data = jsontext.load(text.removeprefix("\ufeff"), source=shown).data
    if not isinstance(data, dict):
        what = messages.bad_file(shown, messages.NO_MAPPING)
        raise SpecError(what, next_step=messages.NO_FILE_NEXT)
    return data
