"""What the members of a family share with their medoid."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.align import align, medoid, prepare, runs, star
from pattern_ci.mining.stems import lift, settle
from pattern_ci.mining.tokens import MIN_RUN, tokenize

QUICK = settings(max_examples=60, deadline=None)
WORDS = st.lists(st.sampled_from(["a", "b", "(", ")", " ", "\n", "\n\n"]), max_size=25)
FAMILIES = st.lists(WORDS, min_size=1, max_size=6)


@QUICK
@given(WORDS)
def test_lines_cover_every_token(tokens: list[str]) -> None:
    """Without gap or overlap; each but the last ends a line."""
    text = prepare(tokens)

    assert [token for a, b in text.lines for token in text.tokens[a:b]] == tokens
    assert all("\n" in text.tokens[b - 1] for _, b in text.lines[:-1])


@QUICK
@given(WORDS, WORDS)
def test_aligned_blocks_are_the_same_text(first: list[str], second: list[str]) -> None:
    """In order in both texts, neighbours joined, and a text aligns with itself as one block."""
    one, two = prepare(first), prepare(second)
    blocks = align(one, two)
    end_a = end_b = -1

    for block in blocks:
        assert first[block.a : block.a + block.size] == second[block.b : block.b + block.size]
        assert block.a > end_a or block.b > end_b
        assert block.a >= end_a
        assert block.b >= end_b
        end_a, end_b = block.a + block.size, block.b + block.size
    assert [block.size for block in align(one, one)] == ([len(first)] if first else [])


@QUICK
@given(FAMILIES, st.sampled_from([0.5, 0.7, 0.9, 1.0]))
def test_runs_are_what_enough_members_have(family: list[list[str]], threshold: float) -> None:
    """Each is long enough to be no chance, and no member count is beyond the family's."""
    made = star([prepare(tokens) for tokens in family])

    assert len(made.support) == len(made.medoid.tokens)
    assert all(1 <= count <= made.size == len(family) for count in made.support)
    assert all(joined <= count for joined, count in zip(made.joined, made.support, strict=True))
    for start, stop in runs(made, threshold):
        assert stop - start >= MIN_RUN
        assert all(count >= threshold * made.size for count in made.support[start:stop])


@QUICK
@given(FAMILIES)
def test_a_lower_threshold_keeps_no_less(family: list[list[str]]) -> None:
    """What nearly all have, most have."""
    made = star([prepare(tokens) for tokens in family])
    sizes = [sum(b - a for a, b in runs(made, threshold)) for threshold in (0.9, 0.7, 0.5)]

    assert sizes == sorted(sizes)


def test_the_medoid_is_the_closest_to_all() -> None:
    """The first of equals."""
    texts = [prepare(tokenize(text)) for text in ("a b c d", "a b c x", "q r s t", "a b c d")]

    assert medoid(texts) == 0
    assert medoid(texts[::-1]) == 0
    assert medoid(texts[2:3]) == 0


def test_a_stretch_ends_where_members_part() -> None:
    """Text that all have in two places is two runs, whatever stands between."""
    texts = [prepare(tokenize(f"x = f(1)\n{own}\ny = g(2)\n")) for own in ("aa bb", "cc", "d e f")]

    made = star(texts)
    kept = ["".join(made.medoid.tokens[a:b]) for a, b in runs(made, 1.0)]

    assert kept == ["x = f(1)\n", "\ny = g(2)\n"]


def test_names_of_one_word_do_not_hide_a_case() -> None:
    """`beta-ray` beside `gamma`: members of two words say that the place is kebab."""
    names = ("gamma", "beta_ray", "eta", "delta_wave", "iota")
    texts = [
        prepare(tokenize(lift(f"register(title={name.replace('_', '-')})\n", (name,))),
                telling="_" in name)
        for name in names
    ]  # fmt: skip

    made = star(texts)
    ((start, stop),) = runs(made, 1.0)

    written = settle("".join(made.medoid.tokens[start:stop]), ("new_thing",))
    assert written == "register(title=new-thing)\n"


def test_members_of_two_words_vote_on_the_case() -> None:
    """The medoid is one member; the case that most members write is the family's."""
    names = ("beta_ray", "delta_wave", "zeta_fn", "theta_role")
    texts = [f"use {names[0]} here and now"]
    texts += [f"use {name.replace('_', '-')} here and now" for name in names[1:]]
    lifted = [lift(text, (name,)) for text, name in zip(texts, names, strict=True)]

    aligned = star([prepare(tokenize(text)) for text in lifted])

    assert settle("".join(aligned.medoid.tokens), ("kappa_max",)) == "use kappa-max here and now"
    assert runs(aligned, 1.0) == [(0, len(aligned.medoid.tokens))]
