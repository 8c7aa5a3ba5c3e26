"""How paths are lifted over a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.lifting import (
    FRAME_NAMES,
    lift_across_folders,
    lift_in_folder,
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
