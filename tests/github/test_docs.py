"""The page on GitHub names what the code does."""

from __future__ import annotations

from pathlib import Path

from pattern_ci import errors
from pattern_ci.github import delivery, pygithub
from testing.api_contract import operations

PAGE = (Path(__file__).parents[2] / "docs" / "github.md").read_text(encoding="utf-8")


def test_every_exit_code_is_in_the_table() -> None:
    """Each class of error has a row that ends with its code."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.GitHubError)
    ]

    assert len(kinds) == 8
    for kind in kinds:
        assert f"| {kind.return_code} |" in PAGE, kind


def test_the_numbers_are_those_of_the_code() -> None:
    """Limits on the page are the limits in force."""
    assert f"fewer than {delivery.RESERVE} requests" in PAGE
    assert f"{len(operations())} operations of REST" in PAGE
    assert f"timeout ({pygithub.TIMEOUT_S} s)" in PAGE
    assert f"at most {pygithub.MAX_WAIT_S} s in a whole run" in PAGE
