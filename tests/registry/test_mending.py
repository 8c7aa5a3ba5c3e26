"""`validate --fix` puts right what nobody would argue about, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import yaml
from pattern_ci.registry.derive import KINDS, ROUTING
from pattern_ci.registry.facts import gather
from pattern_ci.registry.mending import mended
from pattern_ci.registry.validation import fix
from testing.sample_pattern import PATTERN_ID, sample_files

if TYPE_CHECKING:
    from pathlib import Path

SPEC = "specs/sample_plugin.pattern.yaml"


def _library(root: Path, **changes: str) -> Path:
    """The sample library with changes: `kind` and `doc_id` of its spec, further files by name."""
    files = sample_files()
    spec = yaml.load(files[SPEC], source="x").data
    for name in ("operation_kind", "doc_id"):
        spec[name] = changes.pop(name, spec[name])
    files[SPEC] = "# By hand.\n" + yaml.dump(spec)
    for name, text in {**files, **changes}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def _mended(root: Path) -> dict[str, str]:
    return mended(root, gather(root, shown="patterns"))


def test_a_sound_library_is_left_alone(tmp_path: Path) -> None:
    """Nothing to mend."""
    assert _mended(_library(tmp_path)) == {}


def test_a_kind_that_nobody_lists_is_listed(tmp_path: Path) -> None:
    """With the summary of the spec; the comments of the file stay."""
    kinds = "# Ours.\nschema_version: 1\noperation_kinds:\n  - id: OPK-OURS-A\n    summary: A.\n"
    root = _library(tmp_path, operation_kind="OPK-NEW-THING", **{KINDS: kinds})

    made = _mended(root)

    assert made == {KINDS: kinds + "  - id: OPK-NEW-THING\n    summary: A plugin and its test.\n"}


def test_a_kind_gets_a_registry_where_there_is_none(tmp_path: Path) -> None:
    """And the second time there is nothing to do."""
    root = _library(tmp_path, operation_kind="OPK-NEW-THING")

    written = fix(root, gather(root, shown="patterns"))

    assert KINDS in written
    assert fix(root, gather(root, shown="patterns")) == []


def test_a_slip_of_the_pen_is_not_made_a_kind(tmp_path: Path) -> None:
    """OPK-FILE-AD is no new kind; the check goes on saying so."""
    assert _mended(_library(tmp_path, operation_kind="OPK-FILE-AD")) == {}


def test_the_document_id_follows_the_pattern(tmp_path: Path) -> None:
    """One line of the spec changes."""
    root = _library(tmp_path, doc_id="DOC-PAT-WRONG-001")
    before = (root / SPEC).read_text()

    assert _mended(root) == {SPEC: before.replace("DOC-PAT-WRONG-001", f"DOC-{PATTERN_ID}")}


def test_a_route_to_nowhere_is_taken_out_of_a_file_of_people(tmp_path: Path) -> None:
    """Theirs to the pattern that is there stays, with its comment."""
    kept = f"  - operation_kind: OPK-FILE-ADD\n    pattern_id: {PATTERN_ID}  # ours first\n"
    gone = "  - operation_kind: OPK-FILE-ADD\n    pattern_id: PAT-GONE-001\n"
    routing = "# Taken over.\nschema_version: 1\nroutes:\n"
    root = _library(tmp_path, **{ROUTING: routing + gone + kept})

    assert _mended(root) == {ROUTING: routing + kept}
