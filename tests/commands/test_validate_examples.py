"""`validate --examples`: after a template was edited by hand, its examples are brought along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from pattern_ci.model.digests import text_digest
from testing.repos import build_repo, git
from testing.sample_recipe import NAME, PATTERN_ID, recipe_world

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
EXAMPLE = f"patterns/examples/{NAME}/positive/beta_ray.json"


@pytest.fixture
def repo(repo_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A recipe whose templates were edited: the text of the rule and its row in a table."""
    build_repo(repo_path, recipe_world())
    edit(repo_path, "rule", "    pass\n", "    level = 1\n")
    edit(repo_path, "row", "| {{ since }} |", "| since {{ since }} |")
    monkeypatch.chdir(repo_path)
    return repo_path


def edit(repo: Path, template: str, old: str, new: str) -> None:
    """Change a template by hand."""
    path = repo / f"patterns/templates/{NAME}/{template}.j2"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_plan_shows_the_difference_and_writes_nothing(repo: Path, capsys: Capture) -> None:
    """Before anybody agreed to it; the diff is one that git takes."""
    before = (repo / EXAMPLE).read_bytes()

    assert main(["validate", "--examples", PATTERN_ID]) == 1

    shown = capsys.readouterr().out
    assert "1 example would be rewritten." in shown
    assert (repo / EXAMPLE).read_bytes() == before
    git(repo, "apply", "-", stdin=shown.partition(f"{PATTERN_ID}:")[0])
    assert main(["validate"]) == 0


def test_with_fix_the_examples_say_what_is_rendered(repo: Path, capsys: Capture) -> None:
    """Digests and the text of entries; neighbours, variables and negative examples stay."""
    assert main(["validate"]) == 1
    before = json.loads((repo / EXAMPLE).read_text())

    assert main(["validate", "--examples", NAME, "--fix"]) == 0

    after = json.loads((repo / EXAMPLE).read_text())
    made = after["outputs"]
    assert made["rule"]["sha256"] == text_digest("class BetaRay:\n    level = 1\n")
    assert made["row"]["edit"]["text"] == ["| beta-ray | since 1.2 |"]
    assert made["row"]["edit"]["above"] == before["outputs"]["row"]["edit"]["above"]
    assert made["import"] == before["outputs"]["import"]
    assert {**after, "outputs": 0} == {**before, "outputs": 0}
    changed = git(repo, "diff", "--name-only", "--", "patterns/examples").split()
    assert changed == [EXAMPLE]
    capsys.readouterr()
    assert main(["validate"]) == 0
    assert main(["validate", "--examples", NAME]) == 0
    assert "change no example" in capsys.readouterr().out


def test_what_cannot_be_known_is_left_to_a_person(repo: Path, capsys: Capture) -> None:
    """An entry that would go elsewhere, or be none: the whole example stays."""
    edit(repo, "row", "| {{ name | kebab }} |", "* {{ name | kebab }}")
    before = (repo / EXAMPLE).read_bytes()

    assert main(["validate", "--examples", PATTERN_ID, "--fix"]) == 1

    assert f"Left alone: {EXAMPLE}: the entry '* beta-ray" in capsys.readouterr().out
    assert (repo / EXAMPLE).read_bytes() == before


def test_without_the_option_no_example_is_touched(repo: Path) -> None:
    """What everybody agreed on is not rewritten by the way."""
    before = (repo / EXAMPLE).read_bytes()

    assert main(["validate", "--fix"]) == 1

    assert (repo / EXAMPLE).read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--examples", "PAT-NO-SUCH-001"], 23),
        (["--examples", PATTERN_ID, "--format", "json"], 2),
        (["--examples", PATTERN_ID, "--since", "HEAD"], 2),
    ],
)
def test_what_makes_no_sense_is_refused(repo: Path, words: list[str], code: int) -> None:
    """On one line, with its own code."""
    before = (repo / EXAMPLE).read_bytes()

    assert main(["validate", *words, "--fix"]) == code

    assert (repo / EXAMPLE).read_bytes() == before
