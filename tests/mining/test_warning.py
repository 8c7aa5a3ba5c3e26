"""From which chance on a missing companion is worth a warning."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from pattern_ci.database import CacheUnusableError, scratch
from pattern_ci.mining import companion_rules, ledger
from pattern_ci.mining.association import MAX_CHANGED, Counted, Rule
from pattern_ci.mining.history import Change, Commit
from pattern_ci.mining.warning import Asked, Backwards, threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.database import Tables


def asked(right: int, wrong: int, chance: float) -> list[Asked]:
    """Commits of which something was named with this chance."""
    return [Asked(chance, 0.0)] * right + [Asked(chance, chance)] * wrong


def test_the_least_chance_that_is_right_often_enough() -> None:
    """What was wrong lies below it."""
    half = [*asked(20, 0, 0.9), *asked(0, 10, 0.6)]

    assert threshold(half + half) == 0.61


def test_a_wrong_name_beside_a_right_one_is_a_wrong_warning() -> None:
    """A commit counts once: as right when all that is named of it is in it."""
    half = [Asked(0.95, 0.8)] * 20

    assert threshold(half + half) == 0.81
    assert threshold([Asked(0.95, 0.95)] * 40) is None


@pytest.mark.parametrize("count", [0, 1, 6])
def test_luck_is_not_enough(count: int) -> None:
    """All right, but too few: the lower bound of the share is what counts."""
    half = asked(count, 0, 0.9)

    assert threshold(half + half) is None
    assert threshold(asked(7, 0, 0.9) * 2) is not None


def test_it_has_to_hold_in_both_halves() -> None:
    """A habit that ended, or has just begun, warns of nothing."""
    good, bad = asked(40, 0, 0.9), asked(0, 10, 0.9)

    assert threshold(good + bad) is None
    assert threshold(bad + good) is None
    assert threshold(good + good) is not None


def commit(number: int, **changes: str) -> Commit:
    """A commit of files by name, with their status."""
    made = tuple(Change(status, f"{path}.py", "b") for path, status in changes.items())
    return Commit(f"c{number:03}", number, number, made)


def pair(hits: int, total: int) -> list[Counted]:
    """One file that brings another."""
    return [Counted(Rule("file", "a.py", "b.py"), hits, total)]


def test_a_commit_is_not_judged_by_what_it_taught() -> None:
    """Three times are enough for a rule; the third was not foreseen."""
    back = Backwards(pair(4, 4), ["a.py", "b.py"])

    said = [back.ask(commit(n, a="M", b="M"), lambda _: False).surest for n in (4, 3)]

    assert said[0] > 0.4
    assert said[1] == 0.0


def test_what_a_commit_lacks_is_wrong() -> None:
    """Both numbers are the chance that was given."""
    one = Backwards(pair(9, 10), ["a.py", "b.py"]).ask(commit(1, a="M"), lambda _: False)

    assert one.surest == one.wrong > 0.6


def test_a_file_that_was_not_there_yet_was_not_named() -> None:
    """The commits after it added it."""
    back = Backwards(pair(9, 12), ["a.py", "b.py"])
    back.ask(commit(2, b="A"), lambda _: False)

    assert back.ask(commit(1, a="M"), lambda _: False) == Asked(0.0, 0.0)


def test_a_sweeping_commit_is_asked_nothing() -> None:
    """As the hook warns of nothing then."""
    many = {f"f{n}": "M" for n in range(MAX_CHANGED)}
    back = Backwards(pair(9, 10), ["a.py", "b.py"])

    assert back.ask(commit(1, a="M", **many), lambda _: False) == Asked(0.0, 0.0)


def test_excluded_files_set_nothing_off() -> None:
    """They are not in the counts either."""
    one = Backwards(pair(9, 10), ["a.py", "b.py"]).ask(commit(1, a="M"), lambda p: p == "a.py")

    assert one == Asked(0.0, 0.0)


def fitted(commits: Sequence[Commit]) -> float | None:
    """What the ledger says after these commits."""
    with scratch() as db:
        ledger.remember(db, commits)
        live = {change.path: "b" for one in commits for change in one.changes}
        ledger.add(db, ledger.Delta(list(commits), live, ()), lambda _: False)
        ledger.stand(db, ledger.State("tip", "basis", len(commits), len(live), []))
        found: float | None = companion_rules.companions(db, rev="tip")["warn_at"]
    return found


def test_a_history_that_keeps_its_habit_warns() -> None:
    """Two files that always change together, and now and then one that changes alone."""
    together = [commit(n, a="M", b="M", c="M") for n in range(60)]
    loose = [commit(100 + n, d="M") for n in range(30)]

    assert fitted(together + loose) is not None


def test_a_history_without_habits_stays_silent() -> None:
    """They change together as often as alone."""
    kinds = ({"a": "M", "b": "M"}, {"a": "M"}, {"b": "M"})
    mixed = [commit(n, **kinds[n % 3]) for n in range(180)]

    assert fitted(mixed) is None


def test_the_threshold_is_the_same_in_whatever_order_commits_came() -> None:
    """The rows of the ledger do not depend on it either."""
    commits = [commit(n, a="M", b="M", **({"c": "M"} if n % 3 else {})) for n in range(60)]

    assert fitted(commits) == fitted(commits[::-1]) == fitted(commits[30:] + commits[:30])


def test_only_new_commits_are_asked() -> None:
    """A second look reads the threshold; at a later revision the older commits are not read."""
    commits = [commit(n, a="M", b="M", c="M") for n in range(60)]
    live = dict.fromkeys(("a.py", "b.py", "c.py"), "b")
    with scratch() as db:
        ledger.remember(db, commits)
        ledger.add(db, ledger.Delta(commits, live, ()), lambda _: False)
        ledger.stand(db, ledger.State("tip", "basis", 60, 3, []))
        first = companion_rules.companions(db, rev="tip")["warn_at"]
        db.change("DELETE FROM commits")
        assert first is not None
        assert companion_rules.companions(db, rev="tip")["warn_at"] == first

        later = [commit(70, a="M", b="M")]
        ledger.remember(db, later)
        ledger.add(db, ledger.Delta(later, {"a.py": "c", "b.py": "c"}, ()), lambda _: False)
        assert companion_rules.companions(db, rev="later")["warn_at"] is not None

        gone = [commit(80, a="D")]
        ledger.remember(db, gone)
        ledger.add(db, ledger.Delta(gone, {}, ["a.py"]), lambda _: False)
        with pytest.raises(CacheUnusableError):
            companion_rules.companions(db, rev="gone")


def _history(chance: random.Random, count: int) -> list[Commit]:
    """Commits of a few files that come, change and go, some of them dated back."""
    habits = [("a", "b"), ("a", "b", "c"), ("d", "e"), ("x/one", "y/one"), ("x/two", "y/two")]
    made, there = [], set[str]()
    for number in range(count):
        names = {*chance.choice(habits), *chance.sample("abcdef", chance.choice((0, 0, 1)))}
        gone = {name for name in names if name in there and chance.random() < 0.1}
        changes = tuple(
            Change("D" if name in gone else "M" if name in there else "A", f"{name}.py", "b")
            for name in sorted(names)
        )
        there = (there | names) - gone
        place = 10 * number - chance.choice((0, 0, 0, 35))
        made.append(Commit(f"c{number:03}", place, place, changes))
    return made


def _after(db: Tables, commits: Sequence[Commit], live: set[str]) -> set[str]:
    """Enter commits; the files that are there then. One may be dropped, as by a merge."""
    now = set(live)
    for one in commits:
        for change in one.changes:
            (now.discard if change.status == "D" else now.add)(change.path)
    if len(commits) % 5 == 4:
        now.discard(min(now, default=""))
    ledger.remember(db, commits)
    now.discard("f.py")
    gained = {c.path: one.sha for one in commits for c in one.changes if c.path in now}
    gained.update(dict.fromkeys(now - live, "b"))
    ledger.add(db, ledger.Delta(list(commits), gained, sorted(live - now)), _lock)
    ledger.stand(db, ledger.State(commits[-1].sha, "basis", 1, len(now), []))
    return now


def _lock(path: str) -> bool:
    return path == "f.py"


@pytest.mark.parametrize("recent", [12, 5_000])
def test_what_is_kept_is_what_would_be_found_anew(
    monkeypatch: pytest.MonkeyPatch, recent: int
) -> None:
    """In whatever steps commits came: rules, pairs and answers are those of one look at all."""
    monkeypatch.setattr("pattern_ci.mining.windows.RECENT", recent)
    kept = asked = 0
    for seed in range(6):
        chance = random.Random(seed)
        commits = _history(chance, 50)
        with scratch() as db:
            live: set[str] = set()
            done = 0
            while done < len(commits):
                step = commits[done : done + chance.choice((1, 4, 7, 30))]
                live = _after(db, step, live)
                done += len(step)
                kept += len(ledger.state_of(db, "asked") or ())
                found = companion_rules.companions(db, rev=step[-1].sha)
                answers = ledger.state_of(db, "asked")
                asked += len(answers)
                with scratch() as other:
                    ledger.remember(other, commits[:done])
                    here = dict.fromkeys(sorted(live), "b")
                    ledger.add(other, ledger.Delta(commits[:done], here, ()), _lock)
                    ledger.stand(other, ledger.State("x", "basis", 1, 1, []))

                    assert companion_rules.companions(other, rev=step[-1].sha) == found
                    assert ledger.state_of(other, "asked") == answers
                    query = "SELECT * FROM together ORDER BY 1, 2"
                    assert other.rows(query) == db.rows(query)
    assert kept > asked / 20
