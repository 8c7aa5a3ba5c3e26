"""What a library and companion rules say about one path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pattern_ci.mining.companions import Companions
from pattern_ci.mining.suggesting import MAX_COMPANIONS, Offer, Rendering, best, suggest
from pattern_ci.model.pattern import Newline, Status
from pattern_ci.model.role import Role

if TYPE_CHECKING:
    from pattern_ci.model.suggestion import Suggestion

SCHEMA = {
    "properties": {
        "name": {"type": "string"},
        "limit": {"type": "string", "default": ""},
        "has_log": {"type": "boolean", "default": True},
    }
}


def offer(
    pattern_id: str = "PAT-A-001", role: str = "src/{name.snake}.py", **changes: Any
) -> Offer:
    """A draft that writes a source file."""
    fields: dict[str, Any] = {
        "pattern_id": pattern_id, "version": "1.0.0", "status": Status.DRAFT, "confidence": 0.8,
        "role": Role(role), "newline": Newline.LF, "source": "source", "schema": SCHEMA,
    }  # fmt: skip
    return Offer(**(fields | changes))


def chosen(path: str, *offers: Offer) -> str | None:
    """The id of the pattern that fits best."""
    found = best(path, offers)
    return found.pattern_id if found else None


def test_a_pattern_in_force_comes_before_any_other() -> None:
    """Then the more specific, then the surer one; withdrawn ones lose against all."""
    active = offer("PAT-ACTIVE-001", status=Status.ACTIVE, confidence=0.5)
    draft = offer("PAT-DRAFT-001", confidence=0.7)
    sure = offer("PAT-BEST-001", confidence=0.9)
    retired = offer("PAT-RETIRED-001", status=Status.RETIRED, confidence=1.0)
    wide = offer("PAT-WIDE-001", role="{folder}/{name}.py", confidence=0.9)

    assert chosen("src/x.py", draft, sure, active, retired) == "PAT-ACTIVE-001"
    assert chosen("src/x.py", draft, wide, sure, retired) == "PAT-BEST-001"
    assert chosen("src/x.py", retired, draft) == "PAT-DRAFT-001"
    assert chosen("src/x.py", retired) == "PAT-RETIRED-001"
    assert chosen("src/X.py", draft, wide) == "PAT-WIDE-001"
    assert chosen("lib/deep/x.py", draft, wide) is None


def test_a_narrower_role_comes_before_the_surer_wide_one() -> None:
    """It was learned from files of this very kind; for others the wide one is asked."""
    wide = offer("PAT-WIDE-001", role="src/{name}.py", confidence=0.9)
    narrow = offer("PAT-NARROW-001", role="src/test_{name}.py", confidence=0.5)

    assert chosen("src/test_x.py", wide, narrow) == "PAT-NARROW-001"
    assert chosen("src/x.py", wide, narrow) == "PAT-WIDE-001"


def test_equal_patterns_are_chosen_by_id() -> None:
    """The order in which a folder is read changes nothing."""
    one, two = offer("PAT-A-001"), offer("PAT-B-001")

    assert chosen("src/x.py", one, two) == chosen("src/x.py", two, one) == "PAT-B-001"


def said(path: str, *, live: tuple[str, ...] = (), rows: tuple[Any, ...] = ()) -> Suggestion:
    """What is said by one offer and these rules when these paths exist."""
    return suggest(
        path,
        exists=path in live,
        offers=[offer()],
        rules=Companions({"rules": rows}),
        known=live.__contains__,
        render=lambda source, values, newline: Rendering(f"{source} {newline} {values}", ("more",)),
    )


def row(kind: str, when: str, then: str) -> dict[str, Any]:
    """One rule that always held."""
    return {
        "kind": kind, "when": when, "then": then, "support": 4, "seen": 4, "confidence": 1.0
    }  # fmt: skip


def test_variables_are_the_name_and_the_defaults() -> None:
    """What nothing is known about is listed; the template's own answer comes first."""
    found = said("src/foo_bar.py")

    assert found.variables == {"name": "foo_bar", "limit": "", "has_log": True}
    assert found.unfilled == ("more", "limit")
    assert found.text == f"source lf {found.variables}"
    assert (found.pattern_id, found.pattern_version, found.confidence) == (
        "PAT-A-001",
        "1.0.0",
        0.8,
    )
    assert not found.exists


def test_a_frame_to_write_into_is_written_and_still_unfilled() -> None:
    """Its marks are in the text; a default of somebody's own words is his answer."""
    frame = {"type": "string", "default": '", "', "x-frame": True}
    words = {"type": "string", "default": "MIT"}
    schema = {"properties": {"name": {"type": "string"}, "list": frame, "licence": words}}
    found = suggest(
        "src/foo.py",
        exists=False,
        offers=[offer(schema=schema)],
        rules=Companions({"rules": ()}),
        known=lambda _: False,
        render=lambda source, values, newline: Rendering(f"{source}{values['list']}", ()),
    )

    assert found.unfilled == ("list",)
    assert found.text == 'source", "'


def test_a_path_that_no_pattern_writes() -> None:
    """Everything of a pattern is empty; the keys are all there, in the published order."""
    found = said("docs/x.md", live=("docs/x.md",))

    assert found.exists
    assert list(found.to_dict().items()) == [
        ("path", "docs/x.md"), ("exists", True), ("pattern_id", None), ("pattern_version", None),
        ("confidence", 0.0), ("variables", {}), ("unfilled", []), ("text", None),
        ("companions", []),
    ]  # fmt: skip


def test_a_companion_is_added_or_edited() -> None:
    """It is edited when it exists; the reason counts how often it was so."""
    rows = (
        row("role", "src/{name}.py", "tests/test_{name}.py"),
        row("constant", "src/{name}.py", "registry.txt"),
    )
    found = said("src/foo.py", rows=rows, live=("registry.txt",)).to_dict()["companions"]
    there = said("src/foo.py", rows=rows, live=("registry.txt", "tests/test_foo.py"))

    assert found == [
        {
            "path": "registry.txt",
            "action": "edit",
            "confidence": 1.0,
            "reason": "was edited with 4 of 4 new files at src/{name}.py",
        },
        {
            "path": "tests/test_foo.py",
            "action": "add",
            "confidence": 1.0,
            "reason": "was added with 4 of 4 new files at src/{name}.py",
        },
    ]
    assert {one.action for one in there.companions} == {"edit"}


def test_a_file_that_is_gone_is_not_to_be_edited() -> None:
    """A registry that was deleted comes along no more; nobody is told to add it."""
    rows = (row("constant", "src/{name}.py", "gone.txt"), row("file", "a.py", "gone.txt"))

    assert said("src/foo.py", rows=rows).companions == ()
    assert said("a.py", rows=rows, live=("a.py",)).companions == ()


def test_companions_are_bounded() -> None:
    """Twenty rules name the first ten paths."""
    rows = tuple(row("role", "src/{name}.py", f"d{n:02}/{{name}}.md") for n in range(20))

    found = said("src/foo.py", rows=rows).companions

    assert [one.path for one in found] == [f"d{n:02}/foo.md" for n in range(MAX_COMPANIONS)]
