"""Every rule of the guard is known to tools and to readers."""

from __future__ import annotations

import re
from pathlib import Path

from pattern_ci.messages.rules import RULES

ROOT = Path(__file__).resolve().parents[3]


def test_every_rule_is_described_and_documented() -> None:
    """Code, sentences for tools and the page name the same ones."""
    folder = ROOT / "pattern_ci/automation/guard"
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    page = (ROOT / "docs/guard.md").read_text("utf-8")
    in_code = set(re.findall(r'"(guard/[a-z-]+)"', source))

    assert len(in_code) > 10
    assert in_code == {rule for rule in RULES if rule.startswith("guard/")}
    assert in_code == set(re.findall(r"`(guard/[a-z-]+)`", page))
