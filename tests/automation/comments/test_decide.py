"""Which pull request is ours enough to be commanded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pattern_ci.automation.comments.decide import refusal
from pattern_ci.automation.comments.parse import Request, Verb
from pattern_ci.automation.comments.records import Facts, Reason
from tests.automation.comments.worlds import BRANCH, IDENTITY, PREFIX, build

HEAD = "a" * 40


def _facts(**pull: Any) -> Facts:
    world = build()
    ours = replace(world.github.pull(world.number), head_sha=HEAD)
    return Facts(
        request=Request(Verb.APPROVE, "approve", ""),
        role="write",
        pull=replace(ours, **pull),
        login=world.github.login,
        prefix=PREFIX,
        slug=world.github.slug,
        seen=HEAD,
        left=HEAD,
        identity=IDENTITY,
    )


def test_one_that_is_ours_in_every_way_may_be_approved() -> None:
    """The facts that the other tests change one of."""
    assert refusal(_facts()) is None


@pytest.mark.parametrize(
    "pull",
    [
        {"author": "maintainer"},
        {"head_ref": "topic"},
        {"head_ref": f"{PREFIX}topic"},
        {"head_ref": f"other/{IDENTITY}"},
        {"head_ref": BRANCH[:-1] + "0"},
        {"head_repo": "stranger/demo"},
        {"head_repo": None},
    ],
    ids=lambda pull: "-".join(f"{name}={value}" for name, value in pull.items()),
)
def test_one_thing_that_is_not_ours_makes_it_theirs(pull: dict[str, Any]) -> None:
    """Author, branch, repository and identity each count for themselves."""
    found = refusal(_facts(**pull))

    assert found is not None
    assert found.reason is Reason.NOT_OURS


def test_without_a_marker_it_is_theirs() -> None:
    """Also when everything else fits."""
    found = refusal(replace(_facts(), identity=""))

    assert found is not None
    assert found.reason is Reason.NOT_OURS


def test_who_may_not_push_learns_nothing_about_the_pull_request() -> None:
    """The role is looked at first."""
    found = refusal(replace(_facts(author="maintainer"), role="read"))

    assert found is not None
    assert found.reason is Reason.NO_PERMISSION
