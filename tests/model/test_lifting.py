"""How paths are lifted over a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.lifting import (
    AGAIN,
    FRAME_NAMES,
    Wanted,
    all_texts,
    is_nested_text,
    lift_above,
    lift_across_folders,
    lift_in_folder,
    nested_texts,
    role_texts,
    split_name,
)
from pattern_ci.model.role import Role

QUICK = settings(max_examples=80, deadline=None)
PATHS = st.lists(
    st.text(alphabet="ab._-{}é \n", min_size=1, max_size=6).filter(lambda t: t not in (".", "..")),
    min_size=1,
    max_size=4,
).map("/".join)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/b/c.py", ("a/b", "c", ".py")),
        ("c.py", ("", "c", ".py")),
        ("a/Makefile", ("a", "Makefile", "")),
        ("a/.gitignore", ("a", ".gitignore", "")),
        ("a/b.tar.gz", ("a", "b.tar", ".gz")),
        ("a.b/c", ("a.b", "c", "")),
        ("a/c.", ("a", "c", ".")),
    ],
)
def test_folder_stem_and_extension(path: str, parts: tuple[str, str, str]) -> None:
    """Everything from the last dot; a leading dot begins no extension."""
    assert split_name(path) == parts


def test_both_ways_of_lifting() -> None:
    """Over the file in its folder, and over the folder of a file."""
    assert lift_in_folder("a/b/c.py") == ("a/b/", "c", ".py")
    assert lift_across_folders("a/b/c.py") == ("a/", "b", "/c.py")
    assert lift_across_folders("c.py") is None
    assert role_texts("a/b/c.py") == [("a/b/{name}.py", "c"), ("a/{name}/c.py", "b")]


@pytest.mark.parametrize("name", [*FRAME_NAMES, "_private", "__init__"])
def test_frames_are_not_lifted_in_their_folder(name: str) -> None:
    """But their folder may be one of its kind."""
    assert lift_in_folder(f"a/b/{name}.py") is None
    assert role_texts(f"a/b/{name}.py") == [(f"a/{{name}}/{name}.py", "b")]


@QUICK
@given(PATHS)
def test_a_lifted_path_fills_its_role(path: str) -> None:
    """Every role text is a role, and the name put back gives the path."""
    for text, name in role_texts(path):
        assert "{" not in name
        assert Role(text).path({"name": name}) == path
        assert Role(text).match(path) == {"name": name}


@pytest.mark.parametrize(
    ("path", "lifted"),
    [
        ("a.py", []),
        ("a/b.py", []),
        ("r/foo/foo.py", [("r/", "foo", f"/{AGAIN}.py"), ("", "r", "/foo/foo.py")]),
        ("r/foo/test_foo_x.py", [("r/", "foo", f"/test_{AGAIN}_x.py"),
                                  ("", "r", "/foo/test_foo_x.py")]),
        ("foo-bar/FooBarRule.ts", [("", "foo-bar", f"/{AGAIN}Rule.ts")]),
        ("foo/food.py", []),
        ("ex/foo/.meta/config.json", [("ex/", "foo", "/.meta/config.json"),
                                      ("", "ex", "/foo/.meta/config.json")]),
        ("ex/foo/in/foo.go", [("ex/", "foo", "/in/foo.go"), ("ex/", "foo", f"/in/{AGAIN}.go"),
                              ("", "ex", "/foo/in/foo.go")]),
        (f"ex/foo/in/{AGAIN}.go", []),
    ],
)  # fmt: skip
def test_lifting_over_a_folder_above(path: str, lifted: list[tuple[str, str, str]]) -> None:
    """Each folder but the one that holds the file, and each where the name comes again."""
    assert lift_above(path) == lifted


def test_only_so_many_folders_above_are_looked_at() -> None:
    """However deep a path is, the places that it can have are few."""
    deep = "/".join("abcdefghijklmnopqrstuvwxyz")

    assert [name for _, name, _ in lift_above(deep)] == ["x", "w", "v"]


@QUICK
@given(PATHS)
def test_nested_texts_are_told_from_others(path: str) -> None:
    """By their text alone; each is found again among those that are wanted."""
    assert not any(is_nested_text(text) for text, _ in role_texts(path))
    assert all(is_nested_text(text) for text, _ in nested_texts(path))
    wanted = Wanted(text for text, _ in all_texts(path))
    assert wanted.of(path) == all_texts(path)
    assert wanted.nested(path) == nested_texts(path)


def test_what_is_not_wanted_is_not_found() -> None:
    """Neither another suffix nor another folder."""
    wanted = Wanted(["ex/{name}/.meta/config.json", "ex/{name}.py"])

    assert wanted.of("ex/foo/.meta/config.json") == [("ex/{name}/.meta/config.json", "foo")]
    assert wanted.of("ex/foo.py") == [("ex/{name}.py", "foo")]
    assert wanted.of("ex/foo/.meta/other.json") == wanted.of("by/foo/.meta/config.json") == []
