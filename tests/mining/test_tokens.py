"""Tokens join back to the text, and a score counts every character once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.tokens import MIN_RUN, common_blocks, count_tokens, score, tokenize

QUICK = settings(max_examples=60, deadline=None)
TEXTS = st.text(alphabet=st.sampled_from("ab_1 \n\t.,(){}é中\ue001\u0301"), max_size=60) | st.text(
    max_size=40
)


@QUICK
@given(TEXTS)
def test_tokens_join_back(text: str) -> None:
    """No character is lost or added, whatever the text holds."""
    assert "".join(tokenize(text)) == text
    assert "" not in tokenize(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("foo_bar(1)\n", ["foo_bar", "(", "1", ")", "\n"]),
        ("a  \n\n b", ["a", "  \n\n ", "b"]),
        ("{{ x }}", ["{", "{", " ", "x", " ", "}", "}"]),
        ("é中x", ["é中x"]),
        ("a\ue001b", ["a", "\ue001", "b"]),
        ("", []),
    ],
)
def test_what_a_token_is(text: str, tokens: list[str]) -> None:
    """A word, a run of white space, or one other character; placeholders stand alone."""
    assert tokenize(text) == tokens


@QUICK
@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_blocks_are_common_and_in_order(first: list[str], second: list[str]) -> None:
    """Each block is the same in both lists, and none begins before the last one ended."""
    end_a = end_b = 0
    for block in common_blocks(first, second):
        assert first[block.a : block.a + block.size] == second[block.b : block.b + block.size]
        assert block.size > 0
        assert block.a >= end_a
        assert block.b >= end_b
        end_a, end_b = block.a + block.size, block.b + block.size


@QUICK
@given(TEXTS, TEXTS)
def test_a_score_counts_every_character_once(draft: str, target: str) -> None:
    """Kept and deleted make the draft, kept and typed the target."""
    made = score(tokenize(draft), tokenize(target))

    assert made.kept + made.deleted == len(draft)
    assert made.kept + made.typed == len(target)
    assert 0 <= made.net_saving <= 1
    assert 0 <= made.precision <= 1


def test_a_perfect_draft_saves_everything() -> None:
    """The target itself: nothing to type, nothing to delete."""
    tokens = tokenize("def run(self) -> None:\n")

    assert score(tokens, tokens).net_saving == 1
    assert score(tokens, tokens).precision == 1


def test_short_matches_are_chance() -> None:
    """Runs of fewer than three tokens are not kept: a comma in both saves nobody anything."""
    assert MIN_RUN == 3
    assert score(["a", ",", "b"], ["x", ",", "y"]).kept == 0
    assert score(["a", ",", "b"], ["a", ",", "y"]).kept == 0
    assert score(["a", ",", "b"], ["a", ",", "b", "y"]).kept == 3


def test_wrong_text_is_worse_than_none() -> None:
    """A draft that must be deleted saves nothing, and never a negative share."""
    wrong = score(tokenize("completely different words here"), tokenize("abc = 1\n"))

    assert wrong.net_saving == 0
    assert wrong.saved == 0
    assert wrong.precision == 0


def test_nothing_against_nothing() -> None:
    """Two empty texts: no division by zero."""
    empty = score([], [])

    assert (empty.net_saving, empty.precision, empty.saved) == (0, 0, 0)


@given(st.text(max_size=40) | st.text(st.sampled_from("ab_1 \t\n\x1c.-"), max_size=40))
def test_tokens_are_counted_as_they_are_cut(text: str) -> None:
    """In text of any characters."""
    assert count_tokens(text) == len(tokenize(text))
