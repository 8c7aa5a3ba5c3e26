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
