"""Reads a plan and says everything that is wrong with it at once, each at its place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.messages import plans
from pattern_ci.messages.validate import no_pattern, unknown_kind
from pattern_ci.model.digests import text_digest
from pattern_ci.model.plan import Plan
from pattern_ci.model.truth import NAMES
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import parse_text, read_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.reading import DataFile


class ReadPlan(NamedTuple):
    """A plan, or None when `findings` says why there is none."""

    plan: Plan | None
    findings: tuple[Finding, ...]


def read_plan(
    path: Path, *, shown: str, kinds: frozenset[str], patterns: frozenset[str]
) -> ReadPlan:
    """Read and check a plan against the operation kinds and patterns that there are."""
    text = read_text(path.parent, path, shown)
    file = parse_text(text)
    if file.document is None or text.text is None:
        return ReadPlan(None, (file.finding,) if file.finding else ())
    found = [
        file.at(problem.key, "plan-shape", problem.message)
        for problem in problems(file.data, published("plan"))
    ]
    # What does not have its shape may be anything; the other rules look at what has it.
    steps = file.data.get("steps") if isinstance(file.data, dict) else None
    if isinstance(steps, list):
        sound = [(index, step) for index, step in enumerate(steps) if _has_id(step)]
        found += _names(file, sound)
        found += _needs(file, sound)
        found += _kinds(file, sound, kinds, patterns)
        found += _runs(file, sound)
    if found:
        return ReadPlan(None, tuple(sorted(set(found))))
    return ReadPlan(Plan.from_dict(file.data, digest=text_digest(text.text)), ())


def _has_id(step: object) -> bool:
    return isinstance(step, dict) and isinstance(step.get("id"), str)


def _names(file: DataFile, steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    seen: Counter[str] = Counter()
    for index, step in steps:
        if seen[step["id"]]:
            text = plans.step_twice(step["id"])
            yield file.at(("steps", index, "id"), "plan-duplicate", text)
        seen[step["id"]] += 1


def _needs(file: DataFile, steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    ids = [step["id"] for _, step in steps]
    graph = {step["id"]: tuple(_texts(step.get("needs"))) for _, step in steps}
    for index, step in steps:
        for number, need in enumerate(_texts(step.get("needs"))):
            if need not in ids:
                text = plans.no_such_need(need, ids)
                yield file.at(("steps", index, "needs", number), "plan-need", text)
    for way in cycles(graph):
        index = next(index for index, step in steps if step["id"] == way[0])
        number = graph[way[0]].index(way[1])
        key = ("steps", index, "needs", number)
        yield file.at(key, "plan-cycle", plans.plan_cycle(way))


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def cycles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """One way round each knot of steps that wait for each other, from its first step to itself."""
    graph = _waiting(graph)
    found: list[list[str]] = []
    knotted: set[str] = set()
    for start in graph:
        way = [] if start in knotted else _way_back(start, graph)
        if way:
            found.append(way)
            knotted.update(way)
    return found


def _waiting(graph: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """What is left when every step that could run has run."""
    waits = {step: len({need for need in needs if need in graph}) for step, needs in graph.items()}
    behind: dict[str, set[str]] = {step: set() for step in graph}
    for step, needs in graph.items():
        for need in needs:
            behind.get(need, set()).add(step)
    free = [step for step, count in waits.items() if not count]
    for step in free:
        del waits[step]
        for other in behind[step]:
            waits[other] -= 1
            if not waits[other]:
                free.append(other)
    return {step: graph[step] for step in graph if step in waits}


def _way_back(start: str, graph: Mapping[str, Sequence[str]]) -> list[str]:
    ways, seen = [[start]], set()
    for way in ways:
        for need in graph.get(way[-1], ()):
            if need == start:
                return [*way, start]
            if need not in seen:
                seen.add(need)
                ways.append([*way, need])
    return []


def _kinds(
    file: DataFile,
    steps: Sequence[tuple[int, Mapping[str, Any]]],
    kinds: frozenset[str],
    patterns: frozenset[str],
) -> Iterator[Finding]:
    for index, step in steps:
        metadata = step.get("metadata")
        if not isinstance(metadata, dict):
            continue
        kind, pattern = metadata.get("operation_kind"), metadata.get("pattern_id")
        key = ("steps", index, "metadata")
        if isinstance(kind, str) and kind.startswith("OPK-") and kind not in kinds:
            text = unknown_kind(kind, sorted(kinds))
            yield file.at((*key, "operation_kind"), "plan-kind", text)
        if isinstance(pattern, str) and pattern.startswith("PAT-") and pattern not in patterns:
            yield file.at((*key, "pattern_id"), "plan-pattern", no_pattern(pattern))


def _runs(file: DataFile, steps: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[Finding]:
    for index, step in steps:
        run = step.get("run")
        if isinstance(run, list) and run[:1] == [""]:
            yield file.at(("steps", index, "run", 0), "plan-run", plans.NO_PROGRAM)
        if step.get("shell") is True and not (isinstance(run, list) and len(run) == 1):
            yield file.at(("steps", index, "shell"), "plan-shell", plans.SHELL_TAKES_ONE)
        for number, truth in enumerate(step.get("ground_truth") or ()):
            name = truth.get("check") if isinstance(truth, dict) else None
            if isinstance(name, str) and name not in NAMES:
                key = ("steps", index, "ground_truth", number, "check")
                yield file.at(key, "plan-truth", plans.unknown_check(name, NAMES))
