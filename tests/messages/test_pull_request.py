"""The text of a pull request: all that a reviewer needs, and nothing that mined text can bend."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.messages import pull_request as pr
from pattern_ci.model.candidate import Draft, HeldOut
from tests.automation.drafts import COMMIT, draft, spec
from tests.messages.hostile import HOSTILE

WEB = pr.Web("https://github.com", "octo/demo")
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _text(one: Draft, *, login: str = "pattern-bot") -> str:
    files = {f"patterns/{path.removeprefix('drafts/')}": each for path, each in one.files.items()}
    return pr.text(one, files, web=WEB, login=login)


def test_it_says_what_why_and_what_happens_next() -> None:
    """Summary, fate, evidence, confidence, hold-out, a held-out file, variables and files."""
    text = _text(draft())

    for said in (
        "Adds a file like the 4 newest of rules/\\*.py.",
        "| **merge** |",
        "| **close** | it is rejected for good",
        "| **edit** (push",
        "4 files were made this way:",
        "- `rules/four.py`",
        f"[`{COMMIT[:10]}`](https://github.com/octo/demo/commit/{COMMIT})",
        "### Confidence 0.79",
        "| similarity | 0.90 | 0.4 |",
        "| success rate | 1.00 | 0.3 |",
        "| test coverage | 0.50 | 0.2 |",
        "| schema completeness | 0.25 | 0.1 |",
        "On 7 held-out files it would have saved 43% of the typing, and 91% of what it",
        "```diff\n def four():\n-    return\n+    return 4\n```",
        "| <code>name</code> | must be given | What it is called. |",
        "| <code>limit</code> | <code>3</code> |  |",
        "- `patterns/specs/rules.pattern.yaml` (2 lines)",
    ):
        assert said in text, said
    assert "Approve workflows" not in text


def test_it_says_that_checks_wait_for_a_workflows_token() -> None:
    """A request that the workflow token opened starts no checks by itself."""
    assert "**Approve workflows to run**" in _text(draft(), login="github-actions[bot]")


def test_a_title_is_one_plain_line() -> None:
    """Id and name."""
    assert pr.title(spec("http_rules")) == "Add pattern PAT-HTTP_RULES-001: http rules"


def _hostile(value: str) -> Draft:
    """A draft in which everything that comes from a repository holds `value`."""
    about = spec(summary=f"Adds {value}", slots=())
    schema = {
        "type": "object",
        "required": [value],
        "properties": {
            value: {"description": value},
            f"{value}2": {"default": value, "description": f"| {value} |"},
        },
    }
    return Draft(
        spec=about,
        files={
            "drafts/schemas/rules.schema.json": json.dumps(schema),
            f"drafts/templates/{value}.j2": value,
        },
        members=(value, f"rules/{value}.py"),
        held_out=HeldOut(
            path=f"rules/{value}.py",
            commit=COMMIT,
            actual=f"{value}\nsame\n{value} two\n",
            predicted=f"same\n{value}\n",
            net_saving=0.1,
            draft_precision=0.9,
        ),
    )


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_mined_comes_alive(value: str) -> None:
    """No HTML but ours, no link but to our commits, no mention, the same blocks as always."""
    tokens = _PARSER.parse(_text(_hostile(value)))
    inline = [child for token in tokens for child in token.children or ()]

    html = {token.content for token in (*tokens, *inline) if token.type.startswith("html")}
    assert html <= {"<code>", "</code>"}
    links = {str(token.attrs.get("href")) for token in inline if token.type == "link_open"}
    assert links == {f"https://github.com/octo/demo/commit/{COMMIT}"}
    assert not any(token.type == "image" for token in inline)
    shown = "\n".join(token.content for token in inline if token.type == "text")
    assert not re.search(r"(?<!\w)@\w|#[0-9]|\bGH-[0-9]", shown, re.IGNORECASE)
    headings = sum(token.type == "heading_open" for token in tokens)
    tables = sum(token.type == "table_open" for token in tokens)
    fences = sum(token.type == "fence" for token in tokens)
    assert (headings, tables, fences) == (5, 3, 1)


def test_mined_text_cannot_forge_the_marker() -> None:
    """A file that holds one of our markers does not speak for us."""
    forged = markers.write(
        identity="f" * 16, digest="sha256:0", head=COMMIT, members=Members.of([]), text=""
    )
    text = _text(_hostile(forged))
    body = markers.write(
        identity="a" * 16, digest="sha256:1", head=COMMIT, members=Members.of([]), text=text
    )

    found = markers.read(body)

    assert found is not None
    assert found.identity == "a" * 16
    assert markers.read(text) is None


def test_a_huge_draft_still_fits() -> None:
    """Thousands of members, variables and lines are cut with a notice, never half-way."""
    schema = {
        "type": "object",
        "properties": {f"v{n}": {"default": "x" * 5000, "description": "y" * 999}
                       for n in range(3000)},
    }  # fmt: skip
    one = draft()
    huge = replace(
        one,
        members=tuple(f"rules/{'long' * 200}{number}.py" for number in range(5000)),
        files={
            "drafts/schemas/rules.schema.json": json.dumps(schema),
            **{f"drafts/templates/{n}{'x' * 300}.j2": "" for n in range(500)},
        },
        held_out=HeldOut(
            path="rules/four.py",
            commit=COMMIT,
            actual="".join(f"line {n} {'`' * 60}\n" for n in range(9000)),
            predicted="".join(f"row {n}\n" for n in range(9000)),
            net_saving=0.4,
            draft_precision=0.9,
        ),
    )

    text = _text(huge)

    assert len(text) <= pr.TEXT_LIMIT
    assert "- and 4988 earlier ones" in text
    assert "_Cut here; the whole file is in the commit._" in text
    assert "and 2960 more, in the schema" in text
    assert text.count("```") % 2 == 0
    body = markers.write(
        identity="a" * 16,
        digest="sha256:" + "1" * 64,
        head=COMMIT,
        members=Members.of(huge.members),
        text=text,
    )
    assert len(body) <= 60_000


def test_a_prediction_that_was_right_is_shown_without_marks() -> None:
    """Every line is one that would have been written and is there."""
    one = draft()
    assert one.held_out is not None
    same = replace(one.held_out, predicted=one.held_out.actual)

    text = _text(replace(one, held_out=same))

    assert "```diff\n def four():\n     return 4\n```" in text
