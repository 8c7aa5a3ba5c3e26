"""What the draft of a recipe is stored under says everything that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import git
from pattern_ci.database import Cache
from pattern_ci.mining.recipes.roles import Added, Operation
from pattern_ci.mining.recipes.run import learn
from pattern_ci.model.role import Role
from testing.repos import build_repo

if TYPE_CHECKING:
    from pathlib import Path


def operation(*names: str) -> Operation:
    """Additions of plugins, each with its page, and no registry."""
    added = tuple(
        Added(f"{number:040}", name, f"plugins/{name}.py", (f"docs/{name}.md",), ())
        for number, name in enumerate(names)
    )
    role = Role("plugins/{name}.py")
    return Operation(role, "plugins", added, ("docs/{name}.md",), (), (), (), len(added))


def test_other_additions_and_other_rules_have_other_keys(repo_path: Path) -> None:
    """An older draft would name the wrong commits, or be drafted by rules of yesterday."""
    repo = git.open_repo(build_repo(repo_path, {"README.md": "# demo\n"}))
    asked = [("a", "one"), ("b", "one"), ("a", "two")]
    with Cache(None) as store:
        keys = [learn(repo, [operation(name)], store, rules)[0].key for name, rules in asked]

    assert len(set(keys)) == len(asked)


def test_without_a_basis_nothing_is_for_later(repo_path: Path) -> None:
    """What attributes would leave out is not known."""
    repo = git.open_repo(build_repo(repo_path, {"README.md": "# demo\n"}))
    with Cache(None) as store:
        assert learn(repo, [operation("a")], store, "")[0].missing
        assert not learn(repo, [operation("a")], store, "one")[0].missing
