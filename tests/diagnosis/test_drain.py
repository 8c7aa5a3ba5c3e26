"""Templates for names that look like words."""

from __future__ import annotations

from itertools import permutations
from string import ascii_lowercase

from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.diagnosis.drain import MAX_TEMPLATES, TemplateTree

SCOPE = ("frob", "")
WORDS = st.lists(
    st.sampled_from(["job", "alpha", "beta", "failed", "is", "gone", "<*>"]), max_size=6
)
MESSAGES = st.lists(WORDS.map(" ".join), max_size=12)


def tree(*messages: str) -> TemplateTree:
    """A tree that has learned these."""
    made = TemplateTree()
    made.add_all(SCOPE, messages)
    return made


def test_a_word_that_differs_becomes_a_value() -> None:
    """One name in a sentence that is the same otherwise, even as its first word."""
    made = tree("alpha is not defined", "beta is not defined")

    assert made.template(SCOPE, "gamma is not defined") == "<*> is not defined"


def test_other_sentences_stay_apart() -> None:
    """Half of the words is not enough."""
    made = tree("file not found", "branch not merged", "disk is full")

    for said in ("file not found", "branch not merged", "disk is full"):
        assert made.template(SCOPE, said) == said


def test_scopes_do_not_mix() -> None:
    """A message of one tool never joins the template of another."""
    made = tree("alpha is not defined", "beta is not defined")

    said = "gamma is not defined"
    assert made.template(("other", ""), said) == said


@given(MESSAGES)
def test_the_order_of_a_log_does_not_matter(messages: list[str]) -> None:
    """The same messages give the same templates, shuffled or doubled."""
    shuffled = [*reversed(messages), *messages]
    first, second = tree(*messages), tree(*shuffled)

    for said in messages:
        assert first.template(SCOPE, said) == second.template(SCOPE, said)


def test_which_comes_first_does_not_matter() -> None:
    """One of these is alike two that are not alike: the answer is the same in every order."""
    messages = ["west a b c", "east a b c", "east a b d"]
    made = [tree(*order) for order in permutations(messages)]

    assert len({tuple(one.template(SCOPE, said) for said in messages) for one in made}) == 1


def test_a_flood_of_templates_is_bounded() -> None:
    """Beyond its limit a leaf learns nothing new, and what it does not know stays itself."""
    letters = [f"{first}{second}" for first in ascii_lowercase for second in ascii_lowercase]
    flood = [f"a{word} b{word} c{word} d{word}" for word in letters]
    made = tree(*flood)
    made.add_all(SCOPE, ["z y x one", "z y x two"])

    assert len(flood) > MAX_TEMPLATES
    assert all(made.template(SCOPE, said) == said for said in [*flood, "z y x one"])
