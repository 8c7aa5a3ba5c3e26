"""`uninstall` takes away what is ours and unchanged, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git as door
from pattern_ci.automation.bot_prs import marker
from pattern_ci.commands.uninstall import uninstall
from pattern_ci.errors import GitHubConflictError, GitHubPermissionError
from pattern_ci.main import main
from pattern_ci.model.github import FileChange
from pattern_ci.model.safe import Markdown
from pattern_ci.render import lock
from testing.fake_github import FakeGitHub
from testing.repos import build_repo, git, write_tree

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]
IDENTITY = "0123456789abcdef"
BRANCH = f"pattern-ci/{IDENTITY}"
WRITTEN = [
    ".github/pattern-ci.yml",
    ".github/workflows/pattern-ci.yml",
    ".pre-commit-config.yaml",
]


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A repository without anything of ours."""
    return build_repo(repo_path, {"README.md": "# demo\n"})


def _files(repo: Path) -> list[str]:
    return git(repo, "ls-files", "--others").splitlines()


def _run(capsys: Output, repo: Path, *words: str) -> dict[str, str]:
    capsys.readouterr()
    assert main(["uninstall", str(repo), "--format", "json", *words]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["schema_version"] == 1
    assert said["applied"] == ("--apply" in words)
    return {item["name"]: item["action"] for item in (*said["local"], *said["branches"])}


def test_the_plan_takes_nothing_away(repo: Path, capsys: Output) -> None:
    """The plan names every file of ours and leaves it."""
    main(["init", str(repo), "--apply"])
    write_tree(repo, {".git/pattern-ci/cache.db": "x"})

    assert _run(capsys, repo) == dict.fromkeys([".git/pattern-ci", *WRITTEN], "remove")

    assert _files(repo) == WRITTEN
    assert (repo / ".git/pattern-ci/cache.db").exists()


def test_apply_restores_what_was_before_init(repo: Path, capsys: Output) -> None:
    """After init and uninstall the tree is as it was; patterns stay; a second run finds nothing."""
    main(["init", str(repo), "--apply", "--ref", "v9"])
    write_tree(repo, {".git/pattern-ci/cache.db": "x", "patterns/specs/a.pattern.yaml": "a: 1\n"})

    gone = _run(capsys, repo, "--apply")

    assert gone == dict.fromkeys([".git/pattern-ci", *WRITTEN], "remove") | {"patterns/": "keep"}
    assert _files(repo) == ["patterns/specs/a.pattern.yaml"]
    assert not (repo / ".git/pattern-ci").exists()
    assert main(["uninstall", str(repo)]) == 0
    assert capsys.readouterr().out.endswith("Nothing to take away.\n")


def test_what_you_changed_stays(repo: Path, capsys: Output) -> None:
    """A config and a workflow that were edited are kept; only our entry leaves the hooks."""
    own = "# mine\nrepos:\n- repo: local\n  hooks: [{id: x}]\n# end\n"
    write_tree(repo, {".pre-commit-config.yaml": own})
    main(["init", str(repo), "--apply"])
    for name in WRITTEN[:2]:
        with (repo / name).open("a") as handle:
            handle.write("# my line\n")

    assert _run(capsys, repo, "--apply") == {
        WRITTEN[0]: "keep",
        WRITTEN[1]: "keep",
        WRITTEN[2]: "edit",
    }

    assert (repo / ".pre-commit-config.yaml").read_text() == own
    assert all((repo / name).read_text().endswith("# my line\n") for name in WRITTEN[:2])


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("repos: [{repo: https://github.com/pattern-ci/pattern-ci, rev: v1, hooks: []}]\n", "keep"),
        ("repos: [\n", None),
        ("repos: []\n", None),
    ],
)
def test_a_hook_file_that_cannot_be_edited_is_not_touched(
    repo: Path, capsys: Output, text: str, action: str | None
) -> None:
    """Flow style is kept and named; broken files and files without us are not mentioned."""
    write_tree(repo, {".pre-commit-config.yaml": text})

    assert _run(capsys, repo, "--apply").get(".pre-commit-config.yaml") == action

    assert (repo / ".pre-commit-config.yaml").read_text() == text


def test_in_a_bare_repository_only_the_state_goes(tmp_path: Path, capsys: Output) -> None:
    """Without a work tree the local state is all there is."""
    git(tmp_path, "init", "--quiet", "--bare", "bare.git")
    write_tree(tmp_path, {"bare.git/pattern-ci/cache.db": "x"})

    assert _run(capsys, tmp_path / "bare.git", "--apply") == {".git/pattern-ci": "remove"}

    assert not (tmp_path / "bare.git/pattern-ci").exists()
    assert (tmp_path / "bare.git/HEAD").exists()


def test_an_interrupted_change_is_settled_before_its_journal_goes(
    repo: Path, capsys: Output
) -> None:
    """What was left half-way is finished or undone first, and that is said."""
    write_tree(repo, {".git/pattern-ci/staging/0.new": "x"})

    assert main(["uninstall", str(repo)]) == 0
    assert "before that" not in capsys.readouterr().out
    assert (repo / ".git/pattern-ci/staging/0.new").exists()
    assert main(["uninstall", str(repo), "--apply"]) == 0

    assert capsys.readouterr().out.startswith("before that: An interrupted change was undone")
    assert not (repo / ".git/pattern-ci").exists()


def test_from_another_worktree_both_states_go(repo: Path, tmp_path: Path, capsys: Output) -> None:
    """The state of that work tree goes together with the one that all share."""
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "second"))
    own = repo / ".git/worktrees/second/pattern-ci"
    write_tree(repo, {".git/pattern-ci/cache.db": "x"})
    write_tree(own, {"train.json": "{}"})

    assert _run(capsys, tmp_path / "second", "--apply") == {".git/pattern-ci": "remove"}

    assert not own.exists()
    assert not (repo / ".git/pattern-ci").exists()
    assert _run(capsys, tmp_path / "second") == {}


def test_the_journal_of_the_main_work_tree_is_not_taken_away(
    repo: Path, tmp_path: Path, capsys: Output
) -> None:
    """What an interrupted change there needs stays, and everything of ours with it."""
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "second"))
    write_tree(repo, {".git/pattern-ci/staging/0.new": "x"})

    assert main(["uninstall", str(tmp_path / "second"), "--apply"]) == 31

    assert "main work tree that was interrupted" in capsys.readouterr().err
    assert (repo / ".git/pattern-ci/staging/0.new").exists()


def test_the_state_of_a_running_command_stays(repo: Path, capsys: Output) -> None:
    """While another process writes, uninstall stops with the exit code for that."""
    state = repo / ".git/pattern-ci"
    with lock.held(state):
        assert main(["uninstall", str(repo), "--apply"]) == 32

    assert state.exists()
    assert "another pattern-ci" in capsys.readouterr().err.lower()


def test_the_kill_switch_stops_writes_to_github(
    repo: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the switch on, nothing is deleted, neither there nor here."""
    write_tree(repo, {".git/pattern-ci/cache.db": "x"})
    monkeypatch.setenv("DISABLE_PATTERN_AUTOMATION", "1")

    assert main(["uninstall", str(repo), "--remote", "--apply"]) == 27

    assert (repo / ".git/pattern-ci/cache.db").exists()
    assert "--remote" in capsys.readouterr().err


def test_remote_without_a_remote_is_a_clear_line(repo: Path, capsys: Output) -> None:
    """Without a remote or token the line says which one to add."""
    assert main(["uninstall", str(repo), "--remote"]) == 2
    assert "git remote add" in capsys.readouterr().err
    git(repo, "remote", "add", "origin", "https://github.com/octo/demo")

    assert main(["uninstall", str(repo), "--remote"]) == 41


class World:
    """GitHub with one pull request of ours, and the repository beside it."""

    def __init__(self, repo: Path, capsys: Output) -> None:
        self.github = FakeGitHub({"README.md": "# demo\n"})
        self._repo, self._capsys = repo, capsys
        self.pull = self.opens(BRANCH)

    def opens(self, branch: str, *, marked: bool = True) -> int:
        """Our own writes, as `train --pull-request` makes them."""
        port = self.github
        changes = [FileChange(path=f"patterns/{branch[-4:]}.yaml", text="a: 1\n")]
        sha = port.commit_files(base_sha=port.tip("main"), message="add", changes=changes)
        port.create_branch(branch, sha)
        body = marker.write(
            identity=IDENTITY,
            digest="d",
            head=sha,
            members=marker.Members.of(["a"]),
            text=Markdown("hi\n"),
        )
        pull = port.create_pull_request(
            title="t", body=body if marked else "hi\n", head=branch, base="main"
        )
        port.revive()
        return pull.number

    def uninstall(self, *, apply: bool) -> dict[str, tuple[str, str]]:
        """What is said about each branch."""
        self._capsys.readouterr()
        repo = door.open_repo(self._repo)
        assert uninstall(repo, port=self.github, apply=apply, as_json=True) == 0
        branches = json.loads(self._capsys.readouterr().out)["branches"]
        return {item["name"]: (item["action"], item["reason"]) for item in branches}

    @property
    def names(self) -> list[str]:
        """Branches that are there."""
        return [name for name, _ in self.github.branches("")]


@pytest.fixture
def world(repo: Path, capsys: Output) -> World:
    """One untouched pull request of ours is open."""
    return World(repo, capsys)


def test_an_untouched_branch_goes_with_apply_only(world: World) -> None:
    """The plan names it and the pull request it closes; `--apply` deletes it, once."""
    told = {BRANCH: ("remove", f"as we left it; closes #{world.pull}")}

    assert world.uninstall(apply=False) == told
    assert not list(world.github.writes)
    assert world.uninstall(apply=True) == told
    assert world.names == ["main"]
    assert [write["verb"] for write in world.github.writes] == ["delete_branch"]
    assert world.uninstall(apply=True) == {}


def test_a_closed_pull_request_still_proves_its_branch(world: World) -> None:
    """A branch that stayed behind after closing goes too."""
    world.github.human_closes(world.pull)

    assert world.uninstall(apply=True) == {BRANCH: ("remove", "as we left it")}


def test_a_branch_with_work_of_others_stays(world: World) -> None:
    """One more commit by a person, and the branch is theirs."""
    world.github.human_pushes(BRANCH, {"mine.txt": "x\n"})

    assert world.uninstall(apply=True)[BRANCH][0] == "keep"
    assert BRANCH in world.names
    assert not list(world.github.writes)


def test_branches_that_are_not_ours_stay(world: World) -> None:
    """A person's branch below our prefix, with or without a pull request, is never deleted."""
    world.github.human_pushes("pattern-ci/by-hand", {"x": "1\n"})
    world.opens("pattern-ci/unmarked", marked=False)
    world.github.human_pushes("feature", {"x": "1\n"})

    said = world.uninstall(apply=True)

    assert {name: action for name, (action, _) in said.items()} == {
        BRANCH: "remove",
        "pattern-ci/by-hand": "keep",
        "pattern-ci/unmarked": "keep",
    }
    assert world.names == ["feature", "main", "pattern-ci/by-hand", "pattern-ci/unmarked"]


def test_a_marker_copied_by_somebody_else_proves_nothing(world: World) -> None:
    """Only a pull request that we opened counts."""
    world.github.login = "another-bot"

    assert world.uninstall(apply=True)[BRANCH][0] == "keep"
    assert BRANCH in world.names


def test_a_branch_that_others_build_on_stays(world: World) -> None:
    """Deleting the base of an open pull request would close it for good."""
    world.github.human_pushes("feature", {"x": "1\n"})
    world.github.human_opens("feature", base=BRANCH)

    assert world.uninstall(apply=True) == {BRANCH: ("keep", "another pull request goes into it")}
    assert BRANCH in world.names


def test_a_branch_that_moves_meanwhile_is_kept(world: World) -> None:
    """The deletion is tied to the tip that was looked at."""
    world.github.fail("delete_branch", GitHubConflictError("moved"))

    assert world.uninstall(apply=True) == {BRANCH: ("keep", "it moved while we looked")}
    assert BRANCH in world.names


@pytest.mark.parametrize("verb", ["branches", "pull_requests", "identity", "delete_branch"])
def test_when_github_refuses_nothing_is_lost(world: World, repo: Path, verb: str) -> None:
    """An error ends the run before anything local went; the next run does it all."""
    write_tree(repo, {".git/pattern-ci/cache.db": "x"})
    world.github.fail(verb, GitHubPermissionError("no"))

    with pytest.raises(GitHubPermissionError):
        world.uninstall(apply=True)

    assert (repo / ".git/pattern-ci/cache.db").exists()
    assert BRANCH in world.names
    assert world.uninstall(apply=True)[BRANCH][0] == "remove"
    assert not (repo / ".git/pattern-ci").exists()


def test_the_prefix_of_the_configuration_counts(world: World, repo: Path) -> None:
    """Another prefix, other branches: those of the default one are not ours then."""
    write_tree(repo, {".github/pattern-ci.yml": "version: 1\nbot_prs: {branch_prefix: bots/}\n"})

    assert world.uninstall(apply=True) == {}
    assert BRANCH in world.names
