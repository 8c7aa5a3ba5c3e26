"""A draft that is made anew after it was committed has a version that `apply --update` follows."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pattern_ci import yaml
from testing.repos import commit, git
from tests.mining.worlds import cli, feed, imported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.mining.worlds import Tree

WORDS = (
    "apple", "brick", "cloud", "drift", "ember", "frost", "grain", "haven", "ivory", "jolly",
    "knack", "lemon", "mango", "north",
)  # fmt: skip
SPEC = "patterns/drafts/specs/checks_py.pattern.yaml"


def members(words: Sequence[str], more: str = "") -> list[Tree]:
    """Checks that are all alike."""
    return [
        {
            f"checks/{word}.py": f"import checks\n\n\nclass {word.title()}Check(checks.Check):\n"
            f'    name = "{word}"\n    level = 3\n{more}    enabled = True\n'
        }
        for word in words
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A family with a committed draft that was used, and then members that are another."""
    path = imported(tmp_path_factory.mktemp("again") / "repo", *members(WORDS[:6]), bare=False)
    spec = path / SPEC
    assert cli("train", path, "--apply").code == 0
    assert cli("apply", spec, "--repo", path, "--var", "name=zebra").code == 0
    commit(path, {}, "drafts and a use")
    feed(path, members(WORDS[6:], "    owner = None\n"), first=20)
    git(path, "reset", "--quiet", "--hard")
    return path


@pytest.fixture
def repo(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it; commands run at its top."""
    path = tmp_path / "repo"
    shutil.copytree(made, path)
    monkeypatch.chdir(path)
    return path


def version(path: Path) -> tuple[str, list[str]]:
    """What a spec says of itself."""
    spec = yaml.load(path.read_text(), source="spec").data
    return spec["version"], [one["version"] for one in spec["history"]]


@pytest.mark.parametrize("way", ["train", "mine"])
def test_a_new_text_is_a_new_version_that_updates_follow(repo: Path, way: str) -> None:
    """Whoever drafts it; once more changes nothing."""
    words = ("train", "--apply") if way == "train" else ("mine", ".", "--output", "patterns")
    assert version(repo / SPEC)[0] == "1.0.0"
    before = (repo / "checks/zebra.py").read_text()

    assert cli(*words).code == 0

    raised, history = version(repo / SPEC)
    assert history == ["1.0.0", raised]
    assert raised != "1.0.0"
    text = (repo / SPEC).read_text()
    assert cli(*words).code == 0
    assert (repo / SPEC).read_text() == text
    assert cli("validate").code == 0
    updated = cli("apply", SPEC, "--update")
    assert updated.code == 0, updated.err
    after = (repo / "checks/zebra.py").read_text()
    assert after == before.replace("    enabled", "    owner = None\n    enabled") != before


def test_elsewhere_a_draft_is_the_first(repo: Path, tmp_path: Path) -> None:
    """What is written outside of the repository knows of no version there."""
    assert cli("mine", ".", "--output", tmp_path / "out").code == 0

    assert version(tmp_path / "out" / SPEC.removeprefix("patterns/"))[0] == "1.0.0"
    assert git(repo, "status", "--porcelain") == ""
