"""Digests depend on what is said, not on how it is written down."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.model.digests import canonical, content_digest, identity, text_digest

QUICK = settings(max_examples=60, deadline=None)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@QUICK
@given(st.dictionaries(st.text(max_size=4), DATA, max_size=4))
def test_the_order_of_keys_changes_nothing(data: dict[str, object]) -> None:
    """At any depth."""
    assert content_digest(data) == content_digest(dict(reversed(data.items())))
    assert canonical(data) == canonical(dict(reversed(data.items())))


def test_digests_do_not_move() -> None:
    """Pull requests, rejections and caches of earlier versions rely on them."""
    assert content_digest({"b": [1, "é"], "a": None}) == (
        "sha256:f8f17faab95c024891d173fa43442b0e52007736a1f36715ac721ab22deeefc5"
    )
    assert text_digest("é\n") == (
        "sha256:edd3a863872a04239eb29ad4bc12fc892b3d4ae57cc7e786a3697816f8e141c2"
    )
    assert identity("family", ["rules/*.py"], "") == "aa7c3be34b8b1a88"


def test_text_that_is_not_utf8_has_a_digest() -> None:
    """Of the bytes that it came from."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", content_digest(["\udcff"]))
    assert text_digest("\udcff") != text_digest("?")


def test_an_identity_is_about_the_place() -> None:
    """Kind, globs in any order, and the cluster: nothing else, and each of them counts."""
    made = identity("family", ["a", "b"], "x")

    assert re.fullmatch(r"[0-9a-f]{16}", made)
    assert made == identity("family", ["b", "a"], "x")
    assert len({made, identity("recipe", ["a", "b"], "x"), identity("family", ["a"], "x"),
                identity("family", ["a", "b"], "y")}) == 4  # fmt: skip
