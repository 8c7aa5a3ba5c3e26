"""A backtest answers what mining at the parent of a commit would have, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git
from pattern_ci.mining.backtest.beside import Beside
from pattern_ci.mining.backtest.drafts import offer_of, written
from pattern_ci.mining.backtest.past import Past
from pattern_ci.mining.backtest.rules import Rules
from pattern_ci.mining.companions import Companions
from pattern_ci.mining.engine import mine
from pattern_ci.mining.suggesting import best
from pattern_ci.model.pattern import Kind
from testing.repos import commit
from testing.repos import git as run_git
from tests.mining.backtest.worlds import busy, measured, past_of
from tests.mining.worlds import checker, cli, imported

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """The busy history."""
    return busy(repo_path)


def mined_at(path: Path, rev: str, target: str) -> tuple[str | None, str, float]:
    """Role, text and confidence of what mining at `rev` alone would have suggested."""
    found = mine(git.open_repo(path), rev, cache=False)
    families = [one for one in found.drafts if one.kind is Kind.FAMILY]
    offer = best(target, map(offer_of, families))
    if offer is None:
        return None, "", 0.0
    return offer.role.text, written(offer, target), offer.confidence


def test_fresh_is_mining_at_the_parent(repo: Path) -> None:
    """Each prediction is what `mine --rev COMMIT^` drafts; some are drafted and some are not."""
    predictions = measured(repo).predictions

    assert len({one.role for one in predictions}) == 3
    for one in predictions:
        found = mined_at(repo, f"{one.commit}^", one.path)
        assert (one.role, one.predicted, one.confidence) == found, one.path
    assert [one.path for one in predictions if one.role is None] == ["notes/e.txt"]


def test_stale_is_mining_once(repo: Path) -> None:
    """What was mined at three shares of the main line, used only for commits it had not seen."""
    result = measured(repo)
    line = git.first_parents(git.open_repo(repo), "HEAD")

    for section in result.report.templates.stale:
        assert section.mined_at is not None
        assert section.rev == line[int(section.mined_at * len(line))]
        inside = set(run_git(repo, "rev-list", section.rev).split())
        later = [one for one in result.predictions if one.commit not in inside]
        assert section.files == len(later)
        for one in later:
            role, *_ = mined_at(repo, section.rev, one.path)
            then = one.stale.get(str(section.mined_at))
            assert (then["role"] if then else None) == role


def test_rules_are_those_of_mining(repo: Path) -> None:
    """At every commit, and for every path of it, the same companions with the same figures."""
    past = past_of(repo)
    opened = git.open_repo(repo)
    rules = Rules(past)
    said = 0
    for number, one in enumerate(past.timeline.commits):
        past.move(number)
        expected = Companions(mine(opened, one.sha, cache=False).companions)
        paths = [*past.tree.live, "plugins/new_one.py", "checks/new_one.py"]
        found = rules.at(paths)
        for path in paths:
            exists = path in past.tree.live
            predicted = found.predict(path, exists=exists)
            assert predicted == expected.predict(path, exists=exists), (one.sha, path)
            said += len(predicted)

    assert said > 20


def test_rankings_are_those_of_suggest(repo: Path) -> None:
    """Of old, new and mixed changes, at several commits, what `suggest --together` prints."""
    past = past_of(repo)
    rules, beside = Rules(past), Beside(past)
    said = 0
    for back in (0, 3, 8):
        rev = f"main~{back}"
        run_git(repo, "checkout", "--quiet", rev)
        past.move(past.timeline.number[run_git(repo, "rev-parse", rev).strip()])
        cli("train", repo, "--apply")
        changed = run_git(repo, "show", "--name-only", "--format=", "--first-parent", rev).split()
        for query in (["plugins/new_one.py"], ["plugins/new_one.py", "plugins.txt"], changed[:1]):
            ran = cli("suggest", *query, "--repo", repo, "--rev", rev, "--together")
            found = [one["path"] for one in ran.json["companions"]]
            assert beside.ranked(query, rules.at(query)) == found, (rev, query)
            said += len(found)

    assert said > 20


def test_rules_between_files_keep_to_the_limits(
    repo_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of large commits, of many files, of what is gone, and of the window of newest commits."""
    monkeypatch.setattr("pattern_ci.mining.windows.RECENT", 10)
    monkeypatch.setattr("pattern_ci.mining.backtest.rules.RECENT", 10)
    sizes = [3, 3, 31, 16, 3, 15, 16, 30, 31, 3, 17, 15, 2, 3, 15, 31, 2, 3]
    trees: list[dict[str, str | None]] = [
        {f"d{n:02}/f.txt": f"{step}\n" for n in range(size)} for step, size in enumerate(sizes)
    ]
    trees.insert(12, {f"d{n:02}/f.txt": None for n in range(5, 31)})
    past = past_of(imported(repo_path, *trees))
    rules = Rules(past)
    said: list[tuple[int, ...]] = []
    for number, one in enumerate(past.timeline.commits):
        past.move(number)
        mined = mine(git.open_repo(repo_path), one.sha, cache=False).companions
        asked = sorted(past.tree.live)
        found, expected = rules.at(asked), Companions(mined)
        for path in asked:
            predicted = found.predict(path, exists=True)
            assert predicted == expected.predict(path, exists=True), (number, path)
            said.append(tuple(row.rule["support"] for row in predicted))

    assert len(set(said)) > 3


def test_any_order_of_moving_gives_the_same_groups(repo: Path) -> None:
    """A past that jumps between commits sees what one sees that went there at once."""
    jumping = past_of(repo)
    count = len(jumping.timeline.commits)
    for number in [count - 1, 3, count // 2, count - 2, 5]:
        jumping.move(number)
        fresh = Past(git.open_repo(repo), jumping.timeline, ())
        fresh.move(number)

        assert jumping.tree.live == fresh.tree.live
        assert {k for k, v in jumping.tree.groups.items() if v} == {
            k for k, v in fresh.tree.groups.items() if v
        }
        for key in fresh.tree.groups:
            mine_there = fresh.group(key, min_members=2)
            assert jumping.group(key, min_members=2) == mine_there
        folders = {name for name, there in jumping.tree.folders.items() if there}
        assert folders == {name for name, there in fresh.tree.folders.items() if there}


def test_what_comes_later_changes_no_prediction(repo: Path) -> None:
    """Deleting, rewriting and excluding everything afterwards leaves earlier predictions alone."""
    before = {(one.commit, one.path): one for one in measured(repo, limit=50).predictions}
    names = run_git(repo, "ls-files", "checks").split()
    commit(repo, dict.fromkeys(names[:4]), day=400)
    commit(repo, dict.fromkeys(names[4:], "rewritten = 1\n" * 30), day=401)
    for number in range(6):
        commit(repo, {f"checks/later_{number}.py": checker(f"later_{number}")}, day=402 + number)
    after = {(one.commit, one.path): one for one in measured(repo, limit=50).predictions}
    common = before.keys() & after.keys()

    assert len(common) >= 3
    assert len(after.keys() - before.keys()) >= 4
    for key in common:
        # Where mining once stood moved with the end of the history; what was fresh stayed.
        old, new = before[key].to_dict() | {"stale": {}}, after[key].to_dict() | {"stale": {}}
        assert new == old
