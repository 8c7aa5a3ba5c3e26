"""The docs: every command that a page shows is run, and what it prints is what the page says.

A page's `console` blocks run in order, in one demo repository: lines that start with `$ ` are
commands, the lines below are the whole output. `…` alone on a line stands for any lines, inside a
line for any text.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import jsonschema
import pytest

from pattern_ci import yaml
from pattern_ci.catalog import CONFIG_SCHEMA_ID
from pattern_ci.model.config import json_schema
from pattern_ci.process import run
from testing.repos import plugin_repo

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT_PAGES = [*PAGES, *(ROOT / f"{n}.md" for n in ("CONTRIBUTING", "SECURITY", "CHANGELOG"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


class Example(NamedTuple):
    """A command and the output that the page shows for it."""

    command: str
    shown: str


def _blocks(page: Path, language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(page.read_text("utf-8")) if name == language]


def examples(block: str) -> list[Example]:
    """The commands of a block, each with the lines below it."""
    found: list[Example] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Example(line[2:], ""))
        else:
            last = found.pop()
            found.append(Example(last.command, f"{last.shown}{line}\n"))
    return found


def expected(shown: str) -> re.Pattern[str]:
    """A pattern for the whole output."""
    lines = []
    for line in shown.splitlines():
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
        else:
            lines.append(".*".join(map(re.escape, line.split("…"))) + r"[ ]*\n")
    return re.compile("".join(lines))


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if _blocks(page, "console")],
    ids=lambda page: page.relative_to(ROOT).as_posix(),
)
def test_what_a_page_shows_is_what_happens(page: Path, repo_path: Path) -> None:
    """Run from top to bottom in a fresh repository, every command prints what the page shows."""
    plugin_repo(repo_path)
    for block in _blocks(page, "console"):
        for example in examples(block):
            done = run(["bash", "-c", example.command], cwd=repo_path)
            said = done.stdout.decode()

            assert done.returncode == 0, f"$ {example.command}\n{said}{done.stderr.decode()}"
            assert expected(example.shown).fullmatch(said), f"$ {example.command}\n{said}"


def test_some_pages_show_commands() -> None:
    """The test above is not empty."""
    shown = [page.name for page in PAGES if _blocks(page, "console")]

    assert {"commands.md", "doctor.md"} <= set(shown)


def test_the_pattern_of_an_example_is_strict() -> None:
    """Without an ellipsis every line counts; with one, only what it stands for is free."""
    assert expected("a\nb\n").fullmatch("a\nb\n")
    assert not expected("a\nb\n").fullmatch("a\nx\nb\n")
    assert not expected("a\n").fullmatch("a\nb\n")
    assert expected("a\n…\nb\n").fullmatch("a\nx\ny\nb\n")
    assert expected("v…: ok\n").fullmatch("v1.2: ok\n")
    assert not expected("v…: ok\n").fullmatch("v1.2: bad\n")


@pytest.mark.parametrize("page", PROJECT_PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    links = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_on_a_page_is_yaml(page: Path) -> None:
    """Every YAML block parses, and one that starts with a version fits the published schema."""
    for block in _blocks(page, "yaml"):
        data = yaml.load(block, source=page.name).data
        if isinstance(data, dict) and "version" in data:
            jsonschema.validate(data, json_schema(CONFIG_SCHEMA_ID))


def test_every_decision_is_in_the_index() -> None:
    """The index has a row for each page, with its number, title and status."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text("utf-8")
    pages = sorted(folder.glob("[0-9]*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        number, title = text.splitlines()[0].removeprefix("# ").split(" ", 1)
        status = re.search(r"^- Status: (.+)$", text, re.MULTILINE)
        assert status is not None
        assert f"| [{number}]({page.name}) | {title} | {status[1]} |" in index
        for part in ("Context", "Decision", "Consequences"):
            assert f"\n## {part}\n" in text
