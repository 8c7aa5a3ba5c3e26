"""`apply` renders a pattern into the tree: all files or none, and says what comes next."""

from __future__ import annotations

import json
import subprocess  # noqa: TID251  # one test kills the real command
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import UsageError
from pattern_ci.main import main
from testing.repos import build_repo, commit, git, write_tree
from testing.sample_pattern import NAME, OUTPUTS, PATTERN_ID, VALUES, write_sample_pattern
from tests.commands.applying import (
    PLUGIN,
    TEST,
    VALUE_OPTIONS,
    edit_schema,
    edit_spec,
    records,
    sample_repo,
    untracked,
)

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
DECISION = ("--var", "number=0001", "--var", "name=one-store", "--var", "title=One store")


@pytest.fixture
def repo(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the sample pattern; the command runs at its top."""
    monkeypatch.chdir(sample_repo(repo_path))
    return repo_path


def test_the_sample_is_sound(repo: Path, capsys: Capture) -> None:
    """The pattern that these tests use passes validation, index and all."""
    assert main(["validate", "--fix"]) == 0
    assert "1 pattern checked: no problems." in capsys.readouterr().out


def test_all_files_are_written(repo: Path, capsys: Capture) -> None:
    """Each slot stands in its place, byte for byte; nothing else changed."""
    assert main(["apply", PATTERN_ID, *VALUE_OPTIONS]) == 0

    for path, text in OUTPUTS.values():
        assert (repo / path).read_text() == text
    assert untracked(repo) == [f"?? {PLUGIN}", f"?? {TEST}"]
    assert capsys.readouterr().out == (
        f"{PATTERN_ID} 1.0.0 wrote 2 files:\n"
        f"  create     {PLUGIN}\n"
        f"  create     {TEST}\n"
        "Next: look the files over, run the checks, commit.\n"
    )


def test_what_was_left_empty_is_said(repo: Path, capsys: Capture) -> None:
    """A person sees which gaps are theirs to fill; a guard takes its file away."""
    assert main(["apply", NAME, "--var", "name=x", "--var", "has_test=false"]) == 0

    assert "Left empty: note, tags. Fill them in" in capsys.readouterr().out
    assert untracked(repo) == ["?? plugins/x.py"]


def test_the_same_again_changes_nothing(repo: Path, capsys: Capture) -> None:
    """Neither an error nor a write."""
    main(["apply", NAME, *VALUE_OPTIONS])
    written = (repo / PLUGIN).stat().st_mtime_ns
    capsys.readouterr()

    assert main(["apply", NAME, *VALUE_OPTIONS]) == 0

    said = capsys.readouterr().out
    assert f"  unchanged  {PLUGIN}" in said
    assert "none of these files was written" in said
    assert (repo / PLUGIN).stat().st_mtime_ns == written


def test_json_says_the_same(repo: Path, capsys: Capture) -> None:
    """Stable names for programs."""
    assert main(["apply", NAME, *VALUE_OPTIONS, "--format", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    first = said.pop("files")[0]
    assert said == {
        "schema_version": 1,
        "pattern_id": PATTERN_ID,
        "pattern_version": "1.0.0",
        "status": "active",
        "written": True,
        "recovered": None,
        "notices": [],
        "variables": {"has_register": True, "has_test": True, **VALUES},
        "unfilled": [],
    }
    assert first["path"] == PLUGIN
    assert first["action"] == "create"
    example = json.loads((repo / f"patterns/examples/{NAME}/positive/beta_ray.json").read_text())
    assert first["sha256"] == example["outputs"]["plugin"]["sha256"]


def test_a_plan_is_a_patch_and_writes_nothing(repo: Path, repo_path: Path, capsys: Capture) -> None:
    """What git makes of the plan is what the command would have written."""
    assert main(["apply", NAME, *VALUE_OPTIONS, "--plan"]) == 0

    plan = capsys.readouterr().out
    assert untracked(repo) == []
    assert not (repo / ".git" / "pattern-ci").exists()
    assert plan.endswith("Next: the same command without --plan writes this.\n")
    git(repo, "apply", "-", stdin=plan)
    assert {path: (repo / path).read_text() for path in (PLUGIN, TEST)} == dict(OUTPUTS.values())


def test_nothing_is_overwritten_unasked(repo: Path, capsys: Capture) -> None:
    """One file in the way stops all of them; --force is the consent."""
    write_tree(repo, {TEST: "mine\n"})

    assert main(["apply", NAME, *VALUE_OPTIONS]) == 21
    assert untracked(repo) == [f"?? {TEST}"]
    assert (repo / TEST).read_text() == "mine\n"
    error = capsys.readouterr().err
    assert f"{TEST} is there already" in error
    assert "--force" in error

    assert main(["apply", NAME, *VALUE_OPTIONS, "--force"]) == 0
    assert (repo / TEST).read_text() == OUTPUTS["test"][1]
    assert f"overwrite  {TEST}" in capsys.readouterr().out


def test_a_plan_ends_as_the_run_would(repo: Path, capsys: Capture) -> None:
    """The diff is shown, and then the refusal."""
    write_tree(repo, {TEST: "mine\n"})

    assert main(["apply", NAME, *VALUE_OPTIONS, "--plan"]) == 21

    assert "-mine\n" in capsys.readouterr().out
    assert main(["apply", NAME, *VALUE_OPTIONS, "--plan", "--force"]) == 0
    assert (repo / TEST).read_text() == "mine\n"


@pytest.mark.parametrize(
    "wanted", [PATTERN_ID, NAME, f"patterns/specs/{NAME}.pattern.yaml", "absolute"]
)
def test_a_pattern_has_several_names(repo: Path, wanted: str) -> None:
    """Id, name, or its spec file."""
    spec = str(repo / f"patterns/specs/{NAME}.pattern.yaml")

    assert main(["apply", spec if wanted == "absolute" else wanted, "--var", "name=x"]) == 0
    assert (repo / "plugins/x.py").exists()


def test_a_pattern_of_another_library(repo: Path, tmp_path: Path) -> None:
    """A library elsewhere is named by its folder or by the spec; its drafts are found as well."""
    write_sample_pattern(tmp_path / "other", status="draft")
    spec = tmp_path / "other" / "drafts" / "specs" / f"{NAME}.pattern.yaml"

    assert main(["apply", str(spec), "--var", "name=x"]) == 0
    assert main(["apply", NAME, "--patterns", str(tmp_path / "other"), "--var", "name=y"]) == 0
    assert (repo / "plugins/x.py").exists()
    assert (repo / "plugins/y.py").exists()


def test_a_pattern_that_ships_with_the_package_needs_no_library(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found where the repository has none of its name."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    monkeypatch.chdir(repo_path)

    assert main(["apply", "decision_record", *DECISION]) == 0

    assert (repo_path / "docs/decisions/0001-one-store.md").is_file()


def test_a_copy_of_the_repository_takes_its_place(repo: Path, capsys: Capture) -> None:
    """One that is retired turns the pattern off; no file is written."""
    shipped = "PAT-DECISION-RECORD-001"
    edit_spec(repo, lambda text: text.replace(PATTERN_ID, shipped).replace("active", "retired"))

    assert main(["apply", "PAT-DECISION-RECORD-001", *DECISION]) == UsageError.return_code

    assert "retired" in capsys.readouterr().err
    assert not (repo / "docs").exists()


def test_an_unknown_pattern_names_the_nearest(repo: Path, capsys: Capture) -> None:
    """A misspelt name costs one look."""
    assert main(["apply", "sample_plugins", "--var", "name=x"]) == 23
    assert NAME in capsys.readouterr().err
    assert untracked(repo) == []


def test_no_library_says_how_to_get_one(repo_path: Path, capsys: Capture) -> None:
    """The next step is one command away."""
    build_repo(repo_path, {"README.md": "# demo\n"})

    assert main(["apply", NAME, "--repo", str(repo_path)]) == 23
    assert "pattern-ci train" in capsys.readouterr().err
    assert main(["apply", NAME, "--repo", str(repo_path), "--patterns", "/nowhere"]) == 2


def test_a_draft_is_applied_with_a_remark(repo_path: Path, capsys: Capture) -> None:
    """Trying a draft is how one finds out whether to approve it."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    write_sample_pattern(repo_path / "patterns", status="draft")

    assert main(["apply", NAME, "--repo", str(repo_path), "--var", "name=x"]) == 0
    assert capsys.readouterr().out.startswith(f"Note: {PATTERN_ID} is a draft")
    assert (repo_path / "plugins/x.py").exists()


def test_a_deprecated_pattern_is_applied_with_a_remark(repo: Path, capsys: Capture) -> None:
    """It still works."""
    edit_spec(repo, lambda text: text.replace("status: active", "status: deprecated"))

    assert main(["apply", NAME, "--var", "name=x", "--format", "json"]) == 0
    assert "deprecated" in json.loads(capsys.readouterr().out)["notices"][0]


@pytest.mark.parametrize("status", ["quarantined", "retired"])
def test_a_withdrawn_pattern_is_not_applied(repo_path: Path, status: str, capsys: Capture) -> None:
    """Force is about files, not about patterns."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    write_sample_pattern(repo_path / "patterns", status=status)

    assert main(["apply", NAME, "--repo", str(repo_path), "--var", "name=x", "--force"]) == 2

    assert f"{PATTERN_ID} is {status}" in capsys.readouterr().err
    assert not (repo_path / "plugins").exists()


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("executor: builtin:render", "executor: executors/x.py", "its executor is executors/x.py"),
        ("mode: add", "mode: edit", "the slot plugin edits a file and has no anchor"),
    ],
)
def test_what_apply_cannot_do_is_said(
    repo: Path, old: str, new: str, part: str, capsys: Capture
) -> None:
    """Half a pattern is never applied."""
    edit_spec(repo, lambda text: text.replace(old, new))

    assert main(["apply", NAME, "--var", "name=x"]) == 24
    assert part in capsys.readouterr().err
    assert untracked(repo) == []


def test_a_template_outside_the_language_is_named(repo: Path, capsys: Capture) -> None:
    """With file, line and column; the sound template beside it is not rendered either."""
    commit(repo, {f"patterns/templates/{NAME}/test.j2": "a\n{{ name.upper() }}\n"})

    assert main(["apply", NAME, "--var", "name=x"]) == 25
    assert f"patterns/templates/{NAME}/test.j2:2:14: " in capsys.readouterr().err
    assert untracked(repo) == []


def test_a_schema_that_cannot_be_used_is_named(repo: Path, capsys: Capture) -> None:
    """Before any value is held against it."""
    edit_schema(repo, limit={"type": "whole"})

    assert main(["apply", NAME, "--var", "name=x"]) == 24
    assert f"patterns/schemas/{NAME}.schema.json: " in capsys.readouterr().err


def test_the_newline_style_of_a_slot_is_written(repo: Path) -> None:
    """CRLF on every system, whatever the template file holds."""
    edit_spec(repo, lambda text: text.replace("newline: lf", "newline: crlf"))

    assert main(["apply", NAME, *VALUE_OPTIONS]) == 0
    assert (repo / PLUGIN).read_bytes() == OUTPUTS["plugin"][1].replace("\n", "\r\n").encode()


def test_a_bare_repository_has_no_tree(tmp_path: Path, capsys: Capture) -> None:
    """One line, not a traceback."""
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")

    assert main(["apply", NAME, "--repo", str(tmp_path / "bare.git")]) == 10
    assert "bare" in capsys.readouterr().err
    assert main(["apply", NAME, "--repo", str(tmp_path)]) == 10


def test_a_worktree_is_written_to_alone(repo: Path, tmp_path: Path) -> None:
    """Its files go to it, and its state to its own git folder."""
    tree = tmp_path / "second"
    git(repo, "worktree", "add", "--quiet", str(tree))

    assert main(["apply", NAME, "--repo", str(tree), "--var", "name=x"]) == 0

    assert (tree / "plugins/x.py").exists()
    assert not (repo / "plugins").exists()
    assert not (repo / ".git" / "pattern-ci").exists()
    assert (repo / ".git" / "worktrees" / "second" / "pattern-ci" / "lock").exists()


def test_an_old_interruption_in_another_worktree_is_left_to_it(
    repo: Path, tmp_path: Path, capsys: Capture
) -> None:
    """The journal of one tree says nothing about another."""
    tree = tmp_path / "second"
    git(repo, "worktree", "add", "--quiet", str(tree))
    kill(tree, moment=1)

    assert main(["apply", NAME, "--var", "name=y"]) == 0
    assert "interrupted" not in capsys.readouterr().err
    assert main(["apply", NAME, "--repo", str(tree), "--var", "name=z"]) == 0
    assert "An interrupted change was finished" in capsys.readouterr().err


def test_a_plan_with_a_file_in_the_way_says_how_to_write_it(repo: Path, capsys: Capture) -> None:
    """The next step is one that works: without --force it would be refused."""
    write_tree(repo, {TEST: "mine\n"})

    assert main(["apply", NAME, *VALUE_OPTIONS, "--plan"]) == 21
    said = capsys.readouterr().out

    assert said.endswith("Next: the same command with --force and without --plan writes this.\n")
    assert (repo / TEST).read_text() == "mine\n"


KILLER = """
import os, signal, sys
from pattern_ci.main import main
left = int(sys.argv[1])
def hook(event, arguments):
    global left
    if event in ("os.link", "os.remove") and not left:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= event == "os.link"
sys.addaudithook(hook)
sys.exit(main(sys.argv[2:]))
"""


def kill(repo: Path, *, moment: int) -> None:
    """Run the command, and kill it when it has put `moment` files in place."""
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(moment), "apply", NAME, *VALUE_OPTIONS],
        cwd=repo,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -9


@pytest.mark.parametrize("moment", [0, 1])
def test_after_a_kill_the_next_command_finishes(repo: Path, moment: int, capsys: Capture) -> None:
    """One line says so, and the plan that was asked for is one of the finished tree."""
    kill(repo, moment=moment)
    assert len(untracked(repo)) == moment

    assert main(["apply", NAME, *VALUE_OPTIONS, "--plan", "--format", "json"]) == 0

    said = capsys.readouterr()
    (record,) = records(repo)
    names = f"{PLUGIN}, {TEST}, {record.relative_to(repo).as_posix()}"
    line = f"An interrupted change was finished: {names}."
    assert said.err == f"pattern-ci: {line}\n"
    assert json.loads(said.out)["recovered"] == line
    assert [row["action"] for row in json.loads(said.out)["files"]] == ["unchanged"] * 2
    for path, text in OUTPUTS.values():
        assert (repo / path).read_text() == text
