"""Markers and trailers say the same when read as when written, and nothing when damaged."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import MEMBER_LIMIT, Members
from pattern_ci.model.bot_change import files_digest
from pattern_ci.model.safe import Markdown, Title

_HEX = st.text(alphabet="0123456789abcdef", min_size=16, max_size=16)
_IDENTITY = "00000000000000ab"
_HEAD = "c" * 40
_DIGEST = "sha256:" + "d" * 64


def _write(text: str = "Text.\n", members: Members | None = None) -> str:
    return markers.write(
        identity=_IDENTITY,
        digest=_DIGEST,
        head=_HEAD,
        members=members or Members.of(["a", "b"]),
        text=Markdown(text),
    )


@settings(max_examples=100, deadline=None)
@given(_HEX, st.lists(st.text(), max_size=20), st.text())
def test_a_body_reads_as_it_was_written(identity: str, paths: list[str], text: str) -> None:
    """Every field comes back, whatever the text below holds."""
    members = Members.of(paths)
    body = markers.write(
        identity=identity, digest=_DIGEST, head=_HEAD, members=members, text=Markdown(text)
    )

    found = markers.read(body)

    assert found is not None
    assert (found.handler, found.identity) == ("pattern", identity)
    assert (found.digest, found.head, found.members) == (_DIGEST, _HEAD, members)
    assert found.left_alone(body)


def test_an_editor_that_changes_line_ends_edits_nothing() -> None:
    """CRLF, blanks at line ends and a trimmed end are what a web form does by itself."""
    body = _write("One \n\nTwo\n")
    found = markers.read(body)

    assert found is not None
    assert found.left_alone(body.replace("\n", "\r\n"))
    assert found.left_alone(body.rstrip() + "  ")
    assert not found.left_alone(body.replace("Two", "Three"))
    assert not found.left_alone(body + "\nA note.\n")


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: "",
        lambda body: body.removeprefix("<!--"),
        lambda body: "Hello\n" + body,
        lambda body: body.replace(" -->", "", 1),
        lambda body: body.replace("head=", "", 1),
        lambda body: body.replace("members=2:", "members=two:", 1),
        lambda body: body.replace("pattern-ci:v1", "pattern-ci:v2", 1),
    ],
)
def test_a_damaged_marker_is_none(damage: object) -> None:
    """A marker that was edited is not half understood."""
    assert callable(damage)
    assert markers.read(damage(_write())) is None


def test_a_marker_in_the_text_is_no_marker() -> None:
    """Text below may quote a file that holds such a line."""
    body = "# Title\n\n```\n" + _write() + "```\n"

    assert markers.read(body) is None


def test_members_share_exactly_while_they_are_few() -> None:
    """The share is of the candidate's own members."""
    rejected = Members.of(["a", "b", "c", "d"])

    assert Members.of(["a", "b", "x", "y"]).share_in(rejected) == 0.5
    assert Members.of(["a", "b", "x", "y", "z"]).share_in(rejected) == 0.4
    assert Members.of(["a"]).share_in(rejected) == 1.0
    assert Members.of([]).share_in(rejected) == 0.0


def test_members_of_a_large_family_stay_bounded() -> None:
    """Thousands of members fit into a marker, and their share is still about right."""
    every = [f"dir/{number}.py" for number in range(6000)]
    rejected = Members.of(every[:4000])
    half = Members.of(every[2000:])

    assert len(_write(members=rejected)) < 5000
    assert len(rejected.digests) == MEMBER_LIMIT
    assert rejected.count == 4000
    assert half.share_in(rejected) == pytest.approx(0.5, abs=0.12)
    assert Members.of(every[4000:]).share_in(rejected) == 0.0
    assert Members.of(every[:30]).share_in(rejected) > 0.9


def test_a_branch_is_ours_by_its_whole_name() -> None:
    """Only the prefix and sixteen hex digits."""
    assert markers.branch_identity("pattern-ci/00000000000000ab", "pattern-ci/") == _IDENTITY
    for branch in ("pattern-ci/telemetry", "pattern-ci/00000000000000ab/x", "00000000000000ab"):
        assert markers.branch_identity(branch, "pattern-ci/") is None


def test_trailers_come_back() -> None:
    """What a commit message says is what was put into it."""
    changes: dict[str, str | None] = {"a": "text", "b": None}
    message = markers.commit_message(
        Title("Add pattern PAT-X-001"),
        identity=_IDENTITY,
        digest=_DIGEST,
        files=_DIGEST,
        changes=changes,
        replaces=_HEAD,
    )

    assert message.startswith("Add pattern PAT-X-001\n\nPattern-CI-Identity: ")
    assert markers.trailers(message) == {
        "identity": _IDENTITY,
        "digest": _DIGEST,
        "files": _DIGEST,
        "changes": files_digest(changes),
        "replaces": _HEAD,
    }
    assert files_digest({"a": "text"}) != files_digest(changes)
