"""The executor `builtin:rewrite`: the rule of a pattern, applied to the file that is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci import git
from pattern_ci.messages import engine as messages
from pattern_ci.messages import rewrites
from pattern_ci.model.change import Change
from pattern_ci.model.execution import ExecutionResult
from pattern_ci.registry.rewriting import rule_of
from pattern_ci.render.rewriting import rewrite, stable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.execution import Context
    from pattern_ci.registry.library import Pattern


def execute(pattern: Pattern, context: Context, values: Mapping[str, Any]) -> ExecutionResult:
    """Rewrite the file `path`, in which the lines `before` stand, or their rewritten form.

    A file that was rewritten earlier stays as it is, so doing this twice is doing it once.
    """
    rule, path = rule_of(pattern.spec), str(values["path"])
    data = context.read(path)
    if data is None:
        return ExecutionResult(success=False, error=messages.not_there(path))
    if not rule.wants(path):
        return ExecutionResult(success=False, error=rewrites.not_for(path, rule.files))
    text, before = git.decode(data), str(values["before"])
    if before not in text and rewrite(before, rule).text not in text:
        return ExecutionResult(success=False, error=rewrites.no_match(path))
    done = rewrite(text, rule)
    if not stable(done, rule):
        return ExecutionResult(success=False, error=rewrites.REPEATS)
    context.write([Change(path, git.encode(done.text), edit=True)])
    return ExecutionResult(success=True, outputs={"path": path, "edits": len(done.edits)})
