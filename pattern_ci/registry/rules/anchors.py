"""A slot that edits has an anchor, and the anchor can find something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import validate as messages
from pattern_ci.model.anchor import WILD, Key, Place
from pattern_ci.model.finding import Severity
from pattern_ci.model.pattern import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.model.anchor import Anchor
    from pattern_ci.model.finding import Finding
    from pattern_ci.model.pattern import Spec
    from pattern_ci.registry.suites import Suite

RULE = "spec-anchor"


def check(suite: Suite, spec: Spec) -> Iterator[Finding]:
    """Every rule about the anchors of one spec."""
    for index, slot in enumerate(spec.slots):
        key = ("slots", index)
        if slot.mode is Mode.EDIT and slot.anchor is None:
            yield suite.file.at((*key, "mode"), RULE, messages.NO_ANCHOR)
        elif slot.mode is Mode.ADD and slot.anchor is not None:
            yield suite.file.at((*key, "anchor"), RULE, messages.ANCHOR_UNUSED)
        elif slot.anchor is not None:
            for part, text, severity in _problems(slot.anchor):
                yield suite.file.at((*key, "anchor", part), RULE, text, severity)


def _problems(anchor: Anchor) -> Iterator[tuple[str, str, Severity]]:
    fixed = anchor.like.replace(WILD, "")
    if anchor.within is not None:
        yield from _of_list(anchor)
    elif WILD in anchor.like and not fixed.strip():
        yield "like", messages.ALL_WILD, Severity.ERROR
    if WILD not in anchor.like and not any(map(str.isalnum, fixed)):
        yield "like", messages.SAYS_NOTHING, Severity.ERROR
    if anchor.bare(anchor.like) != anchor.like.rstrip():
        yield "like", messages.ENDS_SEPARATED, Severity.ERROR
    if anchor.place is Place.SORTED and WILD not in anchor.like:
        text = messages.NOTHING_TO_SORT_BY if anchor.key is Key.WILD else messages.NO_WILD
        yield "like", text, Severity.ERROR


def _of_list(anchor: Anchor) -> Iterator[tuple[str, str, Severity]]:
    """A line that holds a list has the list in one place, and entries of one element."""
    within = anchor.within or ""
    if within.count(WILD) != 1 or not within.replace(WILD, "").strip():
        yield "within", messages.NOT_ONE_LIST, Severity.ERROR
    if anchor.lines != 1 or anchor.blank:
        yield "within", messages.LIST_HAS_NO_LINES, Severity.ERROR
