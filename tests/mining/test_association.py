"""Association rules: what commits count towards, and which rules hold."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.database import scratch
from pattern_ci.mining import companion_rules, ledger
from pattern_ci.mining.association import (
    MAX_ADDED,
    MAX_CHANGED,
    MAX_FOR_ONE,
    MIN_SUPPORT,
    Touch,
    edited_together,
    wilson,
)
from pattern_ci.mining.history import Change, Commit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

QUICK = settings(max_examples=60, deadline=None)
Row = tuple[str, str, str, int, int]


def learn(
    commits: Sequence[Commit],
    live: Mapping[str, str],
    excluded: Callable[[str], bool],
    *,
    rev: str,
) -> dict[str, Any]:
    """The rules of commits that leave these files."""
    with scratch() as db:
        ledger.add(db, ledger.Delta(list(commits), live, ()), excluded)
        return companion_rules.rules(db, rev=rev)


def rules(*commits: dict[str, str], live: tuple[str, ...] = ()) -> list[Row]:
    """What is learned from commits that map a path to its status; all that was added is live."""
    made = [
        Commit(f"c{n}", n, n, tuple(Change(status, path, "b") for path, status in changes.items()))
        for n, changes in enumerate(commits)
    ]
    paths = {path for changes in commits for path in changes} | set(live)
    gone = {path for changes in commits for path, status in changes.items() if status == "D"}
    data = learn(made, dict.fromkeys(paths - gone, "b"), lambda _: False, rev="r")
    return [
        (row["kind"], row["when"], row["then"], row["support"], row["seen"])
        for row in data["rules"]
    ]


NAMES = ("alpha", "beta_ray", "gamma", "delta")


def added(*patterns: str, edited: str = "") -> list[dict[str, str]]:
    """One commit a name, adding a file for each pattern and editing one file."""
    return [
        {pattern.format(name): "A" for pattern in patterns} | ({edited: "M"} if edited else {})
        for name in NAMES
    ]


def test_files_added_under_one_name_are_companions() -> None:
    """In both directions, with the number of times it held and could have."""
    found = rules(*added("src/{}.py", "tests/test_{}.py"))

    assert ("role", "src/{name}.py", "tests/test_{name}.py", 4, 4) in found
    assert ("role", "tests/{name}.py", "src/{name}.py", 4, 4) not in found
    assert all("alpha" not in row[1] + row[2] for row in found)


def test_the_case_of_a_companion_is_learned() -> None:
    """`beta_ray.py` beside `beta-ray.md`: the rule says kebab."""
    names = ("one_two", "three_four", "five_six", "seven_eight")
    found = rules(
        *({f"src/{name}.py": "A", f"docs/{name.replace('_', '-')}.md": "A"} for name in names)
    )

    assert ("role", "src/{name}.py", "docs/{name.kebab}.md", 4, 4) in found


def test_a_file_edited_with_every_addition_is_a_companion() -> None:
    """A registry line comes along; the rule names the file itself."""
    found = rules(*added("src/{}.py", edited="registry.txt"), live=("registry.txt",))

    assert ("constant", "src/{name}.py", "registry.txt", 4, 4) in found


def test_files_that_change_together_are_companions() -> None:
    """Without any addition; each direction with its own count."""
    found = rules(*[{"a": "M", "b": "M"}] * 3, {"a": "M"}, live=("a", "b"))

    assert found == [("file", "a", "b", 3, 4), ("file", "b", "a", 3, 3)]


@pytest.mark.parametrize(
    ("together", "alone", "held"), [(2, 0, False), (3, 0, True), (3, 3, False)]
)
def test_what_holds_too_rarely_is_no_rule(together: int, alone: int, *, held: bool) -> None:
    """Twice is chance; three of three is a habit, three of six is not."""
    found = rules(*[{"a": "M", "b": "M"}] * together, *[{"a": "M"}] * alone, live=("a", "b"))

    assert any(row[1:3] == ("a", "b") for row in found) is held


def test_a_rule_for_a_file_that_is_gone_is_dropped() -> None:
    """Deleted files come along with nothing, and nothing with them."""
    changes = [{"a": "M", "b": "M"}] * 4
    found = rules(*added("src/{}.py", edited="b"), *changes, {"b": "D"}, live=("a", "b"))

    assert all("b" not in row[1:3] for row in found)


def test_a_rule_into_a_folder_that_is_gone_is_dropped() -> None:
    """Nobody adds documentation to a folder that was deleted."""
    found = rules(*added("src/{}.py", "old/{}.md"), {f"old/{name}.md": "D" for name in NAMES})

    assert not [row for row in found if row[2].startswith("old/")]


def test_sweeping_commits_say_nothing() -> None:
    """Neither many additions nor many changes show what belongs together."""
    many = {f"src/n{n}.py": "A" for n in range(MAX_ADDED + 1)}
    wide = {f"f{n}": "M" for n in range(MAX_CHANGED + 1)}

    assert rules(many, many, many, live=()) == []
    assert rules(wide, wide, wide, wide) == []


def test_excluded_files_take_no_part() -> None:
    """A lock file that changes with everything is no companion."""
    commits = [
        Commit(f"c{n}", n, n, (Change("A", f"src/{name}.py", "b"), Change("M", "x.lock", "b")))
        for n, name in enumerate(NAMES)
    ]
    live = {f"src/{name}.py": "b" for name in NAMES}

    found = learn(commits, live, lambda path: path.endswith(".lock"), rev="r")

    assert found["rules"] == []


def test_one_path_has_a_bounded_number_of_rules() -> None:
    """A file that changes with twenty others names the surest ten."""
    paths = [f"f{n}" for n in range(12)]
    found = rules(*[dict.fromkeys(paths, "M")] * 4)

    assert sum(row[1] == "f0" for row in found) == MAX_FOR_ONE


@QUICK
@given(st.integers(0, 50), st.integers(0, 50))
def test_the_bound_is_a_cautious_share(hits: int, misses: int) -> None:
    """Never above the share itself, never below zero, and more evidence raises it."""
    total = hits + misses
    bound = wilson(hits, total)

    assert 0 <= bound <= (hits / total if total else 0)
    assert wilson(2 * hits, 2 * total) >= bound


@QUICK
@given(
    st.lists(st.lists(st.integers(0, 6), unique=True, max_size=5), max_size=12),
    st.sets(st.integers(0, 6)),
)
def test_pairs_are_counted_as_if_all_were(commits: list[list[int]], dead: set[int]) -> None:
    """What is left out to save time could not have been told: the plain count says the same."""
    left = [[number for number in files if number not in dead] for files in commits]
    plain = {
        (one, other, hits, sum(one in files for files in left))
        for one, other in permutations(range(7), 2)
        if (hits := sum(one in files and other in files for files in left)) >= MIN_SUPPORT
    }

    touches = [Touch(n, "", len(files), files) for n, files in enumerate(commits)]

    assert sorted(edited_together(touches, dead)) == sorted(plain)
