"""`batch_create`: one template, many files: generated in parallel, written all or none (TGB)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.executors.flows import Generated, template_generate_batch
from pattern_ci.executors.library import templates, validation
from pattern_ci.executors.library.parallel import workers_for
from pattern_ci.messages import executors as messages
from pattern_ci.model.change import Change

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.executors.library.templates import Template
    from pattern_ci.model.execution import CheckResult, Context, ExecutionResult


class _Item(NamedTuple):
    """One file to make: its number in the list, from 1, its own path if it has one, its values."""

    number: int
    path: str | None
    values: Mapping[str, Any]


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Write one file for each of `items` from `template`; `common` values hold for all of them.

    A path comes from the item, else from the template's `path`, rendered with the item's values.
    `workers` bounds how many are generated at once.
    """
    template = templates.load(context, inputs["template"])
    common = templates.flat(inputs.get("common", {}))
    items = [
        _Item(number, one.get("path"), {**common, **templates.flat(one.get("variables", {}))})
        for number, one in enumerate(inputs["items"], 1)
    ]
    overwrite = bool(inputs.get("overwrite"))

    def check(changes: Sequence[Change]) -> list[str]:
        names = validation.names([change.path for change in changes])
        return [*names, *validation.contents(changes)]

    def write(changes: Sequence[Change]) -> dict[str, Any]:
        made = context.write(changes, overwrite=overwrite)
        context.say(messages.wrote(len(made)))
        return {"files": [{"path": one.path, "action": one.action} for one in made]}

    def verify(changes: Sequence[Change]) -> list[CheckResult]:
        return validation.written(context, changes)

    return template_generate_batch(
        items,
        generate=lambda item: _generate(template, item),
        check=check,
        write=write,
        verify=verify,
        workers=workers_for(len(items), inputs.get("workers")),
    )


def _generate(template: Template, item: _Item) -> Generated[Change]:
    """The file of one item, or everything that is wrong with it in one line."""
    source = item.path if item.path is not None else template.path
    if source is None:
        return Generated(None, messages.no_path(item.number))
    # A path of the item's own is a path; only that of a template has holes.
    path = templates.Rendered(source) if item.path else templates.render(source, item.values)
    made = templates.render(template.source, item.values)
    problems = dict.fromkeys((*path.problems, *made.problems))
    if problems:
        return Generated(None, messages.of_item(item.number, list(problems)))
    return Generated(Change(path.text, validation.encoded(path.text, made.text)))
