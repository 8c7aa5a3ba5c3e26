"""`pattern-ci train` on real repositories, and on a GitHub in memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251  # a kill -9 needs a process of its own
import sys
from pathlib import Path

import pytest

from pattern_ci import git
from pattern_ci.commands.train import Options, train
from pattern_ci.errors import (
    NotARepositoryError,
    RevisionError,
    UsageError,
)
from pattern_ci.main import main
from testing.fake_github import FakeGitHub
from testing.repos import build_repo, commit, plugin_tree
from testing.repos import git as run_git
from tests.commands.training import ENVIRON, Say, never, on_github, printed, tree, verdicts


def test_the_plan_is_the_default_and_writes_nothing(clone: Path, capsys: Say) -> None:
    """It shows what would be drafted, why, what came nearest, and what to do next."""
    before = tree(clone)

    code = main(["train", str(clone)])

    out = capsys.readouterr().out
    assert code == 0
    assert "PAT-TESTS" in out
    assert "(similarity " in out
    assert "-> would be drafted" in out
    assert "Next: `pattern-ci train --apply` writes the drafts" in out
    assert tree(clone) == before


def test_apply_writes_drafts_companions_and_report_once(clone: Path, capsys: Say) -> None:
    """A second run writes nothing, also after the drafts were committed."""
    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    first = printed(capsys)
    after = tree(clone)

    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    second = printed(capsys)

    assert set(first["written"]) == {path for path in after if path.startswith("patterns/")}
    assert "patterns/companions.json" in after
    assert "patterns/reports/pattern_candidates.md" in after
    assert any(path.startswith("patterns/drafts/specs/") for path in after)
    assert set(verdicts(first)) == {"draft"}
    assert second["written"] == []
    assert set(verdicts(second)) == {"none"}
    commit(clone, {}, "keep the drafts")
    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    assert printed(capsys)["written"] == []
    assert run_git(clone, "status", "--porcelain") == ""


def test_what_apply_wrote_validates(clone: Path, capsys: Say) -> None:
    """`validate` has nothing to say about it, and an index that is there is kept up to date."""
    main(["train", str(clone), "--apply"])
    assert main(["validate", "--repo", str(clone), "--fix"]) == 0
    commit(clone, {}, "keep the drafts and their index")
    index = clone / "patterns/registry/PATTERN_INDEX.yaml"
    old = index.read_text()
    shutil.rmtree(clone / "patterns/drafts")
    assert main(["validate", "--repo", str(clone), "--fix"]) == 0
    assert index.read_text() != old
    capsys.readouterr()

    main(["train", str(clone), "--apply"])

    assert "Wrote patterns/registry/PATTERN_INDEX.yaml" in capsys.readouterr().out
    assert index.read_text() == old
    assert run_git(clone, "status", "--porcelain") == ""


def test_each_worktree_remembers_its_own_drafts(clone: Path, tmp_path: Path, capsys: Say) -> None:
    """Drafts that another worktree made from an older history are not taken for edits here."""
    main(["train", str(clone), "--apply"])
    run_git(clone, "worktree", "add", "--quiet", "--detach", str(tmp_path / "older"), "HEAD~3")
    main(["train", str(tmp_path / "older"), "--apply"])
    commit(clone, plugin_tree("lambda_calc"), "one more")
    capsys.readouterr()

    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0

    assert "update" in verdicts(data := printed(capsys))
    assert "skip" not in verdicts(data)


def test_drafts_are_counted_and_everything_else_is_named(clone: Path, capsys: Say) -> None:
    """A person does not read a line for each of the files that a draft consists of."""
    assert main(["train", str(clone), "--apply"]) == 0

    wrote = [x for x in capsys.readouterr().out.splitlines() if x.startswith("Wrote")]
    count = sum(1 for path in (clone / "patterns/drafts").rglob("*") if path.is_file())
    assert wrote == [
        f"Wrote {count} files below patterns/drafts/",
        "Wrote patterns/companions.json",
        "Wrote patterns/reports/pattern_candidates.md",
    ]


def test_an_edited_draft_is_left_alone(clone: Path, capsys: Say) -> None:
    """Later runs keep a person's words, also when the history has gone on."""
    main(["train", str(clone), "--apply"])
    specs = sorted((clone / "patterns/drafts/templates").rglob("*.j2"))
    for template in specs:
        template.write_text("mine\n")
    commit(clone, plugin_tree("lambda_point"), "add lambda_point")
    commit(clone, plugin_tree("mu"), "add mu")
    capsys.readouterr()

    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0

    assert not any("/templates/" in path for path in printed(capsys)["written"])
    assert {template.read_text() for template in specs} == {"mine\n"}


def test_a_workflow_gets_outputs_summary_and_report(
    clone: Path, tmp_path: Path, capsys: Say
) -> None:
    """Each where the runner looks for it; what others wrote there stays."""
    summary, outputs, page = (tmp_path / name for name in ("summary", "outputs", "report.md"))
    summary.write_text("before\n")
    environ = {**ENVIRON, "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}

    assert on_github(clone, FakeGitHub(), environ, report=page) == 0

    assert summary.read_text().startswith("before\n## pattern-ci train\n")
    assert page.read_text().startswith("# Pattern candidates\n")
    lines = outputs.read_text().splitlines()
    values = {}
    while lines:
        name, _, delimiter = lines.pop(0).partition("<<")
        values[name] = lines.pop(0)
        assert lines.pop(0) == delimiter
        assert len(delimiter) > 30
    assert values["opened"] == "2"
    assert values["report"] == str(page)
    assert set(values) == {"candidates", "drafted", "opened", "updated", "waiting", "report"}
    capsys.readouterr()


def test_standard_output_stays_json_while_progress_goes_elsewhere(clone: Path, capsys: Say) -> None:
    """Plain progress lines in a log, on standard error only."""
    main(["train", str(clone), "--format", "json", "--no-cache"])

    out, err = capsys.readouterr()
    assert json.loads(out)["schema_version"] == 1
    assert "train: history" in err
    assert "\x1b" not in err


def test_a_person_at_a_terminal_sees_a_bar(clone: Path) -> None:
    """It is drawn on standard error and taken away; standard output is not touched by it."""
    screen, other_end = os.openpty()
    environ = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    done = subprocess.run(
        [sys.executable, "-m", "pattern_ci", "train", str(clone), "--no-cache"],
        env={**environ, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=other_end, check=True,
    )  # fmt: skip
    os.close(other_end)
    drawn = os.read(screen, 1 << 16).decode()
    os.close(screen)

    assert "\x1b[" in drawn
    assert "train: families" in drawn
    assert b"\x1b" not in done.stdout
    assert done.stdout.startswith(b"Read 12 commits")


def test_places_without_a_history_have_their_own_errors(tmp_path: Path, capsys: Say) -> None:
    """No repository, no commit, no such revision, no tree to write to."""
    with pytest.raises(NotARepositoryError):
        train(Options(repo=tmp_path), environ={}, connect=never)
    empty = build_repo(tmp_path / "empty")
    with pytest.raises(RevisionError):
        train(Options(repo=empty), environ={}, connect=never)
    one = build_repo(tmp_path / "one", {"a.txt": "a\n"})
    with pytest.raises(RevisionError):
        train(Options(repo=one, rev="gone"), environ={}, connect=never)
    run_git(tmp_path, "clone", "--quiet", "--bare", str(one), "bare.git")
    with pytest.raises(UsageError, match="bare"):
        train(Options(repo=tmp_path / "bare.git", apply=True), environ={}, connect=never)
    assert train(Options(repo=tmp_path / "bare.git"), environ={}, connect=never) == 0
    assert train(Options(repo=one), environ={}, connect=never) == 0
    assert "Next: come back when more files" in capsys.readouterr().out
    assert main(["train", str(one), "--apply", "--pull-request"]) == 2


def test_hooks_of_git_do_not_lead_it_astray(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIT_DIR of another repository in the environment changes nothing."""
    monkeypatch.setenv("GIT_DIR", str(clone.parent / "elsewhere"))

    assert main(["train", str(clone), "--apply"]) == 0

    assert (clone / "patterns/companions.json").exists()


def test_kill_9_leaves_all_or_nothing_to_be_finished(clone: Path) -> None:
    """Killed while it writes, the next run finds the tree whole and finishes."""
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "count = 0\n"
        "real = Path.replace\n"
        "def replace(self, target):\n"
        "    global count\n"
        "    count += 1\n"
        "    if count == int(sys.argv[2]):\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return real(self, target)\n"
        "Path.replace = replace\n"
        "os_replace = os.replace\n"
        "os.replace = lambda a, b, **k: replace(Path(a), b)\n"
        "from pattern_ci.main import main\n"
        "raise SystemExit(main(['train', sys.argv[1], '--apply']))\n"
    )
    wanted = Path(shutil.copytree(clone, clone.parent / "wanted"))
    assert main(["train", str(wanted), "--apply"]) == 0
    for kill_at in (1, 2, 4, 9):
        hurt = Path(shutil.copytree(clone, clone.parent / f"hurt{kill_at}"))
        done = subprocess.run(
            [sys.executable, "-c", script, str(hurt), str(kill_at)],
            env=dict(os.environ), capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == -9

        assert main(["train", str(hurt), "--apply"]) == 0

        assert tree(hurt) == tree(wanted)
        assert not (git.open_repo(hurt).state_dir / "journal").exists()


def test_only_the_kinds_that_are_asked_for_are_drafted(clone: Path, capsys: Say) -> None:
    config = clone / ".github/pattern-ci.yml"
    config.parent.mkdir(exist_ok=True)
    every, kinds = [], ("", "train: {kinds: [family]}\n")
    for wanted in kinds:
        config.write_text(f"version: 1\n{wanted}")
        train(Options(repo=clone, form="json"), environ={})
        every.append({one["kind"] for one in printed(capsys)["candidates"]})

    assert every == [{"family", "recipe"}, {"family"}]
