"""Index, routing and kinds agree with the specs, and with what is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import yaml
from pattern_ci.model.finding import Severity
from pattern_ci.model.pattern import Status
from pattern_ci.registry.derive import INDEX, KINDS, ROUTING, Located, derived_files
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.pattern import Spec


def _with_registry(one: Spec | None = None) -> samples.Files:
    one = one or samples.spec()
    return samples.library(one) | derived_files([Located(samples.SPEC, one)])


def test_derived_files_agree_with_their_specs(tmp_path: Path) -> None:
    """What derive writes has no findings."""
    assert samples.check(tmp_path, _with_registry()) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (INDEX, "spec: specs/plugins.pattern.yaml", "spec: specs/gone.pattern.yaml"),
        (INDEX, "schema: schemas/plugins.schema.json", "schema: schemas/gone.schema.json"),
        (INDEX, "executor: builtin:render", "executor: executors/gone.py"),
        (INDEX, "schema: schemas/plugins.schema.json", "schema: ../../etc/passwd"),
    ],
)
def test_an_index_that_points_at_a_missing_file_is_an_error(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    """Spec, schema and executor are each looked for, below the library only."""
    files = _with_registry()
    files[name] = files[name].replace(old, new)

    found = samples.check(tmp_path, files)

    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    line = samples.line_of(files[name], new)
    assert samples.said(errors) == [("registry-file", name, line)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("PAT-PLUGINS-001", "PAT-GONE-001", "there is no pattern PAT-GONE-001"),
        ("OPK-FILE-ADD", "OPK-GONE", "OPK-GONE is not registered"),
    ],
)
def test_a_route_leads_to_a_pattern_and_a_kind_that_exist(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    """Either end that is missing is an error."""
    files = _with_registry()
    files[ROUTING] = files[ROUTING].replace(old, new)

    found = samples.check(tmp_path, files)

    (error,) = [finding for finding in found if finding.severity is Severity.ERROR]
    assert message in error.message
    assert error.line == samples.line_of(files[ROUTING], new)


def test_a_route_to_a_retired_pattern_is_an_error(tmp_path: Path) -> None:
    """Only active patterns serve operations."""
    files = samples.library(samples.spec(status=Status.RETIRED))
    files[ROUTING] = derived_files([Located(samples.SPEC, samples.spec())])[ROUTING]

    found = samples.check(tmp_path, files)

    errors = [finding.message for finding in found if finding.severity is Severity.ERROR]
    assert errors == ["PAT-PLUGINS-001 is not active."]


def test_repeated_entries_are_errors(tmp_path: Path) -> None:
    """In the index, the routing and the kinds; the second one is named."""
    files = _with_registry()
    for name, field in ((INDEX, "patterns"), (ROUTING, "routes")):
        data = yaml.load(files[name], source=name).data
        files[name] = yaml.dump({**data, field: data[field] * 2})
    kind = {"id": "OPK-MINE", "summary": "Mine."}
    files[KINDS] = yaml.dump({"schema_version": 1, "operation_kinds": [kind, kind]})

    found = samples.check(tmp_path, files)

    repeated = [finding for finding in found if finding.rule == "registry-duplicate"]
    assert sorted(finding.path for finding in repeated) == [
        f"patterns/{KINDS}", f"patterns/{INDEX}", f"patterns/{ROUTING}",
    ]  # fmt: skip
    assert {finding.severity for finding in repeated} == {Severity.ERROR}


@pytest.mark.parametrize("name", [INDEX, ROUTING])
def test_a_derived_file_that_lags_behind_is_only_a_warning(tmp_path: Path, name: str) -> None:
    """Merging a pattern changes no other file, and must not turn CI red."""
    files = _with_registry()
    files[name] = derived_files([])[name]

    found = samples.check(tmp_path, files)

    assert [(finding.rule, finding.severity) for finding in found] == [
        ("registry-stale", Severity.WARNING)
    ]
    assert "validate --fix" in found[0].message


def test_while_a_spec_is_broken_no_derived_file_lags_behind(tmp_path: Path) -> None:
    """The index cannot be judged without it, and --fix would not write it."""
    files = _with_registry() | {"specs/other.pattern.yaml": "a: [\n"}

    assert [rule for rule, _, _ in samples.said(samples.check(tmp_path, files))] == ["readable"]


def test_a_derived_file_with_crlf_is_not_stale(tmp_path: Path) -> None:
    """A checkout that translates newlines changes nothing."""
    files = _with_registry()
    files[INDEX] = files[INDEX].replace("\n", "\r\n")

    assert samples.check(tmp_path, files) == []


@pytest.mark.parametrize("name", [INDEX, ROUTING, KINDS, "companions.json"])
@pytest.mark.parametrize("text", ["a: [\n", "schema_version: 2\n", "- 1\n"])
def test_a_registry_file_without_its_shape_is_one_kind_of_finding(
    tmp_path: Path, name: str, text: str
) -> None:
    """It is told, and the specs are still checked."""
    files = samples.library() | {name: text}
    files[samples.SPEC] = files[samples.SPEC].replace("total: 0.9027", "total: 0.5")

    found = samples.check(tmp_path, files)

    rules = {finding.rule for finding in found if finding.path == f"patterns/{name}"}
    assert rules & {"readable", "registry-shape"}
    assert "spec-confidence" in {finding.rule for finding in found}


def test_only_the_registry_can_be_asked_for(tmp_path: Path) -> None:
    """A wrong spec is then not told, a wrong route is."""
    files = _with_registry()
    files[samples.SPEC] = files[samples.SPEC].replace("total: 0.9027", "total: 0.5")
    files[ROUTING] = files[ROUTING].replace("PAT-PLUGINS-001", "PAT-GONE-001")

    rules = {finding.rule for finding in samples.check(tmp_path, files, registry_only=True)}

    assert "registry-route" in rules
    assert "spec-confidence" not in rules
