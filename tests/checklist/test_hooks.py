"""Items 43 to 49: our hooks as users get them, under the real hosts."""

from __future__ import annotations

import os
import shutil
import subprocess  # noqa: TID251  # runs the hook hosts and real commits
import sys
from pathlib import Path

import pytest

from testing.repos import Tree, build_repo, git, write_tree
from tests.checklist.workflows import ROOT
from tests.mining.worlds import Ran, in_force

BIN = Path(sys.executable).parent
HOSTS = ("pre-commit", "prek")
SHIPPED = ("pattern_ci", "patterns", "pyproject.toml", "README.md", "LICENSE")
BROKEN: Tree = {"patterns/specs/x.pattern.yaml": "pattern_id: [\n"}
LOCAL = f"""\
repos:
  - repo: local
    hooks:
      - id: pattern-suggest
        name: suggest
        entry: {BIN / "pattern-ci"} hook pattern-suggest
        language: system
        require_serial: true
        verbose: true
      - id: pattern-validate
        name: validate
        entry: {BIN / "pattern-ci"} hook pattern-validate
        language: system
        pass_filenames: false
        require_serial: true
        files: ^patterns/
"""


def _run(*words: str | Path, cwd: Path, **env: str) -> Ran:
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, capture_output=True, text=True, check=False,
        env=dict(os.environ) | {"PRE_COMMIT_COLOR": "never"} | env,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds what ours ships, as it is now."""
    copy = tmp_path_factory.mktemp("tool") / "tool"
    copy.mkdir()
    for name in (*SHIPPED, ".pre-commit-hooks.yaml"):
        source, target = ROOT / name, copy / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.invalid")
    git(copy, "init", "--quiet")
    git(copy, "add", "--all")
    git(copy, *identity, "commit", "--quiet", "-m", "all")
    return copy


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Patterns and rules in force, and both hooks installed by prek."""
    in_force(repo_path)
    write_tree(repo_path, {".pre-commit-config.yaml": LOCAL})
    git(repo_path, "add", "--all")
    git(repo_path, "commit", "--quiet", "-m", "hooks")
    assert _run(BIN / "prek", "install", cwd=repo_path).code == 0
    return repo_path


@pytest.mark.parametrize("host", HOSTS)
def test_43_the_hooks_can_be_tried_on_any_repository(
    tool: Path, repo_path: Path, tmp_path: Path, host: str
) -> None:
    """From nothing: the host installs us, and a broken library fails at its line."""
    build_repo(repo_path, BROKEN)
    home = {"PREK_HOME": str(tmp_path / "prek"), "PRE_COMMIT_HOME": str(tmp_path / "pre-commit")}

    ran = _run(BIN / host, "try-repo", tool, "--all-files", cwd=repo_path, **home)

    assert ran.code == 1, ran
    assert "patterns/specs/x.pattern.yaml:2:1: " in ran.out
    assert "suggest" in ran.out
    assert ran.out.count("Failed") == 1


@pytest.fixture(scope="module")
def environment(tool: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a pre-commit that has our hooks installed, and nothing else."""
    home = tmp_path_factory.mktemp("pre-commit")
    repo = build_repo(tmp_path_factory.mktemp("user") / "repo", {"README.md": "# demo\n"})
    _use(repo, tool)
    done = _run(BIN / "pre-commit", "install-hooks", cwd=repo, PRE_COMMIT_HOME=str(home))
    assert done.code == 0, done
    return home


def _use(repo: Path, tool: Path) -> None:
    hooks = "[{id: pattern-suggest}, {id: pattern-validate}]"
    text = f"repos:\n- repo: {tool}\n  rev: {git(tool, 'rev-parse', 'HEAD').strip()}\n"
    write_tree(repo, {".pre-commit-config.yaml": f"{text}  hooks: {hooks}\n"})
    git(repo, "add", "--all")


def test_47_an_environment_is_small(environment: Path) -> None:
    """Far below what hosted services take (250 MiB); 100 MB leaves room for others."""
    size = sum(path.lstat().st_size for path in environment.rglob("*") if path.is_file())

    assert 10_000_000 < size < 100_000_000


@pytest.mark.skipif(
    subprocess.run(
        ["unshare", "-rn", "true"], capture_output=True, check=False
    ).returncode != 0
    if shutil.which("unshare") else True,
    reason="this machine lets nobody take the network away",
)  # fmt: skip
def test_46_hooks_need_no_network(tool: Path, environment: Path, repo_path: Path) -> None:
    """Installed once, both hooks do their work where there is no network at all."""
    in_force(repo_path)
    _use(repo_path, tool)
    git(repo_path, "commit", "--quiet", "-m", "hooks")
    home = {"PRE_COMMIT_HOME": str(environment)}
    offline = ("unshare", "-rn", BIN / "pre-commit", "run", "--all-files")

    good = _run(*offline, cwd=repo_path, **home)
    write_tree(repo_path, BROKEN)
    git(repo_path, "add", "--all")
    bad = _run(*offline, cwd=repo_path, **home)

    assert good.code == 0, good
    assert bad.code == 1, bad
    assert "patterns/specs/x.pattern.yaml:2:1: " in bad.out


def test_48_amended_rebased_and_partly_staged_commits_work(repo: Path) -> None:
    """Each makes its commit, and leaves the tree as git left it."""
    write_tree(repo, {"a.txt": "1\n2\n3\n4\n5\n6\n7\n8\n9\n"})
    git(repo, "add", "a.txt")
    assert _run("git", "commit", "-m", "first", cwd=repo).code == 0
    write_tree(repo, {"a.txt": "0\n2\n3\n4\n5\n6\n7\n8\n0\n"})

    part = subprocess.run(
        ["git", "commit", "-p", "-m", "part"],
        cwd=repo, input="y\nn\n", text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert part.returncode == 0, part
    assert git(repo, "show", "HEAD:a.txt") == "0\n2\n3\n4\n5\n6\n7\n8\n9\n"
    assert git(repo, "status", "--porcelain") == " M a.txt\n"
    assert _run("git", "commit", "--amend", "--all", "-m", "whole", cwd=repo).code == 0
    assert git(repo, "show", "HEAD:a.txt").endswith("0\n")

    git(repo, "switch", "--quiet", "-c", "side", "HEAD~1")
    write_tree(repo, {"b.txt": "1\n"})
    git(repo, "add", "b.txt")
    assert _run("git", "commit", "-m", "side", cwd=repo).code == 0
    rebased = _run("git", "rebase", "main", cwd=repo)

    assert rebased.code == 0, rebased
    assert git(repo, "log", "--format=%s", "-3").split() == ["side", "whole", "first"]
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize("host", HOSTS)
def test_48_five_thousand_files_in_one_commit(repo: Path, host: str) -> None:
    """More than fits on one command line: the hosts call us several times, and all pass."""
    folder = "a-folder-with-quite-a-long-name-that-fills-the-line"
    write_tree(repo, {f"{folder}/{'x' * 20}-{n:04}.txt": f"{n}\n" for n in range(5_000)})
    git(repo, "add", "--all")

    ran = _run(BIN / host, "run", cwd=repo)

    assert ran.code == 0, ran
    assert "Failed" not in ran.out


def test_49_hooks_leave_the_tree_clean(repo: Path) -> None:
    """After commits with advice and without there is nothing left to add or to remove."""
    for number in range(3):
        write_tree(repo, {f"plugins/new_{number}.py": "x\n"})
        git(repo, "add", "--all")
        done = _run("git", "commit", "-m", "x", cwd=repo)
        assert done.code == 0, done
        assert ": missing: " in done.out + done.err

    assert git(repo, "status", "--porcelain", "--ignored") == ""
