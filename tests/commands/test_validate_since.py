"""`pattern-ci validate --since` as a user and a workflow run it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.repos import build_repo, commit, git
from tests.automation.guard.worlds import World, build
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

EDITED = samples.TEST_TEXT + "\n"


@pytest.fixture
def world(repo_path: Path) -> World:
    """A library on `main`, and a branch."""
    return build(repo_path)


def _run(world: World, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["validate", "--repo", str(world.path), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_broken_guarantee_is_a_line_and_1(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule, the place, and what was looked at."""
    world.write(TEST_TEMPLATE=EDITED)

    code, out, _ = _run(world, capsys, "--since", "main")

    assert code == 1
    assert re.search(rf"(?m)^patterns/{samples.SPEC}:5:10: .*guard/version-not-raised: ", out)
    assert out.splitlines()[-1] == "Compared with main: 1 pattern changed, 1 example replayed."
    assert git(world.path, "status", "--porcelain") == ""


def test_a_sound_change_is_0(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With a version and an entry."""
    world.write(SPEC=world.release("1.3.0", preconditions=("Clean.",)))

    code, out, _ = _run(world, capsys, "--since", "main", "--rev", "topic")

    assert code == 0
    assert "guard/" not in out


def test_quarantine_is_an_output_of_the_job(
    world: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """0, warnings, and the ids for the step that labels."""
    outputs = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    world.write(TEST_TEMPLATE=EDITED)

    code, out, _ = _run(
        world, capsys, "--since", "main", "--on-break", "quarantine", "--format", "github"
    )

    assert code == 0
    assert "::warning file=patterns/specs/plugins.pattern.yaml,line=5" in out
    assert "To be quarantined: PAT-PLUGINS-001." in out
    lines = outputs.read_text().splitlines()
    assert lines[lines.index(next(x for x in lines if x.startswith("quarantine<<"))) + 1] == (
        "PAT-PLUGINS-001"
    )


def test_json_names_the_patterns(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts for programs."""
    world.write(TEST_TEMPLATE=EDITED)

    _, out, _ = _run(
        world, capsys, "--since", "main", "--on-break", "quarantine", "--format", "json"
    )

    data = json.loads(out)
    assert (data["changed"], data["quarantine"]) == (["PAT-PLUGINS-001"], ["PAT-PLUGINS-001"])
    assert data["errors"] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--rev", "HEAD"], 2, "--since"),
        (["--since", "main", "--fix"], 2, "--fix"),
        (["--since", "gone"], 11, "'gone'"),
        (["--since", "main", "--patterns", "/elsewhere"], 2, "/elsewhere"),
        (["--since", "main", "--patterns", "."], 2, "--patterns"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    world: World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    code: int,
    said: str,
) -> None:
    """With an exit code of its own category."""
    monkeypatch.chdir(world.path)

    found, out, err = _run(world, capsys, *words)

    assert (found, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


def test_histories_without_a_common_commit_are_refused(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a clone that was cut off: comparing with something else would be a guess."""
    git(world.path, "switch", "--quiet", "--orphan", "elsewhere")
    commit(world.path, {"README.md": "# other\n"})

    code, _, err = _run(world, capsys, "--since", "main")

    assert code == 11
    assert "git fetch --unshallow" in err


def test_a_bare_clone_is_judged_by_its_commits(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """There are no files on disk, which is not the same as a library without patterns."""
    world.write(TEST_TEMPLATE=EDITED)
    git(tmp_path, "clone", "--quiet", "--bare", str(world.path), str(tmp_path / "bare"))

    code = main(["validate", "--repo", str(tmp_path / "bare"), "--since", "main"])

    assert code == 1
    assert "guard/version-not-raised" in capsys.readouterr().out


def test_a_repository_without_patterns_has_nothing_to_guard(
    repo_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0, and the line says that nothing was looked at."""
    build_repo(repo_path, {"README.md": "# demo\n"})

    code = main(["validate", "--repo", str(repo_path), "--since", "HEAD"])

    assert code == 0
    assert "0 patterns changed, 0 examples replayed." in capsys.readouterr().out


def test_a_library_that_did_not_exist_before_is_all_new(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first pattern of a repository is guarded too."""
    first = git(world.path, "rev-list", "--max-parents=0", "HEAD").strip()

    code, out, _ = _run(world, capsys, "--since", first)

    assert code == 0
    assert "1 pattern changed, 1 example replayed." in out


@pytest.mark.parametrize("name", ["specs/link.pattern.yaml", "templates/plugins/link.j2"])
def test_a_symlink_of_a_commit_is_refused(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """It is not followed, and nobody takes its target for a file of the library."""
    (world.path / "patterns" / name).symlink_to("/etc/hostname")
    commit(world.path, {})

    code, out, _ = _run(world, capsys, "--since", "main", "--rev", "HEAD")

    assert code == 1
    assert re.search(rf"(?m)^patterns/{name}:1:1: .*readable: ", out)
