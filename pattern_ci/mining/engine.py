"""Mine one repository at one revision: index, roles, families, companions, drafts."""

from __future__ import annotations

import json
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pattern_ci import __version__, git, git_objects, output, process
from pattern_ci.database import Cache, CacheUnusableError, scratch
from pattern_ci.messages import mine as messages
from pattern_ci.mining import companion_rules, grouping, index, ledger, roles
from pattern_ci.mining.outcomes import freeze_all, placed, read_all, thaw_all
from pattern_ci.mining.rewrites import mined as rewriting
from pattern_ci.mining.versions import LEDGER_VERSION, MIN_MEMBERS, RULES_VERSION, cache_path
from pattern_ci.model.candidate import Abstention, Draft, MineResult
from pattern_ci.model.digests import content_digest, identity
from pattern_ci.model.pattern import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from pattern_ci.database import Tables
    from pattern_ci.mining.drafting import Naming
    from pattern_ci.mining.family import Material
    from pattern_ci.mining.holdout import Memory
    from pattern_ci.mining.ledger import State
    from pattern_ci.mining.outcomes import Learned
    from pattern_ci.mining.recipes.mined import Begun

T = TypeVar("T")

MAX_BLOB_BYTES = 1 << 20
# Contents of so many roles are held at once.
AT_ONCE = 500
MAX_COPIES = 8
BYTES_A_COPY = 120_000
# What studying loads on its way; before the process is copied, it is loaded once for all copies.
LOADED_LATE = ("rapidfuzz.distance", "pattern_ci.yaml", "pattern_ci.render.sandbox")


def mine(
    repo: git.Repo,
    rev: str,
    *,
    cache: bool = True,
    ignore: Sequence[str] = (),
    min_members: int = MIN_MEMBERS,
    progress: Callable[[str, int, int], None] | None = None,
) -> MineResult:
    """Everything that recurs in the commits reachable from `rev`.

    The result depends on the repository, the revision, `ignore` and `min_members` alone, never on
    the cache.
    Raises RevisionError and HistoryUnreadableError.
    """
    sha = git.resolve(repo, rev)
    return mine_at(
        repo, sha, cache=cache, ignore=ignore, min_members=min_members, progress=progress
    )


def mine_at(
    repo: git.Repo,
    sha: str,
    *,
    cache: bool = True,
    ignore: Sequence[str] = (),
    min_members: int = MIN_MEMBERS,
    progress: Callable[[str, int, int], None] | None = None,
) -> MineResult:
    """`mine` at a commit that is known to be there, by its full id."""
    tell = progress or _silent
    with Cache(cache_path(repo) if cache else None) as store:
        tell("history", 0, 1)
        basis = _basis(ignore, min_members)
        seen = _look(repo, sha, store, basis, lambda db: _read_ledger(db, store, basis))
        tell("history", 1, 1)
        with rewriting.finishing(repo, seen.rewrites, store) as finish_rewrites:
            studied, missing = _study(repo, seen, store, tell)
            recipes = _recipes(repo, seen, studied, store)
            rewritten = finish_rewrites()
        usable = store.usable or not cache
    outcomes = placed(studied, {one.identity for one in seen.names.values()})
    every = (*outcomes, *recipes.outcomes, *rewritten.outcomes)
    limits = _limits(repo, missing, usable=usable)
    return MineResult(
        rev=sha,
        commits=seen.at.commits,
        files=seen.at.files,
        limits=limits,
        drafts=tuple(one for one in every if isinstance(one, Draft)),
        abstained=tuple(one for one in outcomes if isinstance(one, Abstention)),
        without_recipe=tuple(one for one in recipes.outcomes if isinstance(one, Abstention)),
        companions=seen.rules,
        lasting=not limits and bool(seen.at.basis) and recipes.whole and rewritten.whole,
    )


def closely(
    repo: git.Repo,
    rev: str,
    wanted: Collection[str],
    *,
    cache: bool = True,
    ignore: Sequence[str] = (),
    min_members: int = MIN_MEMBERS,
) -> tuple[dict[str, Material], Memory]:
    """What `mine` studied of the roles with these texts, and the predictions it made of it.

    For a narrower role there is also the one that it lies in.

    The other arguments are those of the run that is looked at. Raises what `mine` raises.
    """
    from pattern_ci.mining.holdout import Memory

    sha = git.resolve(repo, rev)
    with Cache(cache_path(repo) if cache else None) as store:
        basis = _basis(ignore, min_members)
        groups = _look(repo, sha, store, basis, lambda db: _groups_of(db, wanted, basis))
        contents = git_objects.blobs(repo, _member_blobs(groups), max_bytes=MAX_BLOB_BYTES)
        materials, known = _materials(groups, contents, store, min_members)
    # A role of its own stands before a narrower one of the same text.
    every = (*chain.from_iterable(one.narrower for one in materials), *materials)
    return {one.group.role.text: one for one in every}, Memory(known)


def companions_at(
    repo: git.Repo,
    shas: Iterable[str],
    *,
    ignore: Sequence[str] = (),
    min_members: int = MIN_MEMBERS,
) -> Iterator[dict[str, Any]]:
    """The companion rules that `mine` gives at each of these commits; cheap when each follows.

    Raises HistoryUnreadableError.
    """
    basis = _basis(ignore, min_members)
    with scratch() as db:
        for sha in shas:
            index.enter(db, index.plan(repo, sha, db, basis), sha, basis)
            yield companion_rules.companions(db, rev=sha)


def _groups_of(db: Tables, wanted: Collection[str], basis: index.Basis) -> list[roles.RoleGroup]:
    from pattern_ci.mining.narrowing import is_narrower

    keys = [
        row.key
        for row in grouping.group_rows(db)
        if row.role in wanted or any(is_narrower(one, row.role) for one in wanted)
    ]
    return list(grouping.groups(db, keys, min_members=basis.min_members).values())


class _Seen(NamedTuple):
    """What the ledger says at a revision, and what of it has to be studied."""

    at: State
    rules: dict[str, Any]
    names: dict[str, Naming]
    keys: dict[str, str]
    known: dict[str, list[Draft | Abstention]]
    min_members: int
    todo: list[roles.RoleGroup]
    rewrites: rewriting.Begun
    recipes: Begun


def basis_digest(ignore: Sequence[str], min_members: int) -> str:
    """What a ledger of today is made under; one made under anything else is not asked."""
    versions = (LEDGER_VERSION, RULES_VERSION, __version__)
    return content_digest([*versions, list(ignore), min_members])


def _basis(ignore: Sequence[str], min_members: int) -> index.Basis:
    return index.Basis(basis_digest(ignore, min_members), ignore, min_members, _describe)


def _look(
    repo: git.Repo, sha: str, store: Cache, basis: index.Basis, read: Callable[[Tables], T]
) -> T:
    """Bring the ledger to a revision and read it; without a cache that serves, a passing one."""
    # What a horizon hides may come with the next fetch: a shallow history is read each time.
    attempts = 0 if git.is_shallow(repo) else 3
    for _ in range(attempts):
        try:
            seen = _look_into(repo, sha, store, basis, read)
        except CacheUnusableError:
            continue
        except (ValueError, TypeError, KeyError, IndexError):
            # A row holds what no run wrote. A fault of ours is seen again without the cache.
            store.start_anew()
            continue
        if seen is not None:
            return seen
    with scratch() as db:
        index.enter(db, index.plan(repo, sha, db, basis), sha, basis)
        return read(db)


def _look_into(
    repo: git.Repo, sha: str, store: Cache, basis: index.Basis, read: Callable[[Tables], T]
) -> T | None:
    """From the cache; None when another run moved the ledger while we read."""
    with store.tables() as db:
        step = index.plan(repo, sha, db, basis)
    with store.tables("BEGIN IMMEDIATE" if step else "BEGIN") as db:
        return read(db) if index.enter(db, step, sha, basis) else None


def _read_ledger(db: Tables, store: Cache, basis: index.Basis) -> _Seen:
    from pattern_ci.mining.drafting import naming
    from pattern_ci.mining.recipes.mined import begin

    at = ledger.state(db)
    assert at is not None
    rows = grouping.group_rows(db)
    names = naming({row.role: (row.slug, row.identity) for row in rows})
    least = basis.min_members
    keys = {row.role: content_digest([row.body, least, *names[row.role]]) for row in rows}
    stored = store.results(keys.values())
    known = {key: found for key, text in stored.items() if (found := read_all(text))}
    new = [row.key for row in rows if keys[row.role] not in known]
    todo = grouping.groups(db, new, min_members=least)
    rules = companion_rules.companions(db, rev=at.tip)
    rewrites = rewriting.begin(db, at, store)
    recipes = begin(db, at, rows, store)
    return _Seen(at, rules, names, keys, known, least, list(todo.values()), rewrites, recipes)


def _recipes(
    repo: git.Repo, seen: _Seen, studied: Sequence[Sequence[Draft | Abstention]], store: Cache
) -> Learned:
    """What an operation adds and edits beside one file, for those families that are drafted.

    A narrower role is no family here: an operation adds files to the whole of a role.
    """
    from pattern_ci.mining.recipes.mined import finish

    families = [one for one, *_ in studied if isinstance(one, Draft)]
    taken = {one.name for one in seen.names.values()}
    return finish(repo, seen.recipes, families, taken, store)


def _describe(key: str, group: roles.RoleGroup) -> grouping.GroupRow:
    from pattern_ci.mining.drafting import slug
    from pattern_ci.mining.family import wanted

    members = [[member.path, member.blob, *member.addition] for member in wanted(group)]
    stood = [sum(one.stood and not one.moved for one in group.additions)]
    stood.append(sum(not one.moved for one in group.additions))
    body = content_digest([RULES_VERSION, group.role.text, len(group.members), stood, members])
    glob = group.role.glob
    named = identity(Kind.FAMILY.value, [glob], "")
    return grouping.GroupRow(key, group.role.text, slug(glob), named, len(group.members), body)


def _silent(*_: object) -> None:
    """No progress."""


def _limits(repo: git.Repo, missing: int, *, usable: bool) -> tuple[str, ...]:
    found = []
    if git.is_shallow(repo):
        found.append(messages.SHALLOW)
    if missing:
        found.append(messages.MISSING.format(missing))
    if not usable:
        found.append(messages.UNCACHED)
    return tuple(found)


def _study(
    repo: git.Repo, seen: _Seen, store: Cache, tell: Callable[[str, int, int], None]
) -> tuple[list[list[Draft | Abstention]], int]:
    """Every role's outcomes, and how many file contents were missing."""
    if output.is_verbose():
        output.debug("cache", messages.cached(len(seen.known), len(seen.todo)))
    missing = _study_new(repo, seen, store, tell) if seen.todo else set()
    return [seen.known[key] for key in seen.keys.values()], len(missing)


def _study_new(
    repo: git.Repo, seen: _Seen, store: Cache, tell: Callable[[str, int, int], None]
) -> set[str]:
    """Study roles that no cache knows; answer which contents the repository lacks."""
    missing: set[str] = set()
    done = 0
    for start in range(0, len(seen.todo), AT_ONCE):
        groups = seen.todo[start : start + AT_ONCE]
        for part in _study_part(repo, groups, seen, store):
            tell("families", done, len(seen.todo))
            done += 1
            missing |= part
    tell("families", done, len(seen.todo))
    return missing


def _study_part(
    repo: git.Repo, groups: list[roles.RoleGroup], seen: _Seen, store: Cache
) -> Iterator[set[str]]:
    """Study some roles; answer for each which contents the repository lacks."""
    from pattern_ci.mining.family import outcomes, wanted
    from pattern_ci.mining.holdout import Memory

    ids = {group.role.text: [member.blob for member in wanted(group)] for group in groups}
    every = _member_blobs(groups)
    contents = git_objects.blobs(repo, every, max_bytes=MAX_BLOB_BYTES)
    missing = git_objects.missing(repo, [blob for blob in every if blob not in contents])
    materials, known = _materials(groups, contents, store, seen.min_members)
    memory = Memory(known)
    # The largest first: cores that share the work then end at about the same time.
    materials.sort(key=lambda one: sum(len(sample.text) for sample in one.samples), reverse=True)

    def work(number: int) -> str:
        of = materials[number]
        frozen = freeze_all(outcomes(of, seen.names[of.group.role.text], memory))
        predictions = dict(memory.fresh)
        memory.fresh.clear()
        return json.dumps([frozen, predictions])

    fresh: dict[str, str] = {}
    copies = _copies(materials)
    if copies > 1:
        for module in LOADED_LATE:
            import_module(module)
    for number, answer in process.spread(work, len(materials), copies=copies):
        frozen, predictions = json.loads(answer)
        role = materials[number].group.role.text
        # Read back even when fresh: what a cache gives later must be the same to the last digit.
        seen.known[seen.keys[role]] = thaw_all(frozen)
        lacking = missing.intersection(ids[role])
        # What is missing today may be fetched tomorrow: such a result is not for the cache.
        fresh.update(predictions if lacking else {seen.keys[role]: frozen, **predictions})
        yield lacking
    store.add_results(fresh)


def _member_blobs(groups: Sequence[roles.RoleGroup]) -> list[str]:
    from pattern_ci.mining.family import wanted

    every = chain.from_iterable(wanted(group) for group in groups)
    return list(dict.fromkeys(member.blob for member in every))


def _materials(
    groups: Sequence[roles.RoleGroup],
    contents: Mapping[str, bytes],
    store: Cache,
    min_members: int,
) -> tuple[list[Material], dict[str, str]]:
    """Roles with their members read, and the predictions of them that are stored."""
    from pattern_ci.mining.family import material

    made = [material(group, contents, min_members=min_members) for group in groups]
    return made, store.results([key for one in made for key in one.predictions()])


def _copies(materials: Sequence[Material]) -> int:
    """How many processes to study with: a copy costs as much as some small families."""
    size = sum(len(sample.text) for one in materials for sample in one.samples)
    return max(1, min(process.cores(), MAX_COPIES, size // BYTES_A_COPY, len(materials)))
