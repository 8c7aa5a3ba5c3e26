"""One use of a pattern: which files it would write, and which values lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import UnsafePathError
from pattern_ci.model.pattern import Slot
from pattern_ci.registry.instances import outputs, slot_path
from pattern_ci.registry.library import Pattern, load_library
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plugins(tmp_path: Path) -> Pattern:
    """The sample pattern, loaded."""
    samples.write(tmp_path, samples.library())
    return load_library(tmp_path).find("plugins")


def test_each_slot_is_rendered_to_its_place(plugins: Pattern) -> None:
    """Paths come from roles, text from templates, unknown values are listed."""
    plugin, test = outputs(plugins, {"name": "beta_ray", "subject": "", "has_test": True})

    assert plugin.path == "plugins/beta_ray.py"
    assert plugin.text == 'class BetaRayPlugin:\n    """Handles ."""\n'
    assert plugin.unfilled == ("subject",)
    assert test.path == "tests/test_beta_ray.py"


def test_a_guard_that_is_off_writes_nothing(plugins: Pattern) -> None:
    """The default of the guard counts when it is not given."""
    assert [output.slot for output in outputs(plugins, {"name": "x"})] == ["plugin"]


@pytest.mark.parametrize(
    ("role", "values"),
    [
        ("{name}.py", {"name": "../x"}),
        ("{name}.py", {"name": "/etc/x"}),
        ("{name}.py", {"name": "a/b"}),
        ("{name}/x.py", {"name": ".."}),
        ("{name}/config", {"name": ".git"}),
        ("{name}/config", {"name": ".GIT"}),
        ("{name}.py", {"name": "a\0b"}),
        ("{name}.py", {"name": ""}),
        ("{name}.py", {}),
        ("{name.snake}.py", {"name": "ß"}),
    ],
)
def test_values_that_lead_out_are_refused(role: str, values: dict[str, Any]) -> None:
    """No value of a hole reaches outside of the place that the role draws."""
    with pytest.raises(UnsafePathError) as caught:
        slot_path(Slot(id="x", role=role, template="x"), values)

    assert caught.value.return_code == 20
