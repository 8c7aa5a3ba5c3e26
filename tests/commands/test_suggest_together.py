"""`pattern-ci suggest --together`: all paths as one change, one answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from testing.repos import commit
from tests.commands.test_suggest import COMPANION
from tests.mining.worlds import cli, one_line_error, workshop, workshop_library

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = {
    "type": "object",
    "properties": {
        "changed": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "companions": {"type": "array", "items": COMPANION, "maxItems": 20},
    },
    "required": ["changed", "companions"],
    "additionalProperties": False,
}
PLUGIN = "plugins/new_thing.py"
TEST = "tests/test_new_thing.py"
DOCS = "docs/plugins/new_thing.md"


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """Plugins with tests and docs, and a family of checks that is drafted."""
    return workshop(repo_path)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """What `mine` wrote for it."""
    return workshop_library(tmp_path / "library")


def ask(repo: Path, *words: str | Path, stdin: bytes = b"") -> dict[str, Any]:
    """The one answer, checked against the contract."""
    ran = cli("suggest", "--together", "--repo", repo, *words, stdin=stdin)
    assert (ran.code, ran.err) == (0, ""), ran.err
    (found,) = ran.lines
    jsonschema.validate(found, CONTRACT)
    return dict(found)


def named(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Action and path of each companion, in order."""
    return [(one["action"], one["path"]) for one in found["companions"]]


def test_one_answer_for_the_whole_change(repo: Path, library: Path) -> None:
    """Added files first here, then the registry; what is in the change is not named."""
    found = ask(repo, "--patterns", library, PLUGIN, DOCS)

    assert found["changed"] == [PLUGIN, DOCS]
    assert named(found)[:2] == [("add", TEST), ("edit", "plugins.txt")]
    assert not {PLUGIN, DOCS} & {path for _, path in named(found)}
    shares = [one["confidence"] for one in found["companions"]]
    assert shares == sorted(shares, reverse=True)
    assert found["companions"][0]["reason"].startswith("was added with 10 of 10 new files at ")


def test_it_is_the_same_whatever_the_way_in(repo: Path, library: Path) -> None:
    """Words or standard input, `json` named or not, once or twice."""
    expected = ask(repo, "--patterns", library, PLUGIN, DOCS)
    lines = f"{PLUGIN}\n{DOCS}\n{PLUGIN}\n".encode()
    nul = lines.replace(b"\n", b"\0")

    assert ask(repo, "--patterns", library, "-", stdin=lines) == expected
    assert ask(repo, "--patterns", library, "-z", "-", stdin=nul) == expected
    assert ask(repo, "--patterns", library, "--format", "json", PLUGIN, DOCS) == expected


def test_the_history_speaks_without_a_library(repo: Path) -> None:
    """No pattern and no rule is committed."""
    assert ("add", TEST) in named(ask(repo, PLUGIN))


def test_nothing_after_the_revision_counts(repo: Path, library: Path) -> None:
    """What came later is neither known nor named."""
    expected = ask(repo, "--patterns", library, PLUGIN)
    for day in range(3):
        commit(repo, {"later.txt": f"{day}\n", f"plugins/later_{day}.py": "x\n"}, day=200 + day)

    assert ask(repo, "--patterns", library, "--rev", "HEAD~3", PLUGIN) == expected
    assert "later.txt" in [path for _, path in named(ask(repo, "--patterns", library, PLUGIN))]


def test_ignored_files_neither_speak_nor_are_named(repo: Path) -> None:
    """The globs of the configuration."""
    commit(repo, {".github/pattern-ci.yml": "version: 1\nignore: [plugins.txt]\n"}, day=200)

    assert "plugins.txt" not in [path for _, path in named(ask(repo, PLUGIN))]
    assert named(ask(repo, "plugins.txt")) == []


def test_people_read_what_is_missing_and_what_is_usual(repo: Path, library: Path) -> None:
    """A warning needs a threshold in the rules; below it the words are weaker."""
    words = ("suggest", "--together", "--repo", repo, "--patterns", library)
    quiet = cli(*words, "--format", "text", PLUGIN).out
    rules = json.loads((library / "companions.json").read_text())
    (library / "companions.json").write_text(json.dumps(rules | {"warn_at": 0.8}))

    loud = cli(*words, "--format", "text", PLUGIN).out

    assert quiet.startswith(f"{PLUGIN}\n  usually also touched:\n    add  {DOCS}  (")
    assert "missing:" not in quiet
    missing, usual = loud.split("  usually also touched:\n")
    assert missing.startswith(f"{PLUGIN}\n  missing:\n    add  {DOCS}  (")
    assert TEST in missing
    assert "plugins.txt" in usual
    assert "plugins.txt" not in missing
    assert cli(*words, "--format", "text", "unheard/of.xyz").out == (
        "unheard/of.xyz\n  nothing usually comes along\n"
    )


def test_no_path_is_an_error(repo: Path) -> None:
    """In one line."""
    one_line_error(cli("suggest", "--together", "--repo", repo), 2, "no path was named")
