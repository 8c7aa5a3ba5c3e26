"""Aligned members as a template and its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.mining.template import _Names, _shared_end
from tests.mining.worlds import imported, mined

if TYPE_CHECKING:
    from pathlib import Path


def test_names_that_are_cut_alike_stay_apart() -> None:
    """A number behind a long word is not cut off again, however often the word comes."""
    names = _Names(("name",))
    wish = "has_a_word_that_is_longer_than_names_may_be"

    claimed = [names.claim(wish) for _ in range(5)]

    assert len(set(claimed)) == 5
    assert names.claim("name") == "name_2"


def test_one_word_names_follow_the_case_of_the_others(repo_path: Path) -> None:
    """`eta` reads the same in snake and kebab; the members with two words say which it is."""
    names = ("eta", "beta_ray", "iota", "delta_wave", "rho", "zeta_fn", "mu_two", "kappa_max")
    trees = [
        {f"rules/{name}.md": f"The rule {name.replace('_', '-')} is on by default.\n" * 4}
        for name in names
    ]
    imported(repo_path, *trees)

    (found,) = mined(repo_path, "--output", repo_path.with_name("out"))["candidates"]

    template = repo_path.with_name("out") / "drafts/templates/rules_md/file.j2"
    assert found["slots"][0]["members"] == len(names)
    assert template.read_text() == "The rule {{ name | kebab }} is on by default.\n" * 4


@pytest.mark.parametrize(
    ("values", "end"),
    [
        (("3.\n", "14.\n"), ".\n"),
        (("a()\nb()\n", "c()\nd()\n"), "\n"),
        (("a\nb\n    ", "c\n    "), "\n    "),
        (("one", "two"), ""),
        (("a.\n", ""), ""),
    ],
)
def test_what_every_value_ends_with_is_fixed(values: tuple[str, ...], end: str) -> None:
    """Marks behind one line; of several lines the line end alone, so that lines stay apart."""
    assert _shared_end(values) == end
