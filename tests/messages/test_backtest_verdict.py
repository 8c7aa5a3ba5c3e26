"""The first lines of a backtest: what its figures come to, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pattern_ci.messages import backtest as screen
from pattern_ci.messages.backtest_verdict import verdict
from pattern_ci.mining.backtest import protocol
from pattern_ci.model.backtest import Backtest, Method, Used
from tests.mining.backtest import worlds
from tests.mining.worlds import plugins

if TYPE_CHECKING:
    from pattern_ci.model.backtest import Section


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    """The report of a history of plugins."""
    return worlds.measured(plugins(tmp_path_factory.mktemp("verdict") / "repo")).report


def saved(section: Section, ours: float, copied: float) -> Section:
    """A section with these net savings."""
    methods = dict(section.methods)
    methods[Method.OURS] = replace(methods[Method.OURS], net_saving=ours)
    methods[Method.COPY_NEWEST] = replace(methods[Method.COPY_NEWEST], net_saving=copied)
    return replace(section, methods=methods, known=None)


def told(report: Backtest, *, ours: float, copied: float, stale: tuple[float, float]) -> list[str]:
    """The verdict on a report with these figures; nothing is said of what comes along."""
    templates = replace(
        report.templates,
        fresh=saved(report.templates.fresh, ours, copied),
        stale=tuple(saved(one, *stale) for one in report.templates.stale),
        used=(
            Used(role="a/{name}.toml", files=4, net_saving=0.66, precision=0.8, copy_newest=0.3),
            Used(role="b/{name}.rs", files=40, net_saving=0.01, precision=0.5, copy_newest=0.0),
            Used(role="c/{name}.md", files=1, net_saving=0.9, precision=1.0, copy_newest=0.0),
        ),
    )
    none = replace(report.together.added, named=0)
    return verdict(
        replace(
            report,
            templates=templates,
            together=replace(report.together, added=none, edited=none),
        )
    )


@pytest.mark.parametrize(("ours", "word"), [(0.02, "little"), (0.05, "some"), (0.2, "much")])
def test_how_much_and_where(measured: Backtest, ours: float, word: str) -> None:
    """The amount, and the one pattern that is worth it: a single file proves nothing."""
    first, second = told(measured, ours=ours, copied=0.01, stale=(0.1, 0.0))

    assert first == (
        f"Here patterns would save {word} of the typing: {100 * ours:.0f} % "
        "(copying the newest file, 1 %)."
    )
    assert second == "Only one is worth it: a/{name}.toml (66 % on 4 files)."


def test_patterns_that_fall_behind_copying(measured: Backtest) -> None:
    """Mined once they lose: the reader learns it first, and what helps."""
    (*_, last) = told(measured, ours=0.02, copied=0.01, stale=(0.014, 0.021))

    assert last == (
        "Patterns that are mined once and kept fall behind copying (1.4 % to 2.1 %): let `train` "
        "run again as the history grows."
    )


def test_what_comes_along(measured: Backtest) -> None:
    """How much is named, and how much of that is right."""
    assert verdict(measured)[-1] == (
        "Of what comes along with a new file 100 % is named beforehand; of what is named 100 % "
        "comes."
    )


def test_the_limits_in_words_are_those_of_the_protocol() -> None:
    """The sentence names them."""
    assert f"{protocol.MIN_BYTES} bytes or more" in screen.MEASURABLE
    assert f"at most {protocol.MAX_TOKENS:,} tokens" in screen.MEASURABLE
    assert len("four") == protocol.MIN_SIBLINGS
