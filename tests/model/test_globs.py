"""Globs behave as git's own ignore lines do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pattern_ci.git import ask
from pattern_ci.model.globs import ignored
from testing.repos import build_repo

if TYPE_CHECKING:
    from pathlib import Path

PATHS = (
    "a.py", "b", "dist/b", "dist/deep/a.py", "src/a.py", "src/b/c/a.py", "src/b.lock",
    "lib/src/a.py", ".hidden/a.py", "docs/a-b.md", "docs/[x].md", "a*b", "src/dist",
)  # fmt: skip


@pytest.mark.parametrize(
    ("glob", "named"),
    [
        ("*.lock", {"src/b.lock"}),
        ("dist/", {"dist/b", "dist/deep/a.py"}),
        ("dist", {"dist/b", "dist/deep/a.py", "src/dist"}),
        ("/src/a.py", {"src/a.py"}),
        ("src/a.py", {"src/a.py"}),
        ("src/**/a.py", {"src/a.py", "src/b/c/a.py"}),
        ("**/src/*.py", {"src/a.py", "lib/src/a.py"}),
        ("docs/**", {"docs/a-b.md", "docs/[x].md"}),
        ("?", {"b", "dist/b", "src/b/c/a.py"}),
        (r"docs/\[x].md", {"docs/[x].md"}),
        ("docs/a[!x]b.md", {"docs/a-b.md"}),
        ("", set()),
        ("/", set()),
    ],
)
def test_a_glob_names_exactly_these_files(glob: str, named: set[str]) -> None:
    """Each rule of the documentation holds for a path that it names and one that it does not."""
    assert {path for path in PATHS if ignored(path, [glob])} == named


def test_no_globs_name_nothing() -> None:
    """Without globs every path is kept."""
    assert not any(ignored(path, []) for path in PATHS)


def test_one_of_several_globs_is_enough() -> None:
    """Globs add up; order does not matter."""
    assert ignored("src/b.lock", ["dist/", "*.lock"])
    assert ignored("src/b.lock", ["*.lock", "dist/"])
    assert not ignored("src/a.py", ["*.lock", "dist/"])


def test_a_newline_in_a_name_does_not_end_the_match() -> None:
    """A name with a newline is matched whole."""
    assert ignored("dist/a\nb", ["dist/"])
    assert not ignored("src/a\ndist/b", ["dist/c"])


def test_an_escaped_slash_at_the_start_names_nothing() -> None:
    """Only a plain slash means the root."""
    assert ignored("a", ["/?"])
    assert not ignored("a", ["\\/?"])


SEGMENT = st.text(alphabet="ab*?.-[!]^\\", min_size=1, max_size=4)
GLOB = st.builds(
    lambda start, parts, end: start + "/".join(parts) + end,
    st.sampled_from(["", "/"]),
    st.lists(st.one_of(SEGMENT, st.just("**")), min_size=1, max_size=3),
    st.sampled_from(["", "/"]),
).filter(lambda glob: not glob.startswith("!"))
NAME = st.text(alphabet="ab.-]", min_size=1, max_size=3).filter(lambda name: name.strip("."))
PATH = st.lists(NAME, min_size=1, max_size=4).map("/".join)


@pytest.fixture(scope="module")
def empty_repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository to ask git in."""
    return build_repo(tmp_path_factory.mktemp("globs") / "repo")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(glob=GLOB, paths=st.lists(PATH, min_size=1, max_size=20))
def test_git_gives_the_same_answer(empty_repo: Path, glob: str, paths: list[str]) -> None:
    """A random glob names the paths that git itself would ignore."""
    (empty_repo / ".git" / "info" / "exclude").write_text(glob + "\n")
    done = ask(
        empty_repo, "check-ignore", "--no-index", "--stdin", "-z", "-v", "-n",
        stdin="".join(f"{path}\0" for path in paths).encode(),
    )  # fmt: skip
    said = done.stdout.decode().split("\0")
    by_git = {said[i + 3] for i in range(0, len(said) - 1, 4) if said[i]}

    assert {path for path in paths if ignored(path, [glob])} == by_git
