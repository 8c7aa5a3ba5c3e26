"""Ask the ledger for the operations of a revision."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from pattern_ci.mining import ledger, nesting
from pattern_ci.mining.places import cause_of, is_nested
from pattern_ci.mining.recipes.gate import WINDOW
from pattern_ci.mining.recipes.roles import Added, Operation, added, leading, mates, operation
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.grouping import GroupRow
    from pattern_ci.mining.history import Commit

    # The role of a group, its newest additions, and how often other roles came along with them.
    Worked = tuple[str, list[Added], Counter[str]]


def operations(
    db: Tables, groups: Sequence[GroupRow], excluded: Callable[[str], bool]
) -> list[Operation]:
    """Every operation whose role has members today, by role; of the same operation only one."""
    often = {cause for (cause,) in db.rows("SELECT DISTINCT cause FROM held WHERE hits >= 3")}
    busy_groups = [row for row in groups if is_nested(row.key) or cause_of(row.key) in often]
    known = _known(db)
    new = [row for row in busy_groups if known.get(row.key, ("",))[0] != row.role]
    found = known | _worked_out(db, new, excluded)
    ones = {row: found[row.key][1] for row in busy_groups}
    paths = {path for of_role in ones.values() for one in of_role for path, _ in one.edited}
    paths.update(one.path for of_role in ones.values() for one in of_role)
    live = ledger.files_there(db, sorted(paths))
    made = [
        operation(Role(row.role), row.key, of_role, live.__contains__, found[row.key][2])
        for row, of_role in ones.items()
    ]
    busy = [one for one in made if one.mates or one.registries]
    return sorted(leading(busy), key=lambda one: one.role.text)


def _known(db: Tables) -> dict[str, Worked]:
    """What is kept of groups that nothing was added to since, by key."""
    found = {}
    for key, role, text in db.rows("SELECT * FROM additions"):
        rows, along = json.loads(text)
        ones = [
            Added(sha, name, path, tuple(others), tuple((edit, blob) for edit, blob in edited))
            for sha, name, path, others, edited in rows
        ]
        found[key] = role, ones, Counter(along)
    return found


def _worked_out(
    db: Tables, groups: Sequence[GroupRow], excluded: Callable[[str], bool]
) -> dict[str, Worked]:
    """The additions to groups, from the commits that made them; kept for later runs."""
    asked = {row: _newest(db, row.key) for row in groups if not is_nested(row.key)}
    asked |= _newest_nested(db, [row for row in groups if is_nested(row.key)])
    shas = {sha for of_role in asked.values() for sha in of_role}
    commits = {one.sha: one for one in ledger.commits_of(db, shas)}
    found = {}
    for row, of_role in asked.items():
        ones = added(Role(row.role), row.key, _in_order(commits, of_role), excluded)
        found[row.key] = row.role, ones, mates(Role(row.role), ones)
    db.change(
        "INSERT OR REPLACE INTO additions VALUES (?, ?, ?)",
        ((key, role, json.dumps([ones, along])) for key, (role, ones, along) in found.items()),
    )
    return found


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
