"""`pattern-ci train` on real repositories, and on a GitHub in memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251  # a kill -9 needs a process of its own
import sys
from pathlib import Path
from typing import Any

import pytest

from pattern_ci import git
from pattern_ci.commands.train import Options, train
from pattern_ci.errors import (
    AutomationDisabledError,
    GitHubAuthError,
    GitHubPermissionError,
    GitHubUnavailableError,
    NotARepositoryError,
    RevisionError,
    UsageError,
)
from pattern_ci.main import main
from testing.fake_github import FakeGitHub
from testing.repos import Tree, build_repo, commit, plugin_repo, plugin_tree, write_tree
from testing.repos import git as run_git

ENABLED: Tree = {".github/pattern-ci.yml": "version: 1\ntrain:\n  enabled: true\n"}
ENVIRON = {"GITHUB_TOKEN": "token", "GITHUB_REPOSITORY": "octo/demo"}
Say = pytest.CaptureFixture[str]


@pytest.fixture(name="repo", scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One history, mined once: tests copy it with its warm cache."""
    path = plugin_repo(tmp_path_factory.mktemp("built") / "repo")
    commit(path, ENABLED, "configure")
    return path


@pytest.fixture(name="clone")
def _clone(repo: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(repo, tmp_path / "repo", symlinks=True))


def _on_github(
    clone: Path, world: FakeGitHub, environ: dict[str, str] | None = None, **options: Any
) -> int:
    chosen = Options(repo=clone, pull_request=True, form="json", **options)
    return train(
        chosen,
        environ=ENVIRON if environ is None else environ,
        connect=lambda *_args, **_options: world,
    )


def _never(*_args: object, **_options: object) -> FakeGitHub:
    pytest.fail("GitHub was asked")


def _json(say: Say) -> dict[str, Any]:
    data = json.loads(say.readouterr().out)
    assert isinstance(data, dict)
    return data


def _verdicts(data: dict[str, Any]) -> list[str]:
    return [action["action"] for action in data["actions"]]


def _tree(path: Path) -> dict[str, bytes]:
    return {
        each.relative_to(path).as_posix(): each.read_bytes()
        for each in sorted(path.rglob("*"))
        if each.is_file() and ".git" not in each.relative_to(path).parts
    }


def test_the_plan_is_the_default_and_writes_nothing(clone: Path, capsys: Say) -> None:
    """It shows what would be drafted, why, what came nearest, and what to do next."""
    before = _tree(clone)

    code = main(["train", str(clone)])

    out = capsys.readouterr().out
    assert code == 0
    assert "PAT-TESTS" in out
    assert "(similarity " in out
    assert "-> would be drafted" in out
    assert "Next: `pattern-ci train --apply` writes the drafts" in out
    assert _tree(clone) == before


def test_apply_writes_drafts_companions_and_report_once(clone: Path, capsys: Say) -> None:
    """A second run writes nothing, also after the drafts were committed."""
    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    first = _json(capsys)
    after = _tree(clone)

    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    second = _json(capsys)

    assert set(first["written"]) == {path for path in after if path.startswith("patterns/")}
    assert "patterns/companions.json" in after
    assert "patterns/reports/pattern_candidates.md" in after
    assert any(path.startswith("patterns/drafts/specs/") for path in after)
    assert set(_verdicts(first)) == {"draft"}
    assert second["written"] == []
    assert set(_verdicts(second)) == {"none"}
    commit(clone, {}, "keep the drafts")
    assert main(["train", str(clone), "--apply", "--format", "json"]) == 0
    assert _json(capsys)["written"] == []
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

    assert "update" in _verdicts(data := _json(capsys))
    assert "skip" not in _verdicts(data)


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

    assert not any("/templates/" in path for path in _json(capsys)["written"])
    assert {template.read_text() for template in specs} == {"mine\n"}


def test_pull_requests_are_opened_within_the_limits(clone: Path, capsys: Say) -> None:
    """Files at their final places with status active, two a run, and then nothing more."""
    world = FakeGitHub()

    assert _on_github(clone, world) == 0
    first = _json(capsys)
    before = _tree(clone)
    assert _on_github(clone, world) == 0
    again = _json(capsys)
    writes = len(world.writes)
    assert _on_github(clone, world) == 0
    rest = _json(capsys)

    assert first["mode"] == "pull-request"
    assert not first["planned"]
    assert _verdicts(first).count("open") == 2
    # Two times commit, branch and pull request; then the dashboard.
    assert first["requests"]["writes"] == 7
    assert len(world.writes) == writes
    assert "open" not in _verdicts(rest)
    assert again["limits"] == {"open_limit": 3, "new_per_run": 2}
    pull = world.pull(1)
    added = set(world.tree(pull.head_ref)) - set(world.tree("main"))
    assert all(path.startswith("patterns/") for path in added)
    assert not any("/drafts/" in path for path in added)
    spec = next(path for path in added if path.startswith("patterns/specs/"))
    assert "status: active" in world.tree(pull.head_ref)[spec]
    assert "https://github.com/octo/demo/commit/" in pull.body
    assert _tree(clone) == before


def test_closing_is_final_also_after_new_members(clone: Path, capsys: Say) -> None:
    """Two more files of the same kind do not bring a closed proposal back."""
    world = FakeGitHub()
    while True:
        world.revive()
        _on_github(clone, world)
        if not world.writes:
            break
        for pull in world.pull_requests(state="open"):
            world.human_closes(pull.number)
    closed = len(world.pull_requests(state="all"))
    assert closed >= 2
    commit(clone, plugin_tree("lambda_point"), "add lambda_point")
    commit(clone, plugin_tree("mu"), "add mu")
    capsys.readouterr()

    assert _on_github(clone, world) == 0

    data = _json(capsys)
    assert not world.writes
    assert set(_verdicts(data)) == {"skip"}
    assert len(world.pull_requests(state="all")) == closed


def test_what_was_merged_is_a_pattern(clone: Path, capsys: Say) -> None:
    """After the merge arrived in the clone, nothing proposes or drafts it again."""
    world = FakeGitHub()
    _on_github(clone, world)
    capsys.readouterr()
    pull = world.pull(1)
    added: dict[str, str | bytes | None] = {
        path: text.encode()
        for path, text in world.tree(pull.head_ref).items()
        if path.startswith("patterns/")
    }
    world.human_merges(1)
    commit(clone, added, "Merge #1")
    world.revive()

    assert _on_github(clone, world) == 0
    merged = next(one for one in _json(capsys)["actions"] if one["identity"] in pull.head_ref)
    main(["train", str(clone), "--format", "json"])
    local = next(one for one in _json(capsys)["actions"] if one["identity"] in pull.head_ref)

    assert merged["action"] == local["action"] == "none"
    assert "here already: patterns/specs/" in merged["reason"]


def test_a_plan_of_pull_requests_makes_no_writes(clone: Path, capsys: Say) -> None:
    """It lists the writes that the run then makes."""
    world = FakeGitHub()

    assert _on_github(clone, world, plan=True) == 0
    plan = _json(capsys)
    assert not world.writes
    assert _on_github(clone, world) == 0

    assert plan["planned"]
    assert plan["writes"] == list(world.writes)
    assert _json(capsys)["writes"] == []


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({}, "no token in GITHUB_TOKEN or GH_TOKEN"),
        ({"GITHUB_TOKEN": "token"}, "no GitHub repository is known"),
    ],
)
def test_without_token_or_remote_it_plans_and_says_so(
    clone: Path, capsys: Say, environ: dict[str, str], said: str
) -> None:
    """One line on standard error, exit code 0, and GitHub is not asked."""
    options = Options(repo=clone, pull_request=True)

    code = train(options, environ=environ, connect=_never)

    out, err = capsys.readouterr()
    assert code == 0
    lines = [line for line in err.splitlines() if line.startswith("pattern-ci: ")]
    assert len(lines) == 1
    assert said in lines[0]
    assert "Next: " in lines[0]
    assert "would be drafted" in out


def test_switched_off_it_only_plans(clone: Path, capsys: Say) -> None:
    """`train.enabled: false` turns a run that was asked for pull requests into its plan."""
    off = ENABLED | {".github/pattern-ci.yml": "version: 1\ntrain: {enabled: false}\n"}
    write_tree(clone, off)
    world = FakeGitHub()

    assert _on_github(clone, world) == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["planned"]
    assert "keeps pull requests off" in err
    assert not world.writes


@pytest.mark.parametrize("name", ["DISABLE_PATTERN_AUTOMATION", "PATTERN_AUTOMATION_ENABLED"])
def test_the_kill_switch_stops_writing_but_not_planning(
    clone: Path, capsys: Say, name: str
) -> None:
    """`--pull-request` ends with its own category; its plan and local work go on."""
    environ = {**ENVIRON, name: "1" if name.startswith("DISABLE") else "0"}
    world = FakeGitHub()

    with pytest.raises(AutomationDisabledError, match="no pull request is written"):
        _on_github(clone, world, environ)
    assert _on_github(clone, world, environ, plan=True) == 0
    assert not world.writes
    assert train(Options(repo=clone, apply=True), environ=environ, connect=_never) == 0
    assert (clone / "patterns/drafts").is_dir()
    capsys.readouterr()


@pytest.mark.parametrize(
    "error", [GitHubAuthError("the token is not accepted."), GitHubUnavailableError("down.")]
)
def test_a_door_that_stays_shut_ends_the_run_before_mining(
    clone: Path, capsys: Say, error: GitHubAuthError | GitHubUnavailableError
) -> None:
    """The error keeps its category and nothing is written."""
    world = FakeGitHub()
    world.fail("identity", error)

    with pytest.raises(type(error)):
        _on_github(clone, world)

    assert not world.writes
    assert "train: history" not in capsys.readouterr().err


def test_a_forbidden_write_has_its_exit_code_and_one_line(clone: Path, capsys: Say) -> None:
    """Actions may not create pull requests: said once, with the setting; the report stands."""
    world = FakeGitHub()
    error = GitHubPermissionError("not permitted.", next_step="turn on the setting.")
    world.fail("create_pull_request", error, times=9)

    assert _on_github(clone, world) == 42

    out, err = capsys.readouterr()
    assert err.count("turn on the setting") == 1
    assert [one["action"] for one in json.loads(out)["actions"]][:2] == ["skip", "wait"]


def test_a_workflow_gets_outputs_summary_and_report(
    clone: Path, tmp_path: Path, capsys: Say
) -> None:
    """Each where the runner looks for it; what others wrote there stays."""
    summary, outputs, page = (tmp_path / name for name in ("summary", "outputs", "report.md"))
    summary.write_text("before\n")
    environ = {**ENVIRON, "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_OUTPUT": str(outputs)}

    assert _on_github(clone, FakeGitHub(), environ, report=page) == 0

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
        train(Options(repo=tmp_path), environ={}, connect=_never)
    empty = build_repo(tmp_path / "empty")
    with pytest.raises(RevisionError):
        train(Options(repo=empty), environ={}, connect=_never)
    one = build_repo(tmp_path / "one", {"a.txt": "a\n"})
    with pytest.raises(RevisionError):
        train(Options(repo=one, rev="gone"), environ={}, connect=_never)
    run_git(tmp_path, "clone", "--quiet", "--bare", str(one), "bare.git")
    with pytest.raises(UsageError, match="bare"):
        train(Options(repo=tmp_path / "bare.git", apply=True), environ={}, connect=_never)
    assert train(Options(repo=tmp_path / "bare.git"), environ={}, connect=_never) == 0
    assert train(Options(repo=one), environ={}, connect=_never) == 0
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

        assert _tree(hurt) == _tree(wanted)
        assert not (git.open_repo(hurt).state_dir / "journal").exists()
