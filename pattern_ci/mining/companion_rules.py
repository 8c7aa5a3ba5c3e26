"""What the ledger says of companions: the rules that hold, and from which chance on to warn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.mining import association, ledger, warning
from pattern_ci.mining.association import MAX_CHANGED, Counted, Rule
from pattern_ci.mining.companions import target
from pattern_ci.mining.exclude import Excluded
from pattern_ci.model.lifting import all_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.history import Commit

_OF_ROLES = (
    "SELECT kind, cause, effect, held.hits, seen.hits FROM held JOIN seen ON role = cause "
    "WHERE held.hits >= 3"
)
_OF_FILES = "SELECT one, other, hits, total FROM together"


def rules(db: Tables, *, rev: str) -> dict[str, Any]:
    """The association rules, as the plain data of `companions.json`."""
    # Half of the times at least: the rest is known not to be strong before it leaves the tables.
    counted = [
        *_rows(db.rows(f"{_OF_ROLES} AND 2 * held.hits >= seen.hits")),
        *_rows(("file", *row) for row in db.rows(f"{_OF_FILES} WHERE 2 * hits >= total")),
    ]
    firm = [one for one in counted if association.strong(one.hits, one.total)]
    files: set[str] = set()
    folders: set[str] = set()
    for one in firm:
        wanted, below = association.needed(one.rule)
        files.update(wanted)
        folders.update(below)
    there = ledger.files_there(db, sorted(files)), ledger.folders_there(db, sorted(folders))
    return association.told(firm, *there, rev=rev)


def companions(db: Tables, *, rev: str) -> dict[str, Any]:
    """All of `companions.json`: the rules, and from which chance on to warn."""
    tip, warn_at = ledger.state_of(db, "warning") or ("", None)
    if tip != rev:
        warn_at = _warn_at(db)
        ledger.set_state(db, "warning", [rev, warn_at])
    return {**rules(db, rev=rev), "warn_at": warn_at}


def _rows(rows: Iterable[tuple[Any, ...]]) -> Iterator[Counted]:
    for kind, when, then, hits, total in rows:
        yield Counted(Rule(kind, when, then), hits, total)


def _warn_at(db: Tables) -> float | None:
    """From which chance on a missing companion is worth a warning; None when never."""
    at = ledger.state(db)
    newest = [touch.sha for touch in ledger.window(db).touches[-warning.TESTED :]][::-1]
    if at is None or not newest:
        return None
    known = {sha: warning.Asked(*row) for sha, row in (ledger.state_of(db, "asked") or {}).items()}
    todo = [number for number, sha in enumerate(newest) if sha not in known]
    if todo:
        known |= _asked(db, newest[: todo[-1] + 1], known, Excluded(at.globs))
        ledger.set_state(db, "asked", {sha: known[sha] for sha in newest})
    return warning.threshold([known[sha] for sha in newest])


def _asked(
    db: Tables,
    shas: Sequence[str],
    known: dict[str, warning.Asked],
    excluded: Callable[[str], bool],
) -> dict[str, warning.Asked]:
    """What would have been named of those of these commits, newest first, that were not asked."""
    found = {one.sha: one for one in ledger.commits_of(db, shas)}
    needed = _Needed(db, [found[sha] for sha in shas if sha not in known], excluded)
    changed = {change.path for one in found.values() for change in one.changes}
    live = ledger.files_there(db, sorted(changed | needed.named))
    counts = warning.Backwards(needed.counted, live)
    made = {}
    for sha in shas:
        if sha in known:
            counts.forget(found[sha], excluded)
        else:
            made[sha] = counts.ask(found[sha], excluded)
    return made


class _Needed:
    """All that can be asked for when something is to be said of these commits."""

    def __init__(
        self, db: Tables, commits: Iterable[Commit], excluded: Callable[[str], bool]
    ) -> None:
        paths = {
            change.path
            for one in commits
            if sum(change.status != "D" for change in one.changes) <= MAX_CHANGED
            for change in one.changes
            if change.status != "D" and not excluded(change.path)
        }
        names: dict[str, list[str]] = {}
        for path in paths:
            for role, name in all_texts(path):
                names.setdefault(role, []).append(name)
        of_roles = ledger.among(db, f"{_OF_ROLES} AND cause IN ({{}})", sorted(names))
        of_files = ledger.among(db, f"{_OF_FILES} WHERE one IN ({{}})", sorted(paths))
        of_names = association.distinct(_rows(of_roles))
        self.counted = [*of_names, *_rows(("file", *row) for row in of_files)]
        self.named = {one.rule.then for one in self.counted if one.rule.kind != "role"}
        for one in self.counted:
            if one.rule.kind == "role":
                row = one.rule._asdict()
                of_role = (target(row, name) for name in names[one.rule.when])
                self.named.update(path for path in of_role if path is not None)
