"""`atomic_create`: all files or none, nothing broken, nothing in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import UnsafePathError, VariablesError, WouldOverwriteError
from pattern_ci.executors import atomic_create

if TYPE_CHECKING:
    from tests.executors.conftest import World


def test_it_writes_every_file(world: World) -> None:
    context = world()

    result = atomic_create.execute(
        context,
        {
            "files": [
                {"path": "pkg/a.py", "content": "A = 1\n"},
                {"path": "docs/a.md", "content": "# A\n"},
            ]
        },
    )

    assert result.success
    assert (context.root / "pkg/a.py").read_text() == "A = 1\n"
    assert (context.root / "docs/a.md").read_text() == "# A\n"
    assert [one.name for one in result.verification] == [
        "written pkg/a.py",
        "parses pkg/a.py",
        "written docs/a.md",
    ]


def test_one_broken_file_keeps_all_of_them_out(world: World) -> None:
    context = world()

    result = atomic_create.execute(
        context,
        {
            "files": [
                {"path": "a.py", "content": "A = 1\n"},
                {"path": "b.json", "content": "{,}"},
            ]
        },
    )

    assert not result.success
    assert "b.json:1:2" in result.error
    assert not (context.root / "a.py").exists()


def test_a_placeholder_that_was_left_is_refused(world: World) -> None:
    result = atomic_create.execute(
        world(), {"files": [{"path": "a.md", "content": "Dear {{ name }}\n"}]}
    )

    assert not result.success
    assert "a.md:1" in result.error


def test_expressions_of_workflows_are_no_placeholders(world: World) -> None:
    result = atomic_create.execute(
        world(), {"files": [{"path": "a.yml", "content": "ref: ${{ github.sha }}\n"}]}
    )

    assert result.success


def test_a_template_gets_nested_values_and_keeps_the_indentation(world: World) -> None:
    context = world()
    template = "class {{ entity_name | pascal }}:\n    {{ body }}\n"

    result = atomic_create.execute(
        context,
        {
            "files": [
                {
                    "path": "a.py",
                    "template": {"source": template},
                    "variables": {"entity": {"name": "big cat"}, "body": "x = 1\n\ny = 2"},
                }
            ]
        },
    )

    assert result.success
    written = (context.root / "a.py").read_text()
    assert written == "class BigCat:\n    x = 1\n\n    y = 2\n"


def test_every_variable_without_a_value_is_named(world: World) -> None:
    result = atomic_create.execute(
        world(), {"files": [{"path": "a", "template": {"source": "{{ one }}{{ two }}"}}]}
    )

    assert result.error == "a: one has no value. two has no value."


def test_a_file_in_the_way_is_not_replaced_without_consent(world: World) -> None:
    context = world({"a.txt": "theirs\n"})

    with pytest.raises(WouldOverwriteError):
        atomic_create.execute(context, {"files": [{"path": "a.txt", "content": "ours\n"}]})

    assert (context.root / "a.txt").read_text() == "theirs\n"


def test_consent_replaces_it(world: World) -> None:
    context = world({"a.txt": "theirs\n"})
    files = [{"path": "a.txt", "content": "ours\n"}]

    result = atomic_create.execute(context, {"files": files, "overwrite": True})

    assert result.outputs["files"] == [{"path": "a.txt", "action": "overwrite"}]


@pytest.mark.parametrize("path", ["../out.txt", "/etc/passwd", ".git/config"])
def test_no_path_leaves_the_repository(world: World, path: str) -> None:
    with pytest.raises(UnsafePathError):
        atomic_create.execute(world(), {"files": [{"path": path, "content": "x"}]})


def test_two_files_of_one_path_are_refused(world: World) -> None:
    files = [{"path": "a.txt", "content": "1"}, {"path": "A.txt", "content": "2"}]

    result = atomic_create.execute(world(), {"files": files})

    assert "named more than once" in result.error


def test_a_check_that_fails_is_a_failure(world: World) -> None:
    truth = {"check": "contains", "path": "a.txt", "expected": "never"}

    result = atomic_create.execute(
        world(), {"files": [{"path": "a.txt", "content": "x\n"}], "verify": [truth]}
    )

    assert not result.success
    assert result.error.startswith("contains a.txt failed")


def test_a_plan_writes_nothing(world: World) -> None:
    context = world(plan=True)

    result = atomic_create.execute(context, {"files": [{"path": "a.txt", "content": "x\n"}]})

    assert result.success
    assert not (context.root / "a.txt").exists()


@pytest.mark.parametrize(
    ("truth", "why"),
    [
        ({"check": "file_exist", "path": "zz", "expected": True}, "did you mean file_exists?"),
        ({"check": "file_exists", "path": "zz"}, "file_exists sees true or false"),
        ({"check": "file_exists", "path": "zz", "expected": "yes"}, "sees true or false"),
        ({"check": "file_exists", "slot": "a", "expected": True}, "does not know slot"),
        ({"check": "contains", "path": "{result.a}", "expected": "x"}, "does not know result.a"),
        ({"check": "nothing_lost", "expected": True}, "there is no check nothing_lost"),
        ({"check": "file_exists", "path": "../zz", "expected": True}, "../zz"),
    ],
)
def test_a_check_that_cannot_be_asked_is_refused_before_anything_is_written(
    world: World, truth: dict[str, Any], why: str
) -> None:
    context = world()

    result = atomic_create.execute(
        context, {"files": [{"path": "a.txt", "content": "x\n"}], "verify": [truth]}
    )

    assert not result.success
    assert why in result.error
    assert not (context.root / "a.txt").exists()


@pytest.mark.parametrize(
    ("path", "why"), [("a\ud800.txt", "U+D800 is half"), ("d/" + "a" * 300, "255 bytes at most")]
)
def test_a_name_that_no_file_can_have_is_refused(world: World, path: str, why: str) -> None:
    files = [{"path": "first.txt", "content": "x"}, {"path": path, "content": "x"}]
    context = world()

    result = atomic_create.execute(context, {"files": files})

    assert not result.success
    assert why in result.error
    assert not (context.root / "first.txt").exists()


def test_half_of_a_character_is_no_text(world: World) -> None:
    with pytest.raises(VariablesError, match=r"a\.txt: U\+D800 is half of a character"):
        atomic_create.execute(world(), {"files": [{"path": "a.txt", "content": "x\ud800"}]})
