"""A changed pattern still renders what was committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import git as door
from pattern_ci.automation.guard.check import guard
from pattern_ci.automation.guard.reads import read_past
from pattern_ci.automation.guard.replay import Wanted
from pattern_ci.errors import HistoryUnreadableError
from pattern_ci.model.pattern import Evidence
from testing.repos import commit, git
from tests.automation.guard.worlds import MEMBER, PLAIN, World, build, digest_of, text_of
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

EDITED = samples.PLUGIN_TEXT.replace("Handles", "Looks after")
RENDERED = 'class BetaRayPlugin:\n    """Looks after rays."""\n'
RULE = "guard/replay-differs"


@pytest.fixture
def world(repo_path: Path) -> World:
    """The sound library."""
    return build(repo_path)


def _differing(world: World) -> list[tuple[str, str, int]]:
    return [found for found in world.said() if found[0] == RULE]


def _changed_example(world: World, **changes: object) -> str:
    outputs = {
        **samples.positive()["outputs"],
        "plugin": {"path": MEMBER, "sha256": digest_of(RENDERED)},
    }
    return world.example(outputs=outputs, **changes)


def test_a_change_that_reproduces_history_passes_and_is_counted(world: World) -> None:
    """The example was replayed, and that is what the last line says."""
    world.write(SPEC=world.release("1.3.0", preconditions=("Clean.",)))

    found = world.guard()

    assert [one for one in found.findings if one.severity.value != "warning"] == []
    assert found.note == "Compared with main: 1 pattern changed, 1 example replayed."
    assert found.changed == ("PAT-PLUGINS-001",)


def test_nothing_is_replayed_where_nothing_changed(world: World) -> None:
    """Other files of the repository do not wake the guard."""
    commit(world.path, {"README.md": "# demo\n"})

    assert world.guard().note == "Compared with main: 0 patterns changed, 0 examples replayed."


def test_an_edited_template_stands_out_at_its_line(world: World) -> None:
    """The second line was edited, so there the error is, and it shows both texts."""
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"))

    found = [one for one in world.guard().findings if one.rule == RULE]

    assert {(one.path, one.line) for one in found} == {(f"patterns/{samples.TEMPLATE}", 2)}
    assert "Handles rays." in found[0].message
    assert "Looks after rays." in found[0].message
    assert world.added[:10] in found[0].message


def test_another_default_stands_out_at_the_slot(world: World) -> None:
    """No line of the template is to blame."""
    schema = samples.as_json(samples.schema()).replace('"things"', '"stuff"')
    example = world.example(variables={"name": "gamma"}, outputs=_plain_outputs())
    world.write(POSITIVE=example)
    git(world.path, "branch", "--force", "main", "topic")
    world.write(SCHEMA=schema, SPEC=world.release("1.3.0"))

    (found,) = _differing(world)

    assert found[1] == samples.SPEC
    line = (world.path / "patterns" / samples.SPEC).read_text().splitlines()[found[2] - 1]
    assert "template: templates/plugins/plugin.j2" in line


def _plain_outputs() -> dict[str, dict[str, str]]:
    text = 'class GammaPlugin:\n    """Handles things."""\n'
    return {"plugin": {"path": PLAIN, "sha256": digest_of(text)}}


def test_an_edit_on_purpose_changes_the_example_with_it(world: World) -> None:
    """Then it is a notice at the example, and no error."""
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world))

    assert world.said() == []
    assert {one.path for one in world.notes(RULE)} == {
        f"patterns/{samples.POSITIVE}", f"patterns/{samples.SPEC}",
    }  # fmt: skip


def test_what_was_agreed_on_before_is_not_asked_again(world: World) -> None:
    """A later change is not blamed for an earlier one."""
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world))
    git(world.path, "branch", "--force", "main", "topic")
    world.write(SPEC=world.release("1.4.0", preconditions=("Clean.",)))

    assert world.said() == []
    (note,) = world.notes(RULE)
    assert "as at main" in note.message


def test_an_example_cannot_be_bent_while_the_pattern_stays(world: World) -> None:
    """A record of what was committed that is not true is an error of its own."""
    world.write(POSITIVE=world.example(variables={"name": "beta_ray"}, outputs=_bent()))

    (found,) = _differing(world)

    assert found[1] == samples.POSITIVE


def _bent() -> dict[str, dict[str, str]]:
    text = 'class BetaRayPlugin:\n    """Handles things."""\n'
    return {"plugin": {"path": MEMBER, "sha256": digest_of(text)}}


def test_a_new_pattern_must_reproduce_its_evidence(world: World) -> None:
    """An example that names a commit which never held that text is refused."""
    git(world.path, "rm", "-r", "--quiet", "patterns")
    git(world.path, "commit", "--quiet", "-m", "no library")
    git(world.path, "branch", "--force", "main", "topic")
    library = samples.library(world.spec(), TEMPLATE=EDITED, POSITIVE=_changed_example(world))
    commit(world.path, {f"patterns/{name}": text.encode() for name, text in library.items()})

    assert _differing(world)


def test_a_path_that_the_commit_does_not_have_is_a_difference(world: World) -> None:
    """The commit is here, the file is not in it."""
    first = commit(world.path, {"README.md": "# demo\n"})
    git(world.path, "rm", "--quiet", MEMBER)
    later = commit(world.path, {"README.md": "# again\n"})
    assert first != later
    world.write(POSITIVE=world.example(commit=later))

    (found, *_) = [one for one in world.guard().findings if one.rule == RULE]

    assert f"{MEMBER} is not in that commit" in found.message


def test_a_file_that_was_edited_since_is_the_evidence_that_it_is_now(world: World) -> None:
    """The commit added it, a later one made it what the example records."""
    later = commit(world.path, {MEMBER: RENDERED.encode()})
    git(world.path, "branch", "--force", "main", "topic")
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world))

    assert later != world.added
    assert world.said() == []
    assert [one for one in world.notes(RULE) if one.path.endswith("alpha.json")] == []
    assert "1 example replayed" in world.guard().note


def test_the_text_that_the_example_spoke_of_is_the_one_shown(world: World) -> None:
    """The file has changed since it was added; comparing with its first text would mislead."""
    commit(world.path, {MEMBER: RENDERED.encode()})
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world))
    git(world.path, "branch", "--force", "main", "topic")
    other = samples.PLUGIN_TEXT.replace("Handles", "Knows")
    world.write(TEMPLATE=other, SPEC=world.release("1.4.0"))

    found = [one for one in world.guard().findings if one.path.endswith("plugin.j2")]

    assert "Looks after rays." in found[0].message
    assert "Handles rays." not in found[0].message


def test_a_text_of_a_side_branch_that_was_merged_is_history(world: World) -> None:
    """Also when the merge went on with another text."""
    git(world.path, "switch", "--quiet", "--create", "side", "main")
    commit(world.path, {MEMBER: RENDERED.encode()})
    git(world.path, "switch", "--quiet", "topic")
    git(world.path, "merge", "--quiet", "--no-edit", "--no-ff", "--strategy=ours", "side")
    git(world.path, "branch", "--force", "main", "topic")
    world.write(TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world))

    assert [one for one in world.notes(RULE) if one.path.endswith("alpha.json")] == []


def test_names_with_signs_of_globs_are_names(world: World) -> None:
    """A path is asked for as it is."""
    odd = "plugins/[ab]*?.py"
    text = 'class AbPlugin:\n    """Handles things."""\n'
    added = commit(world.path, {odd: text.encode(), "plugins/a.py": b"x = 1\n"})
    repo = door.open_repo(world.path)
    wanted = Wanted(frozenset({(added, odd)}), frozenset({odd}))

    past = read_past(repo, wanted, rev="HEAD")

    assert past.versions == {odd: frozenset({text.encode()})}
    assert past.at == {(added, odd): text.encode()}
    assert past.lost == frozenset()


@pytest.mark.parametrize("odd", [":(icase)A.py", "../outside", ".git/config"])
def test_what_is_no_name_is_not_asked_for(world: World, odd: str) -> None:
    """It costs the other paths of its commit nothing."""
    pairs = frozenset({(world.added, odd), (world.added, MEMBER)})
    wanted = Wanted(pairs, frozenset({odd, MEMBER}))

    past = read_past(door.open_repo(world.path), wanted, rev="HEAD")

    assert set(past.versions) == {MEMBER}
    assert set(past.at) == {(world.added, MEMBER)}


def test_a_clone_without_old_texts_says_what_it_cannot_see(world: World, tmp_path: Path) -> None:
    """The newest text is here and does not fit; an older one that might is not."""
    commit(world.path, {MEMBER: b"# other\n"})
    world.write(SPEC=world.release("1.3.0", preconditions=("Clean.",)))
    partial = _without_old_texts(world, tmp_path)
    git(partial, "cat-file", "--batch", stdin=_library_blobs(partial))

    found = guard(
        door.open_repo(partial), partial / "patterns", "patterns", since="origin/main", rev="HEAD"
    )

    assert [one.rule for one in found.findings if one.severity.value == "error"] == []
    assert "guard/not-replayed" in [one.rule for one in found.findings]
    assert "0 examples replayed" in found.note


def test_a_library_that_is_not_all_here_is_not_compared(world: World, tmp_path: Path) -> None:
    """Half a library would look like one from which patterns were removed."""
    world.write(SPEC=world.release("1.3.0", preconditions=("Clean.",)))
    partial = _without_old_texts(world, tmp_path)

    with pytest.raises(HistoryUnreadableError, match="1 files of the library"):
        guard(door.open_repo(partial), partial / "patterns", "patterns", since="origin/main")


def _without_old_texts(world: World, folder: Path) -> Path:
    git(world.path, "config", "uploadpack.allowFilter", "true")
    git(
        folder, "clone", "--quiet", "--filter=blob:none", "--branch=topic",
        f"file://{world.path}", str(folder / "partial"),
    )  # fmt: skip
    return folder / "partial"


def _library_blobs(repo: Path) -> str:
    """What the comparison itself needs, so that it is fetched and nothing else."""
    listed = [
        git(repo, "ls-tree", "-r", rev, "patterns", ".github") for rev in ("HEAD", "origin/main")
    ]
    return "".join(f"{line.split()[2]}\n" for text in listed for line in text.splitlines())


@pytest.mark.parametrize("sha", ["f" * 40, None], ids=["a commit that is not here", "no commit"])
def test_what_cannot_be_replayed_is_said(world: World, sha: str | None) -> None:
    """A notice, no error, and nothing counts as replayed."""
    world.write(POSITIVE=world.example(commit=sha))

    found = world.guard()

    assert world.said() == []
    (note,) = world.notes("guard/not-replayed")
    assert ("ffffffffff" if sha else "alpha.json") in note.message
    assert "0 examples replayed" in found.note


def test_a_shallow_clone_says_what_it_cannot_see(world: World, tmp_path: Path) -> None:
    """Both tips are here, the commit of the example is not: a notice, never a pass."""
    world.write(SPEC=world.release("1.3.0", preconditions=("Clean.",)))
    shallow = tmp_path / "shallow"
    git(
        tmp_path, "clone", "--quiet", "--depth=2", "--branch=topic",
        f"file://{world.path}", str(shallow),
    )  # fmt: skip

    found = guard(
        door.open_repo(shallow), shallow / "patterns", "patterns", since="HEAD~1", rev="HEAD"
    )

    assert [one.rule for one in found.findings if one.severity.value == "notice"] == [
        "guard/not-replayed"
    ]
    assert "0 examples replayed" in found.note


def test_a_commit_outside_of_this_history_proves_nothing(world: World) -> None:
    """It is in the clone, on a branch that was never merged."""
    git(world.path, "switch", "--quiet", "--orphan", "elsewhere")
    other = commit(world.path, {MEMBER: RENDERED.encode(), "tests/test_beta_ray.py": "x\n"})
    git(world.path, "switch", "--quiet", "topic")
    world.write(
        TEMPLATE=EDITED, SPEC=world.release("1.3.0"), POSITIVE=_changed_example(world, commit=other)
    )

    assert "0 examples replayed" in world.guard().note
    assert other[:10] in world.notes("guard/not-replayed")[0].message


def test_members_without_an_example_count_too(world: World) -> None:
    """What was rendered from its name alone must still be, though every example is fine."""
    schema = samples.as_json(samples.schema()).replace('"things"', '"stuff"')
    world.write(SCHEMA=schema, SPEC=world.release("1.3.0"))

    (found,) = _differing(world)

    assert found[1] == samples.SPEC
    messages = [one.message for one in world.guard().findings if one.rule == RULE]
    assert PLAIN in messages[0]


def test_evidence_that_is_given_up_is_not_asked_for(world: World) -> None:
    """The spec no longer says that this member is one of its own."""
    schema = samples.as_json(samples.schema()).replace('"things"', '"stuff"')
    evidence = Evidence(commits=(world.added,), files=(MEMBER,))
    world.write(SCHEMA=schema, SPEC=world.release("1.3.0", evidence=evidence))

    assert world.said() == []


def test_files_on_disk_are_compared_without_a_commit(world: World) -> None:
    """What is not committed yet is guarded the same way."""
    (world.path / "patterns" / samples.TEMPLATE).write_text(EDITED)

    assert RULE in [rule for rule, _, _ in world.said(rev=None)]
    assert world.said(rev="HEAD") == []


def test_a_commit_is_judged_without_being_checked_out(world: World) -> None:
    """With `rev` the files on disk do not matter."""
    world.write(TEMPLATE=EDITED, SPEC=text_of(world.spec(version="1.3.0")))
    git(world.path, "switch", "--quiet", "main")
    before = git(world.path, "status", "--porcelain")

    assert RULE in [rule for rule, _, _ in world.said(rev="topic")]
    assert git(world.path, "status", "--porcelain") == before == ""
