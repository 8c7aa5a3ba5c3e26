"""Patterns do not clash, do not wait for each other, and no file is nobody's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.finding import Severity
from pattern_ci.model.pattern import Status
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.pattern import Spec

_FIELDS: dict[str, Any] = {
    "pattern_id": "PAT-OTHER-001",
    "name": "other",
    "identity": "f" * 16,
}


def _second(**changes: Any) -> samples.Files:
    """The files of another pattern with a schema, templates and examples of its own."""
    slots = tuple(
        replace(slot, template=slot.template.replace("plugins", "other"))
        for slot in samples.spec().slots
    )
    fields = _FIELDS | {"slots": slots, "inputs": "schemas/other.schema.json"} | changes
    one = samples.spec(**fields)
    files = samples.library(one).items()
    return {
        name.replace("plugins", "other"): text.replace("PAT-PLUGINS-001", one.pattern_id)
        for name, text in files
    }


def _needs(**needs: str) -> samples.Files:
    """Patterns A, B … each of which names the other in a precondition."""
    files: samples.Files = {}
    for number, (name, other) in enumerate(needs.items()):
        one = samples.spec(
            pattern_id=f"PAT-{name.upper()}-001",
            name=name,
            identity=f"{number:016x}",
            preconditions=("the tree is clean", f"PAT-{other.upper()}-001 has run"),
        )
        files[f"specs/{name}.pattern.yaml"] = samples.library(one)[samples.SPEC]
    return files


def _rules(root: Path, files: samples.Files) -> list[tuple[str, str, int]]:
    found = samples.check(root, files, registry_only=True)
    return samples.said([finding for finding in found if finding.severity is Severity.ERROR])


def test_two_patterns_side_by_side_are_fine(tmp_path: Path) -> None:
    """Different in id, name and identity."""
    assert samples.check(tmp_path, samples.library() | _second()) == []


@pytest.mark.parametrize("field", ["pattern_id", "identity"])
def test_an_id_and_an_identity_belong_to_one_pattern(tmp_path: Path, field: str) -> None:
    """The second spec is told, and which one came first."""
    files = _second() | samples.library()
    files |= _second(**{field: getattr(samples.spec(), field)})

    found = samples.check(tmp_path, files, registry_only=True)

    clashes = [finding for finding in found if finding.rule == "registry-duplicate"]
    assert [finding.path for finding in clashes] == [f"patterns/{samples.SPEC}"]
    assert "patterns/specs/other.pattern.yaml" in clashes[0].message


def test_two_versions_do_not_live_in_one_folder(tmp_path: Path) -> None:
    """Which of them is in force would be anybody's guess."""
    files = samples.library()
    text = files[samples.SPEC].replace("version: 1.2.0", "version: 2.0.0", 1)

    rules = _rules(tmp_path, files | {"specs/plugins_new.pattern.yaml": text})

    assert {rule for rule, _, _ in rules} == {"registry-duplicate"}


def test_a_draft_of_the_next_version_is_fine(tmp_path: Path) -> None:
    """The same pattern may wait in drafts/ with a new version."""
    draft = samples.spec(status=Status.DRAFT, version="2.0.0", history=())

    assert samples.check(tmp_path, samples.library() | samples.library(draft)) == []


@pytest.mark.parametrize(
    "changes", [{"version": "1.2.0"}, {"version": "2.0.0", "identity": "f" * 16}]
)
def test_a_draft_that_is_no_next_version_clashes(tmp_path: Path, changes: dict[str, Any]) -> None:
    """The same version twice, or the id of another pattern, is a clash."""
    draft: Spec = samples.spec(status=Status.DRAFT, **changes)

    rules = _rules(tmp_path, samples.library() | samples.library(draft))

    assert {rule for rule, _, _ in rules} == {"registry-duplicate"}
    assert {path for _, path, _ in rules} == {f"drafts/{samples.SPEC}"}


def test_a_pattern_that_is_named_must_be_there(tmp_path: Path) -> None:
    """A precondition or step that names nobody is told at its line."""
    files = _needs(a="gone")

    assert _rules(tmp_path, files) == [
        (
            "registry-reference",
            "specs/a.pattern.yaml",
            samples.line_of(files["specs/a.pattern.yaml"], "PAT-GONE-001"),
        )
    ]


@pytest.mark.parametrize(
    ("needs", "way"),
    [
        ({"a": "b", "b": "a"}, "PAT-A-001 → PAT-B-001 → PAT-A-001"),
        ({"a": "b", "b": "c", "c": "a"}, "PAT-A-001 → PAT-B-001 → PAT-C-001 → PAT-A-001"),
        ({"x": "a", "a": "b", "b": "a"}, "PAT-A-001 → PAT-B-001 → PAT-A-001"),
    ],
)
def test_a_cycle_is_told_once_with_its_way(tmp_path: Path, needs: dict[str, str], way: str) -> None:
    """Patterns that only lead into the cycle are not blamed."""
    found = samples.check(tmp_path, _needs(**needs), registry_only=True)

    cycles = [finding.message for finding in found if finding.rule == "registry-cycle"]
    assert cycles == [f"patterns need each other: {way}."]


def test_a_chain_and_a_pattern_that_names_itself_are_no_cycle(tmp_path: Path) -> None:
    """Order alone is fine."""
    assert _rules(tmp_path, _needs(a="b", b="c", c="c")) == []


@pytest.mark.parametrize(
    "name",
    [
        "specs/plugins.pattern.yml",
        "schemas/old.schema.json",
        "templates/plugins/old.j2",
        "examples/old/positive/x.json",
        "drafts/schemas/plugins.schema.json",
    ],
)
def test_a_file_that_belongs_to_nobody_is_a_warning(tmp_path: Path, name: str) -> None:
    """It is either left over or misspelt."""
    found = samples.check(tmp_path, samples.library() | {name: "x\n"})

    assert [(finding.rule, finding.path, finding.severity) for finding in found] == [
        ("registry-stray", f"patterns/{name}", Severity.WARNING)
    ]


def test_while_a_spec_is_broken_no_file_is_called_nobodys(tmp_path: Path) -> None:
    """It may belong to the one that cannot be read."""
    files = samples.library(SPEC="a: [\n")

    assert [rule for rule, _, _ in samples.said(samples.check(tmp_path, files))] == ["readable"]


def test_other_files_of_a_library_are_left_alone(tmp_path: Path) -> None:
    """Reports, policies, executors and hidden files are no business of this rule."""
    extra = {"reports/x.md": "", "automation/x.yaml": "", "schemas/.gitkeep": "", "README.md": ""}

    assert samples.check(tmp_path, samples.library() | extra) == []


def test_a_symlink_among_the_files_is_an_error(tmp_path: Path) -> None:
    """Even one that no spec names."""
    root = samples.write(tmp_path / "patterns", samples.library())
    (root / "templates/plugins/link.j2").symlink_to("/etc/passwd")

    assert _rules(root, {}) == [("readable", "templates/plugins/link.j2", 1)]
