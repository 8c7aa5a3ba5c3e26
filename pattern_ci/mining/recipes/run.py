"""Learn the recipes of a repository: which roles, which registries, what is new to study."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pattern_ci.mining.recipes import reading, records
from pattern_ci.mining.recipes.gate import MIN_ADDITIONS, most_wrong
from pattern_ci.mining.recipes.study import addition, judge
from pattern_ci.model.digests import content_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci import git
    from pattern_ci.database import Cache
    from pattern_ci.mining.recipes.roles import Operation
    from pattern_ci.mining.recipes.study import Judged


class Registry(NamedTuple):
    """A file that an operation edits; `key` stands for all that its study depends on."""

    operation: Operation
    path: str
    key: str


class Learned(NamedTuple):
    """An operation and the entries of its registries, by path; `missing`: contents lacked."""

    operation: Operation
    entries: dict[str, list[Judged]]
    key: str
    missing: bool


def registries(operation: Operation, rules: str) -> list[Registry]:
    """Every registry of an operation; `rules` stands for the rules it is studied by."""
    seen = [[one.sha, one.name] for one in operation.added]
    role = operation.role.text
    return [
        Registry(operation, path, content_digest(["registry", rules, role, path, seen]))
        for path in operation.registries
    ]


def learn(
    repo: git.Repo, operations: Sequence[Operation], store: Cache, rules: str
) -> list[Learned]:
    """What each operation writes into its registries; what the cache knows is not read again."""
    wanted = [one for operation in operations for one in registries(operation, rules)]
    stored = store.results([one.key for one in wanted])
    known = {key: found for key, text in stored.items() if (found := _thaw(text)) is not None}
    todo = [one for one in wanted if one.key not in known]
    lacking = _study(repo, todo, store, known) if todo else frozenset()
    made = []
    for operation in operations:
        own = [one for one in wanted if one.operation is operation]
        entries = {one.path: known[one.key] for one in own}
        key = content_digest([rules, operation.role.text, *operation[1:]])
        # Without all attributes there is no basis, and nothing that is drafted is for later.
        missing = not rules or any(one.key in lacking for one in own)
        made.append(Learned(operation, entries, key, missing))
    return made


def _thaw(text: str) -> list[Judged] | None:
    """A cached result; None for one that was damaged, which is then made anew."""
    try:
        return records.thaw(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _study(
    repo: git.Repo, todo: Sequence[Registry], store: Cache, known: dict[str, list[Judged]]
) -> frozenset[str]:
    """Study registries that no cache knows into `known`; answer keys of those not seen whole."""
    asked = {one.key: _asked(one) for one in todo}
    read = reading.read(repo, [each for of_one in asked.values() for each in of_one])
    fresh = {}
    lacking = set()
    for one in todo:
        additions = [
            addition(each.sha, each.name, read.edits[each.sha, each.path])
            for each in asked[one.key]
            if (each.sha, each.path) in read.edits
        ]
        text = records.freeze(judge(additions, MIN_ADDITIONS, most_wrong))
        known[one.key] = records.thaw(text)
        if read.lacking.intersection((each.sha, each.path) for each in asked[one.key]):
            lacking.add(one.key)
        else:
            fresh[one.key] = text
    store.add_results(fresh)
    return frozenset(lacking)


def _asked(one: Registry) -> list[reading.Asked]:
    return [
        reading.Asked(each.sha, one.path, each.name, dict(each.edited).get(one.path))
        for each in one.operation.added
    ]
