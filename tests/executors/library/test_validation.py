"""What can be wrong before an executor writes, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.executors.library import validation
from pattern_ci.executors.library.validation import Structure
from pattern_ci.model.change import Change

if TYPE_CHECKING:
    from tests.executors.conftest import World


def test_a_project_that_is_not_as_it_has_to_be(world: World) -> None:
    context = world({"src/a.py": "", "taken": ""})

    wanted = Structure(files=("src/a.py", "b.py"), folders=("src", "taken"), absent=("src", "new"))

    assert validation.structure(context, wanted) == [
        "b.py is not there.",
        "taken is no folder here.",
        "src is there already.",
    ]


def test_programs_and_modules_that_are_missing() -> None:
    found = validation.dependencies(
        programs=("git", "no-such-program"), modules=("json", "no_such_module", "json.nope.x")
    )

    assert found == [
        "no-such-program is not on PATH.",
        "Python finds no module no_such_module.",
        "Python finds no module json.nope.x.",
    ]


def test_one_path_twice_also_in_another_case() -> None:
    assert validation.twice(["a/B.py", "a/b.py", "c", "./c"]) == [
        "a/b.py is named more than once.",
        "c is named more than once.",
    ]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("name = {{ name }}", True),
        ("{% if x %}", True),
        ("<<YOUR_NAME>>", True),
        ("__TOKEN_HERE__", True),
        ("run: ${{ github.sha }}", False),
        ("d = {{1: 2}: 3}", False),
        ("x << Y >> Z", False),
        ("__all__ = []", False),
    ],
)
def test_what_was_left_to_be_filled_in(line: str, left: bool) -> None:
    assert bool(validation.placeholders("a.txt", f"one\n{line}\n".encode())) is left


def test_a_file_that_is_deleted_has_no_contents() -> None:
    assert validation.contents([Change("a.py", None)]) == []
