"""What comes along with a whole change: one ranking from the history and the rules."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

from pattern_ci.mining.companions import Companions, Prediction
from pattern_ci.mining.history import Change, Commit
from pattern_ci.mining.together import (
    HALF_LIFE,
    MAX_TOGETHER,
    Counts,
    There,
    ranking,
    together,
    uncounted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_RULES = Companions({})


def commit(number: int, *changes: str) -> Commit:
    """A commit of words such as `M:path`."""
    made = (word.partition(":") for word in changes)
    parts = tuple(Change(status, path, "b") for status, _, path in made)
    return Commit(f"c{number}", number, number, parts)


def there(*paths: str, excluded: str = "") -> There:
    """These files, and the folders that hold them."""
    folders = {path.rpartition("/")[0] for path in paths}
    return There(set(paths).__contains__, folders.__contains__, lambda path: path == excluded)


def ranked(query: Sequence[str], commits: Sequence[Commit], world: There) -> list[str]:
    """Paths in order, from commits with the newest first."""
    return [one.path for one in ranking(query, enumerate(commits), world)]


PLUGINS = [
    commit(n, f"A:src/{name}.py", f"A:tests/test_{name}.py", "M:list.txt")
    for n, name in enumerate(("alpha", "beta_ray", "gamma", "delta"))
]
TREE = (
    "src/alpha.py", "tests/test_alpha.py", "src/gamma.py", "tests/test_gamma.py", "list.txt", "x",
)  # fmt: skip


def test_roles_and_files_stand_in_one_ranking() -> None:
    """A new plugin brings its test, an old file what changed with it, in one list."""
    history = [*PLUGINS, *(commit(9 + n, "M:x", "M:list.txt") for n in range(2))]

    found = ranked(["src/omega.py", "x"], history, there(*TREE))

    assert found[:2] == ["list.txt", "tests/test_omega.py"]


def test_paths_of_the_change_are_left_out() -> None:
    """However surely they come along."""
    query = ["src/omega.py", "tests/test_omega.py", "list.txt"]

    assert set(ranked(query, PLUGINS, there(*TREE))).isdisjoint(query)


def test_paths_that_agree_make_it_surer() -> None:
    """The chance that at least one of them is right; a rule alone counts by its lower bound."""
    history = [commit(n, "M:a", "M:b", "M:z") for n in range(4)] + [commit(5, "M:a", "M:b")]
    world = there("a", "b", "z")

    (alone,) = [one for one in ranking(["a"], enumerate(history), world) if one.path == "z"]
    (both,) = ranking(["a", "b"], enumerate(history), world)

    assert both.path == "z"
    assert 0.3 < alone.confidence < 0.8
    assert abs(both.confidence - (1 - (1 - alone.confidence) ** 2)) < 1e-6


def test_what_is_counted_is_counted_once_for_all_queries_at_a_commit() -> None:
    """The same ranking, to the last digit, from the commits that say something new alone."""
    history = [*PLUGINS, *(commit(9 + n, "M:x", "M:list.txt") for n in range(2))]
    world = there(*TREE)
    counted: dict[tuple[str, str], Counts] = {}
    first, second = ["src/omega.py", "x"], ["src/sigma.py", "x", "list.txt"]

    ranking(first, enumerate(history), world, counted=counted)
    left = uncounted(second, world, counted)
    again = ranking(second, enumerate(history), world, counted=counted)

    assert again == ranking(second, enumerate(history), world)
    assert ("file", "list.txt") in left
    assert not {("file", "x"), ("changes", "src/{name}.py"), ("additions", "src/{name}.py")} & {
        *left
    }
    assert ranking(first, [], world, counted=counted) == ranking(first, enumerate(history), world)


def test_once_of_once_is_less_than_often_of_often() -> None:
    """A share counts by its lower bound."""
    history = [*(commit(n, "M:a", "M:often") for n in range(9)), commit(10, "M:b", "M:once")]

    assert ranked(["a", "b"], history, there("a", "b", "often", "once")) == ["often", "once"]


def test_old_habits_fade() -> None:
    """What changed along lately comes before what did as often long ago."""
    history = [(0, commit(9, "M:a", "M:new")), (8 * HALF_LIFE, commit(1, "M:a", "M:ancient"))]
    found = ranking(["a"], history, there("a", "ancient", "new"))

    assert [one.path for one in found] == ["new", "ancient"]
    assert found[0].confidence > 10 * found[1].confidence


def test_an_edit_brings_the_test_of_the_same_name() -> None:
    """Learned from other plugins: this one and its test were never changed together."""
    history = [commit(n, "M:src/alpha.py", "M:tests/test_alpha.py") for n in range(3)]

    found = ranking(["src/gamma.py"], enumerate(history), there(*TREE))

    assert found[0].path == "tests/test_gamma.py"
    assert found[0].rule["kind"] == "beside"
    assert "tests/test_beta.py" not in ranked(["src/beta.py"], history, there(*TREE))


def test_what_is_gone_or_has_no_folder_does_not_come_along() -> None:
    """Nor what nobody writes by hand."""
    history = [commit(n, "M:a", "M:gone", "M:a.lock", "M:b") for n in range(3)]

    assert ranked(["a"], history, there("a", "b", "a.lock", excluded="a.lock")) == ["b"]
    assert ranked(["src/omega.py"], PLUGINS, there("src/alpha.py")) == []


def test_sweeping_commits_say_nothing() -> None:
    """But a path's changes in them count against the others."""
    many = [f"M:f{n}" for n in range(40)]
    quiet = [commit(n, "M:a", "M:b") for n in range(4)]
    world = there("a", "b", *(f"f{n}" for n in range(40)))
    (alone,) = ranking(["a"], enumerate(quiet), world)

    (swept,) = ranking(["a"], enumerate([*quiet, commit(9, "M:a", *many)]), world)

    assert (alone.path, swept.path) == ("b", "b")
    assert swept.confidence < alone.confidence
    assert (swept.rule["support"], swept.rule["seen"]) == (4, 5)


def test_the_order_of_the_paths_does_not_matter() -> None:
    """Nor does naming one twice."""
    history = [*PLUGINS, *(commit(9 + n, "M:x", "M:list.txt") for n in range(2))]
    query = ["src/omega.py", "x", "src/alpha.py"]
    expected = ranking(query, enumerate(history), there(*TREE))

    assert expected
    for one in permutations(query):
        assert ranking([*one, one[0]], enumerate(history), there(*TREE)) == expected


def row(kind: str, when: str, then: str, **changes: Any) -> dict[str, Any]:
    """One rule as `companions.json` holds it."""
    fields = {"kind": kind, "when": when, "then": then, "support": 9, "seen": 10}
    return fields | {"confidence": 0.9, "bound": 0.7} | changes


def test_committed_rules_speak_where_the_history_does_not_reach() -> None:
    """A shallow clone has the rules that a whole one found; a path in the change is not named."""
    rules = Companions({"rules": [row("file", "a", "b"), row("file", "a", "c")]})

    found = together(["a", "c"], [], there("a", "b", "c"), rules)

    assert [(one.path, one.action, one.confidence) for one in found.companions] == [
        ("b", "edit", 0.7)
    ]
    assert found.warned == frozenset()


def test_a_warning_is_of_what_is_surely_missing() -> None:
    """By the committed rules and their threshold, whatever the history adds to the ranking."""
    rules = [row("file", "a", "b"), row("file", "a", "c", bound=0.5)]

    found = together(["a"], [], there("a", "b", "c"), Companions({"rules": rules, "warn_at": 0.7}))

    assert [one.path for one in found.companions] == ["b", "c"]
    assert found.warned == {"b"}


def test_the_ranking_is_bounded() -> None:
    """The likeliest stay."""
    names = [f"f{n:02}" for n in range(14)]
    history = [commit(n, "M:a", *(f"M:{name}" for name in names)) for n in range(2)]
    history += [commit(n, "M:a", *(f"M:g{name}" for name in names)) for n in range(9)]
    world = there("a", *names, *(f"g{name}" for name in names))

    found = together(["a"], enumerate(history), world, NO_RULES)

    assert len(found.companions) == MAX_TOGETHER
    assert {one.path for one in found.companions[:14]} == {f"g{name}" for name in names}


def test_what_one_path_says_twice_counts_once() -> None:
    """The history and the committed rules saw the same commits."""
    said = {"a": [Prediction("b", 0.5, row("file", "a", "b"))]}

    (one,) = ranking(["a"], [], there("a", "b"), also={"a": said["a"] * 2})

    assert one.confidence == 0.5


def test_of_equal_reasons_always_the_same_is_given() -> None:
    """Sets have another order in every process; the answer must not."""
    rules = [Prediction("b", 0.5, row("file", when, "b")) for when in ("z", "k", "a", "m")]

    given = [ranking(["q"], [], there("b"), also={"q": one}) for one in permutations(rules)]

    assert {found[0].rule["when"] for found in given} == {"a"}


def test_a_rule_about_what_nobody_writes_is_passed_over() -> None:
    """A lock file that was ignored after the rule was committed, or that only a role names."""
    rules = Companions({"rules": [row("file", "a", "a.lock")]})

    assert together(["a"], [], there("a", "a.lock"), rules).companions
    assert not together(["a"], [], there("a", "a.lock", excluded="a.lock"), rules).companions
