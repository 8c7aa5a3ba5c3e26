"""A spec that contradicts its place, its name or itself is told so at its own line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.finding import Severity
from pattern_ci.model.pattern import Slot, Status
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


def _slots(**changes: Any) -> tuple[Slot, ...]:
    first, second = samples.spec().slots
    return (replace(first, **changes), second)


def test_a_sound_library_has_no_findings(tmp_path: Path) -> None:
    """The world that every other test changes one thing in."""
    assert samples.check(tmp_path, samples.library()) == []


@pytest.mark.parametrize(
    ("changes", "rule", "part"),
    [
        ({"operation_kind": "OPK-FILE-AD"}, "spec-kind", "operation_kind:"),
        ({"executor": "builtin:magic"}, "spec-file", "executor:"),
        ({"executor": "executors/plugins_executor.py"}, "spec-file", "executor:"),
        ({"policy_ref": "automation/none.yaml"}, "spec-file", "policy_ref:"),
        ({"inputs": "schemas/none.schema.json"}, "spec-file", "inputs:"),
        ({"inputs": "/etc/passwd"}, "spec-path", "inputs:"),
        ({"slots": _slots(template="templates/none.j2")}, "spec-file", "template: templates/none"),
        ({"slots": _slots(template="../x.j2")}, "spec-path", "template: ../"),
        ({"slots": _slots(id="test")}, "spec-slot", "id: test\n  role: tests"),
        ({"slots": _slots(role="tests/test_{name.snake}.py")}, "spec-slot", "role: tests/test_"),
        ({"slots": _slots(role="../{name}.py")}, "spec-path", "role: ../"),
        ({"slots": _slots(role="/etc/{name}.py")}, "spec-path", "role: /etc"),
        ({"slots": _slots(role=".git/hooks/{name}")}, "spec-path", "role: .git"),
        ({"slots": _slots(role="plugins/{name.shout}.py")}, "spec-role", "role: plugins"),
        ({"slots": _slots(role="plugins/{name.py")}, "spec-role", "role: plugins"),
        ({"slots": _slots(role="plugins/{other}.py")}, "spec-variable", "role: plugins"),
        ({"slots": _slots(role="plugins/{subject}.py")}, "spec-variable", "role: plugins"),
        ({"slots": _slots(when="subject")}, "spec-variable", "when: subject"),
        (
            {"ground_truth": ({"check": "renders", "slot": "none", "expected": True},)},
            "spec-slot",
            "slot: none",
        ),
    ],
)
def test_a_wrong_part_is_told_at_its_line(
    tmp_path: Path, changes: dict[str, Any], rule: str, part: str
) -> None:
    """The rule, the file and the line lead to the part that is wrong."""
    files = samples.library(samples.spec(**changes))

    found = [finding for finding in samples.check(tmp_path, files) if finding.rule == rule]

    assert [finding.path for finding in found] == [f"patterns/{samples.SPEC}"]
    assert found[0].line == samples.line_of(files[samples.SPEC], part)
    assert found[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("doc_id: DOC-PAT-PLUGINS-001", "doc_id: DOC-PAT-PLUGINS-002", "spec-name"),
        ("name: plugins", "name: plugin", "spec-name"),
        ("name: plugins", "name: Plugins", "spec-shape"),
        ("version: 1.2.0", "version: 1.2", "spec-shape"),
        ("status: active", "status: draft", "spec-status"),
        ("status: active", "status: quarantined", "spec-status"),
        ("status: active", "status: activ", "spec-shape"),
        ("total: 0.9027", "total: 0.95", "spec-confidence"),
        ("identity: ", "identity: X", "spec-shape"),
        ("summary: ", "sumary: ", "spec-shape"),
        ("role: spec", "role: test", "spec-shape"),
    ],
)
def test_a_wrong_word_is_told_at_its_line(tmp_path: Path, old: str, new: str, rule: str) -> None:
    """Identity, naming, status, version and confidence are each held to their form."""
    sound = samples.library()[samples.SPEC]
    line = sound.count("\n", 0, sound.index(old)) + 1

    found = samples.check(tmp_path, samples.library(SPEC=sound.replace(old, new, 1)))

    assert (rule, samples.SPEC, line) in samples.said(found)


def test_a_rounded_total_is_accepted(tmp_path: Path) -> None:
    """The parts are rounded when they are written, the total is rounded on its own."""
    files = samples.library()
    assert "total: 0.9027" in files[samples.SPEC]
    files[samples.SPEC] = files[samples.SPEC].replace("total: 0.9027", "total: 0.9028")

    assert samples.check(tmp_path, files) == []


@pytest.mark.parametrize("status", [Status.DRAFT, Status.QUARANTINED])
def test_a_status_with_a_folder_of_its_own_lives_there(tmp_path: Path, status: Status) -> None:
    """Drafts and quarantined patterns are sound in their folders."""
    assert samples.check(tmp_path, samples.library(samples.spec(status=status))) == []


@pytest.mark.parametrize("status", [Status.DEPRECATED, Status.RETIRED])
def test_other_statuses_stay_with_the_active_ones(tmp_path: Path, status: Status) -> None:
    """Deprecated and retired patterns stay in specs/."""
    assert samples.check(tmp_path, samples.library(samples.spec(status=status))) == []


def test_a_pattern_must_do_something(tmp_path: Path) -> None:
    """No slots, no rewrite and the built-in executor is nothing to run."""
    found = samples.check(tmp_path, samples.library(samples.spec(slots=())))

    assert ("spec-slot", samples.SPEC) in [part[:2] for part in samples.said(found)]


def test_a_file_executor_and_a_policy_that_are_there_are_fine(tmp_path: Path) -> None:
    """A policy may be written with or without the folder's name in front."""
    one = samples.spec(
        executor="executors/plugins_executor.py", policy_ref="patterns/automation/policy.yaml"
    )
    files = samples.library(one)
    files["executors/plugins_executor.py"] = "print()\n"
    files["automation/policy.yaml"] = "a: 1\n"

    assert samples.check(tmp_path, files) == []


def test_kinds_of_the_library_and_built_in_ones_both_count(tmp_path: Path) -> None:
    """A library that lists its own kinds keeps the ones that ship with the package."""
    files = samples.library(samples.spec(operation_kind="OPK-MINE"))
    files["registry/OPERATION_KIND_REGISTRY.yaml"] = (
        "schema_version: 1\noperation_kinds:\n- id: OPK-MINE\n  summary: Mine.\n"
    )

    assert samples.check(tmp_path, files) == []
    files[samples.SPEC] = samples.library()[samples.SPEC]
    assert samples.check(tmp_path, files) == []


def test_a_missing_page_and_version_are_warnings(tmp_path: Path) -> None:
    """Neither stops a commit."""
    files = samples.library(samples.spec(history=({"version": "1.0.0"},)))
    del files[samples.PAGE]

    found = samples.check(tmp_path, files)

    assert [finding.rule for finding in found] == ["spec-page", "spec-history"]
    assert {finding.severity for finding in found} == {Severity.WARNING}


def test_a_crlf_spec_is_fine(tmp_path: Path) -> None:
    """A checkout that translates newlines breaks nothing."""
    files = samples.library()
    files[samples.SPEC] = files[samples.SPEC].replace("\n", "\r\n")

    assert samples.check(tmp_path, files) == []


def test_a_symlinked_spec_is_refused(tmp_path: Path) -> None:
    """The link is named; what it points at is not read."""
    outside = tmp_path / "outside.yaml"
    outside.write_text("secret: 1\n")
    root = samples.write(tmp_path / "patterns", samples.library())
    (root / "specs/link.pattern.yaml").symlink_to(outside)

    found = samples.check(root, {})

    assert [(finding.rule, finding.path) for finding in found] == [
        ("readable", "patterns/specs/link.pattern.yaml")
    ]
    assert "secret" not in found[0].message
