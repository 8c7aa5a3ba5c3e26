"""`batch_create`: one template and many files, all or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import SpecError, TemplateError
from pattern_ci.executors import batch_create

if TYPE_CHECKING:
    from tests.executors.conftest import World

SOURCE = {"source": "# {{ name | title }}\n", "path": "docs/{{ name | kebab }}.md"}


def items(*names: str) -> list[dict[str, Any]]:
    return [{"variables": {"name": name}} for name in names]


def test_it_writes_a_file_an_item(world: World) -> None:
    context = world()
    names = [f"page {number}" for number in range(12)]

    result = batch_create.execute(context, {"template": SOURCE, "items": items(*names)})

    assert result.success
    assert (context.root / "docs/page-11.md").read_text() == "# Page 11\n"
    assert [one["path"] for one in result.outputs["files"]] == [
        f"docs/page-{number}.md" for number in range(12)
    ]


def test_the_order_does_not_depend_on_the_workers(world: World) -> None:
    names = [f"page {number}" for number in range(9)]
    made = [
        batch_create.execute(
            world(plan=True), {"template": SOURCE, "items": items(*names), "workers": workers}
        ).outputs
        for workers in (1, 4)
    ]

    assert made[0]["files"] == made[1]["files"]


def test_every_item_that_lacks_a_value_is_named_and_none_is_written(world: World) -> None:
    context = world()
    wanted = [*items("a"), {"variables": {}}, {"variables": {"name": ""}}]

    result = batch_create.execute(context, {"template": SOURCE, "items": wanted})

    assert result.error == "item 2: name has no value. item 3: name has no value."
    assert not (context.root / "docs").exists()


def test_two_items_of_one_path_are_refused(world: World) -> None:
    result = batch_create.execute(world(), {"template": SOURCE, "items": items("a b", "a-b")})

    assert "docs/a-b.md is named more than once" in result.error


def test_one_file_that_does_not_parse_keeps_all_out(world: World) -> None:
    context = world()
    template = {"source": "{{ name }} = 1\n", "path": "{{ name | snake }}.py"}

    result = batch_create.execute(context, {"template": template, "items": items("ok", "not ok")})

    assert not result.success
    assert not (context.root / "ok.py").exists()


def test_common_values_hold_for_all_and_an_item_wins(world: World) -> None:
    context = world()
    template = {"source": "{{ who }}\n", "path": "{{ name }}.txt"}
    wanted = [{"variables": {"name": "a"}}, {"variables": {"name": "b", "who": "me"}}]

    batch_create.execute(context, {"template": template, "common": {"who": "us"}, "items": wanted})

    assert (context.root / "a.txt").read_text() == "us\n"
    assert (context.root / "b.txt").read_text() == "me\n"


def test_a_template_of_the_repository(world: World) -> None:
    context = world({"t.j2": "hello {{ name }}\n"})

    result = batch_create.execute(
        context,
        {"template": {"file": "t.j2"}, "items": [{"path": "x", "variables": {"name": "y"}}]},
    )

    assert result.success
    assert (context.root / "x").read_text() == "hello y\n"


def test_an_item_without_a_path_is_told(world: World) -> None:
    result = batch_create.execute(world(), {"template": {"source": "x"}, "items": [{}]})

    assert result.error == "item 1: neither it nor the template names a path."


BUILTIN = {
    "model": {"package": "shop", "name": "line item", "summary": "One.", "fields": ["count: int"]},
    "crud": {"package": "shop", "name": "line item", "model_module": "shop.line_item"},
    "test": {"name": "line item", "module": "shop.line_item", "cases": ["LineItem"]},
    "config": {"name": "shop", "settings": ["size = 3"]},
}


@pytest.mark.parametrize("name", sorted(BUILTIN))
def test_built_in_templates_make_files_that_parse(world: World, name: str) -> None:
    result = batch_create.execute(
        world(), {"template": {"builtin": name}, "items": [{"variables": BUILTIN[name]}]}
    )

    assert result.success, result.error
    assert any(one.name.startswith("parses") for one in result.verification)


def test_an_unknown_built_in_names_those_that_there_are(world: World) -> None:
    with pytest.raises(SpecError, match="config, crud, model, test"):
        batch_create.execute(world(), {"template": {"builtin": "nope"}, "items": [{}]})


def test_a_template_outside_the_language_is_refused(world: World) -> None:
    with pytest.raises(TemplateError):
        batch_create.execute(
            world(), {"template": {"source": "{{ a.b }}", "path": "x"}, "items": [{}]}
        )
