"""Our lines in a pre-commit configuration: added and removed without touching any other line."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import yaml
from pattern_ci.errors import SpecError
from pattern_ci.setup import precommit

COMMENTED = dedent("""\
    # our hooks
    default_language_version: {python: python3}   # keep

    repos:
    # formatting
    -   repo: https://example.invalid/black
        rev: 'v1'   # pinned
        hooks:
        -   id: black
            args: [--fast]
            entry: |
                # not a comment
                run
        # a comment of the item

    # what follows the hooks
    ci:
      skip: [black]
    """)


def test_our_entry_goes_to_the_end_of_the_list_in_its_style() -> None:
    """The list keeps its indentation, comments stay, and the next key is not touched."""
    edited = precommit.with_entry(COMMENTED, "v9")

    assert edited is not None
    added = "- repo: https://github.com/pattern-ci/pattern-ci\n  rev: v9\n  hooks:\n"
    assert added in edited
    assert edited.index("a comment of the item") < edited.index(added)
    assert edited.index(added) < edited.index("# what follows the hooks")
    assert precommit.hooks_named(edited) == {"pattern-suggest", "pattern-validate"}
    assert precommit.without_entry(edited) == COMMENTED


@pytest.mark.parametrize(
    "text",
    [
        "repos: []\n",
        "repos:\n",
        "fail_fast: true\n",
        "fail_fast: true",
        "repos:\n  - repo: local\n    hooks: [{id: x}]",
        "repos:\r\n  - repo: local\r\n    hooks: [{id: x}]\r\nfail_fast: true\r\n",
        "fail_fast: true\nrepos: []  # none yet\nci: {}\n",
    ],
)
def test_every_block_style_is_edited(text: str) -> None:
    """The result holds what was there plus our entry; newlines keep their style."""
    edited = precommit.with_entry(text, "v1")

    assert edited is not None
    before = yaml.load(text, source="x").data
    after = yaml.load(edited, source="x").data
    assert after == {**before, "repos": [*(before.get("repos") or []), precommit.entry("v1")]}
    assert ("\r\n" in edited) == ("\r\n" in text)
    assert edited.count("\n") == edited.count("\r\n") or "\r\n" not in text


@pytest.mark.parametrize(
    "text", ["repos: [{repo: local, hooks: []}]\n", "repos: no\n", "- a\n", ""]
)
def test_what_cannot_be_edited_safely_is_left_alone(text: str) -> None:
    """Flow style and other shapes are for people."""
    assert precommit.with_entry(text, "v1") is None


def test_an_edit_that_would_change_something_else_is_dropped() -> None:
    """A quoted text that goes on below its dash is not torn apart: the file is for people."""
    text = 'repos:\n  - repo: local\n    hooks: []\n    files: "a\nb"\n'
    assert yaml.load(text, source="x").data["repos"][0]["files"] == "a b"

    assert precommit.with_entry(text, "v1") is None


def test_several_documents_are_refused() -> None:
    """A file that pre-commit itself could not read is an error with its place."""
    with pytest.raises(SpecError, match=r"^\.pre-commit-config\.yaml:\d+:\d+: "):
        precommit.with_entry("repos: []\n---\nx: 1\n", "v1")


@pytest.mark.parametrize("ref", ["1.0", "1e5", "0123456789012345678901234567890123456789", "v1"])
def test_a_ref_stays_text(ref: str) -> None:
    """A ref that YAML would read as a number is quoted."""
    data = yaml.load(precommit.new_file(ref), source="x").data

    assert data["repos"][0]["rev"] == ref


def test_removing_the_only_entry_leaves_an_empty_list() -> None:
    """`repos:` without items would be nothing, so it becomes an empty list."""
    edited = precommit.without_entry("# top\n" + precommit.new_file("v1") + "fail_fast: true\n")

    assert edited == "# top\nrepos: []\nfail_fast: true\n"


def test_every_entry_of_ours_is_removed() -> None:
    """Two entries of ours, before and after another, both go; the other stays."""
    ours = "\n".join(precommit.entry_lines("v1")) + "\n"
    other = "  - repo: local\n    hooks: []\n"

    assert precommit.without_entry(f"repos:\n{ours}{other}{ours}") == f"repos:\n{other}"


def test_hooks_of_a_local_repository_count() -> None:
    """A repository that runs our hooks in its own way names them too."""
    text = "repos:\n- repo: local\n  hooks:\n  - id: pattern-validate\n  - id: other\n- 7\n"

    assert precommit.hooks_named(text) == {"pattern-validate"}
    assert precommit.without_entry(text) == text


ITEM = st.builds(
    lambda dash, gap, comment, url: (
        f"{dash}-{gap}repo: {url}{comment}\n{dash} {gap}rev: v1\n{dash} {gap}hooks: [{{id: a}}]\n"
    ),
    st.just("@"),
    st.sampled_from([" ", "   "]),
    st.sampled_from(["", "  # why"]),
    st.sampled_from(["local", "https://example.invalid/x"]),
)
FILE = st.builds(
    lambda head, items, foot, indent, newline: (
        (head + "repos:\n" + "".join(items) + foot).replace("@", indent).replace("\n", newline)
    ),
    st.sampled_from(["", "# head\n", "fail_fast: true\n\n"]),
    st.lists(st.one_of(ITEM, st.just("\n"), st.just("@# note\n")), min_size=1, max_size=4).filter(
        lambda items: any("repo:" in item for item in items)
    ),
    st.sampled_from(["", "\n# foot\n", "ci:\n  skip: [a]\n"]),
    st.sampled_from(["", "  ", "    "]),
    st.sampled_from(["\n", "\r\n"]),
)


@settings(max_examples=80, deadline=None)
@given(FILE)
def test_adding_then_removing_gives_the_same_file(text: str) -> None:
    """Every line that was there is there, in order; taking our entry out restores every byte."""
    edited = precommit.with_entry(text, "v1")

    assert edited is not None
    rest = iter(edited.splitlines())
    assert all(line in rest for line in text.splitlines())
    assert precommit.without_entry(edited) == text
