"""The rewrite rule of a pattern, and what it makes of an example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.errors import SpecError
from pattern_ci.messages import rewrites as messages
from pattern_ci.model.rewrite import KIND, Rewrite, fault
from pattern_ci.render.rewriting import rewrite, stable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pattern_ci.model.pattern import Spec

# The name under which an example records the text afterwards, as slots are recorded.
OUTPUT = "rewrite"


def rewrites_lines(spec: Spec) -> bool:
    """Whether a pattern has a rule that this package applies itself."""
    return spec.rewrite is not None and spec.rewrite["kind"] == KIND


def rule_of(spec: Spec) -> Rewrite:
    """The rule of a pattern that has one. Raises SpecError when it cannot be applied."""
    assert spec.rewrite is not None
    found = fault(spec.rewrite)
    if found is not None:
        what = messages.not_sound(spec.pattern_id, found)
        raise SpecError(what, next_step=messages.NOT_SOUND_NEXT)
    return Rewrite.from_dict(spec.rewrite)


def example(spec: Spec, values: Mapping[str, Any]) -> tuple[str, str]:
    """The path of an example, and what the rule makes of its text.

    Raises SpecError when the rule does not match there, or makes something else than `after`.
    """
    rule = rule_of(spec)
    path, before = str(values.get("path", "")), str(values.get("before", ""))
    if not rule.wants(path):
        raise SpecError(messages.not_for(path, rule.files), next_step=messages.NO_MATCH_NEXT)
    done = rewrite(before, rule)
    if not done.edits:
        raise SpecError(messages.no_match(path), next_step=messages.NO_MATCH_NEXT)
    if not stable(done, rule):
        raise SpecError(messages.REPEATS, next_step=messages.NOT_SOUND_NEXT)
    if values.get("after", done.text) != done.text:
        raise SpecError(messages.otherwise(path), next_step=messages.NO_MATCH_NEXT)
    return path, done.text
