"""A spec says what its place, its name and its own parts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.catalog import EXECUTORS
from pattern_ci.files import unsafe
from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.pattern import STATUS_FOLDER, Mode, Spec
from pattern_ci.model.role import Role
from pattern_ci.registry.derive import executor_path
from pattern_ci.registry.rules import anchors, truths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.suites import Suite
    from pattern_ci.yaml import Key

BUILTIN_EXECUTORS = ("builtin:render", "builtin:rewrite")
# Parts and total are each rounded to four places when they are written.
TOLERANCE = 0.000_15


def check(facts: Facts) -> list[Finding]:
    """Every rule about single specs."""
    return [finding for suite in facts.suites for finding in _check(suite, facts)]


def _check(suite: Suite, facts: Facts) -> Iterator[Finding]:
    yield from suite.problems
    if suite.spec is None:
        return
    yield from _names(suite, suite.spec)
    yield from _confidence(suite, suite.spec)
    yield from _history(suite, suite.spec)
    yield from _slots(suite, suite.spec)
    yield from _trigger(suite, suite.spec)
    yield from anchors.check(suite, suite.spec)
    yield from _checks(suite, suite.spec)
    yield from truths.check(suite, suite.spec)
    yield from _references(suite, suite.spec, facts)


def _names(suite: Suite, spec: Spec) -> Iterator[Finding]:
    if suite.file.data["doc_id"] != spec.doc_id:
        yield suite.file.at(("doc_id",), "spec-name", messages.is_not(spec.doc_id))
    if spec.name != suite.stem:
        yield suite.file.at(("name",), "spec-name", messages.is_not_file_name(suite.stem))
    folder = STATUS_FOLDER.get(spec.status, "")
    if folder != suite.folder:
        text = messages.wrong_folder(spec.status.value, folder)
        yield suite.file.at(("status",), "spec-status", text)


def _confidence(suite: Suite, spec: Spec) -> Iterator[Finding]:
    total = suite.file.data["confidence"]["total"]
    if abs(total - spec.confidence.total) > TOLERANCE:
        text = messages.wrong_total(spec.confidence.total)
        yield suite.file.at(("confidence", "total"), "spec-confidence", text)


def _history(suite: Suite, spec: Spec) -> Iterator[Finding]:
    versions = [entry["version"] for entry in spec.history]
    if versions and spec.version not in versions:
        text = messages.version_not_in_history(spec.version)
        yield suite.file.at(("history",), "spec-history", text, Severity.WARNING)


def _slots(suite: Suite, spec: Spec) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, slot in enumerate(spec.slots):
        key = ("slots", index)
        if slot.id in seen:
            text = messages.twice("the slot id", slot.id)
            yield suite.file.at((*key, "id"), "spec-slot", text)
        others = [one.mode for one in spec.slots[:index] if one.role == slot.role]
        if others and {slot.mode, *others} != {Mode.EDIT}:
            yield suite.file.at((*key, "role"), "spec-slot", messages.twice("the role", slot.role))
        seen.add(slot.id)
        yield from _path(suite, (*key, "role"), slot.role)
        yield from _declared(suite, index)
    if not spec.slots and spec.rewrite is None and spec.executor in BUILTIN_EXECUTORS:
        yield suite.file.at(("slots",), "spec-slot", messages.DOES_NOTHING)


def _path(suite: Suite, key: Key, role: str) -> Iterator[Finding]:
    # Any value of a hole is checked again when it is known; this is about the fixed parts.
    path = Role(role).glob.replace("*", "x")
    if problem := unsafe(path):
        yield suite.file.at(key, "spec-path", messages.unsafe_path(role, problem))


def _trigger(suite: Suite, spec: Spec) -> Iterator[Finding]:
    if spec.trigger is None:
        return
    yield from _path(suite, ("trigger",), spec.trigger)
    yield from _holes(suite, ("trigger",), spec.trigger)
    if any(slot.role == spec.trigger and slot.mode is Mode.ADD for slot in spec.slots):
        yield suite.file.at(("trigger",), "spec-slot", messages.TRIGGER_WRITTEN)


def _holes(suite: Suite, key: Key, role: str) -> Iterator[Finding]:
    """Holes of a role are required variables."""
    assert suite.spec is not None
    schema = suite.schema.data if suite.schema else None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties", {}), dict):
        return
    for name in Role(role).holes:
        if name not in schema.get("properties", {}) or name not in schema.get("required", []):
            text = messages.hole_not_required(name, suite.spec.inputs)
            yield suite.file.at(key, "spec-variable", text)


def _declared(suite: Suite, index: int) -> Iterator[Finding]:
    """Holes of the role are required variables; what guards a slot is a boolean one."""
    assert suite.spec is not None
    slot, schema = suite.spec.slots[index], suite.schema.data if suite.schema else None
    yield from _holes(suite, ("slots", index, "role"), slot.role)
    if not isinstance(schema, dict) or not isinstance(schema.get("properties", {}), dict):
        return
    guard = schema.get("properties", {}).get(slot.when)
    if slot.when and not (isinstance(guard, dict) and guard.get("type") == "boolean"):
        text = messages.guard_not_boolean(slot.when, suite.spec.inputs)
        yield suite.file.at(("slots", index, "when"), "spec-variable", text)


def _checks(suite: Suite, spec: Spec) -> Iterator[Finding]:
    ids = {slot.id for slot in spec.slots}
    for index, truth in enumerate(spec.ground_truth):
        if "slot" in truth and truth["slot"] not in ids:
            text = messages.no_such_slot(truth["slot"])
            yield suite.file.at(("ground_truth", index, "slot"), "spec-slot", text)


def _references(suite: Suite, spec: Spec, facts: Facts) -> Iterator[Finding]:
    known = facts.kind_ids | facts.builtin_kinds
    if spec.operation_kind not in known:
        text = messages.unknown_kind(spec.operation_kind, sorted(known))
        yield suite.file.at(("operation_kind",), "spec-kind", text)
    if spec.executor.startswith("builtin:"):
        built_in = (*BUILTIN_EXECUTORS, *(f"builtin:{name}" for name in EXECUTORS))
        if spec.executor not in built_in:
            text = messages.unknown_executor(spec.executor, built_in)
            yield suite.file.at(("executor",), "spec-file", text)
    elif executor_path(suite.relative("specs/x"), spec.executor) not in facts.files:
        yield suite.file.at(("executor",), "spec-file", messages.missing_file(spec.executor))
    if spec.policy_ref and spec.policy_ref.removeprefix("patterns/") not in facts.files:
        yield suite.file.at(("policy_ref",), "spec-file", messages.missing_file(spec.policy_ref))
    page = f"docs/{spec.name}.md"
    if suite.relative(page) not in facts.files:
        text = messages.no_page(page)
        yield suite.file.at(("name",), "spec-page", text, Severity.WARNING)
