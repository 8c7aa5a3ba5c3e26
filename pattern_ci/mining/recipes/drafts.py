"""Draft the recipes of a repository, or say why not; what was drafted before is not made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci.messages import recipes as messages
from pattern_ci.mining.drafting import Naming, slug
from pattern_ci.mining.outcomes import freeze, read, thaw
from pattern_ci.mining.recipes import gate
from pattern_ci.mining.recipes.parts import Families
from pattern_ci.model.candidate import Abstention, Draft
from pattern_ci.model.digests import content_digest, identity
from pattern_ci.model.pattern import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pattern_ci.database import Cache
    from pattern_ci.mining.recipes.roles import Operation
    from pattern_ci.mining.recipes.run import Learned


def naming(operations: Sequence[Operation], taken: Collection[str]) -> dict[str, Naming]:
    """Names of recipes by role; `taken` are the names of families, which stay as they are."""
    wishes = [f"{slug(one.role.glob)}_recipe" for one in operations]
    made = {}
    for one, wish in zip(operations, wishes, strict=True):
        who = identity(Kind.RECIPE.value, [one.role.glob], "")
        alone = wishes.count(wish) == 1 and wish not in taken
        name = wish if alone else f"{wish}_x{who[:6]}"
        made[one.role.text] = Naming(name, f"PAT-{name.upper().replace('_', '-')}-001", who)
    return made


def draft(
    learned: Sequence[Learned],
    families: Sequence[Draft],
    taken: Collection[str],
    store: Cache,
) -> list[Draft | Abstention]:
    """The outcome of each operation that adds or edits more than one file, by role."""
    names = naming([one.operation for one in learned], taken)
    known_families = Families(families)
    keys = {
        one.operation.role.text: content_digest(
            ["recipe", one.key, names[one.operation.role.text], _made_from(one, known_families)]
        )
        for one in learned
    }
    stored = store.results(keys.values())
    known = {key: found for key, text in stored.items() if (found := read(text)) is not None}
    fresh = {}
    for one in learned:
        key = keys[one.operation.role.text]
        if key not in known:
            text = freeze(_draft(one, known_families, names))
            known[key] = thaw(text)
            if not one.missing:
                fresh[key] = text
    store.add_results(fresh)
    return [known[key] for key in keys.values()]


def _made_from(learned: Learned, families: Families) -> list[str | None]:
    """All that a recipe takes from families: those that its roles belong to."""
    operation = learned.operation
    found = (families.of(role, operation.added) for role in operation.writes)
    return [None if one is None else content_digest(freeze(one)) for one in found]


def _draft(learned: Learned, families: Families, names: Mapping[str, Naming]) -> Draft | Abstention:
    # Templates and YAML load only when there is a recipe to write.
    from pattern_ci.mining.recipes.compose import compose

    recipe = compose(learned, families)
    if recipe is None:
        return _abstain(learned)
    from pattern_ci.mining.recipes.suite import write

    text = learned.operation.role.text
    return write(recipe, names[text]) or _abstain(learned, "no_commit")


def _abstain(learned: Learned, reason: str = "") -> Abstention:
    """Why an operation has no recipe: what kept the entry that came nearest from being written."""
    found = [(path, one) for path, judged in learned.entries.items() for one in judged]
    nearest = max(found, key=lambda each: (gate.record(each[1]).bound, each[0]), default=None)
    near = ""
    score = 0.0
    if nearest is not None:
        path, judged = nearest
        right, total = gate.record(judged)
        near = messages.nearest(path, right, total) if total else ""
        reason = reason or gate.objection(judged) or "no_commit"
        score = gate.record(judged).bound
    return Abstention(
        role=learned.operation.role.text,
        members=len(learned.operation.added),
        reason=messages.REASONS[reason or "no_entry"],
        nearest_miss=near,
        score=score,
    )
