"""What `explain` says about a pattern that was written, and about a kind of operation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import one_line, short
from pattern_ci.model.operation_explained import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from pattern_ci.model.operation_explained import Input, KindExplained, OperationExplained

ONE_OF = "one of"
ANY = "any"
LONGEST = 300
_FROM = {
    Origin.LIBRARY: "in the library of this repository",
    Origin.BUILT_IN: "built in",
    Origin.HISTORY: "a candidate of the history",
}
INSTANCE = "FILE"
# What a check is about, the first of these that it names.
_ABOUT = ("slot", "path", "module", "branch", "command", "value", "template", "told", "steps")


def list_of(items: str) -> str:
    """A list of such items."""
    return f"list of {items}"


def truth(check: Mapping[str, Any]) -> str:
    """A check of ground truth in one line: what it asks, what it expects, and when it is made."""
    about = next((check[key] for key in _ABOUT if key in check), "")
    about = " ".join(map(str, about)) if isinstance(about, list) else about
    expected = check.get("expected", True)
    wanted = "" if expected is True else f": {json.dumps(expected, ensure_ascii=False)}"
    return one_line(f"{check['check']} {about}".strip() + wanted + "".join(_conditions(check)))


def _conditions(check: Mapping[str, Any]) -> Iterator[str]:
    if "each" in check:
        yield f", for each of {check['each']}"
    if "given" in check:
        yield f", where there is {check['given']}"
    for name, value in check.get("when", {}).items():
        yield f", where {name} is {json.dumps(value, ensure_ascii=False)}"


def commands(pattern_id: str, roles: Sequence[str]) -> tuple[str, ...]:
    """The lines that run a pattern: by an instance, and by a path where it writes one."""
    by_path = [f"pattern-ci apply {pattern_id} --path=PATH"] if roles else []
    return (*by_path, f"pattern-ci exec {pattern_id} --instance {INSTANCE}")


def unknown_kind(kind: str) -> str:
    """No registry lists this kind."""
    return f"the operation kind {kind} is not registered."


def operation_lines(one: OperationExplained, *, every: bool) -> Iterator[str]:
    """One screen about a pattern: what it is, what it takes, how to run it."""
    stands = ", in place of the built-in one" if one.shadows else ""
    yield f"{one.pattern_id} {one.version}, {one.status}, {_FROM[one.origin]}{stands}"
    yield f"  {one.summary}"
    yield f"  {one.intent}"
    said = f": {one.kind_says}" if one.kind_says else ""
    yield f"  kind      {one.operation_kind}{said}"
    yield f"  routed    {'yes' if one.routed else 'no, a step has to name it'}"
    yield f"  executor  {one.executor}"
    for role in one.writes:
        yield f"  writes    {role}"
    yield from _listed("Needs", one.preconditions)
    yield from _listed("Steps", [f"{n}. {step}" for n, step in enumerate(one.steps, 1)])
    yield from _listed("Inputs", [_input(item) for item in one.inputs] or ["none"])
    truths = one.ground_truth or ("none beside what its executor checks",)
    yield from _listed("Ground truth", truths)
    yield from _listed("Run it", one.commands)
    yield from _instance(one, every=every)


def _listed(head: str, rows: Sequence[str]) -> Iterator[str]:
    if rows:
        yield ""
        yield f"  {head}"
    for row in rows:
        yield f"    {row}"


def _input(one: Input) -> str:
    need = "required" if one.required else "optional"
    if one.default is not None:
        need = f"default {short(one.default, 60)}"
    kinds = f"one of {', '.join(one.choices)}" if one.choices else one.type
    return f"{one.name} ({kinds}; {need}): {one_line(one.says)}"


def _instance(one: OperationExplained, *, every: bool) -> Iterator[str]:
    """The shortest positive example as an instance; cut only where all is not asked for."""
    if one.example is None:
        return
    data = {"schema_version": 1, "pattern_id": one.pattern_id, "variables": one.example}
    if every:
        yield f"    {INSTANCE}, for example"
        yield from (f"      {line}" for line in json.dumps(data, indent=2).splitlines())
        return
    text = json.dumps(data, ensure_ascii=False)
    more = " (--all)" if len(text) > LONGEST else ""
    yield f"    {INSTANCE}, for example: {short(text, LONGEST)}{more}"


def kind_lines(one: KindExplained) -> Iterator[str]:
    """What a kind of operation is, and which patterns serve it."""
    where = " and ".join(_FROM[origin] for origin in one.origins) or "in no registry"
    yield f"{one.operation_kind}, {where}"
    if one.says:
        yield f"  {one.says}"
    if one.served:
        yield ""
        yield "  Served by, in this order"
    for number, served in enumerate(one.served, 1):
        yield f"    {number}. {served.pattern_id} {served.version}, {_FROM[served.origin]}"
        yield f"       {served.summary}"
        for role in served.roles:
            yield f"       for {role}"
    if not one.served:
        yield "  no pattern serves it: a step of this kind runs what its `run` says, recorded as"
        yield "  pattern.missing"
    if one.waiting:
        yield f"  not in force: {', '.join(one.waiting)}"
    yield ""
    yield "  In a plan"
    yield "    - id: NAME"
    yield f"      metadata: {{operation_kind: {one.operation_kind}}}"
    if one.served:
        yield f"  More: pattern-ci explain {one.served[0].pattern_id}"
