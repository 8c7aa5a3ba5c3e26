"""Association rules between paths: what one commit counts towards, and which rules hold."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.mining.companions import SWEEPING
from pattern_ci.mining.stems import lift, liftable, name_holes
from pattern_ci.model.lifting import PATH_CASES, Wanted, is_nested_text, role_texts
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from pattern_ci.mining.history import Commit

SCHEMA_VERSION = 1
# A sweeping commit says nothing about what belongs together (research: cap the files per commit).
MAX_ADDED = 15
MAX_CHANGED = SWEEPING
# Old habits fade: rules between files look at this many newest commits.
RECENT = 5_000
MIN_SUPPORT = 3
MIN_CONFIDENCE = 0.5
# Lower end of the 80 % interval: three of three pass, three of six do not.
MIN_BOUND = 0.4
WILSON_Z = 1.28
MAX_FOR_ONE = 10

_SEPARATORS = re.compile(r"[\W_]+")
_CASE = re.compile(r"\{name\.([a-z]+)\}")
_PATH_CASES = frozenset(PATH_CASES)


class Rule(NamedTuple):
    """When `when` comes, `then` comes along; kind: role (to role), constant (to file), file."""

    kind: str
    when: str
    then: str


class Counted(NamedTuple):
    """A rule, how often it held, and how often it could have."""

    rule: Rule
    hits: int
    total: int


def wilson(hits: float, total: float) -> float:
    """Lower bound of the share `hits / total` (Wilson score interval, z = 1.28)."""
    if hits <= 0:
        return 0.0
    share, z2 = hits / total, WILSON_Z**2
    centre = share + z2 / (2 * total)
    spread = WILSON_Z * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, (centre - spread) / (1 + z2 / total))


def additions_say(
    commit: Commit,
    excluded: Callable[[str], bool],
    nested: Wanted | None = None,
    only: Wanted | None = None,
) -> tuple[set[str], set[Rule]]:
    """Roles that one commit added a file to, and the rules that held there.

    Of roles below sibling folders, those that are `nested`: there are too many to tell of all.
    With `only`, these roles and no others.
    """
    roles: set[str] = set()
    rules: set[Rule] = set()
    if not commit.changes or len(commit.changes) > MAX_CHANGED:
        return roles, rules
    added = [c.path for c in commit.changes if c.status == "A" and not excluded(c.path)]
    if not 0 < len(added) <= MAX_ADDED:
        return roles, rules
    edited = [c.path for c in commit.changes if c.status == "M" and not excluded(c.path)]
    flattened = {path: _flat(path) for path in added}
    for path in added:
        texts = only.of(path) if only else role_texts(path)
        for role, name in (*texts, *(nested.nested(path) if nested else ())):
            roles.add(role)
            rules.update(Rule("constant", role, other) for other in edited)
            mates = _named_alike(role, path, name, flattened)
            rules.update(Rule("role", role, then) for then in mates if then != role)
    return roles, rules


def changes_say(
    commit: Commit, excluded: Callable[[str], bool], wanted: Wanted
) -> dict[str, set[Rule]]:
    """The wanted roles that one commit touched, new file or old, and what was touched along.

    Kinds: beside (to the role of the same name) and touched (to a file).
    """
    found: dict[str, set[Rule]] = {}
    if len(commit.changes) > MAX_CHANGED:
        return found
    paths = [c.path for c in commit.changes if c.status != "D" and not excluded(c.path)]
    if len(paths) > MAX_ADDED:
        return found
    flattened: dict[str, str] = {}
    for path in paths:
        for role, name in wanted.of(path):
            flattened = flattened or {other: _flat(other) for other in paths}
            rules = found.setdefault(role, set())
            rules.update(Rule("touched", role, other) for other in paths if other != path)
            mates = _named_alike(role, path, name, flattened)
            rules.update(Rule("beside", role, then) for then in mates if then != role)
    return found


def _named_alike(role: str, path: str, name: str, flattened: Mapping[str, str]) -> Iterator[str]:
    """Roles of the other paths that hold the name of this one; `flattened` has all of them."""
    plain = _flat(name)
    for other, text in flattened.items():
        # Most pairs share no name at all; the exact search is dear and comes second.
        if other != path and plain in text:
            then = lifted(other, name)
            if then:
                yield from _readings(then, name) if is_nested_text(role) else (then,)


def _readings(then: str, name: str) -> Iterator[str]:
    """A role as it is, and with the name in each case that gives the same path.

    A name of one word does not tell which: `x/x_test` is what `x-y/x_y_test` is, or `x-y/x-y_test`.
    """
    yield then
    first, found, rest = then.partition("{name}")
    for case in _alike(name) if found else ():
        hole = f"{{name.{case}}}"
        after = rest.replace("{name}", hole)
        yield first + hole + after
        # A folder may be written otherwise than what lies below it.
        if after != rest:
            yield first + found + after


@lru_cache(maxsize=4096)
def _alike(name: str) -> tuple[str, ...]:
    """Cases in which a name is written as it is."""
    return tuple(one for one in PATH_CASES if Role(f"{{name.{one}}}").path({"name": name}) == name)


def distinct(counted: Iterable[Counted]) -> list[Counted]:
    """Of nested rules that differ only in the case of the name, the one that held most often.

    Of equals the first of `_readings`.
    """
    best: dict[Rule, Counted] = {}
    for one in counted:
        alike = one.rule
        if is_nested_text(one.rule.when):
            alike = one.rule._replace(then=_CASE.sub("{name}", one.rule.then))
        known = best.get(alike)
        if known is None or (one.hits, -_case(one)) > (known.hits, -_case(known)):
            best[alike] = one
    return list(best.values())


def _case(one: Counted) -> int:
    found = _CASE.search(one.rule.then)
    return 1 + PATH_CASES.index(found[1]) if found and found[1] in PATH_CASES else 0


def _flat(text: str) -> str:
    return _SEPARATORS.sub("", text).lower()


@lru_cache(maxsize=1 << 15)
def lifted(path: str, name: str) -> str | None:
    """`path` with every case variant of `name` as a hole, or None when it holds none."""
    if "{" in path or "}" in path or not liftable(path):
        return None
    text = lift(path, (name,))
    return None if text == path else name_holes(text, "name", _PATH_CASES)


class Touch(NamedTuple):
    """What one commit touched: how many files in all, and those that count, by number."""

    order: int
    sha: str
    size: int
    files: Sequence[int]


def edited_together(
    touches: Iterable[Touch], dead: Container[int], only: AbstractSet[int] | None = None
) -> Iterator[tuple[int, ...]]:
    """(one file, other file, times together, times of the one) for pairs that come often enough.

    `dead` are files that are not there any more; a commit counts by what is left of it. With
    `only`, the pairs whose one file is one of these.
    """
    if only is not None:
        touches = [touch for touch in touches if not only.isdisjoint(touch.files)]
    changed: Counter[int] = Counter()
    whole: list[list[int]] = []
    for touch in touches:
        files = [number for number in touch.files if number not in dead]
        changed.update(files)
        if 2 <= len(files) <= MAX_ADDED and touch.size <= MAX_CHANGED:
            whole.append(files)
    together: Counter[tuple[int, int]] = Counter()
    for files in whole:
        # A pair is no more frequent than its rarer file: most pairs need not be counted.
        together.update(combinations(sorted(n for n in files if changed[n] >= MIN_SUPPORT), 2))
    for (one, other), hits in together.items():
        if hits >= MIN_SUPPORT:
            if only is None or one in only:
                yield one, other, hits, changed[one]
            if only is None or other in only:
                yield other, one, hits, changed[other]


def strong(hits: int, total: int) -> bool:
    """Whether a rule held often enough to be told."""
    return (
        hits >= MIN_SUPPORT and hits / total >= MIN_CONFIDENCE and wilson(hits, total) >= MIN_BOUND
    )


def needed(rule: Rule) -> tuple[list[str], list[str]]:
    """Files and folders that have to be there for what a rule names to come along."""
    if rule.kind == "role":
        folder = rule.then.rpartition("/")[0]
        return [], [] if "{" in folder else [folder]
    return ([rule.then] if rule.kind == "constant" else [rule.then, rule.when]), []


def told(
    counted: Iterable[Counted], files: Container[str], folders: Container[str], *, rev: str
) -> dict[str, Any]:
    """The rules as the plain data of `companions.json`: those whose paths can still come along."""
    rules = []
    for one in distinct(counted):
        wanted, below = needed(one.rule)
        if all(path in files for path in wanted) and all(path in folders for path in below):
            rules.append(_row(*one))
    rules.sort(key=lambda row: (row["when"], -row["bound"], row["then"], row["kind"]))
    return {"schema_version": SCHEMA_VERSION, "rev": rev, "rules": list(_capped(rules))}


def _row(rule: Rule, hits: int, total: int) -> dict[str, Any]:
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
