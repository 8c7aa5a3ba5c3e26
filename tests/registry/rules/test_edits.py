"""Slots that edit are held to their anchors, and their anchors to what examples recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.model.anchor import Key, Place
from pattern_ci.model.pattern import Mode, Spec
from testing.sample_recipe import ANCHORS, NAME, PATTERN_ID, edit_only_spec, recipe_spec
from testing.sample_recipe import recipe_files as files_of
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

SPEC = f"specs/{NAME}.pattern.yaml"
EXAMPLE = f"examples/{NAME}/positive/beta_ray.json"
IMPORT = 1


def told(root: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    """Each finding as rule and the line of the file at which it stands."""
    found = samples.check(root, files)
    texts = {f"patterns/{name}": text.splitlines() for name, text in files.items()}
    return [(one.rule, texts[one.path][one.line - 1].strip()) for one in found]


def with_import(**changes: Any) -> Spec:
    """The sample with another first edit."""
    spec = recipe_spec()
    slots = list(spec.slots)
    slots[IMPORT] = replace(slots[IMPORT], **changes)
    return replace(spec, slots=tuple(slots))


@pytest.mark.parametrize("spec", [recipe_spec(), edit_only_spec()], ids=["adds", "edits only"])
def test_a_recipe_can_be_sound(tmp_path: Path, spec: Spec) -> None:
    """Several slots may edit one file; nothing is found."""
    assert told(tmp_path, files_of(spec)) == []


def test_an_edit_needs_an_anchor(tmp_path: Path) -> None:
    """The finding stands at the mode; the examples wait for it."""
    found = told(tmp_path, files_of(with_import(anchor=None)))

    assert ("spec-anchor", "mode: edit") in found
    assert {rule for rule, _ in found} == {"spec-anchor", "example-refused"}


def test_a_new_file_has_no_anchor(tmp_path: Path) -> None:
    """There is nothing beside which its lines could go."""
    spec = recipe_spec()
    rule = replace(spec.slots[0], anchor=ANCHORS["row"])

    found = told(tmp_path, files_of(replace(spec, slots=(rule, *spec.slots[1:]))))

    assert found == [("spec-anchor", "place: last")]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"like": " {*}{*}"}, "like: ' {*}{*}'"),
        ({"like": "---", "place": Place.LAST}, "like: '---'"),
        ({"like": "a {*},", "separator": ","}, "like: a {*},"),
        ({"like": "import this"}, "like: import this"),
        ({"like": "import this", "key": Key.WILD}, "like: import this"),
    ],
)
def test_an_anchor_can_find_siblings(tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    """What matches everything, or nothing, or cannot be sorted, is told at the shape."""
    anchor = replace(ANCHORS["import"], **changes)

    found = told(tmp_path, files_of(with_import(anchor=anchor)))

    assert ("spec-anchor", part) in found


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("place: last", "place: middle", "place: middle"),
        ("place: last", "places: last", "places: last"),
        ("lines: 1", "lines: 0", "lines: 0"),
    ],
)
def test_an_anchor_has_its_shape(tmp_path: Path, old: str, new: str, part: str) -> None:
    """A key or a value that is none of the schema's is told at its line."""
    files = files_of(recipe_spec())
    files[SPEC] = files[SPEC].replace(old, new, 1)

    assert ("spec-shape", part) in told(tmp_path, files)


def test_one_file_is_not_added_and_edited(tmp_path: Path) -> None:
    """Only edits share a file."""
    spec = with_import(role=recipe_spec().slots[0].role)

    assert "spec-slot" in {rule for rule, _ in told(tmp_path, files_of(spec))}


@pytest.mark.parametrize(
    ("trigger", "rule"),
    [
        ("../{name}.py", "spec-path"),
        ("rules/{other}.py", "spec-variable"),
        ("rules/{name.py", "spec-role"),
    ],
)
def test_a_trigger_is_a_role(tmp_path: Path, trigger: str, rule: str) -> None:
    """Its path stays inside, and what it is made from is required."""
    files = files_of(replace(edit_only_spec(), trigger=trigger))

    found = [rule for rule, line in told(tmp_path, files) if line.startswith("trigger:")]
    assert found == [rule]


def test_a_trigger_is_not_written(tmp_path: Path) -> None:
    """A file that a slot adds is not one that people write by hand."""
    spec = recipe_spec()

    found = told(tmp_path, files_of(replace(spec, trigger=spec.slots[0].role)))

    assert [rule for rule, _ in found] == ["spec-slot"]


def _example(**edit: Any) -> dict[str, str]:
    """The sample with a change in what the example recorded of the import."""
    files = files_of(recipe_spec())
    data = json.loads(files[EXAMPLE])
    data["outputs"]["import"]["edit"] |= edit
    files[EXAMPLE] = json.dumps(data, indent=2) + "\n"
    return files


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        ({"text": ["from rules.beta import Beta"]}, "another text"),
        ({"below": ["from rules.b import B"]}, "puts the entry into line 3, not 2"),
        ({"above": ["import sys"], "below": []}, "no line looks like"),
        ({"below": ["from rules.beta_ray import BetaRay"]}, "is there already, in line 2"),
    ],
)
def test_an_entry_goes_where_it_went(tmp_path: Path, edit: dict[str, Any], part: str) -> None:
    """The recorded neighbours prove the place as a digest proves a text."""
    found = samples.check(tmp_path, _example(**edit))

    assert [finding.rule for finding in found] == ["example-edit"]
    assert part in found[0].message


def test_a_place_is_recorded_for_edits_and_for_nothing_else(tmp_path: Path) -> None:
    """One is missing here, and one is too many."""
    files = files_of(recipe_spec())
    data = json.loads(files[EXAMPLE])
    data["outputs"]["rule"]["edit"] = data["outputs"]["import"].pop("edit")
    files[EXAMPLE] = json.dumps(data, indent=2) + "\n"

    assert sorted(told(tmp_path, files)) == [
        ("example-edit", '"edit": {'),
        ("example-edit", '"import": {'),
    ]


def test_the_sample_speaks_of_itself() -> None:
    """The id in the example is the one of the spec, so that the rules above are really asked."""
    spec = recipe_spec()

    assert spec.pattern_id == PATTERN_ID
    assert [slot.mode for slot in spec.slots] == [Mode.ADD, Mode.EDIT, Mode.EDIT, Mode.EDIT]
