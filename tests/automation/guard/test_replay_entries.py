"""Entries are held against history: they stood in their commit where the anchor puts them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pattern_ci import git as door
from pattern_ci import yaml
from pattern_ci.automation.guard.check import guard
from pattern_ci.model.anchor import Anchor, Place
from pattern_ci.model.finding import Severity
from testing.repos import Tree, build_repo, commit, git
from testing.sample_recipe import (
    AFTER,
    FILES,
    NAME,
    TABLE,
    edit_only_spec,
    recipe_files,
    recipe_spec,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.pattern import Spec

RULE = "guard/replay-differs"
SPEC = f"patterns/specs/{NAME}.pattern.yaml"
EXAMPLE = f"patterns/examples/{NAME}/positive/beta_ray.json"
ROW = 3


class World(NamedTuple):
    """A repository whose history has one use of the recipe."""

    path: Path
    added: str

    def library(self, spec: Spec) -> Tree:
        """The suite, with an example that names the commit of the use."""
        files = recipe_files(spec)
        example = json.loads(files[EXAMPLE.removeprefix("patterns/")]) | {"commit": self.added}
        files[EXAMPLE.removeprefix("patterns/")] = json.dumps(example, indent=2)
        return {f"patterns/{name}": text.encode() for name, text in files.items()}

    def guarded(self) -> tuple[list[str], str]:
        """The errors about history, and the last line."""
        repo = door.open_repo(self.path)
        found = guard(repo, self.path / "patterns", "patterns", since="main", rev="HEAD")
        errors = [one for one in found.findings if one.severity is Severity.ERROR]
        return [one.message for one in errors if one.rule == RULE], found.note


def encoded(files: dict[str, str]) -> Tree:
    """Files that are written as they stand."""
    return {path: text.encode() for path, text in files.items()}


@pytest.fixture
def world(repo_path: Path) -> World:
    """Two commits on `main`: the files as they were, and one use; then a branch."""
    build_repo(repo_path, encoded(FILES), encoded(AFTER))
    added = git(repo_path, "rev-parse", "HEAD").strip()
    # What comes later is not what the example speaks of.
    commit(repo_path, {TABLE: b"moved\n"})
    git(repo_path, "switch", "--quiet", "--create", "topic")
    return World(repo_path, added)


def with_row(anchor: Anchor) -> Spec:
    """The recipe with another place for the row."""
    spec = recipe_spec()
    slots = list(spec.slots)
    slots[ROW] = replace(slots[ROW], anchor=anchor)
    return replace(spec, slots=tuple(slots))


@pytest.mark.parametrize("spec", [recipe_spec(), edit_only_spec()], ids=["adds", "edits only"])
def test_entries_that_stood_there_pass(world: World, spec: Spec) -> None:
    """Each was in its file at that commit, whatever became of it since."""
    commit(world.path, world.library(spec))

    assert world.guarded() == (
        [],
        "Compared with main: 1 pattern changed, 1 example replayed.",
    )


@pytest.mark.parametrize(
    ("anchor", "part"),
    [
        (Anchor(place=Place.FIRST, like="| {*} | {*} |"), "puts the entry into line 5, not 7"),
        (Anchor(place=Place.LAST, like="| {*} | {*} |", section="# Checks"), "no line in it is"),
    ],
)
def test_an_anchor_that_points_elsewhere_is_told(world: World, anchor: Anchor, part: str) -> None:
    """A new pattern whose evidence says otherwise does not pass."""
    commit(world.path, world.library(with_row(anchor)))

    told, _ = world.guarded()

    assert len(told) == 1
    assert part in told[0]
    assert TABLE in told[0]


def test_an_entry_that_was_never_there_is_told(world: World) -> None:
    """The commit before the use has no such entry, and no such file."""
    before = git(world.path, "rev-parse", f"{world.added}~1").strip()
    commit(world.path, world._replace(added=before).library(recipe_spec()))

    told, _ = world.guarded()

    assert sum("the entry is not there" in text for text in told) == 3
    assert sum("is not in that commit" in text for text in told) == 1


def test_another_anchor_is_another_behaviour(world: World) -> None:
    """What the record says stays as it was, and yet the pattern does something else now."""
    commit(world.path, world.library(recipe_spec()))
    git(world.path, "branch", "--force", "main")
    elsewhere = Anchor(place=Place.FIRST, like="| {*} | {*} |")
    commit(world.path, {SPEC: yaml.dump(with_row(elsewhere).to_dict()).encode()})

    told, _ = world.guarded()

    assert len(told) == 1
    assert "no longer renders to what was committed" in told[0]


def test_a_record_is_not_bent_to_fit(world: World) -> None:
    """With another place and another record, the change is on purpose and said as a notice."""
    commit(world.path, world.library(recipe_spec()))
    git(world.path, "branch", "--force", "main")
    data = json.loads((world.path / EXAMPLE).read_text())
    data["outputs"]["row"]["edit"] |= {"line": 5, "above": [], "below": ["| gamma | 1.0 |"]}
    spec = with_row(Anchor(place=Place.FIRST, like="| {*} | {*} |"))
    commit(world.path, {SPEC: yaml.dump(spec.to_dict()), EXAMPLE: json.dumps(data, indent=2)})

    assert world.guarded()[0] == []
