"""The stream of `git log --raw` as commits, and their place in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import git, git_trees
from pattern_ci.mining.history import Change, RawCommit, parse, place
from testing.repos import build_repo, commit
from testing.repos import git as run_git
from tests.mining.worlds import imported

if TYPE_CHECKING:
    from pathlib import Path

QUICK = settings(max_examples=60, deadline=None)


@st.composite
def graphs(draw: st.DrawFn) -> list[RawCommit]:
    """Histories as git prints them: children before parents, clocks that may run backwards."""
    made: list[RawCommit] = []
    for number in range(draw(st.integers(1, 12))):
        parents = draw(st.lists(st.sampled_from(made), max_size=3, unique=True)) if made else []
        time = draw(st.integers(0, 20))
        made.append(RawCommit(f"{number:040x}", time, tuple(p.sha for p in parents), ()))
    return made[::-1]


@QUICK
@given(graphs())
def test_a_commit_comes_after_its_parents(raw: list[RawCommit]) -> None:
    """Whatever the clocks said."""
    placed = place(raw, {})
    at = {one.sha: index for index, one in enumerate(placed)}

    assert len(placed) == len(raw)
    for one in raw:
        assert all(at[parent] < at[one.sha] for parent in one.parents)


@QUICK
@given(graphs(), st.data())
def test_places_do_not_depend_on_how_history_was_read(
    raw: list[RawCommit], data: st.DataObject
) -> None:
    """Read at once or up to an older commit first and then the rest: the same order."""
    whole = place(raw, {})
    tip = data.draw(st.sampled_from(raw))
    old = _reachable(raw, tip)
    first = place([one for one in raw if one.sha in old], {})
    rest = place([one for one in raw if one.sha not in old], {c.sha: c.order for c in first})

    assert sorted([*first, *rest], key=lambda c: (c.order, c.sha)) == whole


def _reachable(raw: list[RawCommit], tip: RawCommit) -> set[str]:
    by_sha = {one.sha: one for one in raw}
    found: set[str] = set()
    todo = [tip.sha]
    while todo:
        sha = todo.pop()
        if sha not in found:
            found.add(sha)
            todo += by_sha[sha].parents
    return found


def read(path: Path, rev: str = "HEAD") -> list[RawCommit]:
    """The history of a real repository."""
    return parse(git_trees.log_raw(git.open_repo(path), rev))


def changes(path: Path) -> list[list[tuple[str, str]]]:
    """Status and path of each change, a list a commit, oldest first."""
    return [[(c.status, c.path) for c in one.changes] for one in read(path)[::-1]]


def test_every_kind_of_change_is_read(repo_path: Path) -> None:
    """Added, modified, deleted; a rename is one of each."""
    build_repo(repo_path, {"a": "1\n", "b": "2\n"}, {"a": "x\n", "b": None, "c": "2\n"})

    assert changes(repo_path) == [
        [("A", "a"), ("A", "b")],
        [("M", "a"), ("D", "b"), ("A", "c")],
    ]
    blobs = {c.path: c.blob for c in read(repo_path)[0].changes}
    assert [run_git(repo_path, "cat-file", "-p", blobs[path]) for path in "abc"] == [
        "x\n", "2\n", "2\n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        b"a b", b'"quoted"', b"it's", b"line\nend", b"\xff\xfe", "é中".encode(), b"-dash",
        b":100644 x", b"\x01abc", b"{name}.py", b"tab\there", b"back\\slash", b"\x01" + b"a" * 40,
    ],
)  # fmt: skip
def test_a_name_of_any_bytes_survives(repo_path: Path, name: bytes) -> None:
    """The stream is cut at NUL, which is the one byte that no name holds."""
    imported(repo_path, {name: "1\n", "z/" + "y": "2\n"}, {name: "2\n"})

    found = changes(repo_path)

    expected = name.decode("utf-8", "surrogateescape")
    assert set(found[0]) == {("A", expected), ("A", "z/y")}
    assert found[1] == [("M", expected)]


def test_symlinks_and_submodules_are_no_text(repo_path: Path) -> None:
    """Only regular files are read; a file that turns into a link ends there."""
    imported(repo_path, {"link": ("120000", b"file"), "file": "1\n"}, {"file": ("120000", b"x")})

    assert changes(repo_path) == [[("A", "file")], []]


def test_a_merge_adds_nothing_of_its_own(repo_path: Path) -> None:
    """Both sides are read once; the merge has both parents and no changes."""
    build_repo(repo_path, {"a": "1\n"})
    run_git(repo_path, "switch", "--quiet", "-c", "side")
    commit(repo_path, {"b": "1\n"}, day=1)
    run_git(repo_path, "switch", "--quiet", "main")
    commit(repo_path, {"c": "1\n"}, day=2)
    run_git(repo_path, "merge", "--quiet", "--no-ff", "-m", "merge", "side", day=3)

    merge = read(repo_path)[0]

    assert len(merge.parents) == 2
    assert merge.changes == ()
    assert sorted(c.path for one in read(repo_path) for c in one.changes) == ["a", "b", "c"]


def test_an_empty_commit_is_a_commit(repo_path: Path) -> None:
    """It counts, and the commit after it is not lost."""
    build_repo(repo_path, {"a": "1\n"}, {}, {"b": "1\n"})

    assert changes(repo_path) == [[("A", "a")], [], [("A", "b")]]


def test_a_commit_without_a_date_takes_its_place(repo_path: Path) -> None:
    """Converted histories hold such commits; git prints no time for them."""
    build_repo(repo_path, {"a": "1\n"})
    tree = run_git(repo_path, "rev-parse", "HEAD^{tree}").strip()
    parent = run_git(repo_path, "rev-parse", "HEAD").strip()
    raw = f"tree {tree}\nparent {parent}\nauthor A <a@b> \ncommitter A <a@b> \n\nx\n"
    odd = run_git(
        repo_path, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw
    ).strip()

    made = place(read(repo_path, odd), {})

    assert [(one.sha, one.time) for one in made][1] == (odd, 0)
    assert made[1].order == made[0].order + 1


def test_nothing_is_parsed_from_nothing() -> None:
    """An empty stream has no commits."""
    assert parse([]) == []
    assert parse([b"\x01" + b"a" * 40 + b" 5 ", b"\n"])[0] == RawCommit("a" * 40, 5, (), ())


def test_the_first_change_of_a_commit_follows_a_line_end() -> None:
    """Git puts one between the header and the first change."""
    fields = [
        b"\x01" + b"a" * 40 + b" 5 " + b"b" * 40 + b" " + b"c" * 40,
        b"\n:000000 100644 " + b"0" * 40 + b" " + b"d" * 40 + b" A", b"x",
    ]  # fmt: skip

    assert parse(fields)[0].parents == ("b" * 40, "c" * 40)
    assert parse(fields)[0].changes == (Change("A", "x", "d" * 40),)
