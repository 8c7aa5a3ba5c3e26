"""Drafts drawn as literals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pattern_ci.model.candidate import Abstention, Draft, HeldOut, MineResult
from pattern_ci.model.pattern import Confidence, Evidence, Holdout, Slot, Spec, Status

COMMIT = "ab" * 20


def spec(name: str = "rules", **changes: Any) -> Spec:
    """A spec with evidence."""
    made = Spec(
        pattern_id=f"PAT-{name.upper()}-001",
        name=name,
        version="1.0.0",
        status=Status.DRAFT,
        operation_kind="OPK-FILE-ADD",
        summary=f"Adds a file like the 4 newest of {name}/*.py.",
        intent="Files alike.",
        inputs=f"schemas/{name}.schema.json",
        slots=(Slot(id="file", role=f"{name}/{{name.snake}}.py", template="t.j2"),),
        confidence=Confidence(
            similarity=0.9, success_rate=1.0, test_coverage=0.5, schema_completeness=0.25
        ),
        evidence=Evidence(
            commits=(COMMIT,),
            files=(f"{name}/one.py",),
            holdout=Holdout(n=7, net_saving=0.43, draft_precision=0.91, copy_newest=0.2),
        ),
        identity=f"{sum(name.encode()):016x}",
        content_digest="sha256:" + "1" * 64,
    )
    return replace(made, **changes)


def draft(name: str = "rules", content: str = "one", **changes: Any) -> Draft:
    """A draft of two files; the content decides text and digest."""
    digest = f"sha256:{sum(content.encode()):064x}"
    about = spec(name, **{"content_digest": digest, **changes})
    return Draft(
        spec=about,
        files={
            f"drafts/specs/{name}.pattern.yaml": (
                f"identity: '{about.identity}'\ncontent_digest: {about.content_digest}\n"
            ),
            f"drafts/schemas/{name}.schema.json": (
                '{"type": "object", "required": ["name"], "properties": {"name": '
                '{"description": "What it is called."}, "limit": {"default": 3}}}\n'
            ),
            f"drafts/templates/{name}/{content}.j2": f"{content} {{{{ name }}}}\n",
        },
        members=tuple(f"{name}/{stem}.py" for stem in ("one", "two", "three", "four")),
        held_out=HeldOut(
            path=f"{name}/four.py",
            commit=COMMIT,
            actual="def four():\n    return 4\n",
            predicted="def four():\n    return\n",
            net_saving=0.4,
            draft_precision=0.9,
        ),
    )


def mined(*drafts: Draft, **changes: Any) -> MineResult:
    """The result of a mining run."""
    made = MineResult(
        rev=COMMIT,
        commits=12,
        files=34,
        limits=(),
        drafts=drafts,
        abstained=(
            Abstention(
                role="docs/{name}.md",
                members=5,
                reason="copying the newest sibling saves as much",
                nearest_miss="0.30 against 0.31",
                score=0.3,
            ),
        ),
        companions={"schema_version": 1, "rev": COMMIT, "rules": []},
    )
    return replace(made, **changes)
