"""The text of a pull request: all that a reviewer needs, and nothing that mined text can bend."""

from __future__ import annotations

import json
from dataclasses import replace

from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.bot_prs.marker import Members
from pattern_ci.messages import pull_request as pr
from pattern_ci.model.candidate import Draft, HeldOut
from pattern_ci.model.safe import Markdown
from tests.automation.drafts import COMMIT, draft, spec
from tests.messages.pages import WEB, hostile_draft


def _text(one: Draft) -> str:
    files = {f"patterns/{path.removeprefix('drafts/')}": each for path, each in one.files.items()}
    return pr.text(one, files, web=WEB)


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


def test_a_title_is_one_plain_line() -> None:
    """Id and name."""
    assert (
        pr.title(spec("http_rules"))
        == f"Add pattern PAT-HTTP_RULES-001: {spec('http_rules').slots[0].role}"
    )


def test_mined_text_cannot_forge_the_marker() -> None:
    """A file that holds one of our markers does not speak for us."""
    forged = markers.write(
        identity="f" * 16, digest="sha256:0", head=COMMIT, members=Members.of([]), text=Markdown("")
    )
    text = _text(hostile_draft(forged))
    body = markers.write(
        identity="a" * 16,
        digest="sha256:1",
        head=COMMIT,
        members=Members.of([]),
        text=Markdown(text),
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
        text=Markdown(text),
    )
    assert len(body) <= 60_000


def test_a_prediction_that_was_right_is_shown_without_marks() -> None:
    """Every line is one that would have been written and is there."""
    one = draft()
    assert one.held_out is not None
    same = replace(one.held_out, predicted=one.held_out.actual)

    text = _text(replace(one, held_out=same))

    assert "```diff\n def four():\n     return 4\n```" in text
