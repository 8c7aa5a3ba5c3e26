"""A folder of patterns loads; broken ones become findings and do not hide the others."""

from __future__ import annotations

import subprocess  # noqa: TID251  # the imports of a fresh interpreter are what is tested
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import PatternNotFoundError
from pattern_ci.messages.validate import nearest
from pattern_ci.model.pattern import Slot, Status
from pattern_ci.registry.library import load_library
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pattern_loads_with_its_schema_and_templates(tmp_path: Path) -> None:
    """Spec, schema and the text of each slot's template are there."""
    samples.write(tmp_path, samples.library())

    found = load_library(tmp_path)

    assert found.findings == ()
    (pattern,) = found.patterns
    assert pattern.spec.to_dict() == samples.spec().to_dict()
    assert pattern.base == tmp_path
    assert pattern.spec_path == tmp_path / samples.SPEC
    assert pattern.schema == samples.schema()
    assert pattern.templates == {"plugin": samples.PLUGIN_TEXT, "test": samples.TEST_TEXT}


def test_every_status_is_loaded(tmp_path: Path) -> None:
    """Drafts and quarantined patterns are read from their folders."""
    for number, status in enumerate((Status.ACTIVE, Status.DRAFT, Status.QUARANTINED)):
        one = samples.spec(status=status, version=f"1.{number}.0")
        samples.write(tmp_path, samples.library(one))

    found = load_library(tmp_path)

    assert [pattern.spec.status.value for pattern in found.patterns] == [
        "active", "draft", "quarantined",
    ]  # fmt: skip
    assert found.patterns[1].base == tmp_path / "drafts"


@pytest.mark.parametrize(
    "damage",
    [
        {"SPEC": "a: [\n"},
        {"SPEC": "plain text\n"},
        {"SCHEMA": "[]"},
        {"SCHEMA": "{"},
        {"TEMPLATE": "\udcff"},
    ],
)
def test_one_broken_pattern_does_not_hide_another(tmp_path: Path, damage: dict[str, str]) -> None:
    """The broken one is a finding with a place below the name given; the other one loads."""
    other = samples.spec(pattern_id="PAT-OTHER-001", name="other", slots=())
    files = samples.library(**damage)
    files["specs/other.pattern.yaml"] = samples.library(other)[samples.SPEC]
    files["schemas/other.schema.json"] = samples.as_json(samples.schema())
    text = files["specs/other.pattern.yaml"].replace(samples.SCHEMA, "schemas/other.schema.json")
    files["specs/other.pattern.yaml"] = text
    samples.write(tmp_path, files)

    found = load_library(tmp_path, shown="patterns")

    assert [pattern.spec.name for pattern in found.patterns] == ["other"]
    assert len(found.findings) == 1
    assert found.findings[0].path.startswith("patterns/")


@pytest.mark.parametrize("name", ["../outside.j2", "/etc/passwd", "templates/../../x", "link.j2"])
def test_a_template_cannot_lie_outside(tmp_path: Path, name: str) -> None:
    """Absolute paths, `..` and symlinks are refused at the spec's own line and never read."""
    (tmp_path / "outside.j2").write_text("secret")
    root = tmp_path / "library"
    slot = Slot(id="plugin", role="plugins/{name}.py", template=name)
    samples.write(root, samples.library(samples.spec(slots=(slot,))))
    (root / "link.j2").symlink_to(tmp_path / "outside.j2")

    found = load_library(root)

    assert found.patterns == ()
    assert found.findings[0].rule == "spec-path"
    assert "secret" not in found.findings[0].line_text


def test_templates_end_lines_with_lf_whatever_the_checkout_did(tmp_path: Path) -> None:
    """A checkout with CRLF renders the same text as one with LF."""
    samples.write(tmp_path, samples.library(TEMPLATE="one\r\ntwo\r\n"))

    (pattern,) = load_library(tmp_path).patterns

    assert pattern.templates["plugin"] == "one\ntwo\n"


@pytest.mark.parametrize("wanted", ["PAT-PLUGINS-001", "plugins", samples.SPEC])
def test_a_pattern_is_found_by_id_name_or_path(tmp_path: Path, wanted: str) -> None:
    """All three lead to the same pattern."""
    samples.write(tmp_path, samples.library())

    assert load_library(tmp_path).find(wanted).spec.name == "plugins"


def test_the_active_pattern_comes_before_its_next_draft(tmp_path: Path) -> None:
    """An id that both have means the one in force."""
    samples.write(tmp_path, samples.library())
    draft = samples.spec(status=Status.DRAFT, version="2.0.0")
    samples.write(tmp_path, samples.library(draft))
    found = load_library(tmp_path)

    assert found.find("PAT-PLUGINS-001").spec.version == "1.2.0"
    assert found.find(f"drafts/{samples.SPEC}").spec.version == "2.0.0"


def test_an_unknown_name_gets_the_nearest_ones(tmp_path: Path) -> None:
    """The error names what was probably meant."""
    samples.write(tmp_path, samples.library())

    with pytest.raises(PatternNotFoundError, match="name one of PAT-PLUGINS-001") as caught:
        load_library(tmp_path).find("PAT-PLUGIN-001")

    assert caught.value.return_code == 23


def test_a_name_like_no_other_gets_a_few_and_how_many_there_are(tmp_path: Path) -> None:
    """Three names do not look like the whole library."""
    names = [f"PAT-PLUGINS-{number:03}" for number in range(1, 6)]

    assert nearest("zzz", names) == (
        "name one of PAT-PLUGINS-001, PAT-PLUGINS-002, PAT-PLUGINS-003 (of 5)."
    )
    assert nearest("zzz", names[:3]).endswith("PAT-PLUGINS-003.")


def test_asking_for_a_broken_pattern_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    """Not found is no answer for a file that is there."""
    samples.write(tmp_path, samples.library(SPEC="a: [\n"))

    with pytest.raises(PatternNotFoundError, match=r"cannot be used: .*not valid YAML"):
        load_library(tmp_path).find("plugins")


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    """No folder and no specs are both no patterns and no problem."""
    assert load_library(tmp_path / "nothing").patterns == ()
    assert load_library(tmp_path / "nothing").findings == ()


def test_loading_needs_no_heavy_module(tmp_path: Path) -> None:
    """Hooks load a library: no schema library, template engine or git library comes along."""
    samples.write(tmp_path, samples.library())
    code = (
        "import sys; from pathlib import Path; from pattern_ci.registry.library import *; "
        f"assert load_library(Path({str(tmp_path)!r})).patterns; "
        "print(sorted({'jsonschema', 'jinja2', 'git', 'github'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
