"""A clone that ends at a revision and `--rev` on the whole history say the same."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.git import open_repo
from pattern_ci.mining.versions import cache_path
from testing.repos import git as run_git
from tests.mining.backtest.worlds import busy, measured
from tests.mining.worlds import checker, imported

STEMS = [f"part_{letter}" for letter in "abcdefghijklmnop"]


def truncated(whole: Path, rev: str, path: Path) -> Path:
    """A clone that holds what is reachable from `rev` and nothing else."""
    run_git(whole, "branch", "--force", "cut", rev)
    run_git(whole.parent, "clone", "--quiet", "--no-local", "--single-branch", "--no-tags",
            "--branch=cut", str(whole), str(path))  # fmt: skip
    inside = run_git(path, "rev-list", "--all", "--count").strip()
    assert inside == run_git(whole, "rev-list", "--count", rev).strip()
    return path


def test_at_every_commit_of_a_busy_history(repo_path: Path, tmp_path: Path) -> None:
    """The whole result is the same, at several revisions, on both sides of a merge."""
    whole = busy(repo_path)
    for back in (0, 2, 5, 7):
        clone = truncated(whole, f"main~{back}", tmp_path / f"cut{back}")
        cut, full = measured(clone), measured(whole, f"main~{back}")

        assert cut == full
        assert cut.predictions


@settings(max_examples=3, deadline=None)
@given(order=st.permutations([0, 3, 6]))
def test_a_cache_of_other_revisions_changes_nothing(order: list[int]) -> None:
    """Whatever was asked before, later or earlier: the same answers as without a cache."""
    with TemporaryDirectory() as folder:
        trees = [{f"checks/{name}.py": checker(name)} for name in STEMS[:12]]
        whole = imported(Path(folder) / "whole", *trees)
        path = cache_path(open_repo(whole))
        size = 0
        for back in order:
            rev = f"main~{back}"

            assert measured(whole, rev, cache=True) == measured(whole, rev)
            assert path.stat().st_size >= size
            size = path.stat().st_size


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_on_random_histories(data: st.DataObject) -> None:
    """Files come, change and go as they like."""
    trees = []
    live: list[str] = []
    for number in range(14):
        name = STEMS[number]
        tree: dict[str, str | None] = {f"checks/{name}.py": checker(name)}
        changed = data.draw(st.sampled_from(["", *live]))
        if changed:
            tree[changed] = "changed = True\n" * 20
        if len(live) > 5 and data.draw(st.integers(0, 3)) == 0:
            tree[live.pop(data.draw(st.integers(0, len(live) - 1)))] = None
        live.append(f"checks/{name}.py")
        trees.append(tree)
    back = data.draw(st.integers(0, 4))
    with TemporaryDirectory() as folder:
        whole = imported(Path(folder) / "whole", *trees)
        clone = truncated(whole, f"main~{back}", Path(folder) / "clone")

        assert measured(clone) == measured(whole, f"main~{back}")
