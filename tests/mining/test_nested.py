"""Operations that add several files below one new folder, from the history to what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.mining.backtest.rules import Rules
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.engine import mine
from testing.repos import build_repo
from testing.repos import git as run_git
from tests.mining.backtest.worlds import past_of
from tests.mining.worlds import cli

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import MineResult

NAMES = ("leap", "two-fer", "bob", "high-scores", "raindrops", "word-count", "clock")
TEST = "linters/{name.kebab}/{name.snake}_check.py"
CONFIG = "linters/{name.kebab}/.meta/config.json"


def linter(name: str, earlier: tuple[str, ...]) -> dict[str, str | bytes | None]:
    """What one operation adds: two files below a folder of that name, and a line in a list."""
    snake = name.replace("-", "_")
    return {
        f"linters/{name}/{snake}_check.py": f"""
            from linters.base import Check, register

            @register("{name}")
            def check_{snake}(check: Check) -> None:
                check.expect("{snake}").to_pass()
            """,
        f"linters/{name}/.meta/config.json": f"""
            {{
              "authors": ["a maintainer"],
              "files": {{"solution": ["{snake}.py"], "test": ["{snake}_check.py"]}},
              "blurb": "{name[::-1]}"
            }}
            """,
        "linters.txt": "".join(f"- {one}\n" for one in (*earlier, name)),
    }


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One commit for each linter, and notes that have nothing to do with them."""
    trees = [linter(name, NAMES[:number]) for number, name in enumerate(NAMES)]
    return build_repo(tmp_path_factory.mktemp("nested"), {"README.md": "about\n"}, *trees)


@pytest.fixture(scope="module")
def mined(repo: Path) -> MineResult:
    """What is drafted there."""
    return mine(git.open_repo(repo), "HEAD", cache=False)


@pytest.fixture(scope="module")
def trained(repo: Path, mined: MineResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone that has the drafts."""
    assert mined.drafts
    clone = tmp_path_factory.mktemp("trained") / "clone"
    run_git(repo, "clone", "--quiet", str(repo), str(clone))
    assert cli("train", clone, "--apply").code == 0
    return clone


def test_both_files_are_roles_of_one_recipe(mined: MineResult) -> None:
    """Under the name of the folder; the second time in the case that it has there."""
    families = {draft.spec.slots[0].role for draft in mined.drafts if len(draft.spec.slots) == 1}
    (recipe,) = (draft.spec for draft in mined.drafts if len(draft.spec.slots) > 1)

    assert families == {TEST, CONFIG}
    assert [slot.role for slot in recipe.slots][2:] == ["linters.txt"]
    assert {slot.role.replace("{name}", "{name.kebab}") for slot in recipe.slots[:2]} == families


def test_companions_are_told_under_the_folder(mined: MineResult) -> None:
    """To the other file in its own case, though most names do not tell it, and to the list."""
    told = {(row["when"], row["then"]) for row in mined.companions["rules"]}

    assert told == {
        ("linters/{name}/.meta/config.json", "linters/{name}/{name.snake}_check.py"),
        ("linters/{name}/.meta/config.json", "linters.txt"),
        ("linters/{name}/{name}_check.py", "linters/{name}/.meta/config.json"),
        ("linters/{name}/{name}_check.py", "linters.txt"),
    }


def test_a_path_below_a_new_folder_is_served(trained: Path) -> None:
    """It is shown, applied with all that belongs to it, and explained."""
    path = "linters/new-one/new_one_check.py"

    said = cli("suggest", path, "--repo", trained, "--format", "json").lines[0]
    applied = cli("apply", said["pattern_id"], "--repo", trained, "--path", path)

    assert 'register("new-one")' in said["text"]
    assert {one["path"] for one in said["companions"]} == {
        "linters/new-one/.meta/config.json", "linters.txt",
    }  # fmt: skip
    assert applied.code == 0, applied.err
    assert "check_new_one" in (trained / path).read_text()
    assert '"new_one.py"' in (trained / "linters/new-one/.meta/config.json").read_text()
    assert (trained / "linters.txt").read_text().endswith("- new-one\n")
    assert f"role {TEST} (7 files)" in cli("explain", path, "--repo", trained).out


def test_a_change_below_a_folder_is_ranked(trained: Path) -> None:
    """What belongs to the change as a whole, by the history itself."""
    said = cli("suggest", "linters/odd-one/.meta/config.json", "--repo", trained, "--together")

    assert [one["path"] for one in said.json["companions"]][:2] == [
        "linters/odd-one/odd_one_check.py", "linters.txt",
    ]  # fmt: skip


def test_the_backtest_has_the_same_rules(repo: Path) -> None:
    """At every commit: a group below folders tells of its companions from the fourth on."""
    past = past_of(repo)
    rules = Rules(past)
    paths = ["linters/new-one/new_one_check.py", "linters/new-one/.meta/config.json"]
    said = []
    for number, one in enumerate(past.timeline.commits):
        past.move(number)
        expected = Companions(mine(git.open_repo(repo), one.sha, cache=False).companions)
        found = rules.at(paths)
        for path in paths:
            assert found.predict(path, exists=False) == expected.predict(path, exists=False)
        said.append(sum(len(found.predict(path, exists=False)) for path in paths))

    assert said == [0, 0, 0, 0, 4, 4, 4, 4]
