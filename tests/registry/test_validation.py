"""Instances and derived files; all rules together have a file each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.registry.derive import INDEX, ROUTING
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import fix, instance_findings
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.finding import Finding


def _instance(tmp_path: Path, text: str, name: str = "use.json") -> list[Finding]:
    library = samples.write(tmp_path / "patterns", samples.library())
    path = tmp_path / name
    path.write_text(text)
    return instance_findings(gather(library, shown="patterns"), tmp_path, path, shown=name)


def _use(**changes: Any) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "pattern_id": "PAT-PLUGINS-001",
        "variables": {"name": "x"},
    } | changes


@pytest.mark.parametrize("data", [_use(), _use(pattern_version="1.2.0"), samples.positive()])
def test_a_sound_instance_has_no_findings(tmp_path: Path, data: dict[str, Any]) -> None:
    """An example is an instance too."""
    assert _instance(tmp_path, samples.as_json(data)) == []


def test_a_yaml_instance_is_read_as_well(tmp_path: Path) -> None:
    """Positions work the same."""
    text = "schema_version: 1\npattern_id: PAT-PLUGINS-001\nvariables:\n  name: Big\n"

    assert [finding.line for finding in _instance(tmp_path, text, "use.yaml")] == [4]


def test_all_errors_of_an_instance_come_at_once(tmp_path: Path) -> None:
    """Each with line and column, sorted by place."""
    text = samples.as_json(_use(variables={"name": "Big", "subject": None, "nam": 1}))

    found = _instance(tmp_path, text)

    assert [(finding.line, finding.column) for finding in found] == [(5, 13), (6, 16), (7, 12)]
    assert {finding.rule for finding in found} == {"instance-variable"}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (_use(pattern_id="PAT-GONE-001"), "instance-pattern"),
        (_use(pattern_version="9.9.9"), "instance-pattern"),
        (_use(extra=1), "instance-shape"),
        ({"variables": {}}, "instance-shape"),
        ([], "instance-shape"),
        (_use(variables=3), "instance-shape"),
    ],
)
def test_an_instance_names_a_pattern_and_its_variables(
    tmp_path: Path, data: Any, rule: str
) -> None:
    """Anything else is one kind of finding."""
    assert {finding.rule for finding in _instance(tmp_path, samples.as_json(data))} == {rule}


def test_an_instance_that_cannot_be_parsed_is_one_finding(tmp_path: Path) -> None:
    """With its place."""
    (finding,) = _instance(tmp_path, '{"a": 1,}')

    assert (finding.rule, finding.line, finding.column) == ("readable", 1, 9)


def _fix(root: Path) -> list[str]:
    return fix(root, gather(root, shown="patterns"))


def test_fix_writes_the_derived_files_and_then_nothing(tmp_path: Path) -> None:
    """The second run finds them as they should be."""
    samples.write(tmp_path, samples.library())

    assert _fix(tmp_path) == [INDEX, ROUTING]
    assert _fix(tmp_path) == []
    assert samples.check(tmp_path, {}) == []


def test_fix_rewrites_only_what_lags_behind(tmp_path: Path) -> None:
    """A changed version changes the index and leaves the routing."""
    samples.write(tmp_path, samples.library())
    _fix(tmp_path)
    text = samples.library()[samples.SPEC].replace("version: 1.2.0", "version: 1.3.0", 1)
    samples.write(tmp_path, {samples.SPEC: text})

    assert _fix(tmp_path) == [INDEX]


def test_fix_leaves_a_file_that_somebody_else_wrote(tmp_path: Path) -> None:
    """Without our first line it is not ours; it is told instead."""
    own = "schema_version: 1\npatterns: []\n"
    samples.write(tmp_path, samples.library() | {INDEX: own})

    assert _fix(tmp_path) == [ROUTING]
    assert (tmp_path / INDEX).read_text() == own
    (finding,) = samples.check(tmp_path, {})
    assert "somebody else wrote it" in finding.message


def test_fix_writes_nothing_while_a_spec_is_broken(tmp_path: Path) -> None:
    """The broken one would drop out of the index."""
    samples.write(tmp_path, samples.library(SPEC="a: [\n"))

    assert _fix(tmp_path) == []
    assert not (tmp_path / "registry").exists()


def test_fix_makes_no_registry_for_an_empty_library(tmp_path: Path) -> None:
    """No patterns and no registry stay so."""
    assert _fix(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_deleted_spec_leaves_the_index_with_fix(tmp_path: Path) -> None:
    """The entry that points at nothing goes."""
    samples.write(tmp_path, samples.library())
    _fix(tmp_path)
    (tmp_path / samples.SPEC).unlink()

    assert _fix(tmp_path) == [INDEX, ROUTING]
    assert "PAT-PLUGINS-001" not in (tmp_path / INDEX).read_text()
