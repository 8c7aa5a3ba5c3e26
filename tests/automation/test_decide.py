"""Facts in, one action a candidate out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.automation.bot_prs.decide import decide
from pattern_ci.automation.bot_prs.facts import Ask, Candidate, Facts, InBase, Limit, Tip
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.model.proposal import Verdict
from tests.automation.worlds import PATHS, PREFIX, TIP, candidate, facts, name, pull, said

OTHER = "b" * 40


def _only(world: Facts) -> tuple[str, str]:
    decision = decide(world)
    assert not decision.questions
    assert len(decision.actions) == 1
    return said(decision.actions[0])


def _tip(one: Candidate, **changes: Any) -> Tip:
    made = Tip(
        identity=one.identity, digest=one.digest, files=one.files, replaces=None, intact=True
    )
    return replace(made, **changes)


def test_a_new_candidate_is_opened() -> None:
    """Nothing stands against it."""
    assert _only(facts(candidate())) == ("open", "new")


def test_the_base_is_asked_before_opening() -> None:
    """Without knowing what the base holds, the question comes back and nothing else is asked."""
    decision = decide(facts(candidate(), in_base={}))

    assert [(question.about, question.key) for question in decision.questions] == [
        (Ask.BASE, name(1))
    ]


@pytest.mark.parametrize(
    ("same", "expected"), [(True, ("none", "in_base")), (False, ("skip", "in_the_way"))]
)
def test_paths_in_the_base_stop_it(same: bool, expected: tuple[str, str]) -> None:
    """A pattern that is there is done; another file of that name is in the way."""
    found = {name(1): InBase("patterns/specs/x.pattern.yaml", same)}

    assert _only(facts(candidate(), in_base=found)) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("known", ("none", "known")),
        ("invalid", ("skip", "invalid")),
        ("unknown", ("skip", "unknown")),
    ],
)
def test_what_is_refused_is_not_looked_at(field: str, expected: tuple[str, str]) -> None:
    """Known, invalid and unreadable candidates are left alone, even with an open request."""
    one = candidate()
    world = facts(
        replace(one, digest="sha256:changed"), pull_requests=(pull(one),), tips={}, in_base={}
    )

    refused: dict[str, Any] = {field: {one.identity: "why"}}
    assert _only(replace(world, **refused)) == expected


def test_an_open_one_with_the_same_content_is_left() -> None:
    """No write when the digest is equal."""
    one = candidate()
    world = facts(one, pull_requests=(pull(one),), tips={PREFIX + one.identity: TIP})

    assert _only(world) == ("none", "up_to_date")


def test_an_open_one_with_other_content_is_updated_from_its_tip() -> None:
    """The action names the tip that must still be there."""
    one = candidate()
    world = facts(
        replace(one, digest="sha256:new"),
        pull_requests=(pull(one),),
        tips={PREFIX + one.identity: TIP},
    )

    action = decide(world).actions[0]

    assert said(action) == ("update", "changed")
    assert (action.pull_request, action.expected, action.recorded) == (7, TIP, TIP)


def _edits() -> dict[str, dict[str, Any]]:
    one = candidate()
    body = pull(one).body
    return {
        "text": {"body": body + "\nLooks good to me.\n"},
        "marker removed": {"body": "Just text."},
        "marker of another": {"body": pull(candidate(2)).body},
        "other base": {"base_ref": "develop"},
        "other author": {"author": "somebody"},
    }


@pytest.mark.parametrize("edit", list(_edits()))
def test_an_open_one_that_was_edited_is_never_written(edit: str) -> None:
    """Whatever a person changed makes it theirs, also when the content changed."""
    one = candidate()
    edited = replace(pull(one), **_edits()[edit])
    world = facts(
        replace(one, digest="sha256:new"),
        pull_requests=(edited,),
        tips={PREFIX + one.identity: TIP},
    )

    assert _only(world) == ("skip", "edited")


def test_a_moved_branch_is_asked_about() -> None:
    """Whether a person pushed or we were stopped is a question about the commit at the tip."""
    one = candidate()
    world = facts(one, pull_requests=(pull(one),), tips={PREFIX + one.identity: OTHER})

    assert [(question.about, question.key) for question in decide(world).questions] == [
        (Ask.TIP, OTHER)
    ]


def _moved(tip: Tip | None, *, digest: str = "") -> tuple[str, str]:
    one = candidate()
    world = facts(
        replace(one, digest=digest or one.digest),
        pull_requests=(pull(one),),
        tips={PREFIX + one.identity: OTHER},
        commits={OTHER: tip},
    )
    return _only(world)


def test_a_commit_of_somebody_else_makes_the_branch_theirs() -> None:
    """No trailers, other trailers, changed files, or an older commit of ours put back."""
    one = candidate()
    theirs = [
        None,
        _tip(one, replaces=TIP, intact=False),
        _tip(one, replaces=TIP, identity=name(2)),
        _tip(one),
        _tip(one, replaces="c" * 40),
    ]

    assert [_moved(tip) for tip in theirs] == [("skip", "edited")] * len(theirs)


def test_an_unfinished_update_is_finished() -> None:
    """Our own next commit at the tip needs its text; with newer content it needs a commit too."""
    ours = _tip(candidate(), replaces=TIP)

    assert _moved(ours) == ("update", "body_unfinished")
    assert _moved(ours, digest="sha256:newer") == ("update", "changed")


def test_a_branch_that_is_gone_is_not_made_again() -> None:
    """An open request whose branch cannot be seen is nobody's to write."""
    one = candidate()

    assert _only(facts(one, pull_requests=(pull(one),))) == ("skip", "edited")


def test_merged_is_done_and_closed_is_final() -> None:
    """Neither is opened again, also with other content, more members and an edited marker."""
    one = candidate()
    grown = replace(
        one, digest="sha256:new", members=Members.of([*PATHS, *(f"x{n}" for n in range(99))])
    )
    closed = pull(one, state="closed")

    assert _only(facts(grown, pull_requests=(closed,))) == ("skip", "rejected")
    assert _only(facts(grown, pull_requests=(replace(closed, body=""),))) == ("skip", "rejected")
    assert _only(facts(grown, pull_requests=(replace(closed, head_ref="x"),))) == (
        "skip", "rejected",
    )  # fmt: skip
    merged = replace(closed, merged=True)
    assert _only(facts(grown, pull_requests=(merged,))) == ("none", "merged")


def test_half_of_a_rejected_one_is_the_same() -> None:
    """Under another identity it is rejected too; with less in common it is not."""
    closed = pull(candidate(1, members=Members.of(PATHS)), state="closed")
    half = candidate(2, members=Members.of([*PATHS[:2], "x", "y"]))
    less = candidate(2, members=Members.of([*PATHS[:2], "x", "y", "z"]))

    assert _only(facts(half, pull_requests=(closed,))) == ("skip", "same_as_rejected")
    assert decide(facts(half, pull_requests=(closed,))).actions[0].pull_request == 7
    assert _only(facts(less, pull_requests=(closed,))) == ("open", "new")
    assert _only(facts(half, pull_requests=(replace(closed, merged=True),))) == ("open", "new")


def test_reopening_takes_a_rejection_back() -> None:
    """An open request for the identity outweighs a closed one."""
    one = candidate()
    world = facts(
        one,
        pull_requests=(pull(one, 9), pull(one, 7, state="closed")),
        tips={PREFIX + one.identity: TIP},
    )

    assert _only(world) == ("none", "up_to_date")


def _orphan(tip: Tip | None) -> tuple[str, str]:
    one = candidate()
    return _only(facts(one, tips={PREFIX + one.identity: OTHER}, commits={OTHER: tip}))


def test_a_branch_without_a_request_is_used_if_it_is_ours() -> None:
    """As it is when it holds this content, with a commit on top when it does not."""
    one = candidate()

    assert _orphan(_tip(one)) == ("open", "branch_ready")
    assert _orphan(_tip(one, digest="sha256:old")) == ("open", "branch_outdated")
    assert _orphan(_tip(one, files="sha256:old")) == ("open", "branch_outdated")
    assert _orphan(_tip(one, intact=False)) == ("skip", "strange_branch")
    assert _orphan(None) == ("skip", "strange_branch")


@pytest.mark.parametrize(
    "few",
    [{"rank": 0.59}, {"saving": 0.04}],
    ids=["confidence", "saving"],
)
def test_what_saves_too_little_is_not_proposed(few: dict[str, Any]) -> None:
    """A candidate below either threshold takes no place and asks nobody for a review."""
    bar: dict[str, Any] = {"min_rank": 0.6, "min_saving": 0.05}

    assert _only(facts(candidate(**few), **bar)) == ("none", "too_little")
    assert _only(facts(candidate(rank=0.6, saving=0.05), **bar)) == ("open", "new")


def test_one_that_is_open_is_kept_up_to_date_below_the_bar() -> None:
    """The thresholds are for asking; what was asked already is not withdrawn by them."""
    one = candidate(saving=0.0)
    world = facts(
        one, pull_requests=(pull(one),), tips={PREFIX + one.identity: TIP}, min_saving=0.05
    )

    assert _only(world) == ("none", "up_to_date")


def test_the_limits_are_exact_and_the_rest_waits_in_order() -> None:
    """Two new a run, highest confidence first, ties by pattern id."""
    ranks = {1: 0.7, 2: 0.9, 3: 0.8, 4: 0.9}
    world = facts(*(candidate(number, rank=rank) for number, rank in ranks.items()))

    actions = decide(world).actions

    assert [action.name[-1] for action in actions] == ["2", "4", "3", "1"]
    assert [said(action) for action in actions] == [
        ("open", "new"), ("open", "new"), ("wait", "new_limit"), ("wait", "new_limit"),
    ]  # fmt: skip


def test_every_open_request_of_ours_counts() -> None:
    """Requests of other kinds and edited ones take a place; merged and closed ones do not."""
    others = [
        pull(candidate(20), 20, head_ref=f"{PREFIX}telemetry", body=""),
        pull(candidate(21), 21, author="somebody"),
        pull(candidate(22), 22, state="closed"),
    ]
    world = facts(candidate(1), candidate(2), pull_requests=tuple(others))

    assert [said(action) for action in decide(world).actions] == [
        ("open", "new"), ("wait", "open_limit"),
    ]  # fmt: skip


def test_a_candidate_that_is_refused_takes_no_place() -> None:
    """The next in line moves up."""
    first, second, third = (candidate(number, rank=1 - number / 10) for number in (1, 2, 3))
    world = facts(first, second, third, invalid={first.identity: "broken"}, limit=Limit(3, 1))

    assert [said(action) for action in decide(world).actions] == [
        ("skip", "invalid"), ("open", "new"), ("wait", "new_limit"),
    ]  # fmt: skip


def test_two_candidates_of_one_identity_are_one() -> None:
    """The better one counts, and the other says why it does not."""
    better = candidate(1, rank=0.9)
    worse = candidate(1, rank=0.5, name="PAT-OTHER-001")

    assert [said(action) for action in decide(facts(worse, better)).actions] == [
        ("open", "new"), ("skip", "duplicate"),
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 12), st.floats(0, 1)), max_size=12),
    st.lists(st.tuples(st.integers(1, 16), st.sampled_from(["open", "closed", "merged"]))),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_no_history_breaks_a_limit_or_a_rejection(
    wanted: list[tuple[int, float]], past: list[tuple[int, str]], most: int, new: int
) -> None:
    """Whatever was opened, closed and merged before: limits hold, closed stays closed."""
    pulls = tuple(
        pull(candidate(one), number, state="open" if how == "open" else "closed",
             merged=how == "merged")
        for number, (one, how) in enumerate(past, 1)
    )  # fmt: skip
    candidates = [candidate(one, rank=rank) for one, rank in wanted]
    tips = {each.head_ref: TIP for each in pulls if each.state == "open"}
    world = facts(*candidates, pull_requests=pulls, tips=tips, limit=Limit(most, new))

    actions = decide(world).actions
    opened = [action for action in actions if action.verdict is Verdict.OPEN]

    assert len(actions) == len(candidates)
    assert len(opened) <= new
    assert not opened or len(opened) + sum(each.state == "open" for each in pulls) <= most
    touched = {name(one) for one, _ in past}
    assert not {action.identity for action in opened} & touched
    assert decide(world) == decide(
        replace(world, candidates=tuple(reversed(world.candidates)))
    ) or len({each.identity for each in candidates}) < len(candidates)
