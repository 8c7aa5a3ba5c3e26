"""`apply` adds entries to files that are there: once, in their place, with all files or none."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251  # one test kills the real command
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from pattern_ci.registry import edits
from testing.repos import build_repo, git, write_tree
from testing.sample_recipe import (
    AFTER,
    FILES,
    NAME,
    PATTERN_ID,
    REGISTRY,
    TABLE,
    edit_only_spec,
    recipe_spec,
    recipe_world,
)
from tests.commands.test_apply import KILLER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pattern_ci.registry.instances import Output

Capture = pytest.CaptureFixture[str]
PATH = "rules/beta_ray.py"


@pytest.fixture
def repo(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the sample recipe; the command runs at its top."""
    build_repo(repo_path, recipe_world())
    monkeypatch.chdir(repo_path)
    return repo_path


def held(repo: Path) -> dict[str, str]:
    """The files that the recipe is about, as they are."""
    found = {path: repo / path for path in AFTER}
    return {path: file.read_bytes().decode() for path, file in found.items() if file.exists()}


def test_the_sample_is_sound(repo: Path, capsys: Capture) -> None:
    """The recipe that these tests use passes validation, examples of its edits included."""
    assert main(["validate", "--fix"]) == 0
    assert "1 pattern checked: no problems." in capsys.readouterr().out


def test_one_command_makes_the_whole_change(repo: Path, capsys: Capture) -> None:
    """The new file and every entry stand where they belong; each line is named as it now is."""
    assert main(["apply", PATTERN_ID, "--path", PATH]) == 0

    assert held(repo) == AFTER
    assert capsys.readouterr().out == (
        f"{PATTERN_ID} 1.0.0 wrote 3 files:\n"
        f"  create     {PATH}\n"
        f"  edit       {REGISTRY}, line 2\n"
        f"  edit       {REGISTRY}, line 7\n"
        f"  edit       {TABLE}, line 7\n"
        "Next: look the files over, run the checks, commit.\n"
    )


def test_a_plan_is_a_patch_that_makes_the_same_change(repo: Path, capsys: Capture) -> None:
    """Nothing is written; what is printed above the report applies with git."""
    assert main(["apply", PATTERN_ID, "--path", PATH, "--plan"]) == 0
    said = capsys.readouterr().out

    assert held(repo) == FILES
    git(repo, "apply", stdin=said.partition(PATTERN_ID)[0])
    assert held(repo) == AFTER


def test_a_second_time_changes_nothing_and_says_so(repo: Path, capsys: Capture) -> None:
    """Entries that are there stay alone, and each is shown where it stands."""
    main(["apply", PATTERN_ID, "--path", PATH])
    times = [(repo / path).stat().st_mtime_ns for path in AFTER]
    capsys.readouterr()

    assert main(["apply", PATTERN_ID, "--path", PATH]) == 0

    said = capsys.readouterr().out
    assert "wrote 0 files" in said
    assert f"  unchanged  {REGISTRY}, line 7\n" in said
    assert "none of these files was written" in said
    assert [(repo / path).stat().st_mtime_ns for path in AFTER] == times
    assert held(repo) == AFTER


def test_what_lacks_is_added_where_the_rest_is_there(repo: Path, capsys: Capture) -> None:
    """Of two entries of one file, only the missing one is written."""
    write_tree(repo, {PATH: AFTER[PATH], REGISTRY: AFTER[REGISTRY].replace("    BetaRay,\n", "")})

    assert main(["apply", PATTERN_ID, "--path", PATH]) == 0

    assert held(repo) == AFTER
    said = capsys.readouterr().out
    assert f"  unchanged  {REGISTRY}, line 2\n  edit       {REGISTRY}, line 7\n" in said


def test_a_file_in_the_way_stops_the_edits_too(repo: Path, capsys: Capture) -> None:
    """All or nothing; the next step names the option that leaves the file alone."""
    write_tree(repo, {PATH: "mine\n"})

    assert main(["apply", PATTERN_ID, "--path", PATH]) == 21
    assert "--keep, which leaves them alone" in capsys.readouterr().err
    assert held(repo) == FILES | {PATH: "mine\n"}


def test_a_file_in_the_way_can_be_kept(repo: Path, capsys: Capture) -> None:
    """The rest is done, and the record of the use claims the rest only."""
    write_tree(repo, {PATH: "mine\n"})

    assert main(["apply", PATTERN_ID, "--path", PATH, "--keep"]) == 0

    assert held(repo) == AFTER | {PATH: "mine\n"}
    assert f"wrote 2 files:\n  kept       {PATH}\n  edit  " in capsys.readouterr().out
    (record,) = (repo / "patterns/applied").rglob("*.json")
    assert "rule" not in json.loads(record.read_text())["outputs"]


def test_what_is_as_it_should_be_is_not_kept_but_unchanged(repo: Path, capsys: Capture) -> None:
    """The option says nothing about a file that has this text."""
    write_tree(repo, {PATH: AFTER[PATH]})

    assert main(["apply", PATTERN_ID, "--path", PATH, "--keep", "--format", "json"]) == 0

    rows = json.loads(capsys.readouterr().out)["files"]
    assert [row["action"] for row in rows] == ["unchanged", "edit", "edit", "edit"]


def test_files_are_kept_or_overwritten_not_both(repo: Path, capsys: Capture) -> None:
    """The two options contradict each other."""
    assert main(["apply", PATTERN_ID, "--path", PATH, "--keep", "--force"]) == 2
    assert "not allowed with" in capsys.readouterr().err
    assert held(repo) == FILES


@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_a_file_written_by_hand_names_the_edits(
    repo: Path, capsys: Capture, *, there: bool
) -> None:
    """The trigger of a pattern that only edits gives the names; the file itself is left alone."""
    write_tree(repo, recipe_world(edit_only_spec()))
    write_tree(repo, {PATH: "mine\n"} if there else {})

    assert main(["apply", NAME, "--path", PATH]) == 0

    mine = {PATH: "mine\n"} if there else {}
    assert held(repo) == {REGISTRY: AFTER[REGISTRY], TABLE: AFTER[TABLE], **mine}
    assert (f"Note: {PATH} is not there yet" in capsys.readouterr().out) is not there


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ({TABLE: None}, f"{TABLE}: there is no such file"),
        ({TABLE: b"\xff\n"}, f"{TABLE}: it is not text in UTF-8"),
        ({TABLE: b"| a | b |\r\n| c | d |\n"}, f"{TABLE}: its lines end partly with LF"),
        ({TABLE: b"nothing\n"}, f"{TABLE}: no line looks like '| {{*}} | {{*}} |'"),
        ({REGISTRY: b"RULES = []\n"}, f"{REGISTRY}: no line in it is 'RULES = ['"),
    ],
)
def test_without_a_place_nothing_is_written(
    repo: Path, files: Mapping[str, bytes | None], part: str, capsys: Capture
) -> None:
    """One line says which file and why; the new file is not written either."""
    for path, data in files.items():
        (repo / path).unlink() if data is None else (repo / path).write_bytes(data)
    before = git(repo, "status", "--porcelain", "--untracked-files=all")

    assert main(["apply", NAME, "--path", PATH, "--force"]) == 29

    said = capsys.readouterr().err
    assert part in said
    assert said.count("\n") == 1
    assert git(repo, "status", "--porcelain", "--untracked-files=all") == before


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    repo: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is what must be there when it is written."""
    planned = edits.planned

    def slow(root: Path, made: Sequence[Output]) -> edits.Planned:
        done = planned(root, made)
        write_tree(repo, {TABLE: FILES[TABLE] + "| theirs | 1.2 |\n"})
        return done

    monkeypatch.setattr(edits, "planned", slow)

    assert main(["apply", NAME, "--path", PATH]) == 21
    assert TABLE in capsys.readouterr().err
    assert held(repo) == FILES | {TABLE: FILES[TABLE] + "| theirs | 1.2 |\n"}


@pytest.mark.parametrize("moment", [0, 1])
def test_a_killed_change_is_finished_by_the_next_command(repo: Path, moment: int) -> None:
    """After a kill at the first and the second file, all entries stand once."""
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(moment), "apply", NAME, "--path", PATH],
        cwd=repo,
        capture_output=True,
        check=False,
    )
    assert done.returncode == -9, done.stderr

    assert main(["apply", NAME, "--path", PATH]) == 0
    assert held(repo) == AFTER


def test_a_library_beside_the_repository_stays_as_it_is(repo: Path) -> None:
    """Named from here by `..`; what is recorded stands in the repository."""
    (repo / "patterns").rename(repo.parent / "elsewhere")
    before = sorted(path.name for path in (repo.parent / "elsewhere").rglob("*"))

    assert main(["apply", NAME, "--path", PATH, "--patterns", "../elsewhere"]) == 0

    assert held(repo) == AFTER
    assert sorted(path.name for path in (repo.parent / "elsewhere").rglob("*")) == before
    assert list((repo / "patterns/applied").rglob("*.json"))


def test_the_lines_are_those_of_the_file_as_it_becomes(repo: Path, capsys: Capture) -> None:
    """An edit further up moves one that was planned before it."""
    spec = recipe_spec()
    rule, first, second, row = spec.slots
    write_tree(repo, recipe_world(replace(spec, slots=(rule, second, first, row))))

    assert main(["apply", NAME, "--path", PATH]) == 0

    assert held(repo) == AFTER
    said = capsys.readouterr().out
    assert f"  edit       {REGISTRY}, line 7\n  edit       {REGISTRY}, line 2\n" in said


def test_programs_get_the_line_and_the_text(repo: Path, capsys: Capture) -> None:
    """Each slot is a row; the diff of a file that several slots edit stands once."""
    assert main(["apply", NAME, "--path", PATH, "--plan", "--format", "json"]) == 0

    rows = {row["slot"]: row for row in json.loads(capsys.readouterr().out)["files"]}
    assert rows["entry"]["edit"] == {"line": 7, "text": "    BetaRay,\n"}
    assert "edit" not in rows["rule"]
    assert [row["action"] for row in rows.values()] == ["create", "edit", "edit", "edit"]
    assert "+    BetaRay," in rows["import"]["diff"]
    assert rows["entry"]["diff"] == ""
