"""From paths to roles: additions that count, and which files fill one place."""

from __future__ import annotations

import pytest

from pattern_ci.mining.history import Change, Commit
from pattern_ci.mining.roles import DAY, RoleGroup, additions, group


def commits(*rows: list[tuple[str, str, str]], step: int = DAY) -> list[Commit]:
    """One commit a list of (status, path, blob), a step of seconds apart."""
    return [
        Commit(f"c{number}", number * step, number * step, tuple(Change(*row) for row in changes))
        for number, changes in enumerate(rows)
    ]


def groups(*paths: str, min_members: int = 4) -> list[RoleGroup]:
    """Roles of live paths without any history."""
    return group(dict.fromkeys(paths, "b"), [], min_members=min_members)


def roles(*paths: str) -> list[str]:
    """Texts of those roles."""
    return [made.role.text for made in groups(*paths)]


def test_an_addition_says_when_and_by_whom() -> None:
    """Every file that enters, in order; a path added twice is there twice."""
    made = additions(
        commits([("A", "a", "1")], [("A", "b", "2")], [("D", "a", "")], [("A", "a", "3")])
    )

    assert [(one.path, one.sha) for one in made] == [("a", "c0"), ("b", "c1"), ("a", "c3")]


def test_a_moved_file_is_not_added() -> None:
    """Same content or same base name beside a deletion is a move; anything else is new."""
    made = additions(
        commits(
            [("A", "x/a", "1"), ("A", "x/b", "2")],
            [("D", "x/a", ""), ("A", "y/a", "9"), ("D", "x/b", "2"), ("A", "z/q", "2")],
            [("D", "y/a", ""), ("A", "y/new", "7")],
        )
    )

    assert [(one.path, one.moved) for one in made] == [
        ("x/a", False), ("x/b", False), ("y/a", True), ("z/q", True), ("y/new", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "stood"), [(89, False), (90, True)])
def test_a_file_stood_when_it_lived_long_enough(days: int, stood: bool) -> None:
    """Deleted before 90 days is a failure, later is not."""
    made = additions(commits([("A", "a", "1")], [("D", "a", "")], step=days * DAY))

    assert [one.stood for one in made] == [stood]


def test_moving_away_is_no_failure() -> None:
    """A file that goes to another folder the next day still stood."""
    made = additions(commits([("A", "x/a", "1")], [("D", "x/a", ""), ("A", "y/a", "5")]))

    assert [one.stood for one in made] == [True, True]


def test_files_of_one_folder_and_suffix_fill_one_role() -> None:
    """Other suffixes and other folders are other roles; below four there is none."""
    found = roles(
        "a/x1.py", "a/x2.py", "a/x3.py", "a/x4.py", "a/y1.md", "a/y2.md", "a/y3.md", "b/z.py"
    )

    assert found == ["a/{name.snake}.py"]


def test_folders_of_one_shape_fill_one_role() -> None:
    """The same base name in sibling folders: the folder is the name."""
    assert roles(*(f"pkg/{name}/plugin.json" for name in ("One", "two", "three-x", "four"))) == [
        "pkg/{name}/plugin.json"
    ]


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (("one", "two_x", "three", "four"), "{name.snake}"),
        (("one", "two-x", "three", "four"), "{name.kebab}"),
        (("One", "TwoX", "Three", "Four"), "{name.pascal}"),
        (("oneA", "twoX", "threeB", "fourC"), "{name.camel}"),
        (("One", "two_x", "three-y", "four"), "{name}"),
    ],
)
def test_the_case_that_all_names_have_is_part_of_the_role(
    names: tuple[str, ...], role: str
) -> None:
    """A name in another case then fills another role."""
    assert roles(*(f"a/{name}.py" for name in names)) == [f"a/{role}.py"]


def test_a_word_that_nearly_all_names_share_moves_into_the_role() -> None:
    """`test_` is the place, not the name; a file without it is no member."""
    made = groups(
        *(f"t/test_{name}.py" for name in ("one", "two", "three", "four", "x")), "t/util.py"
    )

    assert [one.role.text for one in made] == ["t/test_{name.snake}.py"]
    assert [member.values for member in made[0].members] == [
        ("four",), ("one",), ("three",), ("two",), ("x",),
    ]  # fmt: skip
    assert roles(*(f"t/{name}_spec.rb" for name in ("one", "two", "three", "four"))) == [
        "t/{name.snake}_spec.rb"
    ]


def test_a_word_that_only_some_share_stays_in_the_name() -> None:
    """Three of five names with the same first word are five names."""
    assert roles("t/a_1x.py", "t/a_2x.py", "t/a_3x.py", "t/four.py", "t/five.py") == [
        "t/{name.snake}.py"
    ]


@pytest.mark.parametrize("name", ["__init__", "conftest", "index", "main", "_base", "setup", "mod"])
def test_frames_of_a_folder_are_no_members(name: str) -> None:
    """`__init__.py` is there once and is not one more of its kind."""
    paths = [f"a/{one}.py" for one in ("one", "two", "three", "four")]

    made = groups(*paths, f"a/{name}.py")

    assert [len(one.members) for one in made] == [4]


@pytest.mark.parametrize("name", ["li\nne", "back\\slash", "tab\t", "\x01"])
def test_names_that_no_schema_accepts_are_no_members(name: str) -> None:
    """They could be nobody's example; the others still make a role."""
    made = groups(*(f"a/{one}.py" for one in ("one", "two", "three", "four", name)))

    assert [len(one.members) for one in made] == [4]
    assert roles(*(f"a/{number}{name}.py" for number in range(5))) == []


def test_braces_in_a_folder_make_no_role() -> None:
    """They could not be told from a hole; in a name they are fine."""
    assert roles(*(f"{{x}}/{number}.py" for number in range(5))) == []
    assert roles(*(f"x/{{{number}}}.py" for number in range(5))) == ["x/{name}.py"]


NAMES = ("leap", "two-fer", "bob", "high-scores")


def test_files_below_folders_of_one_shape_fill_one_role() -> None:
    """A folder above is the name; where it comes again further down, in the case it has there."""
    paths = [f"ex/{name}/.meta/config.json" for name in NAMES]
    paths += [f"ex/{name}/{name.replace('-', '_')}_test.py" for name in NAMES]

    assert roles(*paths) == [
        "ex/{name.kebab}/.meta/config.json",
        "ex/{name.kebab}/{name.snake}_test.py",
    ]
    assert roles(*paths[:3], *paths[4:7]) == []


def test_a_name_of_one_word_does_not_tell_the_case() -> None:
    """Those of more words do; of one that is written otherwise the file is no member."""
    paths = [f"ex/{name}/src/{name.replace('-', '')}.c" for name in NAMES]

    (found,) = groups(*paths, "ex/one-two/src/one_two.c")

    assert found.role.text == "ex/{name.kebab}/src/{name.flat}.c"
    assert [member.path for member in found.members] == sorted(paths)
    assert [member.values for member in found.members] == [(name,) for name in sorted(NAMES)]


def test_most_files_have_more_of_their_kind_below_or_there_is_no_role() -> None:
    """A folder of unlike files in each of four folders; and a grid, which is told by its rows."""
    unlike = [f"pkg/{name}/in/{base}.yaml" for name in NAMES for base in ("service", "route")]
    grid = [
        f"lang/{name}/{code}/words.py" for name in NAMES for code in ("de", "en", "fr", "it", "pl")
    ]

    assert roles(*unlike) == ["pkg/{name.kebab}/in/route.yaml", "pkg/{name.kebab}/in/service.yaml"]
    assert roles(*grid) == [f"lang/{name}/{{name.snake}}/words.py" for name in sorted(NAMES)]


def test_additions_below_folders_are_those_of_the_role() -> None:
    """Of files that are gone too; not of what is named otherwise."""
    paths = [f"ex/{name}/{name.replace('-', '_')}.py" for name in NAMES]
    rows = [[("A", path, "1")] for path in (*paths, "ex/a-b/a_b.py", "ex/a-b/a-b.py")]

    (found,) = group(
        dict.fromkeys(paths, "1"),
        additions(commits(*rows, [("D", "ex/a-b/a_b.py", "1"), ("D", "ex/a-b/a-b.py", "1")])),
        min_members=4,
    )

    assert [one.path for one in found.additions] == [*paths, "ex/a-b/a_b.py"]


def test_members_are_oldest_first() -> None:
    """By place in history, whatever the names; from before a horizon comes first."""
    paths = ["a/d.py", "a/b.py", "a/c.py", "a/a.py"]
    made = additions(commits(*([("A", path, "1")] for path in paths[:3])))

    (found,) = group(dict.fromkeys(paths, "1"), made, min_members=4)

    assert [member.path for member in found.members] == ["a/a.py", "a/d.py", "a/b.py", "a/c.py"]
    assert [one.path for one in found.additions] == ["a/d.py", "a/b.py", "a/c.py"]


def test_roles_do_not_depend_on_the_order_of_paths() -> None:
    """The result is sorted by role."""
    paths = [f"{folder}/{name}.py" for folder in "ba" for name in ("one", "two", "six", "ten")]

    assert groups(*paths) == groups(*paths[::-1])
    assert roles(*paths) == ["a/{name.snake}.py", "b/{name.snake}.py"]
