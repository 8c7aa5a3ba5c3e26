"""Which paths come along: rules from role to role, role to file and file to file."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.stems import lift, liftable, name_holes
from pattern_ci.model.digests import content_digest
from pattern_ci.model.lifting import role_texts
from pattern_ci.model.role import Role, RoleSyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.mining.history import Commit

SCHEMA_VERSION = 1
# A sweeping commit says nothing about what belongs together (research: cap the files per commit).
MAX_ADDED = 15
MAX_CHANGED = 30
# Old habits fade: rules between files look at this many newest commits.
RECENT = 5_000
MIN_SUPPORT = 3
MIN_CONFIDENCE = 0.5
# Lower end of the 80 % interval: three of three pass, three of six do not.
MIN_BOUND = 0.4
WILSON_Z = 1.28
MAX_FOR_ONE = 10

_SEPARATORS = re.compile(r"[\W_]+")
_PATH_CASES = frozenset({"snake", "kebab", "pascal", "camel", "const", "flat", "uflat", "dot"})


def wilson(hits: int, total: int) -> float:
    """Lower bound of the share `hits / total` (Wilson score interval, z = 1.28)."""
    if hits == 0:
        return 0.0
    share, z2 = hits / total, WILSON_Z**2
    centre = share + z2 / (2 * total)
    spread = WILSON_Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, (centre - spread) / (1 + z2 / total))


class _Rule(NamedTuple):
    kind: str
    when: str
    then: str


def learn(
    commits: Sequence[Commit],
    live: Mapping[str, str],
    excluded: Callable[[str], bool],
    *,
    rev: str,
) -> dict[str, Any]:
    """The rules that hold often enough, as the plain data of `companions.json`."""
    seen: Counter[str] = Counter()
    held: Counter[_Rule] = Counter()
    for commit in commits:
        _count_additions(commit, excluded, seen, held)
    changed: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for commit in commits[-RECENT:]:
        _count_changes(commit, live, changed, together)
    for (when, then), hits in together.items():
        if hits >= MIN_SUPPORT:
            held[_Rule("file", when, then)] = hits
    folders = {path.rpartition("/")[0] for path in live}
    rules = []
    for rule, hits in held.items():
        total = changed[rule.when] if rule.kind == "file" else seen[rule.when]
        if _strong(hits, total) and _alive(rule, live, folders):
            rules.append(_row(rule, hits, total))
    rules.sort(key=lambda row: (row["when"], -row["bound"], row["then"], row["kind"]))
    kept = list(_capped(rules))
    return {"schema_version": SCHEMA_VERSION, "rev": rev, "rules": kept}


def _strong(hits: int, total: int) -> bool:
    return (
        hits >= MIN_SUPPORT and hits / total >= MIN_CONFIDENCE and wilson(hits, total) >= MIN_BOUND
    )


def _row(rule: _Rule, hits: int, total: int) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "when": rule.when,
        "then": rule.then,
        "support": hits,
        "seen": total,
        "confidence": round(hits / total, 4),
        "bound": round(wilson(hits, total), 4),
    }


def _capped(rules: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    count: Counter[str] = Counter()
    for row in rules:
        count[row["when"]] += 1
        if count[row["when"]] <= MAX_FOR_ONE:
            yield row


def _alive(rule: _Rule, live: Mapping[str, str], folders: set[str]) -> bool:
    """Whether what the rule names can still come along."""
    if rule.kind != "role":
        return rule.then in live and (rule.kind == "constant" or rule.when in live)
    folder = rule.then.rpartition("/")[0]
    return "{" in folder or folder in folders


def _count_additions(
    commit: Commit,
    excluded: Callable[[str], bool],
    seen: Counter[str],
    held: Counter[_Rule],
) -> None:
    if not commit.changes or len(commit.changes) > MAX_CHANGED:
        return
    added = [c.path for c in commit.changes if c.status == "A" and not excluded(c.path)]
    if not 0 < len(added) <= MAX_ADDED:
        return
    edited = [c.path for c in commit.changes if c.status == "M" and not excluded(c.path)]
    roles: set[str] = set()
    rules: set[_Rule] = set()
    flattened = {path: _flat(path) for path in added}
    for path in added:
        for role, name in role_texts(path):
            roles.add(role)
            rules.update(_Rule("constant", role, other) for other in edited)
            plain = _flat(name)
            for other in added:
                # Most pairs share no name at all; the exact search is dear and comes second.
                if other == path or plain not in flattened[other]:
                    continue
                then = _lifted(other, name)
                if then and then != role:
                    rules.add(_Rule("role", role, then))
    seen.update(roles)
    held.update(rules)


def _flat(text: str) -> str:
    return _SEPARATORS.sub("", text).lower()


def _lifted(path: str, name: str) -> str | None:
    """`path` with every case variant of `name` as a hole, or None when it holds none."""
    if "{" in path or "}" in path or not liftable(path):
        return None
    text = lift(path, (name,))
    return None if text == path else name_holes(text, "name", _PATH_CASES)


def _count_changes(
    commit: Commit,
    live: Mapping[str, str],
    changed: Counter[str],
    together: Counter[tuple[str, str]],
) -> None:
    paths = [change.path for change in commit.changes if change.path in live]
    changed.update(paths)
    if 2 <= len(paths) <= MAX_ADDED and len(commit.changes) <= MAX_CHANGED:
        together.update((one, other) for one in paths for other in paths if one != other)


class Prediction(NamedTuple):
    """A path that usually comes along, and the rule that says so."""

    path: str
    confidence: float
    rule: dict[str, Any]


class Companions:
    """Rules ready to be asked; made from the data of `companions.json`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._by_when: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in data.get("rules", ()):
            if _usable(row):
                self._by_when[row["when"]].append(row)

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self._by_when)

    def predict(self, path: str, *, exists: bool) -> list[Prediction]:
        """What usually comes along with a new file, or with a change of one that exists."""
        found: dict[str, Prediction] = {}
        if exists:
            rows = self._by_when.get(path, ())
            candidates = [(row["then"], row) for row in rows if row["kind"] == "file"]
        else:
            candidates = [
                (target, row)
                for role, name in role_texts(path)
                for row in self._by_when.get(role, ())
                if (target := _target(row, name))
            ]
        for target, row in candidates:
            known = found.get(target)
            if target != path and (known is None or known.confidence < row["confidence"]):
                found[target] = Prediction(target, row["confidence"], row)
        return sorted(found.values(), key=lambda one: (-one.confidence, one.path))


def _usable(row: dict[str, Any]) -> bool:
    """Whether a row has all that a prediction says; one written by hand may lack some."""
    return all(isinstance(row.get(key), str) for key in ("kind", "when", "then")) and all(
        isinstance(row.get(key), int | float) for key in ("confidence", "support", "seen")
    )


def _target(row: dict[str, Any], name: str) -> str | None:
    if row["kind"] == "constant":
        return str(row["then"])
    if row["kind"] != "role":
        return None
    try:
        return Role(row["then"]).path({"name": name})
    except (RoleSyntaxError, KeyError):
        return None


def digest(data: dict[str, Any]) -> str:
    """Content digest of the rules alone, without the revision they were read at."""
    return content_digest(data.get("rules", []))
