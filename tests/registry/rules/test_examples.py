"""Examples are proof: the positive ones render to what was recorded, the negative are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


def _positive(root: Path, **changes: Any) -> list[tuple[str, int]]:
    text = samples.as_json(samples.positive(**changes))
    found = samples.check(root, samples.library(POSITIVE=text))
    assert {finding.path for finding in found} <= {f"patterns/{samples.POSITIVE}"}
    return [(finding.rule, finding.line) for finding in found]


@pytest.mark.parametrize("gone", [samples.POSITIVE, samples.NEGATIVE])
def test_neither_folder_may_be_empty(tmp_path: Path, gone: str) -> None:
    """A pattern without proof, or without a limit, is told so at its spec."""
    files = samples.library()
    del files[gone]
    files[gone.rpartition("/")[0] + "/.gitkeep"] = ""

    found = samples.check(tmp_path, files)

    assert [(finding.rule, finding.path) for finding in found] == [
        ("example-missing", f"patterns/{samples.SPEC}")
    ]
    assert gone.rpartition("/")[0] in found[0].message


def test_a_template_that_changed_no_longer_matches(tmp_path: Path) -> None:
    """One changed character in a template breaks the digest that the example recorded."""
    text = samples.PLUGIN_TEXT.replace("Handles", "Handle")

    found = samples.check(tmp_path, samples.library(TEMPLATE=text))

    assert [finding.rule for finding in found] == ["example-output"]
    assert "another sha256" in found[0].message
    recorded = samples.as_json(samples.positive())
    assert found[0].line == samples.line_of(recorded, '"test": {') - 2


def test_a_role_that_changed_no_longer_matches(tmp_path: Path) -> None:
    """The path is part of the record."""
    outputs = samples.positive()["outputs"]
    outputs["plugin"]["path"] = "plugins/BetaRay.py"

    assert [rule for rule, _ in _positive(tmp_path, outputs=outputs)] == ["example-output"]


def test_every_slot_that_is_written_is_recorded_and_no_other(tmp_path: Path) -> None:
    """A missing output and one whose guard is off are both told."""
    outputs = samples.positive()["outputs"]
    variables = {"name": "beta_ray", "subject": "rays", "has_test": False}

    rules = _positive(tmp_path, outputs={"plugin": outputs["plugin"]})
    assert [rule for rule, _ in rules] == ["example-output"]
    assert [rule for rule, _ in _positive(tmp_path, variables=variables)] == ["example-output"]


def test_all_wrong_variables_are_told_at_once(tmp_path: Path) -> None:
    """Each at its own line."""
    variables = {"name": "Beta", "subject": 3, "sub": "x"}

    assert _positive(tmp_path, variables=variables) == [
        ("example-refused", 5), ("example-refused", 6), ("example-refused", 7),
    ]  # fmt: skip


def test_defaults_of_the_schema_are_used(tmp_path: Path) -> None:
    """A variable that is not given has its default, so the recorded text still matches."""
    outputs = samples.positive()["outputs"]
    schema = samples.schema()
    schema["properties"]["subject"]["default"] = "rays"
    example = samples.positive(
        variables={"name": "beta_ray"}, outputs={"plugin": outputs["plugin"]}
    )

    files = samples.library(SCHEMA=samples.as_json(schema), POSITIVE=samples.as_json(example))

    assert samples.check(tmp_path, files) == []


def test_a_negative_example_that_passes_is_an_error(tmp_path: Path) -> None:
    """Its reason is repeated, because that is what no longer holds."""
    example = samples.as_json(samples.negative(variables={"name": "fine"}))

    found = samples.check(tmp_path, samples.library(NEGATIVE=example))

    assert [finding.rule for finding in found] == ["example-accepted"]
    assert "a plugin needs a name" in found[0].message


@pytest.mark.parametrize("name", ["../../etc/x", "a/b"])
def test_an_unsafe_path_counts_as_refused(tmp_path: Path, name: str) -> None:
    """A schema that lets anything through still cannot lead out of the repository."""
    schema = samples.schema()
    schema["properties"]["name"] = {"type": "string"}
    one = samples.library()[samples.SPEC].replace("{name.snake}", "{name}")
    example = samples.as_json(samples.negative(variables={"name": name}))

    found = samples.check(
        tmp_path,
        samples.library(SPEC=one, SCHEMA=samples.as_json(schema), NEGATIVE=example),
    )

    assert found == []


@pytest.mark.parametrize(
    ("changes", "line"),
    [({"pattern_id": "PAT-OTHER-001"}, 3), ({"outputs": 3}, 9), ({"extra": 1}, 20)],
)
def test_an_example_has_a_form_of_its_own(
    tmp_path: Path, changes: dict[str, Any], line: int
) -> None:
    """Another pattern's id, a wrong type and an unknown key are told, and nothing is rendered."""
    assert [found[1] for found in _positive(tmp_path, **changes)] == [line]


def test_a_broken_example_does_not_hide_the_next(tmp_path: Path) -> None:
    """Syntax in one file and a wrong digest in another are both found."""
    outputs = samples.positive()["outputs"]
    outputs["test"]["sha256"] = "sha256:" + "0" * 64
    files = samples.library(POSITIVE="{")
    second = samples.POSITIVE.replace("alpha", "beta")
    files[second] = samples.as_json(samples.positive(outputs=outputs))

    found = samples.check(tmp_path, files)

    assert [(finding.rule, finding.path) for finding in found] == [
        ("readable", f"patterns/{samples.POSITIVE}"),
        ("example-output", f"patterns/{second}"),
    ]
