"""The index and the routing follow from the specs alone, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import yaml
from pattern_ci.model.pattern import Slot, Spec, Status
from pattern_ci.registry.derive import INDEX, MARKER, ROUTING, Located, derived_files
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from testing.sample_recipe import REGISTRY, RULE, TABLE, edit_only_spec, recipe_spec
from tests.registry import samples


def _located(number: int, role: str = "", **changes: object) -> Located:
    slots = (Slot(id="file", role=role or f"r{number}/{{name}}.py", template="templates/x.j2"),)
    one = samples.spec(pattern_id=f"PAT-P-{number:03}", name=f"p{number}", slots=slots, **changes)
    return Located(f"specs/p{number}.pattern.yaml", one)


def _routes(*specs: Located) -> list[str]:
    text = derived_files(specs)[ROUTING]
    return [route["pattern_id"] for route in yaml.load(text, source=ROUTING).data["routes"]]


@settings(max_examples=25, deadline=None)
@given(st.permutations([_located(number) for number in range(5)]))
def test_the_order_of_the_specs_does_not_matter(specs: list[Located]) -> None:
    """A folder that is listed in another order gives the same bytes."""
    assert derived_files(specs) == derived_files(sorted(specs))


def test_every_status_is_in_the_index_and_only_active_ones_are_routed() -> None:
    """The index is an inventory, the routing is what may run."""
    specs = [_located(number, status=status) for number, status in enumerate(Status)]

    index = yaml.load(derived_files(specs)[INDEX], source=INDEX).data

    assert [entry["status"] for entry in index["patterns"]] == [str(status) for status in Status]
    assert _routes(*specs) == ["PAT-P-001"]


def test_the_most_specific_route_of_a_kind_stands_first() -> None:
    """The first route that fits is taken, so the general one must come last."""
    general, special = _located(1, "{name}.py"), _located(2, "plugins/{name}.py")
    other = _located(3, "{name}.md", operation_kind="OPK-DOCS-VALIDATE")

    assert _routes(general, special, other) == ["PAT-P-003", "PAT-P-002", "PAT-P-001"]


def test_a_recipe_is_routed_by_what_it_adds_or_waits_for() -> None:
    """Nobody who touches a list means every pattern that adds to it."""

    def roles(spec: Spec) -> list[str]:
        text = derived_files([Located("specs/sample_rule.pattern.yaml", spec)])[ROUTING]
        (route,) = yaml.load(text, source=ROUTING).data["routes"]
        return [str(role) for role in route["roles"]]

    assert roles(recipe_spec()) == [RULE]
    assert roles(edit_only_spec()) == [RULE]
    assert roles(replace(edit_only_spec(), trigger=None)) == [REGISTRY, TABLE]


def test_paths_in_the_index_are_relative_to_the_library() -> None:
    """A draft names its files below drafts/; a built-in executor has no file."""
    draft = samples.spec(status=Status.DRAFT, executor="executors/x_executor.py")
    located = Located(f"drafts/{samples.SPEC}", draft)
    builtin = Located(samples.SPEC, replace(samples.spec(), pattern_id="PAT-Z-001"))

    text = derived_files([located, builtin])[INDEX]
    first, second = yaml.load(text, source=INDEX).data["patterns"]

    assert first["schema"] == f"drafts/{samples.SCHEMA}"
    assert first["executor"] == "drafts/executors/x_executor.py"
    assert second["executor"] == "builtin:render"


def test_derived_files_have_the_published_form_and_say_who_writes_them() -> None:
    """They fit their schemas and start with the line that marks them as ours."""
    specs: list[Located] = [_located(1)]
    for name, text in derived_files(specs).items():
        schema = published(Path(name).stem.lower())
        assert problems(yaml.load(text, source=name).data, schema) == []
        assert text.startswith(MARKER)
        assert "pattern-ci validate --fix" in text.splitlines()[0]


def test_no_specs_give_empty_lists() -> None:
    """The built-in library starts so."""
    assert derived_files(())[ROUTING].endswith("routes: []\n")


def test_our_own_registry_is_up_to_date() -> None:
    """Our library is checked like any other: run `pattern-ci validate --fix` when this fails."""
    from pattern_ci.registry.facts import builtin_root, gather
    from pattern_ci.registry.validation import library_findings

    facts = gather(builtin_root(), shown="patterns")

    assert [finding.line_text for finding in library_findings(facts)] == []
    assert "OPK-FILE-ADD" in facts.kind_ids
    assert isinstance(facts.suites, tuple)
    assert all(isinstance(suite.spec, Spec) for suite in facts.suites)
