"""Records of what was applied: where they stand, what they claim, and that they read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pattern_ci.model.pattern import Mode
from pattern_ci.registry.applied import Applied, Written, as_text, place, recording
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

SHA = f"sha256:{'0' * 64}"


def applied(**changes: Any) -> Applied:
    """One use: a plugin and its test."""
    fields: dict[str, Any] = {
        "pattern_id": "PAT-PLUGINS-001",
        "pattern_version": "1.2.0",
        "content_digest": SHA,
        "variables": {"name": "beta"},
        "written": (Written("plugin", "a.py", SHA), Written("test", "b.py", SHA)),
    }
    return Applied(**(fields | changes))


def test_a_record_fits_its_schema_and_reads_back() -> None:
    """With a file that people deleted and an entry in another."""
    one = applied(
        written=(Written("plugin", "a.py", None), Written("row", "list.txt", SHA, Mode.EDIT))
    )
    data = json.loads(as_text(one))

    assert problems(data, published("applied")) == []
    assert Applied.from_dict(data) == one


def test_the_place_depends_on_the_files_alone() -> None:
    """Other values or versions rewrite the same record; another file is another use."""
    here = place("patterns", "plugins", applied())

    assert here.startswith("patterns/applied/plugins/")
    assert place("patterns", "plugins", applied(pattern_version="2.0.0", variables={})) == here
    entry = Written("row", "list.txt", SHA, Mode.EDIT)
    assert place("patterns", "plugins", applied(written=(*applied().written, entry))) == here
    other = applied(written=(Written("plugin", "c.py", SHA),))
    assert place("patterns", "plugins", other) != here


def test_a_use_of_only_entries_is_known_by_its_values() -> None:
    """The list that it edits belongs to many."""
    entry = (Written("row", "list.txt", SHA, Mode.EDIT),)
    one = applied(written=entry)
    other = applied(written=entry, variables={"name": "gamma"})

    assert place("patterns", "plugins", one) != place("patterns", "plugins", other)
    assert recording({"x.json": one}, other, library="patterns", name="plugins").keys() == {
        place("patterns", "plugins", other)
    }


def test_the_same_use_with_other_files_takes_the_place_of_the_old_one() -> None:
    """One file is claimed by one record."""
    old = applied(written=(Written("plugin", "a.py", SHA), Written("page", "a.md", SHA)))
    far = applied(written=(Written("plugin", "far.py", SHA),))
    known = {"old.json": old, "far.json": far}

    changes = recording(known, applied(), library="patterns", name="plugins")

    new = place("patterns", "plugins", applied())
    assert changes == {"old.json": None, new: as_text(applied())}


def test_a_use_whose_files_were_renamed_keeps_its_record() -> None:
    """A new use of the name that became free stands beside it."""
    where = place("patterns", "plugins", applied())
    known = {where: applied(written=(Written("plugin", "renamed.py", SHA),))}

    changes = recording(known, applied(), library="patterns", name="plugins")

    assert changes == {where.replace(".json", "-2.json"): as_text(applied())}


def test_another_pattern_loses_the_file_that_is_written_over() -> None:
    """What else it wrote stays recorded."""
    old = applied(pattern_id="PAT-OTHER-001", written=(*applied().written, Written("x", "x", SHA)))

    changes = recording({"old.json": old}, applied(), library="patterns", name="plugins")

    assert json.loads(changes["old.json"] or "")["outputs"].keys() == {"x"}


def test_validate_names_unknown_patterns_and_shared_files(tmp_path: Path) -> None:
    """Warnings: two branches that meet must not turn the checks red."""
    files = samples.library()
    files["applied/plugins/1.json"] = as_text(applied())
    files["applied/plugins/2.json"] = as_text(applied(pattern_id="PAT-GONE-001"))
    files["applied/plugins/3.json"] = "{}\n"
    found = samples.check(tmp_path / "patterns", files)

    assert samples.said(found) == [
        ("applied-pattern", "applied/plugins/2.json", 3),
        ("applied-twice", "applied/plugins/2.json", 9),
        ("applied-twice", "applied/plugins/2.json", 9),
        ("applied-shape", "applied/plugins/3.json", 1),
    ]
    assert [one.severity.value for one in found] == ["warning"] * 3 + ["error"]
