"""Scores, sums, the bound and the baselines on texts small enough to count by hand."""

from __future__ import annotations

import random

import pytest

from pattern_ci.mining.backtest.baselines import Given, Sibling, nearest, outcomes, stem
from pattern_ci.mining.backtest.bound import new_share
from pattern_ci.mining.backtest.scoring import Outcome, compare, figures, interval
from pattern_ci.mining.tokens import score, tokenize
from pattern_ci.model.backtest import Method


def outcome(draft: str, target: str) -> Outcome:
    """Score a draft against a target, both as text."""
    return compare(tokenize(draft), tokenize(target))


def test_a_draft_is_kept_deleted_and_typed() -> None:
    """By characters; what is deleted in one go is one stretch."""
    made = outcome("a = b + c\nwrong words here", "a = b + c\nright")

    assert made == Outcome(kept=10, deleted=16, typed=5, stretches=1)
    assert made.saved == 0
    assert made.typing == 9


def test_short_matches_are_chance() -> None:
    """Two tokens in common are worth nothing, three are."""
    assert outcome("x (", "x (").kept == 3
    assert outcome("x(", "x(").kept == 0
    assert outcome("x(", "x(").stretches == 1


def test_stretches_are_counted_between_what_stays() -> None:
    """At the start, in the middle and at the end."""
    assert outcome("zz a b c d yy e f g h xx", "a b c d e f g h").stretches == 3


@pytest.mark.parametrize("seed", range(20))
def test_it_agrees_with_the_score_of_mining(seed: int) -> None:
    """Kept, deleted and typed are those by which templates are judged."""
    draw = random.Random(seed)
    one, two = ([draw.choice("abc \n") for _ in range(60)] for _ in range(2))

    assert compare(one, two)[:3] == score(one, two)


def test_files_without_a_draft_count_as_nothing_saved() -> None:
    """Sums are over the characters of all files; precision over what was drafted."""
    made = figures([Outcome(60, 20, 40, 1), Outcome(0, 50, 100, 1)], files=4, size=400)

    assert (made.drafted, made.share) == (2, 0.5)
    assert made.net_saving == 0.1  # the second saves 0, not -50
    assert made.typing_saved == 0.1475
    assert made.precision == 0.4615
    assert made.written == 0.3


def test_no_file_at_all() -> None:
    """No division by zero."""
    assert figures([], files=0, size=0).net_saving == 0.0
    assert interval({}) == (0.0, 0.0)


def test_the_interval_draws_commits() -> None:
    """It is the same every time, holds the mean, and is a point where commits agree."""
    mixed = {"a": (10, 100), "b": (90, 100), "c": (50, 100)}
    low, high = interval(mixed)

    assert interval(mixed) == (low, high)
    assert low < 0.5 < high
    assert interval({"a": (1, 4), "b": (2, 8)}) == (0.25, 0.25)


def test_what_siblings_hold_is_not_new() -> None:
    """A copy is nearly free, noise is not, half and half lies between."""
    draw = random.Random(1)
    noise = draw.randbytes(2_000).hex().encode()
    other = draw.randbytes(2_000).hex().encode()

    assert new_share(noise, [other, noise]) < 0.02
    assert new_share(noise, [other]) > 0.95
    assert new_share(noise, []) == 1.0
    assert 0.4 < new_share(noise[:1000] + other[:1000], [noise]) < 0.6
    assert new_share(b"", [noise]) == 0.0


@pytest.mark.parametrize(
    ("path", "key", "name"),
    [
        ("a/b/foo_bar.py", "a/b//.py", "foo_bar"),
        ("foo.py", "//.py", "foo"),
        ("a/foo/init.py", "a///init.py", "foo"),
        ("foo/init.py", "///init.py", "foo"),
        ("a/Makefile", "a//", "Makefile"),
    ],
)
def test_the_name_that_differs(path: str, key: str, name: str) -> None:
    """Base name without extension, or the folder."""
    assert stem(path, key) == name


FRAME = "class {0}Base:\n    name = '{0}'\n    def run(self):\n        return self.go('{0}')\n"


def given(*names: str) -> Given:
    """Siblings of one frame."""
    siblings = [Sibling(f"d/{name}.py", FRAME.format(name)) for name in names]
    return Given(path="d/target.py", key="d//.py", siblings=siblings, other="nothing alike")


def test_copying_and_its_kinds() -> None:
    """Renaming helps; the oracle is at least the best copy; a stranger saves nothing."""
    found = outcomes(given("alpha", "beta"), tokenize(FRAME.format("target")))

    assert found[Method.COPY_RENAMED].deleted == 0
    assert found[Method.COPY_NEWEST].deleted > 0
    assert found[Method.ORACLE].saved == found[Method.COPY_RENAMED].saved
    assert found[Method.CONSENSUS_80].deleted == 0
    assert found[Method.RANDOM].kept == 0
    assert set(found) == set(Method) - {Method.OURS}


def test_consensus_writes_what_enough_share() -> None:
    """Half of four has the line; four in five have not."""
    rare = "rare = very.special(thing)\n"
    siblings = [
        Sibling(f"d/{name}.py", FRAME.format(name) + (rare if name in "ab" else ""))
        for name in ("a", "b", "c", "d")
    ]
    of = given()._replace(siblings=siblings)
    found = outcomes(of, tokenize(FRAME.format("target") + rare))

    kept = found[Method.CONSENSUS_50].kept - found[Method.CONSENSUS_80].kept
    assert kept >= len(rare.strip())


def test_without_siblings_nobody_copies() -> None:
    """Only the stranger is left."""
    assert set(outcomes(given(), tokenize("x = 1"))) == {Method.RANDOM}


def test_the_likest_path() -> None:
    """Both ends count, and of equals the newest."""
    assert nearest("t/test_ab.py", ["t/other.py", "t/test_xy.py", "t/z.py"]) == 1
    assert nearest("t/a.py", ["t/b.py", "t/c.py"]) == 1
