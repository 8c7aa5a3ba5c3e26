"""A spec says what its place, its name and its own parts say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.files import unsafe
from pattern_ci.messages import validate as messages
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.model.pattern import STATUS_FOLDER, Spec
from pattern_ci.model.role import Role
from pattern_ci.registry.derive import executor_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.suites import Suite

BUILTIN_EXECUTORS = ("builtin:render",)
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
    yield from _checks(suite, suite.spec)
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
    seen: dict[str, str] = {}
    for index, slot in enumerate(spec.slots):
        key = ("slots", index)
        if slot.id in seen.values():
            text = messages.twice("the slot id", slot.id)
            yield suite.file.at((*key, "id"), "spec-slot", text)
        if slot.role in seen:
            yield suite.file.at((*key, "role"), "spec-slot", messages.twice("the role", slot.role))
        seen.setdefault(slot.role, slot.id)
        # Any value of a hole is checked again when it is known; this is about the fixed parts.
        path = Role(slot.role).glob.replace("*", "x")
        if problem := unsafe(path):
            text = messages.unsafe_path(slot.role, problem)
            yield suite.file.at((*key, "role"), "spec-path", text)
        yield from _declared(suite, index)
    if not spec.slots and spec.rewrite is None and spec.executor in BUILTIN_EXECUTORS:
        yield suite.file.at(("slots",), "spec-slot", messages.DOES_NOTHING)


def _declared(suite: Suite, index: int) -> Iterator[Finding]:
    """Holes of the role are required variables; what guards a slot is a boolean one."""
    assert suite.spec is not None
    slot, schema = suite.spec.slots[index], suite.schema.data if suite.schema else None
    if not isinstance(schema, dict) or not isinstance(schema.get("properties", {}), dict):
        return
    declared, required = schema.get("properties", {}), schema.get("required", [])
    for name in Role(slot.role).holes:
        if name not in declared or name not in required:
            text = messages.hole_not_required(name, suite.spec.inputs)
            yield suite.file.at(("slots", index, "role"), "spec-variable", text)
    guard = declared.get(slot.when)
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
        if spec.executor not in BUILTIN_EXECUTORS:
            text = messages.unknown_executor(spec.executor, BUILTIN_EXECUTORS)
            yield suite.file.at(("executor",), "spec-file", text)
    elif executor_path(suite.relative("specs/x"), spec.executor) not in facts.files:
        yield suite.file.at(("executor",), "spec-file", messages.missing_file(spec.executor))
    if spec.policy_ref and spec.policy_ref.removeprefix("patterns/") not in facts.files:
        yield suite.file.at(("policy_ref",), "spec-file", messages.missing_file(spec.policy_ref))
    page = f"docs/{spec.name}.md"
    if suite.relative(page) not in facts.files:
        text = messages.no_page(page)
        yield suite.file.at(("name",), "spec-page", text, Severity.WARNING)
