"""`self_heal` with formatters: each names its files in its own way, and mends them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pattern_ci.executors import self_heal

if TYPE_CHECKING:
    from testing.repos import Tree
    from tests.executors.conftest import World

GO = "package main\n\nfunc main() {   \n}\n"
GO_RANGE = "package main\n\nfunc main() {\n\tfor _ = range []int{} {\n\t}\n}\n"
RUST = "async fn one( ) {}\n"
CARGO = '[package]\nname = "one"\nversion = "0.1.0"\nedition = "2021"\n'


class Case(NamedTuple):
    """A command that fails, the files it is about, and what is left in the first of them."""

    tool: str
    command: tuple[str, ...]
    tree: Tree
    after: str


CASES = (
    Case("gofmt", ("sh", "-c", 'test -z "$(gofmt -l a.go | tee /dev/stderr)"'), {"a.go": GO},
         "package main\n\nfunc main() {\n}\n"),
    Case("gofmt", ("sh", "-c", "gofmt -d a.go | tee /dev/stderr | (! grep -q .)"), {"a.go": GO},
         "package main\n\nfunc main() {\n}\n"),
    Case("gofmt", ("sh", "-c", 'test -z "$(gofmt -s -l a.go | tee /dev/stderr)"'),
         {"a.go": GO_RANGE}, GO_RANGE.replace("_ = ", "")),
    Case("rustfmt", ("rustfmt", "--check", "--edition", "2021", "a.rs"), {"a.rs": RUST},
         "async fn one() {}\n"),
    Case("rustfmt", ("cargo", "fmt", "--check"), {"src/lib.rs": RUST, "Cargo.toml": CARGO},
         "async fn one() {}\n"),
    Case("black", ("black", "--check", "a.py"), {"a.py": "x = {  1}\n"}, "x = {1}\n"),
    Case("isort", ("isort", "--check", "a.py"), {"a.py": "import os\nimport abc\n"},
         "import abc\nimport os\n"),
    Case("prettier", ("prettier", "-l", "a.js"), {"a.js": "let a = {b:1}\n"},
         "let a = { b: 1 };\n"),
    Case("prettier", ("prettier", "--check", "a.js"), {"a.js": "let a = {b:1}\n"},
         "let a = { b: 1 };\n"),
    Case("ruff", ("ruff", "format", "--no-cache", "--diff", "a.py"), {"a.py": "x = {  1}\n"},
         "x = {1}\n"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def toolchain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxies of rustup look for their toolchains below the real home of the user."""
    found = shutil.which("cargo")
    if found is not None and "RUSTUP_HOME" not in os.environ:
        monkeypatch.setenv("RUSTUP_HOME", str(Path(found).parents[2] / ".rustup"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case.command))
def test_a_formatter_mends_what_it_names(world: World, case: Case) -> None:
    """Whatever way it is asked in, its one error has a file, and the file is mended."""
    needed = {case.tool, *case.command[:1]}
    if missing := [tool for tool in needed if shutil.which(tool) is None]:
        pytest.skip(f"{missing} is not installed here")
    context = world(case.tree)

    result = self_heal.execute(context, {"command": list(case.command)})

    assert result.success, result.error
    assert (context.root / next(iter(case.tree))).read_text() == case.after
    assert len(result.outputs["applied"]) == 1
    assert [one["signature"].partition("/")[0] for one in result.outputs["resolutions"]][-1:] == [
        case.tool
    ]


def test_names_of_files_alone_are_no_error_of_a_formatter_that_is_not_theirs(world: World) -> None:
    """A command that lists files of two kinds and fails is a question for a person."""
    context = world({"a.go": GO, "b.rs": RUST})

    result = self_heal.execute(context, {"command": ["sh", "-c", "echo a.go; echo b.rs; exit 1"]})

    assert not result.success
    assert result.outputs["attempts"] == []
    assert (context.root / "a.go").read_text() == GO
