"""Write a rule out as a doc suite: spec, schema, examples, docs page, and a rule for ast-grep."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pattern_ci.messages import rewrites as messages
from pattern_ci.mining.association import wilson
from pattern_ci.mining.drafting import (
    MAX_NAME,
    About,
    Naming,
    as_json,
    first_spec,
    laid_out,
    naming,
    slug,
)
from pattern_ci.mining.family import CHARACTERS_A_MINUTE
from pattern_ci.mining.rewrites import astgrep
from pattern_ci.mining.rewrites.judging import exact, only_adds, only_drops
from pattern_ci.model.candidate import Draft
from pattern_ci.model.digests import identity, text_digest
from pattern_ci.model.pattern import Confidence, Evidence, Kind, Spec
from pattern_ci.registry.rewriting import OUTPUT
from pattern_ci.render.rewriting import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.mining.rewrites.changes import Change
    from pattern_ci.mining.rewrites.choosing import Chosen
    from pattern_ci.mining.rewrites.lifting import Lifted
    from pattern_ci.model.rewrite import Rewrite

OPERATION_KIND = "OPK-FILE-REWRITE"
EXECUTOR = "builtin:rewrite"
MAX_POSITIVE = 3
MAX_WORDS = 3
SAID = {
    "path": "Path of the file, from the top of the repository.",
    "before": "Lines before the change.",
    "after": "Lines after the change.",
}


def drafts(chosen: Sequence[Chosen], undone: Iterable[Change]) -> list[Draft]:
    """A draft for each rule, in order; `undone` are changes that a later one took back."""
    back = set(undone)
    names = naming({str(n): (_slug(one), _identity(one)) for n, one in enumerate(chosen)})
    return [_write(one, names[str(number)], back) for number, one in enumerate(chosen)]


def _identity(one: Chosen) -> str:
    """By what changes, not by what stands around it: that may widen with new members."""
    return identity(Kind.REWRITE.value, [], json.dumps(one.rolled.members[0].shape))


def _slug(one: Chosen) -> str:
    """What is done, in as many words as a name has room for."""
    said = (_said(one, most) for most in range(MAX_WORDS, 0, -1))
    return slug(next((name for name in said if len(name) <= MAX_NAME), _said(one, 1)))


def _said(one: Chosen, most: int) -> str:
    """Drop, add, or rewrite something (to something), each of at most that many words."""
    left, right = (_words(side)[:most] for side in one.rolled.members[0].shape)
    if left and only_drops(one.rolled):
        return "_".join(["drop", *left])
    if right and only_adds(one.rolled):
        return "_".join(["add", *right])
    left = left or re.findall(r"\w+", one.rolled.rule.before)[:most]
    return "_".join(["rewrite", *left, *(["to", *right] if right else [])])


def _words(side: Sequence[str | int]) -> list[str]:
    return [part for part in side if isinstance(part, str) and re.fullmatch(r"\w+", part)]


def _write(one: Chosen, named: Naming, undone: set[Change]) -> Draft:
    rule, members = one.rolled.rule, one.rolled.members
    told = messages.figures(
        commits=len(one.rolled.commits),
        tested=one.rolled.tested,
        reproduced=one.rolled.reproduced,
        met=one.fired.met,
        right=one.fired.right,
        waiting=one.waiting,
    )
    schema = _schema(named.pattern_id)
    about = About(
        operation_kind=OPERATION_KIND,
        summary=messages.summary(rule),
        intent=f"{messages.intent(rule, commits=len(one.rolled.commits))} {told}",
        slots=(),
        confidence=_confidence(one, undone),
        evidence=Evidence(
            commits=one.rolled.commits,
            files=tuple(dict.fromkeys(member.change.path for member in members)),
        ),
        minutes=_minutes(members),
    )
    first = first_spec(named, about, {"rewrite": rule.to_dict(), "schema": schema})
    spec = replace(first, rewrite=rule.to_dict(), executor=EXECUTOR)
    shown = _instances(rule, members)
    bare = {
        spec.inputs: as_json(schema),
        f"docs/{spec.name}.md": messages.page(spec, rule, told, shown[::-1]),
        **_examples(spec, rule, shown),
        **_ast_grep(spec, rule),
    }
    members_of = spec.evidence.files
    return laid_out(
        Draft(spec=spec, files=bare, members=members_of, held_out=None, kind=Kind.REWRITE)
    )


def _confidence(one: Chosen, undone: set[Change]) -> Confidence:
    """Foretold; not taken back; right when it fires; members that the final rule makes.

    The first and third are lower bounds: one of one is less than nine of nine.
    """
    changes = [member.change for member in one.rolled.members]
    return Confidence(
        similarity=wilson(one.rolled.reproduced, one.rolled.tested),
        success_rate=sum(change not in undone for change in changes) / len(changes),
        test_coverage=one.fired.bound,
        schema_completeness=sum(exact(one.rolled.rule, change) for change in changes)
        / len(changes),
    )


def _minutes(members: Sequence[Lifted]) -> float:
    """What one place takes to type, the old text found and the new one written."""
    typed = sum(len(one.change.left) + len(one.change.right) for one in members) / len(members)
    return round(typed / CHARACTERS_A_MINUTE, 1)


def _schema(title: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": ["path", "before"],
        "properties": {
            name: {"type": "string", "description": text} for name, text in SAID.items()
        },
    }


def _instances(rule: Rewrite, members: Sequence[Lifted]) -> list[dict[str, str]]:
    """Changes that the rule makes, one of each commit, oldest first."""
    found: dict[str, dict[str, str]] = {}
    for change in (member.change for member in members):
        if change.sha not in found and exact(rule, change) and _plain(change):
            texts = {"before": f"{change.before}\n", "after": f"{change.after}\n"}
            found[change.sha] = {"commit": change.sha, "path": change.path, **texts}
    return list(found.values())


def _plain(change: Change) -> bool:
    """Whether the texts are UTF-8, which an example has to be."""
    try:
        (change.before + change.after).encode()
    except UnicodeEncodeError:
        return False
    return True


def _examples(spec: Spec, rule: Rewrite, shown: Sequence[dict[str, str]]) -> dict[str, str]:
    made = {}
    head = {"schema_version": 1, "pattern_id": spec.pattern_id}
    for number, one in enumerate(shown[-MAX_POSITIVE:], 1):
        values = {name: one[name] for name in ("path", "before", "after")}
        output = {"path": one["path"], "sha256": text_digest(one["after"])}
        made[f"examples/{spec.name}/positive/{number}.json"] = as_json(
            {**head, "variables": values, "outputs": {OUTPUT: output}, "commit": one["commit"]}
        )
    for name, path, text, reason in _near_misses(rule, shown[-1]):
        made[f"examples/{spec.name}/negative/{name}.json"] = as_json(
            {**head, "variables": {"path": path, "before": text}, "reason": reason}
        )
    return made


def _near_misses(rule: Rewrite, last: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """The newest instance once it is done, and with a letter too many in what is looked for."""
    path, after = last["path"], last["after"]
    done = ("done", path, after, "it is rewritten already")
    word = re.search(r"\w+", rule.before.replace("$", " $"))
    broken = last["before"]
    if word and word[0] in broken:
        broken = broken.replace(word[0], f"{word[0]}_x")
    misses = [done, ("near", path, broken, "it is another name")]
    return [one for one in misses if not rewrite(one[2], rule).edits]


def _ast_grep(spec: Spec, rule: Rewrite) -> dict[str, str]:
    from pattern_ci import yaml

    data = astgrep.rule(spec.pattern_id, rule, messages.summary(rule))
    return {f"docs/{spec.name}.ast-grep.yml": yaml.dump(data)} if data else {}
