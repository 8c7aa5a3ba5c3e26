"""Rewrite rules of real histories: what is drafted, what is not, and that it is always the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pattern_ci import git, git_objects, process, yaml
from pattern_ci.mining.engine import mine
from pattern_ci.model.pattern import Kind
from pattern_ci.model.rewrite import Rewrite
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import library_findings
from pattern_ci.render.rewriting import rewrite
from testing.repos import build_repo, commit, write_tree
from testing.repos import git as run_git
from tests.mining.rewrites.shown import NAMES, history, module, version
from tests.mining.worlds import contents, plugins, program

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pattern_ci.model.candidate import Draft
    from testing.repos import Tree


def rewrites(path: Path, rev: str = "HEAD", *, cache: bool = False) -> list[Draft]:
    """The rewrite drafts of a repository."""
    found = mine(git.open_repo(path), rev, cache=cache)
    return [one for one in found.drafts if one.kind is Kind.REWRITE]


def rule_of(draft: Draft) -> Rewrite:
    """The rule of a draft."""
    assert draft.spec.rewrite is not None
    return Rewrite.from_dict(draft.spec.rewrite)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four commits that make the same change, each with a release beside it."""
    return history(tmp_path_factory.mktemp("rewrites") / "repo")


@pytest.fixture(scope="module")
def draft(world: Path) -> Draft:
    """The one draft of it."""
    (found,) = rewrites(world)
    return found


def test_what_recurs_becomes_a_rule(draft: Draft) -> None:
    """As specific as all of its instances; versions, years and pins are none of them."""
    rule = rule_of(draft)

    assert (rule.before, rule.after) == ('log.warn("', 'log.warning("')
    assert rule.files == ("/src/**/*.py",)
    assert rule.line_start
    assert not rule.line_end
    assert draft.spec.name == "rewrite_warn_to_warning"
    assert len(draft.spec.evidence.commits) == 4
    assert draft.members == tuple(f"src/{name}.py" for name in NAMES[:4])


def test_the_rule_does_what_is_left_to_do(draft: Draft) -> None:
    """The module that nobody came to."""
    done = rewrite(module("epsilon"), rule_of(draft))

    assert done.text == module("epsilon", call="warning")


def test_confidence_is_measured(draft: Draft) -> None:
    """Two of two later commits foretold is no certainty; nothing was taken back."""
    parts = draft.spec.confidence

    assert parts.similarity == pytest.approx(0.55, abs=0.01)
    assert parts.test_coverage == pytest.approx(0.55, abs=0.01)
    assert parts.success_rate == 1
    assert parts.schema_completeness == 1


def test_a_draft_is_a_sound_suite(draft: Draft, tmp_path: Path) -> None:
    """Spec, schema, examples and page pass validation; each instance is an example."""
    write_tree(tmp_path, {path: text.encode() for path, text in draft.files.items()})

    assert library_findings(gather(tmp_path, shown="patterns")) == []
    example = json.loads(draft.files["drafts/examples/rewrite_warn_to_warning/positive/3.json"])
    assert example["variables"] == {
        "path": "src/delta.py",
        "before": 'log.warn("delta got %s", value)\n',
        "after": 'log.warning("delta got %s", value)\n',
    }
    assert example["commit"] == draft.spec.evidence.commits[-1]
    refused = [path for path in draft.files if "/negative/" in path]
    assert [path.rpartition("/")[2] for path in sorted(refused)] == ["done.json", "near.json"]


def test_what_nobody_edited_since_is_left_to_do_as_well(tmp_path: Path) -> None:
    """The page counts what `apply` would rewrite: no ignored file, none that is done."""
    many: Tree = {f"docs/{number}.md": "x\n" for number in range(61)}
    old: Tree = {f"src/old_{name}.py": module(name) for name in NAMES[:2]}
    kept: Tree = {"src/vendor/old.py": module("alpha"), "lib/old.py": module("beta")}
    mended: list[Tree] = [{f"src/{name}.py": module(name, call="warning")} for name in NAMES]
    path = build_repo(
        tmp_path / "repo",
        {**many, **old, **kept},  # more files than a commit has that is learned from
        {f"src/{name}.py": module(name) for name in NAMES},
        *mended,
    )

    (found,) = rewrites(path)

    assert "When this was drafted, 2 files held it still." in found.spec.intent


def test_two_commits_are_not_enough(world: Path) -> None:
    """Nor is a third that nothing foretold."""
    assert rewrites(world, "HEAD~2") == []
    assert len(rewrites(world, "HEAD~1")) == 1


def test_the_cache_changes_nothing(
    world: Path, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cold, warm, and grown from an earlier revision: the same, and no commit is read again."""
    assert rewrites(world, "HEAD~1", cache=True) != []
    read: list[int] = []
    small_patches = git_objects.small_patches
    monkeypatch.setattr(process, "cores", lambda: 1)

    def counting(repo: git.Repo, shas: Sequence[str], *, max_bytes: int) -> str | None:
        read.append(len(shas))
        return small_patches(repo, shas, max_bytes=max_bytes)

    monkeypatch.setattr(git_objects, "small_patches", counting)

    assert rewrites(world, cache=True) == [draft]
    assert rewrites(world, cache=True) == [draft]
    assert read == [1]


def test_a_sweeping_commit_counts_once(tmp_path: Path) -> None:
    """Five instances in one commit are one commit."""
    path = build_repo(
        tmp_path / "repo",
        {f"src/{name}.py": module(name) for name in NAMES},
        {f"src/{name}.py": module(name, call="warning") for name in NAMES},
    )

    assert rewrites(path) == []


def test_a_rule_that_others_did_not_follow_is_none(tmp_path: Path) -> None:
    """Its left side was edited around, and stayed, more often than it went."""
    path = history(tmp_path / "repo")
    for number in range(3):
        other = f"src/other_{number}.py"
        commit(path, {other: module(f"other_{number}")})
        commit(path, {other: module(f"other_{number}") + "# seen\n"})

    assert rewrites(path) == []


def test_white_space_is_no_change(tmp_path: Path) -> None:
    """However often it is made."""
    texts: list[Tree] = [{f"src/{name}.py": f"call_{name}(1,2)\n" for name in NAMES}]
    texts += [{f"src/{name}.py": f"call_{name}(1, 2)\n"} for name in NAMES]

    assert rewrites(build_repo(tmp_path / "repo", *texts)) == []


def test_generated_files_are_not_learned_from(tmp_path: Path) -> None:
    """What the attributes mark, and lock files."""
    mended: list[Tree] = [
        {f"src/{name}.py": module(name, call="warning"), "notes.txt": f"{name}\n"} for name in NAMES
    ]
    path = build_repo(
        tmp_path / "repo",
        {".gitattributes": "/src/** linguist-generated\n", "notes.txt": "none\n"},
        {f"src/{name}.py": module(name) for name in NAMES},
        *mended,
    )

    assert rewrites(path) == []


def test_odd_files_do_no_harm(tmp_path: Path) -> None:
    """Line ends of Windows, no final line end, other encodings, huge lines, signs of all kinds."""
    odd = [
        b"log.warn('%s')\r\nx\r\n",
        b"# caf\xe9\nlog.warn('%s')",
        b"log.warn('%s')\n" + b"y" * 100_000,
        b"# $A {{ x }} `|` \\1\n\tlog.warn('%s')\n",
        b"z\0log.warn('%s')\n",
    ]
    trees: list[Tree] = [{f"a{n}.py": text for n, text in enumerate(odd)}]
    trees += [{f"a{n}.py": text.replace(b"warn", b"warning")} for n, text in enumerate(odd)]
    path = build_repo(tmp_path / "repo", trees[0], *trees[1:])

    (found,) = rewrites(path)

    rule = rule_of(found)
    assert (rule.before, rule.after) == ("log.warn('%s')", "log.warning('%s')")
    assert found.members == ("a0.py", "a1.py", "a3.py")
    assert yaml.load(found.files[f"drafts/specs/{found.spec.name}.pattern.yaml"], source="x").data


def test_what_is_missing_is_left_out_and_learned_later(tmp_path: Path) -> None:
    """A content that is not here costs the commits that need it, and nothing is kept of the gap."""
    path = history(tmp_path / "repo", commits=5)
    blob = run_git(path, "rev-parse", "HEAD~4:src/epsilon.py").strip()
    there = path / ".git/objects" / blob[:2] / blob[2:]
    there.rename(tmp_path / "aside")

    (found,) = rewrites(path, cache=True)
    (tmp_path / "aside").rename(there)
    (whole,) = rewrites(path, cache=True)

    assert found.members == tuple(f"src/{name}.py" for name in NAMES[:4])
    assert whole.members == tuple(f"src/{name}.py" for name in NAMES)


def test_versions_alone_are_no_rule(tmp_path: Path) -> None:
    """Numbers, years and hashes move on; the next one is not foretold by the last."""
    path = build_repo(tmp_path / "repo", *(version(number) for number in range(8)))

    assert rewrites(path) == []


def test_the_same_bytes_beside_a_recipe(tmp_path: Path) -> None:
    """Whatever the hash seed, the locale, the zone and the cache; and nobody looks ahead."""
    repo = plugins(tmp_path / "repo")
    commit(repo, {f"src/{name}.py": module(name) for name in NAMES})
    for name in NAMES[:4]:
        commit(repo, {f"src/{name}.py": module(name, call="warning")})
    run_git(tmp_path, "clone", "--quiet", str(repo), "cut")
    commit(repo, {"plugins.txt": "nothing\n", f"src/{NAMES[4]}.py": "x\n"})
    runs = [
        (repo, {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "UTC"}),
        (repo, {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"}),
        (tmp_path / "cut", {"PYTHONHASHSEED": "3"}),
    ]

    made = []
    for number, (path, env) in enumerate(runs):
        out, rev = tmp_path / str(number), "HEAD" if path != repo else "HEAD~1"
        ran = program("mine", path, "--rev", rev, "--output", out, env=env)
        assert ran.code == 0, ran.err
        made.append(contents(out))

    assert made[0] == made[1] == made[2]
    assert any("_recipe" in name for name in made[0])
    assert any("rewrite_" in name for name in made[0])
