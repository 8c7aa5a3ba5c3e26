"""`atomic_create`: several files written as one step, checked before and after (VEV)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.executors.flows import refused, validate_execute_verify
from pattern_ci.executors.library import templates, validation
from pattern_ci.model.change import Change
from pattern_ci.registry.rules.truths import faults_of_tree_check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.execution import CheckResult, Context, ExecutionResult


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Write `files`, each with its `content` or from a `template` and `variables`: all or none.

    `overwrite` is consent to replace what is there; `complete: false` lets placeholders pass;
    `verify` are checks of ground truth beside those that are always made; one that cannot be asked
    of a tree is refused before anything is written.
    """
    truths = inputs.get("verify", ())
    changes, problems = _changes(context, inputs["files"])
    problems += [fault for truth in truths for fault in faults_of_tree_check(truth)]
    if problems:
        return refused(problems)
    overwrite = bool(inputs.get("overwrite"))
    complete = bool(inputs.get("complete", True))

    def validate() -> list[str]:
        return [
            *validation.names([change.path for change in changes]),
            *validation.contents(changes, complete=complete),
        ]

    def act() -> dict[str, Any]:
        made = context.write(changes, overwrite=overwrite)
        return {"files": [{"path": one.path, "action": one.action} for one in made]}

    def verify() -> list[CheckResult]:
        return [*validation.written(context, changes), *map(context.check, truths)]

    return validate_execute_verify(validate=validate, execute=act, verify=verify)


def _changes(
    context: Context, wanted: Sequence[Mapping[str, Any]]
) -> tuple[list[Change], list[str]]:
    """Every file as it is to be, or everything that stands against making them."""
    changes: list[Change] = []
    problems: list[str] = []
    for one in wanted:
        if "content" in one:
            changes.append(Change(one["path"], validation.encoded(one["path"], one["content"])))
            continue
        template = templates.load(context, one["template"])
        values = templates.flat(one.get("variables", {}))
        made = templates.render(template.source, values)
        problems.extend(templates.of_file(one["path"], made.problems))
        changes.append(Change(one["path"], validation.encoded(one["path"], made.text)))
    return changes, problems
