"""Mining reads what is reachable and nothing else, and answers the same however it is asked."""

from __future__ import annotations

import shutil
import sqlite3  # noqa: TID251  # spoils a cache as a disk would
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import git, git_trees
from pattern_ci.mining.engine import mine
from pattern_ci.mining.outcomes import freeze, thaw
from pattern_ci.mining.versions import cache_path
from testing.repos import build_repo, commit
from testing.repos import git as run_git
from tests.mining.worlds import NAMES, checker, contents, family, feed, imported, mined, program

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.candidate import MineResult

CHECKS = "checks/{name.snake}.py"


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """A family of eight that is drafted, and a commit of something else."""
    return imported(repo_path, {"README.md": "# demo\n"}, *family(), bare=False)


def result(path: Path, rev: str = "HEAD", **options: Any) -> MineResult:
    """The result of one run in this process."""
    return mine(git.open_repo(path), rev, **options)


def test_later_commits_change_nothing(repo: Path, tmp_path: Path) -> None:
    """At revision A a clone that goes on reads what a clone that ends at A reads."""
    at_a = run_git(repo, "rev-parse", "HEAD~2").strip()
    ended = tmp_path / "ended"
    run_git(tmp_path, "init", "--quiet", "--bare", str(ended))
    run_git(ended, "fetch", "--quiet", f"file://{repo}", f"{at_a}:refs/heads/main")

    there = mined(ended, "--rev", "main", "--output", tmp_path / "one")
    here = mined(repo, "--rev", at_a, "--output", tmp_path / "two")

    assert here == there
    assert here["commits"] == 7
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert mined(repo) != here


def test_other_branches_and_the_work_tree_change_nothing(repo: Path, tmp_path: Path) -> None:
    """A side branch, tags, stashes, staged and unstaged files are not history of REV."""
    before = mined(repo, "--output", tmp_path / "one")
    run_git(repo, "switch", "--quiet", "-c", "side")
    commit(repo, {f"checks/{name}.py": f"other {name}\n" for name in NAMES}, day=50)
    commit(repo, {"checks/more.py": checker("more")}, day=51)
    run_git(repo, "tag", "later")
    run_git(repo, "switch", "--quiet", "main")
    (repo / "checks/staged.py").write_text("staged\n")
    run_git(repo, "add", "--all")
    (repo / "checks/alpha.py").unlink()

    assert mined(repo, "--no-cache", "--output", tmp_path / "two") == before
    assert mined(repo) == before
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_bare_clone_answers_like_a_work_tree(repo: Path, tmp_path: Path) -> None:
    """Bare, worktree, subfolder and detached HEAD: the same history, the same answer."""
    expected = mined(repo)
    run_git(tmp_path, "clone", "--quiet", "--bare", f"file://{repo}", "bare.git")
    run_git(repo, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))

    assert mined(tmp_path / "bare.git") == expected
    assert mined(tmp_path / "tree") == expected
    assert mined(tmp_path / "tree/checks") == expected
    assert mined(repo / ".git") == expected


def test_the_cache_changes_nothing(repo: Path, tmp_path: Path) -> None:
    """Without, cold, warm, and after mining at older revisions: the same bytes."""
    runs: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {}
    place = cache_path(git.open_repo(repo))
    for name in ("none", "cold", "warm", "steps"):
        if name == "steps":
            place.unlink()
            for rev in ("HEAD~5", "HEAD~3", "HEAD~1"):
                mined(repo, "--rev", rev)
        words = ["--no-cache"] if name == "none" else []
        runs[name] = mined(repo, *words, "--output", tmp_path / name), contents(tmp_path / name)

    assert len(runs["none"][1]) > 5
    assert all(run == runs["none"] for run in runs.values())


def test_no_cache_writes_nothing(repo: Path) -> None:
    """Neither the cache nor anything else in the git folder."""
    before = contents(repo / ".git")

    mined(repo, "--no-cache")

    assert contents(repo / ".git") == before
    mined(repo)
    assert set(contents(repo / ".git")) - set(before) == {"pattern-ci/cache.db"}


def test_a_warm_run_studies_nothing(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second run reads no file content and aligns nothing."""
    first = result(repo)
    monkeypatch.setattr(git_trees, "log_raw", lambda *_, **__: pytest.fail("read history"))
    monkeypatch.setattr("pattern_ci.mining.family.study", lambda *_: pytest.fail("studied"))

    assert result(repo) == first


def test_the_number_of_cores_changes_nothing(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Families studied here, by two copies, by three: the same result and the same cache."""
    feed(repo, family("lib/{}_lib.py"), first=20)
    feed(repo, [{f"odd/{name}.bin": b"\0" + name.encode()} for name in NAMES], first=40)
    place = cache_path(git.open_repo(repo))
    found = []
    for copies in (1, 2, 3):
        monkeypatch.setattr("pattern_ci.mining.engine._copies", lambda _, number=copies: number)
        place.unlink(missing_ok=True)
        known = result(repo)
        with sqlite3.connect(place) as db:
            found.append((known, sorted(db.execute("SELECT * FROM results").fetchall())))
        db.close()

    assert len(found[0][0].drafts) == 2
    assert len(found[0][1]) > 10
    assert found[1:] == found[:1] * 2


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\x00" + b"\x01" * 4096])
def test_a_damaged_cache_is_replaced(repo: Path, damage: bytes) -> None:
    """The answer is the same, and the next run has a cache again."""
    expected = mined(repo)
    place = cache_path(git.open_repo(repo))
    place.write_bytes(damage)

    assert mined(repo) == expected
    assert place.read_bytes()[:15] == b"SQLite format 3"
    assert len(place.read_bytes()) > 4096 + 16


def test_a_cache_that_lost_its_middle_is_replaced(repo: Path) -> None:
    """The header is sound and a page behind it is not."""
    expected = mined(repo)
    place = cache_path(git.open_repo(repo))
    raw = place.read_bytes()
    place.write_bytes(raw[:1024] + b"\xa5" * (len(raw) - 1024))

    assert mined(repo) == expected
    assert mined(repo) == expected


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "C", "PYTHONUTF8": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"},
        {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index", "GIT_WORK_TREE": "/"},
        {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "log.showSignature",
         "GIT_CONFIG_VALUE_0": "true", "GIT_CONFIG_KEY_1": "diff.renames",
         "GIT_CONFIG_VALUE_1": "copies"},
    ],
)  # fmt: skip
def test_the_environment_changes_nothing(repo: Path, tmp_path: Path, env: dict[str, str]) -> None:
    """Hash seed, locale, time zone, hook variables, the user's git settings, another folder."""
    expected = mined(repo, "--no-cache", "--output", tmp_path / "one")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    ran = program(
        "mine", repo, "--no-cache", "--format", "json", "--output", tmp_path / "two",
        env=env, cwd=elsewhere,
    )  # fmt: skip

    assert ran.code == 0, ran.err
    assert {**ran.json, "elapsed_s": 0} == {**expected, "elapsed_s": 0}
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert list(elsewhere.iterdir()) == []


def test_replacement_objects_are_not_history(repo: Path) -> None:
    """What `git replace` puts in the place of a commit here is in no other clone."""
    expected = mined(repo, "--no-cache")
    run_git(repo, "replace", "HEAD~2", "HEAD~5")

    assert mined(repo, "--no-cache") == expected


def test_identity_is_kept_when_members_come_and_go(repo: Path) -> None:
    """A proposal that was closed stays closed: new members make the same pattern."""
    before = result(repo).drafts[0].spec
    feed(repo, [{"checks/nu.py": checker("nu")}, {"checks/alpha.py": None}], first=20)

    after = result(repo).drafts[0].spec

    assert (after.identity, after.pattern_id) == (before.identity, before.pattern_id)
    assert after.evidence.files != before.evidence.files


def test_deleted_files_lower_the_success_rate(repo: Path) -> None:
    """An addition that was taken back soon was no success."""
    before = result(repo).drafts[0].spec.confidence
    names = ("one_off", "two_off")
    feed(repo, [{f"checks/{name}.py": checker(name) for name in names}], first=20)
    feed(repo, [{f"checks/{name}.py": None for name in names}], first=22)

    after = result(repo).drafts[0].spec.confidence

    assert before.success_rate == 1
    assert after.success_rate == 0.8
    assert after.total < before.total


def test_a_merge_tells_nothing_twice(repo_path: Path) -> None:
    """Two branches with a member each and a merge: each member counts once."""
    build_repo(repo_path, {"README.md": "# demo\n"})
    for day, name in enumerate(NAMES, 1):
        run_git(repo_path, "switch", "--quiet", "-c", name)
        commit(repo_path, {f"checks/{name}.py": checker(name).encode()}, day=2 * day)
        run_git(repo_path, "switch", "--quiet", "main")
        run_git(repo_path, "merge", "--quiet", "--no-ff", "-m", "m", name, day=2 * day + 1)

    found = result(repo_path)

    assert found.commits == 2 * len(NAMES) + 1
    assert [draft.members for draft in found.drafts] == [tuple(f"checks/{n}.py" for n in NAMES)]


def test_outcomes_survive_the_cache(repo: Path) -> None:
    """A draft and an abstention come back as they were."""
    feed(repo, [{f"odd/{name}.bin": b"\0" + name.encode()} for name in NAMES], first=20)
    found = result(repo)

    assert [one.role for one in found.abstained] == ["odd/{name.snake}.bin"]
    assert [thaw(freeze(one)) for one in found.drafts] == list(found.drafts)
    assert [thaw(freeze(one)) for one in found.abstained] == list(found.abstained)


def test_progress_is_told(repo: Path) -> None:
    """Every stage from its beginning to its end, and nothing when the cache knows all."""
    told: list[tuple[str, int, int]] = []

    result(repo, progress=lambda *words: told.append(words))

    assert told[0] == ("history", 0, 1)
    assert ("history", 1, 1) in told
    assert told[-1][0] == "families"
    assert told[-1][1] == told[-1][2]


def test_a_copy_of_a_repository_answers_the_same(repo: Path, tmp_path: Path) -> None:
    """The cache is keyed by content: moved with the clone, it still tells the truth."""
    expected = mined(repo)
    shutil.copytree(repo, tmp_path / "copy")

    assert mined(tmp_path / "copy") == expected


def test_a_damaged_result_is_made_anew(repo_path: Path) -> None:
    """What the cache holds is never trusted: a spoilt row costs time, not the run."""
    imported(repo_path, *family())
    before = mined(repo_path)
    (cache,) = repo_path.rglob("cache.db")
    with sqlite3.connect(cache) as db:
        db.execute("UPDATE results SET value = '{}' WHERE key LIKE 'sha256:%'")
    db.close()

    after = mined(repo_path)

    assert before | {"elapsed_s": 0} == after | {"elapsed_s": 0}
