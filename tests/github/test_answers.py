"""What an answer means is decided on its status, headers and text alone."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.errors import (
    GitHubConflictError,
    GitHubError,
    GitHubNotFoundError,
    GitHubPermissionError,
    GitHubUnavailableError,
)
from pattern_ci.github.answers import (
    SECONDARY_WAIT_S,
    Answer,
    is_limited,
    limit_wait,
    reason,
    refusal,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
# Controls, direction marks, halves of characters, line ends.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
UNIX = int(NOW.timestamp())


def _answer(status: int, said: object = "", **headers: str) -> Answer:
    data = said if isinstance(said, dict) else {"message": said}
    named = {name.lower().replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, headers=named, text=json.dumps(data))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (_answer(403, "Protected branch"), GitHubConflictError),
        (_answer(403, "Repository was archived so is read-only."), GitHubPermissionError),
        (_answer(409, "Git Repository is empty."), GitHubConflictError),
        (_answer(409, "Reference already exists"), GitHubConflictError),
        (_answer(422, "Reference already exists"), GitHubConflictError),
        (_answer(422, "Update is not a fast-forward"), GitHubConflictError),
        (_answer(422, "Reference does not exist"), GitHubConflictError),
        (_answer(422, "Changes must be made through a pull request."), GitHubConflictError),
        (_answer(422, "Cannot delete the default branch"), GitHubConflictError),
        (_answer(422, "Object does not exist"), GitHubNotFoundError),
        (_answer(422, "No commit found for SHA: 123"), GitHubNotFoundError),
        (_answer(422, "Validation Failed"), GitHubError),
        (_answer(400, "Problems parsing JSON"), GitHubError),
        (_answer(451, "Repository access blocked"), GitHubError),
        (_answer(302, ""), GitHubError),
        (_answer(500, ""), GitHubUnavailableError),
        (_answer(599, ""), GitHubUnavailableError),
    ],
)
def test_each_answer_has_a_class(answer: Answer, kind: type[GitHubError]) -> None:
    """Status and words decide between the classes that have exit codes of their own."""
    assert type(refusal(answer, "do it")) is kind


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_no_refusal(status: int) -> None:
    """Whatever a success says, it is one."""
    assert refusal(_answer(status, "Not Found"), "do it") is None


@pytest.mark.parametrize(
    ("answer", "limited"),
    [
        (_answer(429), True),
        (_answer(403, "You have exceeded a secondary rate limit. Please wait."), True),
        (_answer(403, "API rate limit exceeded for user ID 1."), True),
        (_answer(403, "You have triggered an abuse detection mechanism."), True),
        (_answer(403, "no", Retry_After="3"), True),
        (_answer(403, "no", X_RateLimit_Remaining="0"), True),
        (_answer(403, "Resource not accessible", X_RateLimit_Remaining="10"), False),
        (_answer(200, "rate limit"), False),
        (_answer(404, "rate limit"), False),
    ],
)
def test_a_limit_is_told_from_a_prohibition(answer: Answer, limited: bool) -> None:
    """Both come as 403; waiting helps against one of them only."""
    assert is_limited(answer) is limited


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (_answer(429, Retry_After="9"), 9),
        (_answer(429, Retry_After="0"), 1),
        (_answer(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), SECONDARY_WAIT_S),
        (_answer(403, X_RateLimit_Remaining="0", X_RateLimit_Reset=str(UNIX + 9)), 10),
        (_answer(403, X_RateLimit_Remaining="0", X_RateLimit_Reset="soon"), SECONDARY_WAIT_S),
        (_answer(403, X_RateLimit_Remaining="7", X_RateLimit_Reset=str(UNIX + 9)), 60),
    ],
)
def test_the_wait_is_what_github_says(answer: Answer, seconds: int) -> None:
    """`Retry-After` first, then the reset of the primary limit, else a minute."""
    assert limit_wait(answer, NOW) == seconds


def test_details_of_a_validation_are_kept() -> None:
    """Errors come as sentences, as objects with a message, and as codes."""
    errors = ["one", {"message": "two"}, {"resource": "Pull", "field": "head", "code": "bad"}]

    assert reason(_answer(422, {"message": "Failed", "errors": errors})) == (
        "Failed; one; two; Pull head bad"
    )


@settings(deadline=None)
@given(
    status=st.integers(200, 599),
    text=st.one_of(
        st.text(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["message", "errors", "x"]), inner)
            ),
        ).map(json.dumps),
    ),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset"]),
        st.text(max_size=12),
    ),
)
def test_no_answer_is_a_surprise(status: int, text: str, headers: dict[str, str]) -> None:
    """Whatever a server sends, the result is an error with one line to be seen, or success."""
    answer = Answer(status=status, headers=headers, text=text)
    error = refusal(answer, "do it")

    assert (error is None) == (status < 300)
    if error is not None:
        assert not UNSEEN & {unicodedata.category(char) for char in error.line}
        assert len(error.line) < 600
    assert is_limited(answer) in (True, False)
    assert limit_wait(answer, NOW) >= 1
