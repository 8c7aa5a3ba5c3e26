"""`apply --update` brings what a pattern wrote to its new version and keeps what people changed."""

from __future__ import annotations

import json
import shutil
import subprocess  # noqa: TID251  # one test kills the real command
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.main import main
from testing.repos import commit, git
from testing.sample_pattern import NAME, PATTERN_ID, TEMPLATES
from tests.commands.applying import records
from tests.commands.updating import (
    PLUGIN,
    PLUGIN_TEXT,
    SECOND,
    SECOND_TEXT,
    TEST,
    applied_repo,
    changed,
    edit,
    release,
    update,
    whole,
)

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once; each test works on a copy."""
    return applied_repo(tmp_path_factory.mktemp("applied") / "repo")


@pytest.fixture
def repo(applied: Path, repo_path: Path, capsys: Capture) -> Path:
    """A repository in which the pattern was applied in version 1.0.0 and committed."""
    shutil.copytree(applied, repo_path)
    capsys.readouterr()
    return repo_path


def test_an_untouched_file_gets_the_new_text(repo: Path, capsys: Capture) -> None:
    """What stands as it was rendered is replaced; the file that is the same stays untouched."""
    release(repo)

    assert update(repo) == 0

    assert capsys.readouterr().out == (
        f"{PATTERN_ID} 1.1.0 updated 1 file:\n"
        f"  update     {PLUGIN}\n"
        f"  unchanged  {TEST}\n"
        "Next: look the files over, run the checks, commit them with patterns/applied/.\n"
    )
    assert (repo / PLUGIN).read_text() == SECOND_TEXT
    assert changed(repo) == [PLUGIN]


def test_a_second_update_writes_nothing(repo: Path, capsys: Capture) -> None:
    """The record says that the new version is in place."""
    release(repo)
    update(repo)
    before = whole(repo)
    capsys.readouterr()

    assert update(repo) == 0

    assert "up to date; nothing was written" in capsys.readouterr().out
    assert whole(repo) == before
    assert json.loads(records(repo)[0].read_text())["pattern_version"] == "1.1.0"


def test_an_edit_elsewhere_is_merged(repo: Path, capsys: Capture) -> None:
    """Both changes are there afterwards, and no marker."""
    edit(repo, "    # two\n", "    # two\n    # mine\n")
    release(repo)

    assert update(repo) == 0

    assert f"  merge      {PLUGIN}\n" in capsys.readouterr().out
    assert (repo / PLUGIN).read_text() == f"{SECOND_TEXT}    # mine\n"


def test_an_edit_of_the_same_line_is_marked(repo: Path, capsys: Capture) -> None:
    """Nothing is lost: yours, the text of then and the pattern's stand there; the code says so."""
    edit(repo, "    limit = 7", "    limit = 99")
    release(repo)

    assert update(repo) == 34

    assert (
        "<<<<<<< yours\n    limit = 99\n||||||| pattern 1.0.0\n    limit = 7\n=======\n"
        "    maximum = 7\n>>>>>>> pattern 1.1.0\n"
    ) in (repo / PLUGIN).read_text()
    said = capsys.readouterr()
    assert f"1 file has conflicts: {PLUGIN}." in said.err
    assert "run the checks, commit" not in said.out
    assert update(repo) == 0


def test_a_plan_shows_and_writes_nothing(repo: Path, capsys: Capture) -> None:
    """It ends as the run would, and its diff is a patch of what the run would write."""
    edit(repo, "    limit = 7", "    limit = 99")
    release(repo)
    before = whole(repo)

    assert update(repo, "--plan") == 34

    plan = capsys.readouterr().out
    assert whole(repo) == before
    assert "+<<<<<<< yours\n" in plan
    git(repo, "apply", "-", stdin=plan)
    patched = (repo / PLUGIN).read_text()
    commit(repo, {PLUGIN: before[PLUGIN]}, "back")
    update(repo)
    assert (repo / PLUGIN).read_text() == patched


def test_what_people_deleted_stays_deleted(repo: Path, capsys: Capture) -> None:
    """It is said once; the other file of the use is updated."""
    (repo / TEST).unlink()
    commit(repo, {}, "no test")
    release(repo)

    assert update(repo) == 0
    assert f"  deleted    {TEST}\n" in capsys.readouterr().out
    release(repo, "1.2.0", templates={"test": "x\n"})
    update(repo)

    assert not (repo / TEST).exists()
    assert (repo / PLUGIN).read_text() == SECOND_TEXT


def test_a_use_that_was_deleted_whole_is_forgotten(repo: Path) -> None:
    """Nothing of it is made anew, not even a slot that the new version adds."""
    for path in (PLUGIN, TEST):
        (repo / path).unlink()
    release(repo, slots={"test": {"id": "check", "role": "checks/{name.snake}.py"}})

    assert update(repo) == 0
    assert not (repo / PLUGIN).exists()
    assert not (repo / "checks").exists()
    assert records(repo) == []


def test_a_rename_is_followed(repo: Path, capsys: Capture) -> None:
    """Also one after another; the record learns the new name."""
    for number, (old, new) in enumerate([(PLUGIN, "plugins/b.py"), ("plugins/b.py", "c.py")]):
        git(repo, "mv", old, new)
        if not number:
            commit(repo, {}, "rename")
    release(repo, committed=False)

    assert update(repo) == 0

    assert (repo / "c.py").read_text() == SECOND_TEXT
    assert not (repo / PLUGIN).exists()
    assert f"  update     c.py (the pattern writes {PLUGIN})\n" in capsys.readouterr().out
    assert json.loads(records(repo)[0].read_text())["outputs"]["plugin"]["path"] == "c.py"


def test_two_versions_at_once_and_one_after_another(repo: Path) -> None:
    """Each update starts from what was rendered last."""
    edit(repo, "    # two\n", "    # two\n    # mine\n")
    release(repo)
    update(repo)
    commit(repo, {}, "update")
    release(repo, "1.2.0", templates={"plugin": "# head\n" + SECOND})

    assert update(repo) == 0
    assert (repo / PLUGIN).read_text() == f"# head\n{SECOND_TEXT}    # mine\n"


def test_a_version_that_was_skipped(repo: Path) -> None:
    """The text of then is that of the version that was applied, not of the one before this."""
    edit(repo, "    # two\n", "    # two\n    # mine\n")
    release(repo)
    release(repo, "1.2.0", templates={"plugin": "# head\n" + SECOND})

    assert update(repo) == 0
    assert (repo / PLUGIN).read_text() == f"# head\n{SECOND_TEXT}    # mine\n"


def test_without_the_text_of_then_a_use_is_left_alone(repo: Path, capsys: Capture) -> None:
    """Neither the history of the pattern nor that of the file has it; the other use goes on."""
    main(["apply", NAME, "--var", "name=other", "--repo", str(repo)])
    path = repo / "plugins/other.py"
    path.write_text(path.read_text().replace("limit = 5", "limit = 6"))
    record = next(one for one in records(repo) if "other" in one.read_text())
    digest = json.loads(record.read_text())["outputs"]["plugin"]["sha256"]
    record.write_text(record.read_text().replace(digest, f"sha256:{'0' * 64}"))
    commit(repo, {}, "lost")
    release(repo)
    before = whole(repo)
    capsys.readouterr()

    assert update(repo) == 1

    reason = "was edited, and nothing in the history renders it as version 1.0.0 did."
    assert f"Left alone: plugins/other.py {reason}\n" in capsys.readouterr().out
    assert path.read_bytes() == before["plugins/other.py"]
    assert record.read_bytes() == before[record.relative_to(repo).as_posix()]
    assert (repo / PLUGIN).read_text() == SECOND_TEXT


def test_the_past_of_the_file_serves_where_the_template_is_lost(repo: Path) -> None:
    """A pattern from elsewhere has no history here, but the file was committed as it was made."""
    library = repo.parent / "library"
    shutil.copytree(repo / "patterns", library)
    shutil.rmtree(library / "applied")
    edit(repo, "    # two\n", "    # two\n    # mine\n")
    spec = library / "specs" / f"{NAME}.pattern.yaml"
    spec.write_text(spec.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    (library / "templates" / NAME / "plugin.j2").write_text(SECOND)

    assert update(repo, "--patterns", str(library)) == 0
    assert (repo / PLUGIN).read_text() == f"{SECOND_TEXT}    # mine\n"


def test_uncommitted_edits_are_not_merged_unasked(repo: Path, capsys: Capture) -> None:
    """A bad merge could not be undone; --force is the consent."""
    text = edit(repo, "    # two\n", "    # two\n    # mine\n", committed=False)
    release(repo, committed=False)

    assert update(repo) == 1
    assert f"Left alone: {PLUGIN} was edited and not committed" in capsys.readouterr().out
    assert (repo / PLUGIN).read_text() == text

    assert update(repo, "--force") == 0
    assert (repo / PLUGIN).read_text() == f"{SECOND_TEXT}    # mine\n"


def test_a_file_in_a_merge_is_left_alone_with_force_as_well(repo: Path, capsys: Capture) -> None:
    """Markers within markers help nobody."""
    edit(repo, "limit = 7", "limit = 8")
    git(repo, "switch", "-qc", "side", "HEAD~")
    edit(repo, "limit = 7", "limit = 9")
    with pytest.raises(Exception, match="merge"):
        git(repo, "merge", "main")
    release(repo, committed=False)
    before = (repo / PLUGIN).read_text()

    assert update(repo, "--force") == 1
    assert "is in the middle of a merge" in capsys.readouterr().out
    assert (repo / PLUGIN).read_text() == before


def test_other_line_ends_in_the_checkout(repo: Path) -> None:
    """A checkout that changed them all is no edit, and they stay."""
    (repo / TEST).write_bytes((repo / TEST).read_bytes().replace(b"\n", b"\r\n") + b"# mine\r\n")
    commit(repo, {}, "line ends")
    # An edit that is not committed would be left alone: this is none.
    (repo / PLUGIN).write_bytes(PLUGIN_TEXT.replace("\n", "\r\n").encode())
    release(
        repo, committed=False, templates={"plugin": SECOND, "test": "# head\n" + TEMPLATES["test"]}
    )

    assert update(repo) == 0
    assert (repo / PLUGIN).read_bytes() == SECOND_TEXT.replace("\n", "\r\n").encode()
    assert (repo / TEST).read_bytes().startswith(b"# head\r\nfrom plugins")
    assert (repo / TEST).read_bytes().endswith(b"# mine\r\n")


def test_with_edits_and_the_same_version_nothing_is_written(repo: Path, capsys: Capture) -> None:
    """Only a higher version is a reason to touch a file, committed edits or not."""
    edit(repo, "limit = 7", "limit = 8")
    edit(repo, "from", "# mine\nfrom", path=TEST, committed=False)
    before = whole(repo)

    assert update(repo) == 0

    assert "up to date; nothing was written" in capsys.readouterr().out
    assert whole(repo) == before


KILLER = """
import os, signal, sys
from pattern_ci.main import main
left = int(sys.argv[1])
def hook(event, arguments):
    global left
    if event == "os.rename":
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
sys.addaudithook(hook)
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("moment", [0, 1, 2])
def test_a_killed_update_is_finished_or_never_began(
    repo: Path, moment: int, capsys: Capture
) -> None:
    """Before the journal nothing happened; after it, the next command brings files and record."""
    release(repo)
    before = whole(repo)
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(moment), "apply", NAME, "--update"],
        cwd=repo,
        check=False,
        capture_output=True,
    )
    assert done.returncode == -9
    assert len(changed(repo)) == (moment == 2)
    assert (whole(repo) == before) == (moment < 2)

    assert update(repo) == 0

    said = capsys.readouterr()
    assert ("up to date" in said.out) == (moment > 0)
    assert ("An interrupted change was finished" in said.err) == (moment > 0)
    assert (repo / PLUGIN).read_text() == SECOND_TEXT
    assert json.loads(records(repo)[0].read_text())["pattern_version"] == "1.1.0"
