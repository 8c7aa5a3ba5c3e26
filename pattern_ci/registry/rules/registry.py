"""The registry files agree with the specs, and the specs with each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.pattern import Status
from pattern_ci.registry.derive import INDEX, MARKER, ROUTING, derived_files
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import DataFile, parse_text
from pattern_ci.registry.shape import problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.reading import TextFile

_SCHEMAS = {
    "index": "pattern_index",
    "routing": "pattern_routing",
    "kinds": "operation_kind_registry",
    "companions": "companions",
}


def check(facts: Facts) -> list[Finding]:
    """Every rule about the files in `registry/` and `companions.json`."""
    return [
        *_shapes(facts),
        *_kinds(facts),
        *_index(facts),
        *_routing(facts),
        *_stale(facts, INDEX, facts.index),
        *_stale(facts, ROUTING, facts.routing),
    ]


def _file(facts: Facts, name: str) -> DataFile | None:
    file: DataFile | TextFile | None = getattr(facts, name)
    return file if file is None or isinstance(file, DataFile) else parse_text(file)


def _shape(file: DataFile, schema: str) -> Iterator[Finding]:
    if file.document is None:
        if file.finding:
            yield file.finding
        return
    for problem in problems(file.data, published(schema)):
        yield file.at(problem.key, "registry-shape", problem.message)


def _shapes(facts: Facts) -> Iterator[Finding]:
    for name, schema in _SCHEMAS.items():
        file = _file(facts, name)
        if file is not None:
            yield from _shape(file, schema)


def _sound(facts: Facts, name: str) -> DataFile | None:
    file = _file(facts, name)
    return None if file is None or any(_shape(file, _SCHEMAS[name])) else file


def _kinds(facts: Facts) -> Iterator[Finding]:
    file = _sound(facts, "kinds")
    if file is None:
        return
    ids = [kind["id"] for kind in file.data["operation_kinds"]]
    for index in _repeats(ids):
        text = messages.twice("the operation kind", ids[index])
        yield file.at(("operation_kinds", index, "id"), "registry-duplicate", text)


def _index(facts: Facts) -> Iterator[Finding]:
    file = _sound(facts, "index")
    if file is None:
        return
    entries: list[dict[str, Any]] = file.data["patterns"]
    for index in _repeats([entry["spec"] for entry in entries]):
        text = messages.twice("the spec", entries[index]["spec"])
        yield file.at(("patterns", index, "spec"), "registry-duplicate", text)
    for index, entry in enumerate(entries):
        for part in ("spec", "schema", "executor"):
            name = entry[part]
            if not name.startswith("builtin:") and name not in facts.files:
                text = messages.missing_file(name)
                yield file.at(("patterns", index, part), "registry-file", text)


def _routing(facts: Facts) -> Iterator[Finding]:
    file = _sound(facts, "routing")
    if file is None:
        return
    active = {
        located.spec.pattern_id for located in facts.located if located.spec.status is Status.ACTIVE
    }
    known = {located.spec.pattern_id for located in facts.located}
    routes: list[dict[str, Any]] = file.data["routes"]
    for index in _repeats([(route["operation_kind"], route["pattern_id"]) for route in routes]):
        text = messages.twice("the route to", routes[index]["pattern_id"])
        yield file.at(("routes", index), "registry-duplicate", text)
    for index, route in enumerate(routes):
        wanted, kind = route["pattern_id"], route["operation_kind"]
        if wanted not in active | facts.builtin_ids:
            text = messages.not_active(wanted) if wanted in known else messages.no_pattern(wanted)
            yield file.at(("routes", index, "pattern_id"), "registry-route", text)
        kinds = facts.kind_ids | facts.builtin_kinds
        if kind not in kinds:
            text = messages.unknown_kind(kind, sorted(kinds))
            yield file.at(("routes", index, "operation_kind"), "registry-route", text)


def _stale(facts: Facts, name: str, file: TextFile | None) -> Iterator[Finding]:
    """A derived file that lags behind is no error: merging a pattern must not turn CI red."""
    if file is None or file.text is None or any(suite.spec is None for suite in facts.suites):
        return
    if file.text.replace("\r\n", "\n") == derived_files(facts.located)[name]:
        return
    text = messages.STALE if file.text.startswith(MARKER) else messages.FOREIGN
    yield Finding(file.path, 1, 1, "registry-stale", text, Severity.WARNING)


def _repeats(values: list[Any]) -> list[int]:
    """Indexes of the entries that stood before."""
    seen: Counter[Any] = Counter()
    found = []
    for index, value in enumerate(values):
        if seen[value]:
            found.append(index)
        seen[value] += 1
    return found
