"""SARIF: the standard's shape, GitHub's limits, and alerts that keep their identity."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pattern_ci import output
from pattern_ci.messages.rules import RULES, describe
from pattern_ci.model.finding import Finding, Severity
from pattern_ci.registry import sarif
from tests.messages.hostile import HOSTILE
from tests.messages.runner import commands

SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text("utf-8"))
CHECK = jsonschema.Draft202012Validator(SCHEMA)
ERROR = Finding("patterns/a.yaml", 3, 7, "spec-shape", "wrong.")
WARNING = ERROR._replace(severity=Severity.WARNING, rule="spec-page")
ROOT = Path(__file__).parents[2]


def _run(*findings: Finding, text: str | None = None) -> dict[str, Any]:
    made = sarif.document(findings, lambda _: text)
    CHECK.validate(made)
    run: dict[str, Any] = made["runs"][0]
    return run


def _marks(*findings: Finding, text: str) -> list[str]:
    results = _run(*findings, text=text)["results"]
    return [result["partialFingerprints"]["patternCi/v1"] for result in results]


def test_a_finding_is_a_result_at_its_place() -> None:
    """Rule, level, message, and a path below the root of the repository."""
    (result,) = _run(ERROR)["results"]

    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("spec-shape", 0, "error")
    assert result["message"] == {"text": "wrong."}
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "patterns/a.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 7},
            }
        }
    ]


def test_rules_are_described_once() -> None:
    """Each rule that was met, with a sentence, a page and tags."""
    driver = _run(WARNING, ERROR, ERROR)["tool"]["driver"]

    assert [rule["id"] for rule in driver["rules"]] == ["spec-shape", "spec-page"]
    assert driver["rules"][0]["shortDescription"] == {"text": RULES["spec-shape"]}
    assert driver["rules"][0]["properties"]["tags"] == ["patterns", "spec"]
    assert describe("new-rule") == "new-rule"


def test_nothing_found_is_a_run_without_results() -> None:
    """Which closes the alerts of earlier runs."""
    run = _run()

    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_an_alert_keeps_its_identity_while_its_line_does() -> None:
    """Lines above and the depth of indentation may change; another line is another alert."""
    before = _marks(ERROR, text="a\nb\nname: x\n")

    assert _marks(ERROR._replace(line=5), text="new\nnew\na\nb\n   name:  x\n") == before
    assert _marks(ERROR._replace(message="other words"), text="a\nb\nname: x\n") == before
    assert _marks(ERROR, text="a\nb\nname: y\n") != before
    assert _marks(ERROR._replace(path="patterns/b.yaml"), text="a\nb\nname: x\n") != before
    assert _marks(ERROR._replace(rule="spec-name"), text="a\nb\nname: x\n") != before


def test_what_is_alike_is_told_apart() -> None:
    """Two problems of one rule on one line are two alerts, also where no text can be read."""
    assert len(set(_marks(ERROR, ERROR, text="a\nb\nc\n"))) == 2
    assert len(set(_marks(ERROR, ERROR._replace(line=99), text=""))) == 2


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c#d?.yaml", "a%20b/c%23d%3F.yaml"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("//e.invalid/x", "file:///e.invalid/x"),
        ("/tmp/drafts/x.yaml", "file:///tmp/drafts/x.yaml"),
        ("é", "%C3%A9"),
    ],
)
def test_a_path_is_no_address_of_something_else(path: str, uri: str) -> None:
    """No scheme, host, query or fragment can come from a name."""
    (result,) = _run(ERROR._replace(path=path))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_a_message_holds_no_link() -> None:
    """Embedded links of SARIF are written out; other brackets stay as they are."""
    linked, plain = _run(
        ERROR._replace(message="see [this](https://e.invalid)"), ERROR._replace(message="a[0]")
    )["results"]

    assert linked["message"]["text"] == "see \\[this\\](https://e.invalid)"
    assert plain["message"]["text"] == "a[0]"


def test_the_most_severe_stay_and_the_rest_is_counted() -> None:
    """25,000 results are what GitHub takes."""
    findings = [WARNING] * 20_000 + [ERROR] * 10_000

    run = _run(*findings)

    levels = [result["level"] for result in run["results"]]
    assert levels == ["error"] * 10_000 + ["warning"] * 15_000
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("5000 less severe findings are left out here")


def test_a_file_that_would_be_too_large_gets_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """By as many results as it takes; the limit is that of the compressed file."""
    monkeypatch.setattr(sarif, "MAX_COMPRESSED", 20_000)
    findings = [ERROR._replace(message=f"{n * 7919 % 10_007} differs {n}") for n in range(3_000)]

    made = sarif.document(findings, lambda _: None)

    kept = len(made["runs"][0]["results"])
    assert sarif.compressed_size(made) <= 20_000
    assert 100 < kept < 3_000
    notes = made["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"].startswith(f"{3_000 - kept} less severe")


def test_hostile_text_keeps_the_shape() -> None:
    """Whatever a finding holds, the file is valid, and printing it gives no command."""
    for value in HOSTILE:
        finding = Finding(f"{value}a", 1, 1, value, value)
        made = sarif.document([finding], dict.fromkeys([finding.path], value).get)

        CHECK.validate(made)
        text = output.json_text(made)
        assert commands(text) == [], value
        assert json.loads(text) == made, value


def test_every_rule_is_described_and_documented() -> None:
    """The sentences for tools and the table of the docs know the same rules."""
    page = (ROOT / "docs/validate.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)*(?:-…)?)`", page))
    families = {name.removesuffix("…") for name in named if name.endswith("-…")}

    for rule in (rule for rule in RULES if not rule.startswith("guard/")):
        assert rule in named or any(rule.startswith(family) for family in families), rule
    source = "".join(
        path.read_text("utf-8") for path in (ROOT / "pattern_ci/registry").rglob("*.py")
    )
    kinds = "spec|schema|template|example|registry|instance|config"
    assert set(re.findall(rf'"((?:{kinds})-[a-z-]+)"', source)) <= set(RULES)
