"""What an edit says about a name."""

from __future__ import annotations

from pattern_ci.mining.recipes.entries import filled, found, template
from pattern_ci.mining.recipes.hunks import changed


def entry(before: str, after: str, name: str) -> list[tuple[str, ...]]:
    """The lines of what was found."""
    old, new = tuple(before.split("\n")), tuple(after.split("\n"))
    return [one.lines for one in found(old, changed(old, new), name)]


def test_a_line_with_the_name_is_an_entry() -> None:
    """In whichever case it is written."""
    assert entry("use A;", "use A;\nuse BetaRay;", "beta_ray") == [("use BetaRay;",)]


def test_a_line_without_the_name_is_none() -> None:
    """Nor is one that holds the name inside a longer word."""
    assert entry("a", "a\nuse other;", "beta") == []
    assert entry("a", "a\nuse alphabetas;", "beta") == []


def test_the_whole_insertion_counts() -> None:
    """A line and a body that somebody wrote is more than an entry: a template would lie."""
    body = "\n".join(f"    step {number}" for number in range(8))

    assert entry("a", f"a\ndef beta():\n{body}", "beta") == []


def test_a_comma_for_the_entry_before_is_no_part_of_it() -> None:
    """The last of a list had none."""
    assert entry("[\n  a\n]", "[\n  a,\n  beta\n]", "beta") == [("  beta",)]


def test_cases_are_voted_on() -> None:
    """One word says little of its case; two words say it."""
    seen = [("beta_ray", ("mod beta_ray; // BetaRay",)), ("eta", ("mod eta; // Eta",))]

    made = template(seen)

    assert filled(made, "zeta_wave") == ("mod zeta_wave; // ZetaWave",)
