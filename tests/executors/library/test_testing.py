"""Reports of test suites, as real pytest, jest and go write them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pattern_ci.executors.library import testing

if TYPE_CHECKING:
    from tests.executors.conftest import World

CAPTURES = Path(__file__).with_name("captures")
PYTEST = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
SUITE = """
    import pytest

    def test_good(): ...

    def test_bad():
        assert 1 == 2, "not equal"

    @pytest.mark.skip
    def test_later(): ...

    @pytest.fixture
    def broken():
        raise RuntimeError("no database")

    def test_error(broken): ...
    """


def test_pytest_tells_failures_errors_and_skips(world: World) -> None:
    """An error of a fixture counts as a failure: the test proved nothing."""
    context = world({"test_it.py": SUITE})

    outcome = testing.suite(context, PYTEST)

    assert not outcome.ok
    assert outcome.report is not None
    assert outcome.report[:3] == (1, 2, 1)
    assert outcome.report.total == 4
    assert [one.test.rpartition("::")[2] for one in outcome.report.failures] == [
        "test_bad",
        "test_error",
    ]
    assert "not equal" in outcome.report.failures[0].message
    assert sorted(path.name for path in context.root.iterdir()) == [".git", "test_it.py"]


def test_a_suite_that_ran_no_test_proves_nothing(world: World) -> None:
    context = world({"test_it.py": "import pytest\n\n@pytest.mark.skip\ndef test_x(): ...\n"})

    check = testing.check(context, PYTEST)

    assert check.passed is False
    assert check.detail == "0 passed, 0 failed, 1 skipped"


def test_options_stand_before_what_is_no_option(world: World) -> None:
    context = world({"test_it.py": "def test_x(): ...\n"})

    outcome = testing.suite(context, [*PYTEST[:-3], "--", "test_it.py"])

    assert outcome.report is not None
    assert outcome.report.passed == 1


def test_a_program_that_is_not_there_is_no_green_suite(world: World) -> None:
    check = testing.check(world(), ["no-such-program", "test"])

    assert check.passed is False
    assert "no-such-program" in check.detail


def test_jest_tells_failures_and_files_that_do_not_load() -> None:
    report = testing.jest((CAPTURES / "jest.json").read_bytes())

    assert report is not None
    assert report[:3] == (1, 2, 1)
    assert report.failures[0] == (
        "rounded up",
        "/shop/shop.test.js",
        "Error: expect(received).toBe(expected) // Object.is equality",
    )
    assert report.failures[1].message == "Cannot find module './nowhere' from 'broken.test.js'"


def test_go_tells_failures_and_packages_that_do_not_build() -> None:
    report = testing.go((CAPTURES / "go.jsonl").read_bytes())

    assert report is not None
    assert report[:3] == (2, 2, 1)
    assert [(one.test, one.message) for one in report.failures] == [
        ("example.invalid/shop::TestRounded", "shop_test.go:15: Total(1, 2) = 3, want 4"),
        ("example.invalid/shop/broken", "it does not build"),
    ]


@pytest.mark.parametrize("raw", [b"", b"no report", b"{}", b"[" * 100_000, b"\xff\0", b"<x"])
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert testing.jest(raw) is None
    assert testing.go(raw) is None
    assert testing.junit(raw) is None


@pytest.mark.parametrize(
    ("command", "framework"),
    [
        (["python", "-m", "pytest"], "pytest"),
        (["/usr/bin/py.test"], "pytest"),
        (["npx", "jest", "--ci"], "jest"),
        (["go", "test", "./..."], "go"),
        (["npm", "test"], ""),
        (["make", "check"], ""),
        (["cargo", "test"], ""),
    ],
)
def test_the_framework_is_told_by_the_command(command: list[str], framework: str) -> None:
    assert testing.framework_of(command) == framework
