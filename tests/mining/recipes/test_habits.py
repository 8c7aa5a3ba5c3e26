"""What a new file surely brings, from a history told as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes import habits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Told(NamedTuple):
    """A history: what each commit added."""

    commits: list[list[str]]

    def trials(self, cause: habits.Cause) -> Iterable[habits.Trial]:
        """As the protocol says."""
        for number in reversed(range(len(self.commits))):
            for path in self.commits[number]:
                for own, name in habits.causes(path):
                    if own == cause:
                        yield habits.Trial(number, path, name)

    def added(self, number: int) -> Sequence[str]:
        """As the protocol says."""
        return self.commits[number]

    def there(self, path: str, number: int) -> bool:
        """As the protocol says."""
        return any(path in paths for paths in self.commits[:number])

    def is_new(self, name: str, number: int) -> bool:
        """As the protocol says."""
        return not any(name in path for paths in self.commits[:number] for path in paths)


def said(commits: list[list[str]], path: str) -> list[str]:
    """What the addition of a path brings after these commits."""
    return sorted(habits.predict(Told(commits), path, len(commits)))


def pairs(names: str) -> list[list[str]]:
    """A source and its test, added together."""
    return [[f"src/{name}.py", f"tests/test_{name}.py"] for name in names.split()]


def test_what_always_came_along_comes_again() -> None:
    """By its exact path."""
    assert said(pairs("aaa bbb ccc ddd"), "src/eee.py") == ["tests/test_eee.py"]


def test_two_times_are_no_habit() -> None:
    """Three are the least, and three of three are enough."""
    assert said(pairs("aaa bbb"), "src/eee.py") == []
    assert said(pairs("aaa bbb ccc"), "src/eee.py") == ["tests/test_eee.py"]


def test_what_came_now_and_then_is_not_named() -> None:
    """Four of seven are a coin."""
    alone = [[f"src/{name}.py"] for name in ("mmm", "nnn", "ooo")]

    assert said([*pairs("aaa bbb ccc ddd"), *alone], "src/eee.py") == []


def test_what_was_there_already_speaks_neither_way() -> None:
    """A test that is older than its source could not come along with it."""
    known = [[f"notes/{name}.md"] for name in ("aaa", "bbb", "ccc", "ddd", "eee")]
    older = [["tests/test_mmm.py"], ["src/mmm.py"], ["tests/test_nnn.py"], ["src/nnn.py"]]

    assert said([*known, *pairs("aaa bbb ccc ddd"), *older], "src/eee.py") == ["tests/test_eee.py"]
    assert said([*pairs("aaa bbb ccc"), ["tests/test_eee.py"]], "src/eee.py") == []


def test_a_folder_without_a_past_learns_from_its_neighbours() -> None:
    """The same kind of file two folders up."""
    commits = [
        [f"t/{name[0]}/{name}.txt", f"t/{name[0]}/{name}.py"] for name in ("abc", "bcd", "cde")
    ]

    assert said(commits, "t/d/def.txt") == ["t/d/def.py"]
    assert said(commits, "elsewhere/d/def.txt") == []


def test_a_name_that_is_new_has_habits_of_its_own() -> None:
    """A new language brings all its files; one more file for a known one brings nothing."""
    new = [
        [f"p/{part}/{name}.py" for part in ("one", "two")]
        for name in ("aa_a", "bb_b", "cc_c", "dd_d")
    ]
    more = [[f"p/old/{name}.py"] for name in ("ee_e", "ff_f", "gg_g", "hh_h")]
    alone = [[f"p/one/{name}.py"] for name in ("ee_e", "ff_f", "gg_g", "hh_h")]

    assert said([*new, *more, *alone], "p/one/ii_i.py") == ["p/two/ii_i.py"]
    assert said([*new, *more, *alone, ["p/old/ii_i.py"]], "p/one/ii_i.py") == []
