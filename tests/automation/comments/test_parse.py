"""Which line of a comment is a command."""

from __future__ import annotations

import pytest

from pattern_ci.automation.comments.parse import Request, Verb, find

APPROVE = Request(Verb.APPROVE, "approve", "")


@pytest.mark.parametrize(
    ("body", "request_"),
    [
        ("/pattern approve", APPROVE),
        ("   /pattern approve  \n", APPROVE),
        ("/pattern\tapprove", APPROVE),
        ("/pattern APPROVE", Request(Verb.APPROVE, "APPROVE", "")),
        ("Thanks!\n\n/pattern approve\nbye", APPROVE),
        ("Thanks!\r\n/pattern approve\r\n", APPROVE),
        ("/pattern reject it is too small", Request(Verb.REJECT, "reject", "it is too small")),
        ("/pattern rename new_name", Request(Verb.RENAME, "rename", "new_name")),
        ("/pattern explain\n/pattern approve", Request(Verb.EXPLAIN, "explain", "")),
        ("/pattern merge", Request(None, "merge", "")),
        ("/pattern", Request(None, "", "")),
        ("`/pattern reject` or not:\n/pattern approve", APPROVE),
        ("> said\n\n/pattern approve", APPROVE),
        ("```\ncode\n```\n/pattern approve", APPROVE),
        ("<!-- note -->\n/pattern approve", APPROVE),
        ("<!--\nnote\n-->\n/pattern approve", APPROVE),
    ],
)
def test_a_line_that_starts_with_the_word_is_a_command(body: str, request_: Request) -> None:
    """The first such line counts, whatever stands around it."""
    assert find(body) == request_


@pytest.mark.parametrize(
    "body",
    [
        "",
        "I would /pattern approve this",
        "/patterns approve",
        "/patternapprove",
        "\\/pattern approve",
        "`/pattern approve`",
        "- /pattern approve",
        "    /pattern approve",
        "\t/pattern approve",
        "> /pattern approve",
        ">/pattern approve",
        "> said\n/pattern approve",
        "```\n/pattern approve\n```",
        "~~~sh\n/pattern approve\n~~~",
        "````\n```\n/pattern approve\n````",
        "```\n~~~\n/pattern approve",
        "```\n/pattern approve",
        "<!-- hidden\n/pattern approve\n-->",
        "<!-- a --> <!-- b\n/pattern approve\n-->",
    ],
)
def test_what_is_quoted_code_or_hidden_is_no_command(body: str) -> None:
    """Somebody else's words, or an example."""
    assert find(body) is None


def test_a_long_reason_is_cut() -> None:
    """A reply never grows beyond what somebody reads."""
    found = find("/pattern reject " + "x" * 10_000)

    assert found is not None
    assert len(found.rest) <= 500
