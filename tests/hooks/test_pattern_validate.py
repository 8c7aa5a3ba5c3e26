"""The hook `pattern-validate`, alone and under the real pre-commit and prek."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251  # runs the hook hosts and a fresh interpreter
import sys
from pathlib import Path

import pytest

from pattern_ci.catalog import HOOKS
from pattern_ci.hooks.pattern_validate import main
from testing.repos import build_repo, git
from tests.registry import samples

HOSTS = ("pre-commit", "prek")
HEAVY = ("jsonschema", "jinja2", "git", "github", "yaml", "argparse")


def _config() -> str:
    hook = next(hook for hook in HOOKS if hook.id == "pattern-validate")
    return f"""
        repos:
          - repo: local
            hooks:
              - id: {hook.id}
                name: {hook.name!r}
                entry: {sys.executable} -m pattern_ci hook {hook.id}
                language: system
                files: {hook.files!r}
                pass_filenames: {str(hook.pass_filenames).lower()}
        """


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A repository with the sample library and the hook configured."""
    files = {f"patterns/{name}": text.encode() for name, text in samples.library().items()}
    return build_repo(repo_path, {**files, ".pre-commit-config.yaml": _config()})


def _host(host: str, repo: Path, *words: str) -> tuple[int, str]:
    program = Path(sys.executable).parent / host
    done = subprocess.run(
        [program, "run", *words],
        cwd=repo, capture_output=True, text=True, check=False, env=dict(os.environ),
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def _broken() -> str:
    return samples.library()[samples.SPEC].replace("total: 0.9027", "total: 0.5")


@pytest.mark.parametrize("host", HOSTS)
def test_a_sound_library_passes(repo: Path, host: str) -> None:
    """Over all files, and nothing is changed."""
    code, out = _host(host, repo, "--all-files")

    assert code == 0, out
    assert git(repo, "status", "--porcelain") == ""


@pytest.mark.parametrize("host", HOSTS)
def test_a_broken_spec_fails_with_its_line(repo: Path, host: str) -> None:
    """A staged mistake stops the commit and says where it is."""
    (repo / "patterns" / samples.SPEC).write_text(_broken())
    git(repo, "add", "--all")

    code, out = _host(host, repo)

    assert code == 1, out
    assert f"patterns/{samples.SPEC}:39:10: error spec-confidence: " in out


@pytest.mark.parametrize("host", HOSTS)
def test_what_is_not_staged_is_not_judged(repo: Path, host: str) -> None:
    """A staged page with a broken, unstaged spec beside it: only what is committed counts."""
    (repo / "patterns" / samples.PAGE).write_text("# Plugins, explained\n")
    git(repo, "add", "--all")
    (repo / "patterns" / samples.SPEC).write_text(_broken())

    code, out = _host(host, repo)

    assert code == 0, out
    assert (repo / "patterns" / samples.SPEC).read_text() == _broken()


@pytest.mark.parametrize("host", HOSTS)
def test_other_files_do_not_wake_it(repo: Path, host: str) -> None:
    """A commit that touches no pattern skips the hook, whatever state the library is in."""
    (repo / "patterns" / samples.SPEC).write_text(_broken())
    git(repo, "commit", "--quiet", "--all", "-m", "broken")
    (repo / "README.md").write_text("# demo\n")
    git(repo, "add", "--all")

    code, out = _host(host, repo)

    assert code == 0, out
    assert "spec-confidence" not in out


def test_a_real_commit_is_stopped_in_a_worktree(repo: Path, tmp_path: Path) -> None:
    """Installed as a git hook, with `commit -a`, from another worktree: the tree there counts."""
    subprocess.run(
        [Path(sys.executable).parent / "pre-commit", "install"],
        cwd=repo, check=True, capture_output=True,
    )  # fmt: skip
    other = tmp_path / "other"
    git(repo, "worktree", "add", "--quiet", str(other))
    (other / "patterns" / samples.SPEC).write_text(_broken())
    done = subprocess.run(
        ["git", "commit", "--all", "-m", "x"],
        cwd=other, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"patterns/{samples.SPEC}:39:10" in done.stdout + done.stderr
    assert git(other, "rev-list", "--count", "HEAD").strip() == "1"


def test_it_is_silent_when_all_is_well(
    repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No news is good news, from any folder of the repository."""
    monkeypatch.chdir(repo / "patterns" / "specs")

    assert main([]) == 0
    assert capsys.readouterr().out == ""


def test_file_names_change_nothing(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that passes names anyway gets the same answer."""
    monkeypatch.chdir(repo)

    assert main([f"patterns/{samples.PAGE}", "no such file"]) == 0
    (repo / "patterns" / samples.SPEC).write_text(_broken())
    assert main([f"patterns/{samples.PAGE}"]) == 1


def test_a_broken_configuration_is_found_without_patterns(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The hook watches the configuration as well."""
    build_repo(repo_path, {".github/pattern-ci.yml": "version: 2\n"})
    monkeypatch.chdir(repo_path)

    assert main([]) == 1
    assert ".github/pattern-ci.yml:1:1: error config" in capsys.readouterr().out


def test_nothing_to_check_costs_next_to_nothing(repo_path: Path) -> None:
    """Without patterns and configuration no heavy module is loaded, and nothing is said."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    code = (
        "import sys; from pattern_ci.main import main; "
        "code = main(['hook', 'pattern-validate']); "
        f"print(code, sorted(set({HEAVY!r}) & set(sys.modules)))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repo_path, capture_output=True, text=True, check=True
    )

    assert done.stdout == "0 []\n"
