"""A pattern gets another name, and stays the pattern that it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import yaml
from pattern_ci.automation.bot_prs import marker as markers
from pattern_ci.automation.comments.records import Reason
from pattern_ci.automation.comments.rename import rename, renamed_id
from pattern_ci.errors import SpecError
from pattern_ci.registry.derive import INDEX, ROUTING, derived_files
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import library_findings
from testing.sample_pattern import NAME, sample_files
from tests.automation.comments.worlds import BRANCH, SUITE, World, build
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("files", [samples.library(), sample_files()], ids=["plugins", "sample"])
def test_the_renamed_suite_is_valid_and_comes_back(tmp_path: Path, files: dict[str, str]) -> None:
    """No finding under the new name; renaming it back gives the very same files."""
    there = rename(files, "other_name")
    samples.write(tmp_path, there.files)

    assert library_findings(gather(tmp_path, shown="patterns")) == []
    assert not any(there.old_name in path.split("/")[1] for path in there.files)
    back = rename(there.files, there.old_name)
    assert {path: yaml_of(path, text) for path, text in back.files.items()} == {
        path: yaml_of(path, text) for path, text in files.items()
    }


def yaml_of(path: str, text: str) -> object:
    """Data where layout says nothing, bytes for the rest."""
    return yaml.load(text, source=path).data if path.endswith((".yaml", ".json")) else text


def test_registry_files_follow(tmp_path: Path) -> None:
    """Index and routing are what they would be if derived anew."""
    files = samples.library()
    located = gather(samples.write(tmp_path / "one", files), shown="patterns").located
    done = rename({**files, **derived_files(located)}, "other_name")

    facts = gather(samples.write(tmp_path / "two", done.files), shown="patterns")

    assert {name: done.files[name] for name in (INDEX, ROUTING)} == derived_files(facts.located)


def test_templates_and_outputs_stay_byte_for_byte() -> None:
    """What the pattern writes has nothing to do with its name, also where it stands in a text."""
    template = f"# {NAME} PAT-SAMPLE-PLUGIN-001\n"
    files = {**sample_files(), f"templates/{NAME}/test.j2": template}

    done = rename(files, "other")

    assert done.files["templates/other/test.j2"] == template


@pytest.mark.parametrize(
    ("pattern_id", "new"),
    [
        ("PAT-PLUGINS-001", "PAT-OTHER-NAME-001"),
        ("PAT-PLUGINS-007", "PAT-OTHER-NAME-007"),
        ("PAT-CHOSEN-001", "PAT-CHOSEN-001"),
        ("PAT-PLUGINS-X-001", "PAT-PLUGINS-X-001"),
    ],
)
def test_an_id_follows_when_it_was_made_from_the_name(pattern_id: str, new: str) -> None:
    """One that somebody chose is theirs."""
    assert renamed_id(pattern_id, "plugins", "other_name") == new


@pytest.mark.parametrize(
    "files",
    [{}, {"specs/a.pattern.yaml": "name: ["}, {"specs/a.pattern.yaml": "- 1\n"}],
    ids=["no spec", "a broken one", "no mapping"],
)
def test_what_is_no_suite_is_refused(files: dict[str, str]) -> None:
    """Before anything is made of it."""
    with pytest.raises(SpecError):
        rename(files, "other")


@pytest.fixture
def world() -> World:
    """One open pull request of ours."""
    return build()


def test_one_commit_moves_everything_and_hands_the_branch_over(
    world: World, tmp_path: Path
) -> None:
    """The branch holds the pattern under its new name only; our marker no longer names its tip."""
    event = world.comments("/pattern rename helpers")

    world.handle(event)

    pull = world.github.pull(world.number)
    tree = world.github.tree(BRANCH)
    suite = {path: text for path, text in tree.items() if path.startswith("patterns/")}
    assert not suite.keys() & {path for path in SUITE if "plugins" in path}
    bare = {path.removeprefix("patterns/"): text for path, text in suite.items()}
    assert library_findings(gather(samples.write(tmp_path, bare), shown="patterns")) == []
    assert world.written() == [
        "commit_files", "update_branch", "update_pull_request", "create_comment", "react",
    ]  # fmt: skip
    marker = markers.read(pull.body)
    assert marker is not None
    assert marker.head != pull.head_sha
    assert pull.title == "Add pattern PAT-HELPERS-001: helpers"
    assert "is yours" in world.replies()[0]
    assert world.reactions(event) == ["+1"]


def test_the_identity_stays(world: World) -> None:
    """What was learned is the same pattern to the next training run."""
    world.says("/pattern rename helpers")

    text = world.github.tree(BRANCH)["patterns/specs/helpers.pattern.yaml"]
    assert yaml.load(text, source="spec").data["identity"] == samples.spec().identity


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", Reason.BAD_NAME),
        ("Upper", Reason.BAD_NAME),
        ("with-dash", Reason.BAD_NAME),
        ("two words", Reason.BAD_NAME),
        ("../outside", Reason.BAD_NAME),
        ("double__score", Reason.BAD_NAME),
        ("x" * 101, Reason.BAD_NAME),
        ("plugins", Reason.SAME_NAME),
        ("taken", Reason.NAME_TAKEN),
        ("waiting", Reason.NAME_TAKEN),
    ],
)
def test_a_name_that_does_not_do_is_refused(world: World, name: str, reason: Reason) -> None:
    """Nothing is committed."""
    world.github.human_pushes(
        "main",
        {
            "patterns/specs/taken.pattern.yaml": "x",
            "patterns/drafts/specs/waiting.pattern.yaml": "x",
        },
    )
    tip = world.github.tip(BRANCH)

    answer = world.says(f"/pattern rename {name}").answer

    assert answer is not None
    assert answer.reason is reason
    assert world.github.tip(BRANCH) == tip
    assert world.written() == ["create_comment", "react"]


def test_after_a_rename_the_branch_is_no_longer_approved_by_comment(world: World) -> None:
    """It is theirs: merging it by hand is."""
    world.says("/pattern rename helpers")

    answer = world.says("/pattern approve").answer

    assert answer is not None
    assert answer.reason is Reason.CHANGED
