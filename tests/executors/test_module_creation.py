"""`module_creation`: a package that imports, with tests that pass."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.executors import module_creation
from testing.repos import git

if TYPE_CHECKING:
    from tests.executors.conftest import World

SHOP: dict[str, Any] = {
    "name": "shop",
    "root": "src",
    "summary": "A small shop.",
    "python": sys.executable,
    "modules": [
        {
            "name": "prices",
            "summary": "What things cost.",
            "functions": [
                {
                    "name": "total",
                    "arguments": "prices: list[int]",
                    "returns": "int",
                    "summary": "The sum of all prices.",
                    "body": "return sum(prices)",
                }
            ],
        }
    ],
}


def test_the_package_imports_and_its_tests_pass(world: World) -> None:
    context = world()

    result = module_creation.execute(context, SHOP)

    assert result.success, result.error
    assert [one.name for one in result.verification if one.passed][-3:] == [
        "imports shop",
        "imports shop.prices",
        "tests",
    ]
    status = git(context.root, "status", "--porcelain", "--untracked-files=all").splitlines()
    assert status == ["?? src/shop/__init__.py", "?? src/shop/prices.py", "?? tests/test_prices.py"]


def test_a_body_that_does_not_import_is_a_failure(world: World) -> None:
    modules = [{"name": "bad", "summary": "Bad.", "functions": []}]
    functions = [{"name": "f", "summary": "F.", "arguments": "x=undefined_name"}]

    result = module_creation.execute(
        world(), {**SHOP, "modules": [{**modules[0], "functions": functions}]}
    )

    assert not result.success
    assert "imports shop.bad" in result.error


def test_a_body_that_does_not_parse_is_never_written(world: World) -> None:
    context = world()
    functions = [{"name": "f", "summary": "F.", "body": "return ("}]

    result = module_creation.execute(
        context, {**SHOP, "modules": [{"name": "m", "summary": "M.", "functions": functions}]}
    )

    assert not result.success
    assert not (context.root / "src").exists()


@pytest.mark.parametrize("name", ["class", "1st", "a-b"])
def test_names_that_python_cannot_use_are_refused(world: World, name: str) -> None:
    result = module_creation.execute(world(), {**SHOP, "name": name})

    assert repr(name) in result.error


def test_names_of_any_script_are_names(world: World) -> None:
    result = module_creation.execute(world(), {**SHOP, "name": "ΔΔ", "modules": []})

    assert result.success, result.error


def test_no_package_hides_one_of_the_standard_library(world: World) -> None:
    result = module_creation.execute(world(), {**SHOP, "name": "json", "root": "."})

    assert result.error.startswith("json is a module of Python's standard library")


@pytest.mark.parametrize(
    ("functions", "why"),
    [
        ([{"name": "f", "summary": "F."}] * 2, "m.f is named more than once"),
        (
            [{"name": "f", "summary": "F.", "arguments": "x): pass\nimport os\ndef g("}],
            "m: what a function takes and returns holds statements",
        ),
        (
            [{"name": "f", "summary": "F.", "returns": "int: pass\nimport os\nif os.name"}],
            "m: what a function takes and returns holds statements",
        ),
    ],
)
def test_a_module_holds_its_functions_and_nothing_else(
    world: World, functions: list[dict[str, str]], why: str
) -> None:
    context = world()
    modules = [{"name": "m", "summary": "M.", "functions": functions}]

    result = module_creation.execute(context, {**SHOP, "modules": modules})

    assert not result.success
    assert why in result.error
    assert not (context.root / "src").exists()


def test_a_package_that_is_there_is_left_alone(world: World) -> None:
    context = world({"src/shop/__init__.py": "THEIRS = 1\n"})

    result = module_creation.execute(context, SHOP)

    assert "src/shop/__init__.py is there already" in result.error
    assert not (context.root / "src/shop/prices.py").exists()


def test_summaries_with_quotes_and_backslashes_survive(world: World) -> None:
    summary = 'What """they""" cost \\ in C:\\new.'

    modules = [{"name": "m", "summary": summary}]
    result = module_creation.execute(world(), {**SHOP, "summary": summary, "modules": modules})

    assert result.success, result.error
