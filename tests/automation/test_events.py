"""GitHub's published example payloads become records; anything else becomes one line."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.automation import events
from pattern_ci.errors import UsageError
from testing.api_contract import extract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Parser = Callable[[str], object]

PARSERS: dict[str, Parser] = {
    "issue_comment": events.comment_event,
    "pull_request": events.pull_request_event,
    "issues": events.issue_event,
    "workflow_run": events.workflow_run_event,
}
EXAMPLES = [
    (name.partition(".")[0], payload)
    for name, payloads in extract("events").items()
    if name != "source"
    for payload in payloads
]


def _example(name: str) -> dict[str, Any]:
    return copy.deepcopy(extract("events")[name][0])


def _parse(name: str, payload: object) -> Any:
    return PARSERS[name](json.dumps(payload))


@pytest.mark.parametrize(("name", "payload"), EXAMPLES)
def test_every_example_is_read(name: str, payload: dict[str, Any]) -> None:
    """GitHub's own examples of each event that is parsed."""
    event = _parse(name, payload)

    assert event.action == payload["action"]
    assert event.slug == payload["repository"]["full_name"]


def test_every_event_has_an_example() -> None:
    """No parser is left untried."""
    assert {name for name, _ in EXAMPLES} == set(PARSERS)


def test_a_comment_is_read() -> None:
    """Who said what where, and the text that it was said of."""
    payload = _example("issue_comment.created")
    event = events.comment_event(json.dumps(payload))

    assert event == events.CommentEvent(
        action="created", comment_id=492700400, author="Codertocat", is_bot=False,
        body="You are totally right! I'll get this fixed right away.", number=1,
        is_pull_request=False,
        issue_body="It looks like you accidently spelled 'commit' with two 't's.",
        slug="Codertocat/Hello-World",
    )  # fmt: skip
    payload["issue"]["pull_request"] = {"url": "https://api.github.com/…"}
    payload["comment"]["user"]["type"] = "Bot"
    again = events.comment_event(json.dumps(payload))
    assert (again.is_pull_request, again.is_bot) == (True, True)


def test_a_pull_request_is_read() -> None:
    """Commits, branches and repositories of both sides."""
    payload = _example("pull_request.opened")
    event = events.pull_request_event(json.dumps(payload))
    pull = payload["pull_request"]

    assert (event.head_sha, event.base_sha) == (pull["head"]["sha"], pull["base"]["sha"])
    assert (event.head_ref, event.base_ref) == (pull["head"]["ref"], pull["base"]["ref"])
    assert (event.number, event.author, event.merged) == (2, "Codertocat", False)
    assert event.head_repo == "Codertocat/Hello-World"
    assert not event.from_fork


@pytest.mark.parametrize(
    ("repo", "fork"),
    [
        (None, True),
        ({"full_name": "somebody/Hello-World"}, True),
        ({"full_name": "codertocat/hello-world"}, False),
    ],
)
def test_a_fork_is_told_apart(repo: object, fork: bool) -> None:
    """A repository that is gone was one; the case of a name does not matter."""
    payload = _example("pull_request.opened")
    payload["pull_request"]["head"]["repo"] = repo

    assert events.pull_request_event(json.dumps(payload)).from_fork is fork


def test_a_merge_is_told_from_a_closing() -> None:
    """Both have the action `closed`."""
    payload = _example("pull_request.closed")
    payload["pull_request"]["merged"] = True

    event = events.pull_request_event(json.dumps(payload))
    assert (event.action, event.merged) == ("closed", True)


def test_an_edited_issue_is_read() -> None:
    """Who edits need not be who wrote."""
    payload = _example("issues.edited")
    payload["sender"] = {"login": "somebody", "type": "User"}
    event = events.issue_event(json.dumps(payload))

    assert (event.author, event.sender, event.number) == ("Codertocat", "somebody", 1)
    assert event.body == payload["issue"]["body"]


def test_a_run_is_read() -> None:
    """Its workflow, commit and end."""
    payload = _example("workflow_run.completed")
    payload["workflow_run"]["conclusion"] = "failure"
    event = events.workflow_run_event(json.dumps(payload))

    assert (event.path, event.run_id) == (".github/workflows/syntax.yml", 1589141559)
    assert (event.conclusion, event.head_branch) == ("failure", "main")
    assert event.head_sha == payload["workflow_run"]["head_sha"]


def test_nothing_is_text_too() -> None:
    """An empty description is null, a deleted account has no user, half characters are replaced."""
    payload = _example("issue_comment.created")
    payload["issue"]["body"] = payload["comment"]["user"] = None
    payload["comment"]["body"] = "half \ud800"
    event = events.comment_event(json.dumps(payload))

    assert (event.issue_body, event.author, event.body) == ("", "ghost", "half ?")


@pytest.mark.parametrize("text", ["", "no", "[]", "null", "[" * 100_000, '"text"', "1" * 5000])
def test_what_is_no_object_is_one_line(text: str) -> None:
    """Whatever the file holds."""
    with pytest.raises(UsageError) as caught:
        events.comment_event(text)
    assert caught.value.line == (
        "the event is no `issue_comment` event: it is no JSON object. Next: give the file that "
        "GITHUB_EVENT_PATH names in a run for `issue_comment`."
    )


def test_the_line_names_the_field() -> None:
    """Where it would have been, and for which event."""
    payload = _example("pull_request.opened")
    del payload["pull_request"]["head"]["sha"]

    with pytest.raises(UsageError) as caught:
        events.pull_request_event(json.dumps(payload))
    assert caught.value.line == (
        "the event is no `pull_request` event: `pull_request.head.sha` is missing or not what it "
        "should be. Next: give the file that GITHUB_EVENT_PATH names in a run for `pull_request`."
    )


def test_another_event_is_refused() -> None:
    """The payload of one is not taken for that of another."""
    for name, payload in EXAMPLES:
        others = {each: parser for each, parser in PARSERS.items() if each != name}
        for other, parser in others.items():
            # A comment carries its whole issue, and is one on that account too.
            if (name, other) == ("issue_comment", "issues"):
                continue
            with pytest.raises(UsageError):
                parser(json.dumps(payload))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("comment", "id"), True),
        (("comment", "id"), 0),
        (("comment", "id"), "7"),
        (("comment", "id"), 7.5),
        (("issue", "number"), -1),
        (("comment", "body"), ["x"]),
        (("comment", "user", "login"), ""),
        (("repository", "full_name"), "../../etc"),
        (("repository", "full_name"), "owner/name\n"),
        (("action",), {"x": 1}),
    ],
)
def test_a_field_of_another_kind_is_refused(place: tuple[str, ...], value: object) -> None:
    """Nothing is turned into what it is not."""
    payload = _example("issue_comment.created")
    inside: Any = payload
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value

    with pytest.raises(UsageError) as caught:
        events.comment_event(json.dumps(payload))
    assert f"`{'.'.join(place)}`" in caught.value.line


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def _places(found: object, above: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    entries = (
        found.items()
        if isinstance(found, dict)
        else enumerate(found)
        if isinstance(found, list)
        else ()
    )
    for key, value in entries:
        yield (*above, key)
        yield from _places(value, (*above, key))


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_payload_is_read_or_refused(data: st.DataObject) -> None:
    """Any field changed or taken away: a record that can be written, or one UsageError."""
    name, example = data.draw(st.sampled_from(EXAMPLES))
    payload = copy.deepcopy(example)
    *above, last = data.draw(st.sampled_from(list(_places(payload))))
    inside: Any = payload
    for key in above:
        inside = inside[key]
    if data.draw(st.booleans()):
        inside[last] = data.draw(ANYTHING)
    else:
        del inside[last]

    try:
        event = _parse(name, payload)
    except UsageError as error:
        assert "\n" not in error.line  # noqa: PT017  # both outcomes are right
    else:
        json.dumps(vars(event), ensure_ascii=False).encode()
