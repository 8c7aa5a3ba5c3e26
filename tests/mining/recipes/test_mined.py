"""Recipes of real histories: what is drafted, what is left alone, and always the same."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.database import Cache
from pattern_ci.messages.recipes import page
from pattern_ci.mining.engine import mine
from pattern_ci.mining.versions import cache_path
from pattern_ci.model.pattern import Kind, Mode
from testing.repos import commit
from testing.repos import git as run_git
from tests.mining.recipes.worlds import NAMES, listed, tabled, written
from tests.mining.worlds import checker, cli, contents, imported, mined, plugins, program

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import Draft, MineResult


def recipes(found: MineResult) -> list[Draft]:
    """The recipes alone."""
    return [one for one in found.drafts if one.kind is Kind.RECIPE]


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A plugin with test and docs, and its line in a sorted list, ten times."""
    return plugins(repo_path)


def test_a_recipe_adds_the_files_and_the_entry(repo: Path) -> None:
    """One name for all of it, and the anchor that history followed."""
    (draft,) = recipes(mine(git.open_repo(repo), "HEAD", cache=False))

    spec = draft.spec
    assert spec.pattern_id == "PAT-PLUGINS-PY-RECIPE-001"
    assert [(slot.role, slot.mode) for slot in spec.slots] == [
        ("plugins/{name.snake}.py", Mode.ADD),
        ("docs/plugins/{name}.md", Mode.ADD),
        ("tests/test_{name}.py", Mode.ADD),
        ("plugins.txt", Mode.EDIT),
    ]
    anchor = spec.slots[-1].anchor
    assert anchor is not None
    assert (anchor.place.value, anchor.like) == ("sorted", "- {*}")
    assert (spec.trigger, spec.steps) == (None, ())
    assert spec.evidence.holdout is not None
    assert (spec.evidence.holdout.n, spec.evidence.holdout.draft_precision) == (7, 1.0)


def test_a_page_without_a_record_has_no_gap(repo: Path) -> None:
    """A recipe without entries has nothing held out to tell of."""
    (draft,) = recipes(mine(git.open_repo(repo), "HEAD", cache=False))
    bare = replace(draft.spec, evidence=replace(draft.spec.evidence, holdout=None))

    made = page(bare, draft.members, {"properties": {}, "required": []})

    assert "\n\n\n" not in str(made)
    assert f"{draft.spec.summary.split(':')[1]}\n\n| file |" in str(made)


@pytest.mark.parametrize("more", [4, 5])
def test_a_page_folds_what_need_not_be_given(repo: Path, more: int) -> None:
    """What `apply` asks for is seen at a glance."""
    (draft,) = recipes(mine(git.open_repo(repo), "HEAD", cache=False))
    properties = {f"v{number}": {"description": "Some text."} for number in range(more)}

    made = str(
        page(draft.spec, (), {"properties": {"name": {}, **properties}, "required": ["name"]})
    )

    folded = f"<details><summary>{more} more, with a default</summary>\n\n| variable |"
    assert (folded in made) is (more == 5)
    assert made.index("<code>name</code>") < made.index("<code>v0</code>")
    assert made.count("| <code>v") == more
    assert " --var name=NAME\n" in made


def test_every_example_is_what_history_has(repo: Path) -> None:
    """Each file to the letter, and the entry between the lines that stood there."""
    (draft,) = recipes(mine(git.open_repo(repo), "HEAD", cache=False))
    examples = [json.loads(text) for path, text in draft.files.items() if "/positive/" in path]

    assert len(examples) == 3
    for example in examples:
        name = example["variables"]["name"]
        entry = example["outputs"]["plugins_txt"]["edit"]
        after = run_git(repo, "show", f"{example['commit']}:plugins.txt").split("\n")
        assert after[entry["line"] - 1] == f"- {name}"
        assert entry["text"] == [f"- {name}"]


def test_names_never_collide_with_those_of_families(repo: Path) -> None:
    """Neither names, ids nor identities are taken twice."""
    drafts = mine(git.open_repo(repo), "HEAD", cache=False).drafts

    for values in ([d.spec.name for d in drafts], [d.spec.identity for d in drafts]):
        assert len(set(values)) == len(drafts)


def test_a_role_without_a_template_is_the_trigger(repo_path: Path) -> None:
    """Its file is written by hand, and the recipe does the entry; what differs is a step."""
    imported(repo_path, *listed())

    (draft,) = recipes(mine(git.open_repo(repo_path), "HEAD", cache=False))

    assert draft.spec.trigger == "rules/{name.snake}.txt"
    assert [slot.role for slot in draft.spec.slots] == ["index.txt"]
    assert [step.split(" by hand")[0] for step in draft.spec.steps] == [
        "Write rules/{name.snake}.txt",
        "Edit news.txt",
    ]


def test_entries_that_go_anywhere_are_left_alone(repo_path: Path) -> None:
    """The text alone is foretold, the place is not: there is no recipe, and the reason is told."""
    orders = (0, 1, 0, 2, 1, 3, 0, 5)
    known: list[str] = ["* omega\n"]
    trees = []
    for number, (name, at) in enumerate(zip(NAMES, orders, strict=True)):
        known.insert(at, f"* {name}\n")
        trees.append({f"rules/{name}.txt": written(number), "index.txt": "".join(known)})
    imported(repo_path, {"index.txt": "* omega\n"}, *trees)

    found = mine(git.open_repo(repo_path), "HEAD", cache=False)

    assert recipes(found) == []
    (left,) = found.without_recipe
    assert left.role == "rules/{name.snake}.txt"
    assert left.reason


def test_a_second_run_reads_no_contents(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does one after a commit that has nothing to do with it; the drafts are the same."""
    first = mine(git.open_repo(repo), "HEAD")
    commit(repo, {"other.txt": "x\n"}, "other", day=90)
    asked: list[object] = []

    def spy(*words: object) -> dict[str, str]:
        asked.append(words)
        return {}

    monkeypatch.setattr("pattern_ci.git_objects.blobs_before", spy)

    again = mine(git.open_repo(repo), "HEAD~1")
    later = mine(git.open_repo(repo), "HEAD")

    assert asked == []
    assert recipes(again) == recipes(later) == recipes(first)


def test_what_old_contents_were_missing_for_is_learned_later(
    repo_path: Path, tmp_path: Path
) -> None:
    """The answer of a partial clone is not kept: with all objects there the recipe is found."""
    names = sorted(NAMES)
    trees = [
        {f"h/{name}.py": checker(name), "reg.txt": "".join(f"- {one}\n" for one in names[:count])}
        for count, name in enumerate(names, 1)
    ]
    imported(repo_path, *trees, bare=False)
    run_git(repo_path, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    words = ("clone", "--quiet", "--filter=blob:none", f"file://{repo_path}", str(clone))
    run_git(tmp_path, *words)
    run_git(clone, "remote", "remove", "origin")  # nothing comes by itself
    before = mined(clone)
    shutil.copytree(repo_path / ".git/objects", clone / ".git/objects", dirs_exist_ok=True)

    after = mined(clone)

    assert [one["kind"] for one in before["candidates"]] == ["family"]
    assert [one["kind"] for one in after["candidates"]] == ["family", "recipe"]
    assert after == mined(clone, "--no-cache")


def test_a_damaged_result_is_made_anew(repo: Path) -> None:
    """What the cache holds is read with care."""
    first = mine(git.open_repo(repo), "HEAD")
    with Cache(cache_path(git.open_repo(repo))) as cache, cache.tables() as db:
        db.change("UPDATE results SET value = '[[1]]' WHERE value LIKE '%sorted%'")
        assert len(db.rows("SELECT key FROM results WHERE value = '[[1]]'")) == 3

    assert mine(git.open_repo(repo), "HEAD").drafts == first.drafts


def test_a_truncated_clone_gives_the_same(repo: Path, tmp_path: Path) -> None:
    """What came later is not known: `--rev` is the history up to there."""
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", str(repo), str(clone))
    run_git(clone, "reset", "--quiet", "--hard", "HEAD~2")
    run_git(clone, "reflog", "expire", "--expire=now", "--all")

    here, there = mined(repo, "--rev", "HEAD~2", "--no-cache"), mined(clone, "--no-cache")

    assert here == there
    assert [one["kind"] for one in here["candidates"]].count("recipe") == 1


def test_the_same_bytes_whatever_the_surroundings(repo: Path, tmp_path: Path) -> None:
    """Hash seed, locale and cores change nothing."""
    surroundings = ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"})
    out = [tmp_path / str(number) for number in range(2)]
    for folder, env in zip(out, surroundings, strict=True):
        ran = program("mine", repo, "--no-cache", "--output", folder, env=env)
        assert ran.code == 0, ran.err

    assert contents(out[0]) == contents(out[1])
    assert any("recipe" in name for name in contents(out[0]))


def test_what_mine_drafted_applies(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From history to one more plugin with all that belongs to it."""
    mined(repo, "--output", tmp_path / "out")
    spec = tmp_path / "out/drafts/specs/plugins_py_recipe.pattern.yaml"
    monkeypatch.chdir(repo)

    ran = cli("apply", spec, "--var", "name=lambda_calc")

    assert ran.code == 0, ran.err
    lines = (repo / "plugins.txt").read_text("utf-8").split("\n")
    assert lines == [*sorted(lines[:-1]), ""]
    assert "- lambda_calc" in lines
    for path in (
        "plugins/lambda_calc.py",
        "tests/test_lambda_calc.py",
        "docs/plugins/lambda_calc.md",
    ):
        assert (repo / path).exists()


def test_a_recipe_asks_for_what_no_path_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table with CRLF and a list on one line: learned, checked, asked for, and written."""
    repo = imported(tmp_path / "repo", *tabled(), bare=False)
    mined(repo, "--output", repo / "patterns")
    monkeypatch.chdir(repo)
    words = ("apply", "PAT-RULES-TXT-RECIPE-001", "--path", "rules/omicron.txt")

    checked, refused = cli("validate"), cli(*words)
    before = (repo / "README.md").read_bytes(), (repo / "pkg.py").read_bytes()
    ran = cli(*words, "--var", "text=Old ring")

    assert checked.code == 0, checked.out
    assert refused.code == 22
    assert "missing: text" in refused.err
    assert ran.code == 0, ran.err
    table, module = (repo / "README.md").read_bytes(), (repo / "pkg.py").read_bytes()
    row = b"| [omicron](rules/omicron.txt) | Old ring |\r\n"
    assert table.replace(row, b"") == before[0] != table
    assert table.split(b"\r\n")[4:-1] == sorted(table.split(b"\r\n")[4:-1])
    assert module == before[1].replace(b'"omega", ', b'"omega", "omicron", ')
