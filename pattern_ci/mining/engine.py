"""Mine one repository at one revision: index, roles, families, companions, drafts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import git
from pattern_ci.database import Cache
from pattern_ci.messages import mine as messages
from pattern_ci.mining import companions, index, roles
from pattern_ci.mining.exclude import Excluded
from pattern_ci.mining.holdout import Memory
from pattern_ci.model.candidate import Abstention, Draft, HeldOut, MineResult
from pattern_ci.model.digests import content_digest, identity
from pattern_ci.model.pattern import Kind, Spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pattern_ci.mining.drafting import Naming

# Raised with every change that can alter a result: cached results of older rules are then unused.
RULES_VERSION = 3
MIN_MEMBERS = 4
MAX_BLOB_BYTES = 1 << 20


def cache_path(repo: git.Repo) -> Path:
    """Where the history cache of a repository lies."""
    return repo.state_dir / "cache.db"


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
    tell = progress or _silent
    with Cache(cache_path(repo) if cache else None) as store:
        tell("history", 0, 1)
        commits = index.build(repo, sha, store).commits
        tell("history", 1, 1)
        entries = git.tree(repo, sha)
        excluded = Excluded(repo, entries, ignore)
        live = {
            entry.path: entry.blob
            for entry in entries
            if entry.mode in ("100644", "100755") and not excluded(entry.path)
        }
        added = [one for one in roles.additions(commits) if not excluded(one.path)]
        groups = roles.group(live, added, min_members=min_members)
        outcomes, missing = _study(repo, groups, store, tell)
        rules = companions.learn(commits, live, excluded, rev=sha)
        usable = store.usable or not cache
    drafts = [one for one in outcomes if isinstance(one, Draft)]
    return MineResult(
        rev=sha,
        commits=len(commits),
        files=len(entries),
        limits=_limits(repo, missing, usable=usable),
        drafts=tuple(drafts),
        abstained=tuple(one for one in outcomes if isinstance(one, Abstention)),
        companions=rules,
    )


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
    repo: git.Repo,
    groups: list[roles.RoleGroup],
    store: Cache,
    tell: Callable[[str, int, int], None],
) -> tuple[list[Draft | Abstention], int]:
    """Every role's outcome, and how many file contents were missing."""
    from pattern_ci.mining.drafting import naming

    names = naming(
        {group.role.text: identity(Kind.FAMILY.value, [group.role.glob], "") for group in groups}
    )
    keys = {group.role.text: _key(group, names[group.role.text]) for group in groups}
    stored = store.results(keys.values())
    known = {key: found for key, text in stored.items() if (found := _read(text)) is not None}
    todo = [group for group in groups if keys[group.role.text] not in known]
    missing: set[str] = set()
    if todo:
        missing = _study_new(repo, todo, _Study(names, keys, known), store, tell)
    return [known[keys[group.role.text]] for group in groups], len(missing)


class _Study(NamedTuple):
    names: dict[str, Naming]
    keys: dict[str, str]
    known: dict[str, Draft | Abstention]


def _study_new(
    repo: git.Repo,
    todo: list[roles.RoleGroup],
    study_of: _Study,
    store: Cache,
    tell: Callable[[str, int, int], None],
) -> set[str]:
    """Study roles that no cache knows; answer which contents the repository lacks."""
    from pattern_ci.mining.family import material, study, wanted

    ids = list(dict.fromkeys(member.blob for group in todo for member in wanted(group)))
    contents = git.blobs(repo, ids, max_bytes=MAX_BLOB_BYTES)
    missing = git.missing(repo, [blob for blob in ids if blob not in contents])
    materials = [material(group, contents) for group in todo]
    memory = Memory(store.results([key for one in materials for key in one.predictions()]))
    fresh: dict[str, str] = {}
    for number, (group, of) in enumerate(zip(todo, materials, strict=True)):
        tell("families", number, len(todo))
        key = study_of.keys[group.role.text]
        frozen = freeze(study(of, study_of.names[group.role.text], memory))
        # Read back even when fresh: what a cache gives later must be the same to the last digit.
        study_of.known[key] = thaw(frozen)
        # What is missing today may be fetched tomorrow: such a result is not for the cache.
        if missing.isdisjoint(member.blob for member in wanted(group)):
            fresh[key] = frozen
    tell("families", len(todo), len(todo))
    store.add_results(fresh)
    store.add_results(memory.fresh)
    return missing


def _key(group: roles.RoleGroup, naming: Naming) -> str:
    from pattern_ci.mining.family import wanted

    members = [[member.path, member.blob, *member.addition] for member in wanted(group)]
    stood = [sum(one.stood and not one.moved for one in group.additions)]
    stood.append(sum(not one.moved for one in group.additions))
    whole = [RULES_VERSION, group.role.text, list(naming), len(group.members), stood, members]
    return content_digest(whole)


def freeze(outcome: Draft | Abstention) -> str:
    """An outcome as text for the cache."""
    if isinstance(outcome, Abstention):
        return json.dumps({"abstained": {**outcome.to_dict(), "score": outcome.score}})
    held = outcome.held_out
    return json.dumps(
        {
            "spec": outcome.spec.to_dict(),
            "files": outcome.files,
            "members": outcome.members,
            "held_out": vars(held) if held else None,
        }
    )


def _read(text: str) -> Draft | Abstention | None:
    """A cached outcome; None for one that was damaged, which is then made anew."""
    try:
        return thaw(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def thaw(text: str) -> Draft | Abstention:
    """`freeze` backwards."""
    data = json.loads(text)
    if "abstained" in data:
        return Abstention(**data["abstained"])
    held = data["held_out"]
    return Draft(
        spec=Spec.from_dict(data["spec"]),
        files=data["files"],
        members=tuple(data["members"]),
        held_out=HeldOut(**held) if held else None,
    )
