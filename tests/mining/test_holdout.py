"""Predictions of members from earlier ones, and the rule that abstains."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.mining.holdout import (
    FEW_HELD_OUT,
    HELD_OUT,
    HOPELESS,
    THRESHOLDS,
    WINDOW,
    Around,
    Memory,
    Prediction,
    Sample,
    Trial,
    held_out,
    prediction_key,
    trial,
)
from pattern_ci.mining.judging import (
    FEW_THRESHOLD,
    TOGETHER_MARGIN,
    judge,
    mean_precision,
    net_saving,
    precision,
    surety,
    utility,
)
from pattern_ci.mining.tokens import Score
from tests.mining.worlds import NAMES, checker

MEDOID = THRESHOLDS[Around.MEDOID]
QUICK = settings(max_examples=60, deadline=None)
COUNT = st.integers(0, 500)
SCORES = st.lists(st.builds(Score, COUNT, COUNT, COUNT), min_size=1, max_size=6)


def sample(number: int, text: str = "x", order: int | None = None) -> Sample:
    """A member that was added at a place in time."""
    return Sample(
        path=f"a/{number}.py",
        values=(NAMES[number % len(NAMES)],),
        blob=f"{number:040x}",
        text=text,
        order=number if order is None else order,
    )


def predicted(*scores: Score) -> list[Prediction]:
    """Predictions of members as long as their scores say."""
    return [
        Prediction(sample(number, "x" * (score.kept + score.typed)), score)
        for number, score in enumerate(scores)
    ]


def test_a_member_is_predicted_from_earlier_commits_alone() -> None:
    """Members of its own commit are not known when it is written."""
    samples = [sample(number, order=number // 2) for number in range(8)]

    pairs = held_out(samples)

    assert pairs
    for held, earlier in pairs:
        assert all(one.order < held.order for one in earlier)
        assert len(earlier) >= 2


def test_only_the_newest_are_held_out() -> None:
    """And each from the newest before it: old habits fade."""
    samples = [sample(number) for number in range(40)]

    pairs = held_out(samples)

    assert [held.order for held, _ in pairs] == list(range(40 - HELD_OUT, 40))
    assert all([one.order for one in earlier] == list(range(held.order - WINDOW, held.order))
               for held, earlier in pairs)  # fmt: skip


def test_members_of_one_commit_are_predicted_from_those_listed_before() -> None:
    """Less telling: fewer of them, and only what nearly all members have may be written."""
    samples = [sample(number, checker(NAMES[number % 8]), order=1) for number in range(9)]

    pairs = held_out(samples)
    tried = trial(samples, Memory())
    verdict = judge(tried)

    assert 0 < len(pairs) < FEW_HELD_OUT
    assert all(held not in earlier for held, earlier in pairs)
    assert tried.together
    assert not trial([sample(number, order=number) for number in range(9)], Memory()).together
    assert verdict.threshold is None or verdict.threshold >= FEW_THRESHOLD


def test_members_of_one_commit_must_beat_copying_by_far() -> None:
    """Written together they are alike; a margin that would do for later members does not do."""
    copied = Score(45, 0, 55)

    def verdict(saved: float, *, together: bool) -> str:
        kept = int(100 * saved)
        return judge(tried(Score(kept, 0, 100 - kept), copied)._replace(together=together)).reason

    assert verdict(0.45 + TOGETHER_MARGIN - 0.05, together=False) == ""
    assert "copying" in verdict(0.45 + TOGETHER_MARGIN - 0.05, together=True)
    assert verdict(0.45 + TOGETHER_MARGIN + 0.05, together=True) == ""


def changing(number: int) -> str:
    """A file of a family that changed its habits: the newest four are of the new kind."""
    name = NAMES[number % len(NAMES)]
    if number < 8:
        return "\n".join(f"old {name} {number} {line}" for line in range(12))
    return checker(name)


def test_where_habits_change_the_newest_member_is_the_frame() -> None:
    """Around the medoid nothing holds; what the newest shares with the few of its kind does."""
    samples = [sample(number, changing(number)) for number in range(12)]

    medoid = trial(samples, Memory())
    newest = trial(samples, Memory(), Around.NEWEST)

    assert judge(medoid).threshold is None
    assert judge(newest).threshold in THRESHOLDS[Around.NEWEST]
    assert newest.copy == medoid.copy
    assert newest.copy_renamed == medoid.copy_renamed


def test_copies_are_scored_once_for_both_ways() -> None:
    """The second trial takes them from the first, and each way remembers its own drafts."""
    samples = [sample(number, changing(number)) for number in range(12)]
    memory = Memory()
    copied, renamed = Score(1, 2, 3), Score(4, 5, 6)
    for held, earlier in held_out(samples):
        key = prediction_key(held, earlier, Around.MEDOID)
        memory.put(key, [*[Score(0, 0, 9)] * len(MEDOID), copied, renamed])

    made = trial(samples, memory, Around.NEWEST)

    assert {one.score for one in made.copy} == {copied}
    assert {one.score for one in made.copy_renamed} == {renamed}
    assert any(one.score.kept for row in made.by_threshold.values() for one in row)
    assert len(memory.fresh) == 2 * len(held_out(samples))


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_members_hold_nothing_out(count: int) -> None:
    """There is nothing to predict from, and so nothing is drafted."""
    samples = [sample(number, order=1) for number in range(count)]

    assert held_out(samples) == []
    assert judge(trial(samples, Memory())).threshold is None


@QUICK
@given(SCORES)
def test_figures_stay_in_their_bounds(scores: list[Score]) -> None:
    """Shares are shares, and nothing is divided by zero."""
    made = predicted(*scores)

    assert 0 <= net_saving(made) <= 1
    assert 0 <= precision(made) <= 1
    assert 0 <= mean_precision(made) <= 1
    assert utility(made) <= 1


def test_wrong_text_costs_more_than_none() -> None:
    """A draft that is deleted again is worth less than no draft."""
    good, none, wrong = Score(80, 0, 20), Score(0, 0, 100), Score(0, 80, 100)

    assert utility(predicted(good)) > utility(predicted(none)) > utility(predicted(wrong))
    assert net_saving(predicted(good)) == 0.8
    assert net_saving(predicted(wrong)) == 0
    assert net_saving([]) == precision([]) == mean_precision([]) == utility([]) == 0


def test_one_wrong_file_does_not_hide_behind_a_large_right_one() -> None:
    """Files count as well as characters."""
    large, small = Score(900, 0, 100), Score(0, 50, 50)

    assert mean_precision(predicted(large, small)) < precision(predicted(large, small))
    assert utility(predicted(large, small)) < 0.9 * utility(predicted(large))


def tried(drafts: Score, copies: Score, count: int = 6) -> Trial:
    """A trial in which every member went alike under every threshold."""
    made, copied = predicted(*[drafts] * count), predicted(*[copies] * count)
    return Trial(dict.fromkeys(MEDOID, made), copied, copied)


def test_a_clear_gain_is_drafted() -> None:
    """Most of the text is saved, little has to be deleted, a copy does much worse."""
    verdict = judge(tried(Score(80, 5, 20), Score(40, 60, 60)))

    assert verdict.threshold in MEDOID
    assert verdict.reason == ""


def test_surety_is_what_stayed_and_what_members_share() -> None:
    """Two thirds and one third; a short hold-out is drawn towards the usual three quarters."""
    right, half = Score(100, 0, 0), Score(50, 50, 50)

    assert surety(0.9, predicted(*[right] * 8)) == pytest.approx((2 * 0.95 + 0.9) / 3, abs=1e-4)
    assert surety(0.5, predicted(*[right] * 8)) < surety(0.9, predicted(*[right] * 8))
    assert surety(0.9, predicted(right)) < surety(0.9, predicted(*[right] * 8))
    assert surety(0.9, predicted(*[half] * 8)) < surety(0.5, predicted(*[right] * 8))


def test_each_objection_has_its_words() -> None:
    """Nothing shared, too much wrong, a copy as good: a reason and the nearest figures."""
    for drafts, copies in (
        (Score(0, 0, 100), Score(0, 100, 100)),
        (Score(45, 55, 55), Score(0, 100, 100)),
        (Score(80, 5, 20), Score(82, 5, 18)),
    ):
        verdict = judge(tried(drafts, copies))

        assert verdict.threshold is None
        assert verdict.reason
        assert "threshold" in verdict.nearest


def test_a_prediction_is_remembered() -> None:
    """What was computed once is not computed again, and the result is the same."""
    samples = [
        Sample(path=f"a/{n}.py", values=(n,), blob=n, text=checker(n), order=order)
        for order, n in enumerate(NAMES)
    ]
    memory = Memory()
    first = trial(samples, memory)
    again = Memory(memory.fresh)

    assert memory.fresh
    assert trial(samples, again) == first
    assert again.fresh == {}
    assert judge(first).threshold in MEDOID


def test_copying_that_wins_too_often_is_left_to_people() -> None:
    """One large gain does not make up for a copy that is better on most other members."""
    won, lost = Score(kept=900, deleted=0, typed=100), Score(kept=30, deleted=0, typed=70)
    copied, better = Score(kept=100, deleted=0, typed=900), Score(kept=40, deleted=0, typed=60)

    def verdict(wins: int, losses: int) -> str:
        drafts = predicted(*[won] * wins, *[lost] * losses)
        copies = predicted(*[copied] * wins, *[better] * losses)
        return judge(Trial(dict.fromkeys(MEDOID, drafts), copies, copies)).reason

    assert verdict(wins=7, losses=3) == ""
    assert "too often" in verdict(wins=6, losses=4)


def test_a_trial_ends_when_the_newest_share_nothing() -> None:
    """Four members without a common stretch are enough; others are tried to the last."""
    alike = [sample(number, checker(NAMES[number % len(NAMES)])) for number in range(12)]
    words = [" ".join(f"w{number}x{place}" for place in range(20)) for number in range(12)]
    strangers = [sample(number, text) for number, text in enumerate(words)]

    assert len(trial(alike, Memory()).copy) == HELD_OUT
    assert len(trial(strangers, Memory()).copy) == HOPELESS
