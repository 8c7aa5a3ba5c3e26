"""`init` shows three files, writes them once, and never writes over a file of yours."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from pattern_ci import yaml
from pattern_ci.main import main
from pattern_ci.process import run
from pattern_ci.registry.config import load_config
from pattern_ci.setup.plan import minute_of
from testing.repos import build_repo, git, write_tree

WRITTEN = [
    ".github/pattern-ci.yml",
    ".github/workflows/pattern-ci.yml",
    ".pre-commit-config.yaml",
]
PIN = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A repository without anything of ours."""
    return build_repo(repo_path, {"README.md": "# demo\n"})


def _untracked(repo: Path) -> list[str]:
    return git(repo, "ls-files", "--others", "--modified").splitlines()


def test_the_plan_writes_nothing(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The plan shows every line of every file, says the next step, and the tree stays clean."""
    assert main(["init", str(repo)]) == 0

    shown = capsys.readouterr().out
    assert all(f"create    {name}" in shown for name in WRITTEN)
    assert "      pull-requests: write # opens" in shown
    assert shown.endswith("Next: `pattern-ci init --apply` writes this.\n")
    assert _untracked(repo) == []


def test_apply_writes_what_was_shown_and_a_second_run_writes_nothing(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The three files appear; the second run finds nothing to do."""
    assert main(["init", str(repo), "--apply"]) == 0
    assert _untracked(repo) == WRITTEN
    stamps = {name: (repo / name).stat().st_mtime_ns for name in WRITTEN}
    assert load_config(repo).train.enabled
    capsys.readouterr()

    assert main(["init", str(repo), "--apply"]) == 0

    assert "Nothing to write." in capsys.readouterr().out
    assert {name: (repo / name).stat().st_mtime_ns for name in WRITTEN} == stamps


def test_your_files_are_kept(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A config and a workflow with other content stay; hooks are added to the file that exists."""
    mine = {
        ".github/pattern-ci.yml": "version: 1\n",
        ".github/workflows/pattern-ci.yml": "name: mine\n",
        ".pre-commit-config.yaml": "# mine\nrepos: []\n",
    }
    write_tree(repo, dict(mine))

    assert main(["init", str(repo), "--apply", "--format", "json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert {entry["path"]: entry["action"] for entry in said["files"]} == {
        ".github/pattern-ci.yml": "keep",
        ".pre-commit-config.yaml": "add",
        ".github/workflows/pattern-ci.yml": "keep",
    }
    assert (said["schema_version"], said["applied"]) == (1, True)
    assert (repo / ".github/pattern-ci.yml").read_text() == "version: 1\n"
    assert (repo / ".github/workflows/pattern-ci.yml").read_text() == "name: mine\n"
    edited = (repo / ".pre-commit-config.yaml").read_text()
    assert edited.startswith("# mine\nrepos:\n  - repo: ")


@pytest.mark.parametrize("text", ["repos: [{repo: local, hooks: []}]\n", "repos: [\n"])
def test_a_file_that_cannot_be_edited_is_for_you(
    repo: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """The lines are shown, the file is not touched, and the other files are written."""
    write_tree(repo, {".pre-commit-config.yaml": text})

    assert main(["init", str(repo), "--apply"]) == 0

    shown = capsys.readouterr().out
    assert "by-hand   .pre-commit-config.yaml" in shown
    assert "      - repo: https://github.com/pattern-ci/pattern-ci" in shown
    assert (repo / ".pre-commit-config.yaml").read_text() == text
    assert (repo / ".github/pattern-ci.yml").exists()


def test_the_workflow_passes_the_linters(repo: Path) -> None:
    """Pinned to a commit, what is written has no finding in zizmor, actionlint and the schema."""
    assert main(["init", str(repo), "--apply", "--ref", PIN]) == 0
    workflow = ".github/workflows/pattern-ci.yml"
    for command in (
        ["zizmor", "--offline", "--pedantic", "--quiet", workflow, ".pre-commit-config.yaml"],
        ["actionlint", workflow],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow],
        ["pre-commit", "validate-config", ".pre-commit-config.yaml"],
    ):
        done = run(command, cwd=repo)

        assert done.returncode == 0, (done.stdout + done.stderr).decode()


def test_a_ref_that_could_break_out_is_refused(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ref with white space or YAML in it is a usage error; nothing is written."""
    assert main(["init", str(repo), "--apply", "--ref", "v1 # x\nfoo: bar"]) == 2

    assert "cannot be the name of a tag" in capsys.readouterr().err
    assert _untracked(repo) == []


def test_a_link_out_of_the_repository_is_not_followed(repo: Path, tmp_path: Path) -> None:
    """When `.github` is a symlink nothing is written, neither there nor here."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo / ".github").symlink_to(outside)

    assert main(["init", str(repo), "--apply"]) == 20

    assert list(outside.iterdir()) == []
    assert not (repo / ".pre-commit-config.yaml").exists()


def test_outside_a_repository_and_in_a_bare_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both have the exit code for repositories, each with its own line."""
    assert main(["init", str(tmp_path)]) == 10
    assert "git init" in capsys.readouterr().err
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")

    assert main(["init", str(tmp_path / "bare.git")]) == 10

    assert "bare" in capsys.readouterr().err


def test_from_a_folder_of_the_repository(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from a folder inside, it writes at the root."""
    (repo / "docs").mkdir()
    monkeypatch.chdir(repo / "docs")

    assert main(["init", "--apply"]) == 0

    assert _untracked(repo) == WRITTEN
    assert list(Path().iterdir()) == []


def _cron(repo: Path) -> str:
    text = (repo / ".github/workflows/pattern-ci.yml").read_text()
    flow = yaml.load(text, source="workflow").data
    (entry,) = flow["on"]["schedule"]
    return str(entry["cron"])


def test_the_minute_is_the_repositorys_own(tmp_path: Path) -> None:
    """It comes from the address on GitHub, whatever the clone is called, and is never on the hour
    or the half; two repositories seldom share it.
    """
    seen = {}
    for folder, address in (
        ("a", "https://github.com/octo/one.git"),
        ("b", "git@github.com:octo/one.git"),
        ("c", "https://github.com/octo/two.git"),
    ):
        clone = build_repo(tmp_path / folder, {"README.md": "x"})
        git(clone, "remote", "add", "origin", address)
        assert main(["init", str(clone), "--apply"]) == 0
        seen[folder] = _cron(clone)

    assert seen["a"] == seen["b"] != seen["c"]
    assert all(cron.endswith(" */6 * * *") for cron in seen.values())


def test_minutes_are_odd_and_spread() -> None:
    """Every minute is odd, and a thousand repositories use all thirty of them evenly."""
    counts = Counter(minute_of(f"octo/project-{number}") for number in range(1000))

    assert set(counts) == set(range(1, 60, 2))
    assert max(counts.values()) < 70


def test_a_repository_that_was_renamed_keeps_its_minute(
    repo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `init` wrote is recognised, though it would choose another minute now."""
    assert main(["init", str(repo), "--apply"]) == 0
    before = _cron(repo)
    git(repo, "remote", "add", "origin", "https://github.com/octo/another.git")
    capsys.readouterr()

    assert main(["init", str(repo), "--apply", "--format", "json"]) == 0

    steps = json.loads(capsys.readouterr().out)["files"]
    assert {step["action"] for step in steps} == {"same"}
    assert _cron(repo) == before != f"{minute_of('octo/another')} */6 * * *"
