"""Histories from which recipes are learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mining.worlds import Tree

NAMES = (
    "alpha", "beta_ray", "gamma", "delta_wave", "epsilon", "zeta_function", "eta", "theta_role",
)  # fmt: skip


def written(number: int) -> str:
    """Text that no template serves: every file is another."""
    return "".join(f"{chr(97 + number * step % 23) * 9} {number * step}\n" for step in (3, 5, 7))


def listed() -> list[Tree]:
    """Rules that no template serves, their names in an index, and news that always differ."""
    trees: list[Tree] = [
        {
            f"rules/{name}.txt": written(number),
            "index.txt": "".join(f"* {one}\n" for one in sorted(["nu", *NAMES[: number + 1]])),
            "news.txt": f"something else {number}\n" * (number + 1),
        }
        for number, name in enumerate(NAMES)
    ]
    return [{"index.txt": "* nu\n", "news.txt": "first\n"}, *trees]


def tabled() -> list[Tree]:
    """Rules in a table that ends its lines with CRLF and says what each does, and in `__all__`."""
    said = ("Boils an egg.", "Counts sheep, slowly", "Finds a fish", "Reads (most) letters",
            "Turns the page.", "Walks home", "Sings two songs", "Draws a line", "Asks",
            "Rests a day")  # fmt: skip
    known = {"omega": "Last of all"}
    trees: list[Tree] = [{**_listed(known), "rules/omega.txt": written(99)}]
    for number, (name, what) in enumerate(zip((*NAMES, "iota_sum", "kappa"), said, strict=True)):
        known[name] = what
        trees.append({f"rules/{name}.txt": written(number), **_listed(known)})
    return trees


def _listed(known: dict[str, str]) -> Tree:
    rows = (f"| [{name}](rules/{name}.txt) | {what} |" for name, what in sorted(known.items()))
    table = "\r\n".join(["# Rules", "", "| rule | what |", "| --- | --- |", *rows, ""])
    names = ", ".join(f'"{name}"' for name in sorted(known))
    return {"README.md": table.encode(), "pkg.py": f"__all__ = [{names}]\n"}
