"""The hook `pattern-suggest` says nothing, quickly, where there is nothing to say."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.hooks.staging import (
    CHECK,
    DOCS,
    PLUGIN,
    REGISTRY,
    TEST,
    hook,
    named,
    silent,
    stage,
)
from tests.mining.worlds import checker, cli, contents, program

if TYPE_CHECKING:
    from pathlib import Path


def test_without_patterns_it_is_silent(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cold: git is not even looked for, and nothing is made below `.git`."""
    shutil.rmtree(repo / "patterns")
    stage(repo, PLUGIN)
    monkeypatch.setenv("PATH", "")

    assert silent(cli("hook", "pattern-suggest", "--fail-on", "missing", PLUGIN))
    assert not (repo / ".git/pattern-ci").exists()


def test_outside_of_a_repository_it_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without any file to speak of."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "patterns/specs").mkdir(parents=True)

    assert silent(cli("hook", "pattern-suggest", "x"))
    assert silent(cli("hook", "pattern-suggest"))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("patterns/specs/checks_py.pattern.yaml", "a: [\n"),
        ("patterns/specs/checks_py.pattern.yaml", "- 1\n"),
        ("patterns/specs/checks_py.pattern.yaml", ""),
        ("patterns/schemas/checks_py.schema.json", "{"),
    ],
)
def test_a_broken_pattern_says_nothing(repo: Path, path: str, text: str) -> None:
    """The validate hook is there to complain; a pattern only ever gave advice."""
    (repo / path).write_text(text)
    stage(repo, CHECK)

    assert silent(hook("--fail-on", "missing", CHECK))


def test_one_broken_spec_leaves_the_others(repo: Path) -> None:
    """And the companions."""
    (repo / "patterns/specs/checks_py.pattern.yaml").write_text("a: [\n")
    stage(repo, PLUGIN, CHECK, DOCS)

    ran = hook(PLUGIN, CHECK, DOCS)

    assert "PAT-CHECKS-PY-001" not in ran.out
    assert "PAT-DOCS-PLUGINS-MD-001" in ran.out
    assert named(ran) == [TEST, REGISTRY]


def compiled(repo: Path) -> Path:
    """Where it lies."""
    (place,) = (repo / ".git/pattern-ci").glob("*-suggest.json")
    return place


def test_it_is_written_once(repo: Path) -> None:
    """Below `.git` alone, and not again while nothing changed."""
    before = contents(repo)
    stage(repo, CHECK)
    hook(CHECK)
    first = compiled(repo).stat().st_mtime_ns
    hook(CHECK)

    assert compiled(repo).stat().st_mtime_ns == first
    new = set(contents(repo)) - set(before)
    assert {path for path in new if not path.startswith(".git/objects/")} == {
        CHECK, compiled(repo).relative_to(repo).as_posix(),
    }  # fmt: skip


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"\xff", b"[]", b'{"format": 0}', b'"x"', b"[" * 5000]
)
def test_a_damaged_one_is_made_anew(repo: Path, damage: bytes) -> None:
    """The advice is the same."""
    stage(repo, CHECK, PLUGIN)
    first = hook(CHECK, PLUGIN)
    compiled(repo).write_bytes(damage)

    assert hook(CHECK, PLUGIN) == first
    assert compiled(repo).read_bytes() != damage


def test_every_change_is_seen(repo: Path) -> None:
    """Of a spec, of the rules, of the configuration, and of what mends a broken pattern."""
    stage(repo, CHECK, PLUGIN)
    assert named(hook(CHECK, PLUGIN)) == [DOCS, TEST, REGISTRY]
    schema = repo / "patterns/schemas/checks_py.schema.json"
    sound = schema.read_bytes()

    (repo / "patterns/companions.json").unlink()
    assert named(hook(CHECK, PLUGIN)) == []
    assert "PAT-CHECKS-PY-001" in hook(CHECK).out
    schema.write_text("{")
    (repo / "patterns/specs/checks_py.pattern.yaml").touch()
    assert silent(hook(CHECK))
    schema.write_bytes(sound)
    assert "PAT-CHECKS-PY-001" in hook(CHECK).out
    (repo / ".github").mkdir()
    (repo / ".github/pattern-ci.yml").write_text("version: 1\nignore: ['*.py']\n")
    assert silent(hook(CHECK))


def test_it_advises_where_nothing_can_be_stored(repo: Path) -> None:
    """A file is in the way of the folder: no compiled form, the same words."""
    (repo / ".git/pattern-ci").write_text("mine\n")
    stage(repo, PLUGIN)

    assert named(hook(PLUGIN)) == [DOCS, TEST, REGISTRY]
    assert (repo / ".git/pattern-ci").read_text() == "mine\n"


HEAVY = {
    "yaml", "jinja2", "jsonschema", "github", "git", "rapidfuzz", "subprocess", "argparse", "rich",
    "sqlite3", "pathlib", "tempfile", "shutil",
}  # fmt: skip


def imported(repo: Path, *words: str) -> set[str]:
    """Top-level modules that the hook loads, beyond those of an interpreter with this site."""
    loaded = []
    for code in (("-m", "pattern_ci", "hook", "pattern-suggest", *words), ("-c", "")):
        ran = program(cwd=repo, command=("-X", "importtime", *code))
        assert (ran.code, ran.out) == (0, "")
        names = [line.split("|")[-1].strip() for line in ran.err.splitlines() if "|" in line]
        loaded.append({name.split(".")[0] for name in names})
    assert "pattern_ci" in loaded[0]
    return loaded[0] - loaded[1]


def test_nothing_to_say_costs_next_to_nothing(repo: Path) -> None:
    """Warm, with a file that no rule knows: no heavy module, and no process is started."""
    stage(repo, CHECK, "README.md")
    hook(CHECK)

    assert imported(repo, "README.md", "base.py") & HEAVY == set()
    shutil.rmtree(repo / "patterns")
    assert imported(repo, "README.md", CHECK) & HEAVY == set()


def test_a_check_is_what_the_family_makes(repo: Path) -> None:
    """The world of these tests is sound: the pattern in force writes what was staged."""
    stage(repo, CHECK, text=checker("new_thing"))
    found = cli("suggest", "--format", "json", CHECK)

    assert found.lines[0]["pattern_id"] == "PAT-CHECKS-PY-001"
    assert cli("validate", "--repo", repo).code == 0
