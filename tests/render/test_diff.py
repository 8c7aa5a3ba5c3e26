"""Diffs as people read them and git takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.render.diff import unified
from testing.repos import build_repo, git

if TYPE_CHECKING:
    import pytest


def test_a_new_file_is_all_added() -> None:
    """Nothing stands on the side of what was."""
    assert unified("a.txt", None, b"one\ntwo\n") == (
        "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n"
    )


def test_a_missing_newline_at_the_end_is_said() -> None:
    """As git says it."""
    assert unified("a", b"x", b"x\n") == (
        "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"
    )


def test_no_change_is_no_text() -> None:
    """Not even a heading."""
    assert unified("a", b"x", b"x") == ""
    assert unified("a", None, None) == ""


def test_binary_files_are_not_printed() -> None:
    """A terminal is spared what is no text."""
    assert unified("a", b"\0\1", b"x") == "Binary files a/a and b/a differ\n"


_LINES = st.lists(
    st.sampled_from(["a", "b", "", "x\r", "\u2028", "\x0c", "-", "+", "\udcff", "@@"]), max_size=8
).map("\n".join)


@settings(max_examples=40, deadline=None)
@given(before=_LINES | st.none(), after=_LINES, name=st.sampled_from(["f", "d/with blank", "é.md"]))
def test_git_makes_the_same_of_it(
    tmp_path_factory: pytest.TempPathFactory, before: str | None, after: str, name: str
) -> None:
    """What the plan shows, `git apply` does: byte for byte."""
    old = None if before is None else before.encode("utf-8", "surrogateescape")
    new = after.encode("utf-8", "surrogateescape")
    patch = unified(name, old, new)
    if not patch or not new:
        return  # git has no plain form for an empty new file
    repo = build_repo(tmp_path_factory.mktemp("repo"))
    (repo / name).parent.mkdir(exist_ok=True)
    if old is not None:
        (repo / name).write_bytes(old)
    (repo / "p.patch").write_bytes(patch.encode("utf-8", "surrogateescape"))

    git(repo, "apply", "--unidiff-zero", "--whitespace=nowarn", "p.patch")

    assert (repo / name).read_bytes() == new
