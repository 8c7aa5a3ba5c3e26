"""For each positive example of the seven suites: a repository it fits, and the work it must do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from testing.repos import commit, git, write_tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from testing.repos import Tree

TOPIC = "topic/faster-start"
TREE = ".worktrees/topic--faster-start"
REPORT = '<?xml version="1.0"?><coverage line-rate="0.93"></coverage>'
SHOP: Tree = {"shop/__init__.py": '"""A shop."""\n', "conftest.py": ""}


class Case(NamedTuple):
    """A tree that is committed, what is done in it first, and whether the work was done."""

    tree: Tree
    done: Callable[[Path, dict[str, Any]], bool]
    before: Callable[[Path], object] = lambda _: None


def _text(root: Path, path: str) -> str:
    return (root / path).read_text("utf-8")


def _holds(path: str, *texts: str) -> Callable[[Path, dict[str, Any]], bool]:
    return lambda root, _: all(text in _text(root, path) for text in texts)


def _there(*paths: str) -> Callable[[Path, dict[str, Any]], bool]:
    return lambda root, _: all((root / path).is_file() for path in paths)


def _stage(tree: Tree) -> Callable[[Path], object]:
    def act(root: Path) -> None:
        write_tree(root, tree)
        git(root, "add", "--all")

    return act


def _worktree(root: Path) -> None:
    git(root, "worktree", "add", "--quiet", "-b", TOPIC, str(root / TREE))
    (root / ".git/info/exclude").write_text("/.worktrees/\n")


def _work_done(root: Path) -> None:
    _worktree(root)
    commit(root / TREE, {"start.py": "FAST = True\n"})


def _work_begun(root: Path) -> None:
    _worktree(root)
    write_tree(root / TREE, {"start.py": "FAST = None\n"})


def _rescued(root: Path, outputs: dict[str, Any]) -> bool:
    kept = git(root, "show", f"{outputs['rescued']}:start.py")
    return kept == "FAST = None\n" and not (root / TREE).exists()


def _is_json(path: str, value: object) -> Callable[[Path, dict[str, Any]], bool]:
    return lambda root, _: bool(json.loads(_text(root, path)) == value)


ANSWER: Tree = {
    "app.py": "def answer():\n    return 42\n",
    "test_app.py": "from app import answer\n\n\ndef test_it():\n    assert answer() == 42\n",
    "README.md": "`print(1)` is how it is not done.\n",
}
SIX = ("order", "line_item", "customer", "invoice", "payment", "parcel")

CASES: dict[str, Case] = {
    "atomic_create/model_from_template": Case(
        SHOP, _holds("shop/line_item.py", "class LineItem", "count: int = 1")
    ),
    "atomic_create/module_and_test": Case(
        SHOP, _there("shop/tax.py", "tests/test_tax.py")
    ),
    "atomic_create/replace_a_setting": Case(
        {"settings.json": '{"size": 2}\n'}, _is_json("settings.json", {"size": 3})
    ),
    "batch_create/own_paths": Case(
        {"templates/owner.txt": "{{ team }}\n"},
        lambda root, _: [_text(root, f"{x}/OWNERS") for x in "ab"] == ["core\n", "docs\n"],
    ),
    "batch_create/pages": Case(
        {}, _holds("docs/first-steps.md", "# First Steps", "Install it.\nRun it.")
    ),
    "batch_create/six_models": Case(SHOP, _there(*(f"shop/{name}.py" for name in SIX))),
    "module_creation/package": Case({}, _holds("src/shop/__init__.py", "A small shop.")),
    "module_creation/package_in_a_package": Case(
        SHOP, _there("shop/billing/__init__.py", "shop/billing/invoices.py")
    ),
    "module_creation/with_functions": Case(
        {}, _holds("src/shop/prices.py", "def total(prices: list[int]) -> int:")
    ),
    "refactor_patch/one_patch": Case(ANSWER, _holds("app.py", "value = 42\n\n    return value")),
    "refactor_patch/rule_and_patch": Case(
        ANSWER | {"say.py": "def log(text): ...\n\n\nprint(1)\n"},
        lambda root, _: "log(1)" in _text(root, "say.py")
        and "value = 42" in _text(root, "app.py")
        and "print(1)" in _text(root, "README.md"),
    ),
    "refactor_patch/rule_everywhere": Case(
        {"test_old.py": "self.assertEquals(a, b)\n", "notes.txt": "assertEquals(a)\n"},
        lambda root, _: "assertEqual(a, b)" in _text(root, "test_old.py")
        and "assertEquals(a)" in _text(root, "notes.txt"),
    ),
    "self_heal/formatting": Case({"app.py": "x = {  'a':1 }\n"}, _holds("app.py", '{"a": 1}')),
    "self_heal/indentation": Case(
        {"app.py": "def total(prices):\n    found = 0\n      return found\n"},
        _holds("app.py", "    found = 0\n    return found\n"),
    ),
    "self_heal/missing_colon": Case(
        {"app.py": "def total(prices)\n    return sum(prices)\n\n\nassert total([1]) == 1\n"},
        _holds("app.py", "def total(prices):\n"),
    ),
    "self_heal/missing_import": Case(
        {"app.py": '"""Prints where it is."""\n\nprint(json.dumps({"at": "home"}))\n'},
        _holds("app.py", "import json\n"),
    ),
    "self_heal/moved_name": Case(
        {
            "app.py": "from tools import slug\n\nassert slug('A b') == 'a-b'\n",
            "tools.py": "",
            "texts.py": "def slug(text):\n    return text.lower().replace(' ', '-')\n",
        },
        _holds("app.py", "from texts import slug\n"),
    ),
    "verify_commit/last_commit": Case(
        {"app.py": "A = 1\n"}, lambda _, outputs: bool(outputs["verdict"] == "passed")
    ),
    "verify_commit/staged_changes": Case(
        ANSWER,
        lambda _, outputs: bool(outputs["files"] == ["new.py"]),
        _stage({"new.py": "B = 2\n"}),
    ),
    "verify_commit/with_coverage": Case(
        {"app.py": "A = 1\n", "coverage.xml": REPORT},
        _holds("verification.yaml", "verdict: passed", "93.0 %"),
    ),
    "worktree_lifecycle/begin": Case({}, _there(f"{TREE}/README.md")),
    "worktree_lifecycle/finish": Case({}, _holds("start.py", "FAST = True"), _work_done),
    "worktree_lifecycle/give_up": Case({}, _rescued, _work_begun),
    "worktree_lifecycle/tidy_up": Case(
        {}, lambda root, _: not (root / TREE).exists(), _worktree
    ),
    "worktree_lifecycle/use": Case(
        ANSWER, lambda _, outputs: bool(outputs["returncode"] == 0), _worktree
    ),
}  # fmt: skip
