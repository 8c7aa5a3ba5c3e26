"""Ask the ledger for the operations of a revision."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pattern_ci.mining import ledger, nesting
from pattern_ci.mining.recipes.gate import WINDOW
from pattern_ci.mining.recipes.roles import Operation, added, leading, operation
from pattern_ci.mining.roles import cause_of, is_nested
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.history import Commit
    from pattern_ci.mining.ledger import GroupRow


def operations(
    db: Tables, groups: Sequence[GroupRow], excluded: Callable[[str], bool]
) -> list[Operation]:
    """Every operation whose role has members today, by role; of the same operation only one."""
    often = {cause for (cause,) in db.rows("SELECT DISTINCT cause FROM held WHERE hits >= 3")}
    asked = {
        row: _newest(db, row.key)
        for row in groups
        if not is_nested(row.key) and cause_of(row.key) in often
    }
    asked |= _newest_nested(db, [row for row in groups if is_nested(row.key)])
    shas = {sha for of_role in asked.values() for sha in of_role}
    commits = {one.sha: one for one in ledger.commits_of(db, shas)}
    found = [
        (row, added(Role(row.role), row.key, _in_order(commits, of_role), excluded))
        for row, of_role in asked.items()
    ]
    paths = {path for _, of_role in found for one in of_role for path, _ in one.edited}
    paths.update(one.path for _, of_role in found for one in of_role)
    live = ledger.files_there(db, sorted(paths))
    made = [operation(Role(row.role), row.key, ones, live.__contains__) for row, ones in found]
    busy = [one for one in made if one.mates or one.registries]
    return sorted(leading(busy), key=lambda one: one.role.text)


def _newest(db: Tables, key: str) -> list[str]:
    """The newest commits that added one member of a group, and did not only move it there."""
    column = "across" if key.partition("//")[2].startswith("/") else "near"
    query = (
        f"SELECT sha FROM events WHERE {column} = ? AND kind & 3 = 1 "  # noqa: S608  # a constant
        "GROUP BY sha HAVING count(*) = 1 ORDER BY place DESC, sha DESC LIMIT ?"
    )
    return [sha for (sha,) in db.rows(query, (key, WINDOW))]


def _newest_nested(db: Tables, groups: Sequence[GroupRow]) -> dict[GroupRow, list[str]]:
    """The same of groups that no table has the keys of."""
    came = nesting.events(db, [row.key for row in groups])
    found = {}
    for row in groups:
        added = [(place, sha) for _, place, sha, _, kind in came[row.key] if kind & 3 == 1]
        single = [one for one, count in Counter(added).items() if count == 1]
        found[row] = [sha for _, sha in sorted(single, reverse=True)[:WINDOW]]
    return found


def _in_order(commits: dict[str, Commit], shas: Sequence[str]) -> list[Commit]:
    return sorted((commits[sha] for sha in shas), key=lambda one: (one.order, one.sha))
