"""Which paths come along: what the rules of `companions.json` predict."""

from __future__ import annotations

from typing import Any

import pytest

from pattern_ci.mining.companions import Companions, digest, over


def test_the_digest_is_of_the_rules_alone() -> None:
    """A later revision with the same rules is no change."""
    data = {"schema_version": 1, "rev": "a", "rules": [{"when": "x"}]}

    assert digest(data) == digest(data | {"rev": "b"})
    assert digest(data) != digest(data | {"rules": []})


def row(kind: str, when: str, then: str, **changes: Any) -> dict[str, Any]:
    """One rule as `companions.json` holds it."""
    fields = {"kind": kind, "when": when, "then": then, "support": 9, "seen": 10}
    return fields | {"confidence": 0.9} | changes


def predicted(path: str, *rows: dict[str, Any], exists: bool = False) -> list[str]:
    """Paths that come along with one."""
    return [one.path for one in Companions({"rules": rows}).predict(path, exists=exists)]


def test_a_new_file_brings_its_role_and_constant_companions() -> None:
    """The surest first; rules about other places and about changes stay silent."""
    rows = (
        row("role", "src/{name}.py", "tests/test_{name}.py"),
        row("role", "src/{name}.py", "docs/{name.kebab}.md", confidence=0.95),
        row("constant", "src/{name}.py", "registry.txt", confidence=0.7),
        row("role", "lib/{name}.py", "lib/{name}.txt"),
        row("file", "src/{name}.py", "other.txt"),
    )

    assert predicted("src/foo_bar.py", *rows) == [
        "docs/foo-bar.md", "tests/test_foo_bar.py", "registry.txt",
    ]  # fmt: skip


def test_a_change_brings_file_companions_only() -> None:
    """Somebody who edits a plugin does not need a new test file."""
    rows = (
        row("role", "src/{name}.py", "tests/test_{name}.py"),
        row("file", "src/foo.py", "README.md"),
    )

    assert predicted("src/foo.py", *rows, exists=True) == ["README.md"]
    assert predicted("src/bar.py", *rows, exists=True) == []


def test_a_file_that_is_named_like_a_role_is_just_a_file() -> None:
    """A path with braces is not taken for the rule of that text."""
    rows = (row("role", "src/{name}.py", "tests/{name}.py"),)

    assert predicted("src/{name}.py", *rows, exists=True) == []
    assert predicted("src/{name}.py", *rows) == []


def test_two_rules_for_one_path_count_once() -> None:
    """The surer one speaks, and a path never brings itself."""
    rows = (
        row("role", "src/{name}.py", "src/{name}.md", confidence=0.6),
        row("role", "{name}/foo.py", "{name}/foo.md", confidence=0.8),
        row("constant", "src/{name}.py", "src/foo.py"),
    )
    (one,) = Companions({"rules": rows}).predict("src/foo.py", exists=False)

    assert (one.path, one.confidence) == ("src/foo.md", 0.8)


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "role", "when": "src/{name}.py"},
        row("role", "src/{name}.py", "x", confidence="high"),
        row("role", "src/{name}.py", "x", support=None),
        row("role", "src/{name}.py", "tests/{other}.py"),
        row("role", "src/{name}.py", "tests/{name.nocase}.py"),
        row("role", "src/{name}.py", "tests/{"),
        row("invented", "src/{name}.py", "x"),
        {},
    ],
)
def test_a_rule_that_cannot_be_used_is_passed_over(odd: dict[str, Any]) -> None:
    """The others still speak."""
    good = row("constant", "src/{name}.py", "registry.txt")

    assert predicted("src/foo.py", odd, good) == ["registry.txt"]


def test_no_rules_are_no_rules() -> None:
    """An empty file of rules is falsy and predicts nothing."""
    assert not Companions({})
    assert not Companions({"rules": []})
    assert Companions({"rules": [row("file", "a", "b")]})


def test_a_sweeping_change_warns_of_nothing() -> None:
    """None did when the threshold was found; up to thirty files are weighed together."""
    rules = Companions({"rules": [row("file", "a", "b", bound=0.8)], "warn_at": 0.8})
    more = {f"f{n}": True for n in range(29)}

    assert rules.warned({"a": True, **more}) == {"b": 0.8}
    assert rules.warned({"a": True, **more, "one_too_many": True}) == {}
    assert rules.warned({"a": True, "b": True}) == {}
    assert rules.warned({"a": False}) == {}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["rules/a.js", "test/a.mjs"], True),
        (["rules/a.js", "test/a.js"], False),
        (["test/a.mjs"], False),  # nobody makes rules here yet
        ([], False),
    ],
)
def test_a_habit_is_over_when_nobody_fills_its_role(paths: list[str], expected: bool) -> None:
    """Rules are still added, and their tests have another extension now."""
    assert over(row("role", "rules/{name}.js", "test/{name}.js"), paths) is expected
    assert not over(row("constant", "rules/{name}.js", "index.js"), paths)
    assert not over(row("role", "rules/{name}.js", "test/{name.bad}.js"), [])
