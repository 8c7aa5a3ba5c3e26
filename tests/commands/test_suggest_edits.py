"""`suggest` shows the entries that belong to a file, and the command that makes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.main import main
from pattern_ci.model.pattern import Spec, Status
from testing.repos import build_repo, commit
from testing.sample_recipe import (
    AFTER,
    NAME,
    PATTERN_ID,
    REGISTRY,
    TABLE,
    edit_only_spec,
    recipe_spec,
    recipe_world,
)

if TYPE_CHECKING:
    from pathlib import Path

    from testing.repos import Tree

Capture = pytest.CaptureFixture[str]
PATH = "rules/beta_ray.py"
IMPORT = {"pattern_id": PATTERN_ID, "slot": "import", "line": 2,
          "text": "from rules.beta_ray import BetaRay\n"}  # fmt: skip
ENTRY = {"pattern_id": PATTERN_ID, "slot": "entry", "line": 7, "text": "    BetaRay,\n"}
ROW = {"pattern_id": PATTERN_ID, "slot": "row", "line": 7, "text": "| beta-ray | 1.2 |\n"}


def ask(repo: Path, capsys: Capture, *words: str) -> dict[str, Any]:
    """What is said about the new rule."""
    assert main(["suggest", PATH, "--repo", str(repo), "--format", "json", *words]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {one["path"]: one for one in data["companions"]}


def world(repo: Path, spec: Spec, files: Tree | None = None) -> Path:
    """A repository with the recipe."""
    return build_repo(repo, recipe_world(spec) | (files or {}))


def test_a_new_file_comes_with_its_entries(repo_path: Path, capsys: Capture) -> None:
    """Each file that a slot edits is a companion, though no rule of history names it."""
    found = ask(world(repo_path, recipe_spec()), capsys)

    assert list(found) == [REGISTRY, TABLE]
    assert found[REGISTRY]["edits"] == [IMPORT, ENTRY]
    assert found[TABLE]["edits"] == [ROW]
    assert found[TABLE]["action"] == "edit"
    assert found[TABLE]["reason"] == f"{PATTERN_ID} adds an entry"
    assert found[TABLE]["confidence"] == recipe_spec().confidence.total


def test_people_see_the_lines_and_the_command(repo_path: Path, capsys: Capture) -> None:
    """One command writes the file and every entry."""
    world(repo_path, recipe_spec())

    assert main(["suggest", PATH, "--repo", str(repo_path)]) == 0

    said = capsys.readouterr().out
    assert f"    edit {TABLE}  (89%: {PATTERN_ID} adds an entry)\n" in said
    assert "      line 7: + | beta-ray | 1.2 |\n" in said
    assert said.count("pattern-ci apply") == 1
    assert f"pattern-ci apply {PATTERN_ID} --repo={repo_path} --path={PATH}" in said


@pytest.mark.parametrize("known", [False, True], ids=["new", "committed"])
def test_a_file_written_by_hand_has_entries_too(
    repo_path: Path, capsys: Capture, *, known: bool
) -> None:
    """While it is new; later nothing but history says what changes with it."""
    world(repo_path, edit_only_spec(), {PATH: b"mine\n"} if known else {})

    assert main(["suggest", PATH, "--repo", str(repo_path)]) == 0

    said = capsys.readouterr().out
    assert "no pattern writes this path" in said
    command = f"  do the rest: pattern-ci apply {PATTERN_ID} --repo={repo_path} --path={PATH}"
    assert (command in said) is not known
    assert (TABLE in said) is not known


def test_a_rule_of_history_gets_the_lines(repo_path: Path, capsys: Capture) -> None:
    """The companion stays as it was, with what would be inserted, for a committed file too."""
    rule = {"kind": "file", "when": PATH, "then": TABLE}
    counts = {"support": 9, "seen": 10, "confidence": 0.9}
    rules = {"schema_version": 1, "rules": [rule | counts]}
    build_repo(repo_path, recipe_world())
    commit(repo_path, {"patterns/companions.json": json.dumps(rules), PATH: b"mine\n"})

    found = ask(repo_path, capsys)

    assert found[TABLE]["edits"] == [ROW]
    assert found[TABLE]["reason"] != f"{PATTERN_ID} adds an entry"
    assert REGISTRY not in found


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({REGISTRY: AFTER[REGISTRY].encode()}, {TABLE}),
        ({TABLE: b"nothing\n"}, {REGISTRY}),
        ({TABLE: b"| a | \xff |\n"}, {REGISTRY}),
        ({TABLE: None}, {REGISTRY}),
    ],
    ids=["there", "no place", "no text", "no file"],
)
def test_what_cannot_be_inserted_is_not_offered(
    repo_path: Path, capsys: Capture, files: Tree, left: set[str]
) -> None:
    """An entry that is there, or has no place, is no companion."""
    whole = recipe_world() | files
    tree: Tree = {path: data for path, data in whole.items() if data is not None}

    assert set(ask(build_repo(repo_path, tree), capsys)) == left


@pytest.mark.parametrize(
    ("since", "shown", "needed"),
    [
        ({}, "⟨since⟩", " --var=since=SINCE"),
        ({"default": ""}, "⟨since⟩", ""),
        ({"default": "…", "x-frame": True}, "⟨since⟩…", ""),
        ({"default": "2.0"}, "2.0", ""),
    ],
)
def test_what_somebody_has_to_fill_in_is_marked(
    repo_path: Path,
    capsys: Capture,
    since: dict[str, Any],
    shown: str,
    needed: str,
) -> None:
    """The line is shown with its place, the gap in it named, and what `apply` has to be told."""
    world(repo_path, recipe_spec())
    path = repo_path / f"patterns/schemas/{NAME}.schema.json"
    schema = json.loads(path.read_text())
    schema["properties"]["since"] = {"type": "string"} | since
    path.write_text(json.dumps(schema))

    (row,) = ask(repo_path, capsys)[TABLE]["edits"]

    assert row.get("unfilled") == (["since"] if "⟨" in shown else None)
    assert row["text"] == f"| beta-ray | {shown} |\n"
    assert main(["suggest", PATH, "--repo", str(repo_path)]) == 0
    said = capsys.readouterr().out
    assert ("      left to you, marked ⟨…⟩: since\n" in said) is ("⟨" in shown)
    assert f" --repo={repo_path}{needed} --path={PATH}" in said


def test_an_entry_whose_gap_somebody_filled_in_is_there(repo_path: Path, capsys: Capture) -> None:
    """Whatever it says; the one for another name is not."""
    rows = b"| a | b |\n| --- | --- |\n| alpha | 1 |\n| beta-ray | 0.1 |\n"
    world(repo_path, recipe_spec(), {TABLE: rows})
    path = repo_path / f"patterns/schemas/{NAME}.schema.json"
    schema = json.loads(path.read_text())
    del schema["properties"]["since"]["default"]
    path.write_text(json.dumps(schema))

    assert set(ask(repo_path, capsys)) == {REGISTRY}
    assert main(["suggest", "rules/beta.py", "--repo", str(repo_path)]) == 0
    assert "| beta | ⟨since⟩ |" in capsys.readouterr().out


def test_a_slot_that_is_off_offers_nothing(repo_path: Path, capsys: Capture) -> None:
    """What guards the slot has no value here."""
    spec = recipe_spec()
    row = replace(spec.slots[3], when="has_row")

    found = ask(world(repo_path, replace(spec, slots=(*spec.slots[:3], row))), capsys)

    assert set(found) == {REGISTRY}


def test_a_pattern_that_is_withdrawn_offers_nothing(repo_path: Path, capsys: Capture) -> None:
    """It could not be applied."""
    spec = replace(recipe_spec(), status=Status.RETIRED)

    assert ask(world(repo_path, spec), capsys) == {}


def test_a_whole_change_gets_the_lines_too(repo_path: Path, capsys: Capture) -> None:
    """Two new rules: their lines follow each other, and each has its command."""
    rule = {"kind": "constant", "when": "rules/{name}.py", "then": TABLE}
    counts = {"support": 9, "seen": 10, "confidence": 0.9}
    rules = json.dumps({"schema_version": 1, "rules": [rule | counts]})
    world(repo_path, recipe_spec(), {"patterns/companions.json": rules})
    words = ["suggest", "--together", PATH, "rules/zeta.py", "--repo", str(repo_path)]

    assert main(words) == 0
    (table,) = (
        one for one in json.loads(capsys.readouterr().out)["companions"] if one["path"] == TABLE
    )
    assert [edit["line"] for edit in table["edits"]] == [7, 8]
    assert main([*words, "--format", "text"]) == 0
    said = capsys.readouterr().out
    assert "      line 7: + | beta-ray | 1.2 |\n      line 8: + | zeta | 1.2 |\n" in said
    for path in (PATH, "rules/zeta.py"):
        command = f"pattern-ci apply {PATTERN_ID} --repo={repo_path} --keep --path={path}"
        assert f"  do the rest: {command}" in said
