"""The hook `pattern-suggest` under the real pre-commit and prek, and in real commits."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251  # runs the hook hosts and real commits
import sys
from pathlib import Path

import pytest

from pattern_ci.catalog import HOOKS
from testing.repos import commit, git
from tests.hooks.staging import CHECK, DOCS, PLUGIN, REGISTRY, TEST, stage
from tests.mining.worlds import Ran, in_force

HOSTS = ("pre-commit", "prek")
BIN = Path(sys.executable).parent


def config(*args: str) -> str:
    """The hook as the shipped manifest declares it, from this environment."""
    hook = next(hook for hook in HOOKS if hook.id == "pattern-suggest")
    return f"""
        repos:
          - repo: local
            hooks:
              - id: {hook.id}
                name: {hook.name!r}
                entry: {BIN / "pattern-ci"} hook {hook.id}
                language: system
                require_serial: {str(hook.require_serial).lower()}
                verbose: {str(hook.verbose).lower()}
                args: [{", ".join(args)}]
        """


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Patterns and rules in force, and the hook configured."""
    in_force(repo_path)
    commit(repo_path, {".pre-commit-config.yaml": config()}, day=95)
    return repo_path


def run(*words: str | Path, cwd: Path) -> Ran:
    """One program with a host's kind of environment."""
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, capture_output=True, text=True, check=False,
        env=dict(os.environ) | {"PRE_COMMIT_COLOR": "never"},
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def installed(host: str, repo: Path) -> None:
    """The host's git hook."""
    done = run(BIN / host, "install", cwd=repo)
    assert done.code == 0, done


def count(repo: Path) -> int:
    """How many commits the branch has."""
    return int(git(repo, "rev-list", "--count", "HEAD"))


@pytest.mark.parametrize("host", HOSTS)
def test_advice_is_seen_and_the_hook_passes(repo: Path, host: str) -> None:
    """Hosts hide what a passing hook says unless the manifest asks them not to."""
    stage(repo, PLUGIN, CHECK)

    ran = run(BIN / host, "run", cwd=repo)

    assert ran.code == 0, ran
    assert f"{PLUGIN}: missing: {TEST} (100%" in ran.out
    assert f"{CHECK}: PAT-CHECKS-PY-001 writes such files" in ran.out
    assert git(repo, "status", "--porcelain") == f"A  {CHECK}\nA  {PLUGIN}\n"


@pytest.mark.parametrize("host", HOSTS)
def test_a_gate_fails_when_it_is_asked_to(repo: Path, host: str) -> None:
    """`args` of the configuration come before the names of files."""
    (repo / ".pre-commit-config.yaml").write_text(config("--fail-on", "missing"))
    stage(repo, PLUGIN, TEST, DOCS)
    git(repo, "add", "--all")

    failed = run(BIN / host, "run", cwd=repo)
    (repo / REGISTRY).write_text("- new_thing\n")
    git(repo, "add", "--all")
    passed = run(BIN / host, "run", cwd=repo)

    assert failed.code == 1, failed
    assert f"missing: {REGISTRY} (90%" in failed.out
    assert passed.code == 0, passed
    assert ": missing: " not in passed.out


@pytest.mark.parametrize("host", HOSTS)
def test_all_files_is_silent(repo: Path, host: str) -> None:
    """In a job that runs hooks over the whole tree nothing is staged."""
    ran = run(BIN / host, "run", "--all-files", cwd=repo)

    assert ran.code == 0, ran
    assert ": missing: " not in ran.out
    assert "writes such files" not in ran.out
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize("host", HOSTS)
def test_unstaged_changes_do_not_count(repo: Path, host: str) -> None:
    """The host puts them aside meanwhile, and they are back afterwards."""
    stage(repo, PLUGIN)
    (repo / REGISTRY).write_text("unstaged\n")
    (repo / TEST).write_text("untracked\n")

    ran = run(BIN / host, "run", cwd=repo)

    assert ran.code == 0, ran
    assert f"missing: {REGISTRY}" in ran.out
    assert f"missing: {TEST}" in ran.out
    assert (repo / REGISTRY).read_text() == "unstaged\n"
    state = git(repo, "status", "--porcelain").splitlines()
    assert sorted(state) == [f" M {REGISTRY}", f"?? {TEST}", f"A  {PLUGIN}"]


@pytest.mark.parametrize("host", HOSTS)
def test_real_commits(repo: Path, host: str) -> None:
    """`commit`, `commit -a` and `commit PATH`: advice is given, the commit is made."""
    installed(host, repo)
    before = count(repo)
    stage(repo, PLUGIN)
    plain = run("git", "commit", "-m", "x", cwd=repo)
    stage(repo, "plugins/second.py", "docs/plugins/second.md", "tests/test_second.py")
    (repo / REGISTRY).write_text("- second\n")
    with_all = run("git", "commit", "--all", "-m", "x", cwd=repo)
    stage(repo, "plugins/third.py", "tests/test_third.py")
    of_path = run("git", "commit", "-m", "x", "plugins/third.py", cwd=repo)

    said = [one.out + one.err for one in (plain, with_all, of_path)]
    assert [one.code for one in (plain, with_all, of_path)] == [0, 0, 0], said
    assert f"missing: {TEST}" in said[0]
    assert ": missing: " not in said[1]
    assert "missing: tests/test_third.py" in said[2]
    assert count(repo) == before + 3


@pytest.mark.parametrize("host", HOSTS)
def test_a_commit_in_a_worktree(repo: Path, tmp_path: Path, host: str) -> None:
    """The tree that is committed in counts, whatever is staged in the other one."""
    installed(host, repo)
    tree = tmp_path / "tree"
    git(repo, "worktree", "add", "--quiet", str(tree))
    stage(repo, TEST, DOCS, REGISTRY)
    stage(tree, PLUGIN, DOCS)

    done = run("git", "commit", "-m", "x", cwd=tree)

    said = done.out + done.err
    assert done.code == 0, said
    assert f"missing: {TEST}" in said
    assert f"missing: {REGISTRY}" in said
    assert f"missing: {DOCS}" not in said
    assert git(tree, "status", "--porcelain") == ""


@pytest.mark.parametrize("host", HOSTS)
def test_a_merge_commit_is_not_advised_about(repo: Path, host: str) -> None:
    """Concluding a merge with new files: silent, even where it would fail."""
    (repo / ".pre-commit-config.yaml").write_text(config("--fail-on", "missing"))
    git(repo, "switch", "--quiet", "-c", "side")
    commit(repo, {PLUGIN: "x\n"}, day=100)
    git(repo, "switch", "--quiet", "main")
    commit(repo, {"base.py": "x\n"}, day=101)
    installed(host, repo)
    git(repo, "merge", "--quiet", "--no-commit", "--no-ff", "side")

    done = run("git", "commit", "-m", "merge", cwd=repo)

    assert done.code == 0, done
    assert ": missing: " not in done.out + done.err


@pytest.mark.parametrize("host", HOSTS)
def test_a_first_commit(repo: Path, host: str) -> None:
    """No HEAD yet; a template of patterns was copied into a new repository."""
    git(repo, "switch", "--quiet", "--orphan", "fresh")
    git(repo, "checkout", "main", "--", "patterns", ".pre-commit-config.yaml")
    stage(repo, PLUGIN)
    installed(host, repo)

    done = run("git", "commit", "-m", "first", cwd=repo)

    said = done.out + done.err
    assert done.code == 0, said
    assert f"missing: {TEST}" in said
    assert count(repo) == 1


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", ["two words", "it's", "new\nline", "größe", "-dash"])
def test_names_of_any_kind(repo: Path, host: str, name: str) -> None:
    """The host passes them as they are; three companions, three lines."""
    stage(repo, f"plugins/{name}.py")

    ran = run(BIN / host, "run", cwd=repo)

    assert ran.code == 0, ran
    assert ran.out.count(": missing: ") == 3
