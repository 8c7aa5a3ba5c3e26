"""Files that a test stages, and the suggest hook as a function."""

from __future__ import annotations

import re
from pathlib import Path

from testing.repos import git
from tests.mining.worlds import Ran, cli

TEST = "tests/test_new_thing.py"
DOCS = "docs/plugins/new_thing.md"
REGISTRY = "plugins.txt"
PLUGIN = "plugins/new_thing.py"
CHECK = "checks/new_thing.py"


def stage(repo: Path, *paths: str, text: str = "x\n") -> None:
    """Write and stage files."""
    for path in paths:
        place = repo / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    git(repo, "add", "--", *paths)


def hook(*words: str) -> Ran:
    """Run it in this process, as a host would, and check that it changed nothing one can see."""
    before = _seen()
    ran = cli("hook", "pattern-suggest", *words)
    assert _seen() == before
    return ran


def _seen() -> list[str]:
    return [git(Path.cwd(), *words) for words in (("status", "--porcelain"), ("ls-files", "-s"))]


def silent(ran: Ran) -> bool:
    """Whether it said nothing at all and let the commit pass."""
    return ran == Ran(0, "", "")


def named(ran: Ran) -> list[str]:
    """The companions that are said to be missing, in order."""
    found = (
        re.search(r": (?:missing|usually also touched): (.+?) \(", line)
        for line in ran.out.splitlines()
    )
    return [one.group(1) for one in found if one]
