"""The results as one Markdown table: a row a figure, a column a clone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

NONE = "-"
METHODS = {
    "copy_newest": "copy newest",
    "copy_newest_renamed": "copy newest, renamed",
    "copy_nearest_path": "copy nearest by path",
    "oracle_of_20": "oracle of 20",
    "consensus_50": "consensus .5",
    "consensus_80": "consensus .8",
    "random_file": "random file",
}
GATE = "fitted"


class Figure(NamedTuple):
    """One row: its name, what is asked, how to read it from a clone's results, digits shown.

    `whole` names what `together` holds for all clones at once; without it their mean is shown.
    """

    name: str
    asked: str
    read: Callable[[dict[str, Any]], float | None]
    digits: int = 1
    whole: tuple[str, ...] = ()


def percent(*path: str | int) -> Callable[[dict[str, Any]], float | None]:
    """Reads a share below these keys, in per cent; None where a key is not there."""

    def read(found: dict[str, Any]) -> float | None:
        value = plain(*path)(found)
        return None if value is None else 100 * value

    return read


def plain(*path: str | int) -> Callable[[dict[str, Any]], float | None]:
    """Reads the number below these keys; None where a key is not there."""

    def read(found: Any) -> float | None:
        for key in path:
            there = key in found if isinstance(found, dict) else bool(found)
            if not there or found is None:
                return None
            found = found[key]
        return None if found is None else float(found)

    return read


def _gate(key: str) -> Callable[[dict[str, Any]], float | None]:
    def read(found: dict[str, Any]) -> float | None:
        warnings = found.get("warnings")
        if not warnings:
            return None
        gate = next(one for one in warnings["gates"] if one["gate"] == GATE)
        # Nobody was warned: there is no precision.
        return 100 * float(gate[key]) if gate["warned"] or key == "share" else None

    return read


def _below(found: dict[str, Any]) -> float | None:
    section = found["templates"]["stale"][1] if "templates" in found else None
    if section is None or not section["patterns"]:
        return None
    return 100 * float(section["below_copy"]) / float(section["patterns"])


def _fresh(method: str) -> tuple[str, ...]:
    return "templates", "fresh", "methods", method


def figures() -> Iterator[Figure]:
    """Every row, in the order of the table."""
    yield Figure("files asked about", "", plain("templates", "measured"), 0)
    yield Figure("**net saving, fresh, %**", "≥ oracle; ≥ 2 × copy newest",
                 percent(*_fresh("pattern_ci"), "net_saving"))  # fmt: skip
    for method, name in METHODS.items():
        yield Figure(name, "", percent(*_fresh(method), "net_saving"))
    for number, share in enumerate(("60", "75", "90")):
        where: tuple[str | int, ...] = ("templates", "stale", number)
        for method, name in (("pattern_ci", "**net saving"), ("copy_newest", "copy newest"),
                             ("oracle_of_20", "oracle of 20")):  # fmt: skip
            end = "**" if method == "pattern_ci" else ""
            read = percent(*where, "methods", method, "net_saving")
            yield Figure(f"{name}, mined once at {share} %{end}", "", read)
        yield Figure(f"kinds there were at {share} %: net saving", "",
                     percent(*where, "known", "net_saving"))  # fmt: skip
        yield Figure(f"kinds there were at {share} %: copy newest", "",
                     percent(*where, "known", "copy_newest"))  # fmt: skip
    yield Figure("precision of all drafts, %", "", percent(*_fresh("pattern_ci"), "precision"), 0)
    yield Figure("share of files, %", "", percent(*_fresh("pattern_ci"), "share"), 0)
    surest = ("templates", "surest")
    yield Figure("**surest patterns: precision, %**", "≥ 85", percent(*surest, "precision"), 0)
    yield Figure("surest patterns: share of files, %", "≥ 25", percent(*surest, "share"), 0)
    yield Figure("surest patterns: net saving, %", "", percent(*surest, "net_saving"))
    yield Figure("new to a compressor, %", "", percent("templates", "new_share"), 0)
    yield Figure("**share of the bound captured, %**", "≥ 40", percent("templates", "captured"), 0)
    yield Figure("patterns below copying, own hold-out", "0", plain("selection", "below"), 0)
    yield Figure("patterns below copying, mined at 75 %, %", "≤ 5", _below, 0)
    yield Figure("**companion MAP**", "≥ TARMAQ + .06", plain("together", "ours", "map"), 3)
    yield Figure("TARMAQ", "", plain("together", "tarmaq", "map"), 3)
    yield from _recipes()
    yield Figure("**pull requests warned, %**", ".5 to 5", _gate("share"), 1, ("warnings", "share"))
    yield Figure("warnings right, %", "≥ 50", _gate("precision"), 0, ("warnings", "precision"))
    for way, name in (("roles", "families"), ("folders", "same folder and extension")):
        for key, asked in (("precision", "≥ 95"), ("recall", "≥ 80")):
            yield Figure(f"{name}: {key} by pairs, %", asked if way == "roles" else "",
                         _kinds(way, key), 0, ("families", way, key))  # fmt: skip
    error = plain("templates", "calibration", "error")
    yield Figure("**confidence: error**", "≤ .10", error, 3, ("calibration", "error"))
    yield Figure("mine, cold, × numstat (processor time)", "", plain("mining", "cold", "cpu"), 2)
    yield Figure("mine, after ten commits", "", plain("mining", "warm", "cpu"), 2)
    yield Figure("mine, with nothing new", "", plain("mining", "again", "cpu"), 2)
    yield Figure("mine, start of Python and git alone", "", plain("mining", "floor", "cpu"), 2)
    yield Figure("peak, MiB", "", plain("mining", "cold", "peak_mib"), 0)


def _kinds(way: str, key: str) -> Callable[[dict[str, Any]], float | None]:
    """Reads how a way of grouping did; None where convention makes no kind."""

    def read(found: dict[str, Any]) -> float | None:
        families = found.get("families")
        return 100 * float(families[way][key]) if families and families["kinds"] else None

    return read


def _recipes() -> Iterator[Figure]:
    for key, name, asked in (
        ("added", "**added companions", ("≥ 90", "2 to 20")),
        ("lines", "lines of registries", ("", "")),
        ("places", "lines in their place", ("", "")),
    ):
        end = "**" if key == "added" else ""
        where = ("together", key)
        yield Figure(f"{name}: precision, %{end}", asked[0], _said(key), 0, (*where, "precision"))
        yield Figure(f"{name.strip('*')}: recall, %", asked[1], percent(*where, "recall"), 1,
                     (*where, "recall"))  # fmt: skip


def _said(key: str) -> Callable[[dict[str, Any]], float | None]:
    """Precision; None where nothing was said."""

    def read(found: dict[str, Any]) -> float | None:
        hits = found["together"][key] if "together" in found else None
        return 100 * float(hits["precision"]) if hits and hits["named"] else None

    return read


def table(results: dict[str, Any]) -> str:
    """The whole table; rows that nobody measured are left out."""
    names = sorted(results["repositories"])
    head = ["figure", "asked", *(_title(name, results) for name in names), "together"]
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    for one in figures():
        values = [one.read(results["repositories"][name]) for name in names]
        if any(value is not None for value in values):
            row = [one.name, one.asked, *(_cell(value, one.digits) for value in values)]
            lines.append(f"| {' | '.join([*row, _whole(one, values, results)])} |")
    return "\n".join(lines) + "\n"


def _title(name: str, results: dict[str, Any]) -> str:
    rev = results["repositories"][name].get("rev", "")
    return f"{name}@{rev[:10]}" if rev else name


def _cell(value: float | None, digits: int) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _whole(one: Figure, values: Sequence[float | None], results: dict[str, Any]) -> str:
    if one.whole and "together" in results:
        unit = 1 if one.digits == 3 else 100
        return _cell(unit * (plain(*one.whole)(results["together"]) or 0.0), one.digits)
    there = [value for value in values if value is not None]
    return _cell(sum(there) / len(there), one.digits)
