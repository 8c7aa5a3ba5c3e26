"""Changes of several files: all or none, whatever happens."""

from __future__ import annotations

import os
import signal
import stat
import subprocess  # noqa: TID251  # another process holds the lock, and dies
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import (
    LockedError,
    StorageError,
    TransactionError,
    UnsafePathError,
    WouldOverwriteError,
)
from pattern_ci.render import lock
from pattern_ci.render.journal import Place, bytes_digest
from pattern_ci.render.survey import Action, survey
from pattern_ci.render.transaction import Change, apply_changes, recover

if TYPE_CHECKING:
    from pathlib import Path

Files = dict[str, tuple[bytes, int]]


def snapshot(root: Path) -> Files:
    """Every file below `root` with its bytes and mode; folders by a name that ends in a slash."""
    found: Files = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir():
            found[name + "/"] = (b"", 0)
        else:
            found[name] = (path.read_bytes(), stat.S_IMODE(path.lstat().st_mode))
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with two files."""
    tree = tmp_path / "tree"
    (tree / "docs").mkdir(parents=True)
    (tree / "docs" / "index.md").write_bytes(b"old index\n")
    (tree / "run.sh").write_bytes(b"#!/bin/sh\n")
    (tree / "run.sh").chmod(0o755)
    return tree


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The folder for the journal; it need not exist."""
    return tmp_path / ".git" / "pattern-ci"


def test_all_changes_are_made(root: Path, state: Path) -> None:
    """Files are created with their folders, replaced and deleted; nothing is left behind."""
    changes = [
        Change("src/new/a.py", b"a\n"),
        Change("src/tool", b"#!\n", 0o755),
        Change("run.sh", b"#!/bin/bash\n"),
        Change("docs/index.md", None),
    ]

    apply_changes(root, state, changes, overwrite=True)

    umask = os.umask(0)
    os.umask(umask)
    found = snapshot(root)
    assert found["src/new/a.py"] == (b"a\n", 0o666 & ~umask)
    assert found["src/tool"] == (b"#!\n", 0o755)
    assert found["run.sh"] == (b"#!/bin/bash\n", 0o755)
    assert "docs/index.md" not in found
    assert sorted(path.name for path in state.iterdir()) == ["lock"]
    assert recover(root, state) is None


def test_nothing_is_overwritten_without_consent(root: Path, state: Path) -> None:
    """One file in the way stops the whole change, and every such file is named."""
    before = snapshot(root)
    changes = [Change("a", b"a"), Change("run.sh", b"x"), Change("docs/index.md", b"y")]

    with pytest.raises(WouldOverwriteError, match=r"run\.sh, docs/index\.md are there already"):
        apply_changes(root, state, changes, overwrite=False)

    assert snapshot(root) == before


def test_deleting_needs_consent_as_well(root: Path, state: Path) -> None:
    """To delete is to overwrite."""
    with pytest.raises(WouldOverwriteError):
        apply_changes(root, state, [Change("run.sh", None)], overwrite=False)

    assert (root / "run.sh").exists()


def test_the_same_change_again_changes_nothing(root: Path, state: Path) -> None:
    """A file that holds the text already is not in the way."""
    changes = [Change("a/b", b"b"), Change("run.sh", b"#!/bin/sh\n", 0o755), Change("no", None)]
    apply_changes(root, state, changes, overwrite=False)
    before = snapshot(root)
    written = (root / "a/b").stat().st_mtime_ns

    apply_changes(root, state, changes, overwrite=False)

    assert snapshot(root) == before
    assert (root / "a/b").stat().st_mtime_ns == written


def test_only_the_mode_may_change(root: Path, state: Path) -> None:
    """A file can become a program without other bytes."""
    apply_changes(root, state, [Change("run.sh", b"#!/bin/sh\n", 0o644)], overwrite=True)

    assert snapshot(root)["run.sh"] == (b"#!/bin/sh\n", 0o644)


@pytest.mark.parametrize(
    "path",
    ["../out", "a/../../out", "/etc/out", "a//b", "./a", "", "a/.git/hooks/x", ".GIT/x", "a\0b"],
)
def test_paths_out_of_the_tree_are_refused(root: Path, state: Path, path: str) -> None:
    """Not even a harmless file of the same change is written."""
    before = snapshot(root.parent)

    with pytest.raises(UnsafePathError):
        apply_changes(root, state, [Change("ok", b"x"), Change(path, b"x")], overwrite=True)

    assert snapshot(root) == {
        name.removeprefix("tree/"): value
        for name, value in before.items()
        if name.startswith("tree/") and name != "tree/"
    }
    assert not (root.parent / "out").exists()


@pytest.mark.parametrize("path", ["link/file", "link"])
def test_symlinks_are_refused(root: Path, state: Path, path: str) -> None:
    """A link could lead anywhere, even one to a folder of the same tree."""
    (root / "link").symlink_to(root / "docs")

    with pytest.raises(UnsafePathError, match="symlink"):
        apply_changes(root, state, [Change(path, b"x")], overwrite=True)

    assert sorted(path.name for path in (root / "docs").iterdir()) == ["index.md"]


@pytest.mark.parametrize(
    ("path", "blocker"), [("docs", "no plain file"), ("run.sh/x", "the file run.sh")]
)
def test_what_is_no_file_cannot_be_replaced(
    root: Path, state: Path, path: str, blocker: str
) -> None:
    """A folder in the way, or a file where a folder is needed, stops it with force as well."""
    before = snapshot(root)

    with pytest.raises(WouldOverwriteError, match=blocker):
        apply_changes(root, state, [Change("a", b"a"), Change(path, b"x")], overwrite=True)

    assert snapshot(root) == before


def test_a_pipe_in_the_way_is_not_read(root: Path, state: Path) -> None:
    """Reading a named pipe would wait for ever."""
    os.mkfifo(root / "pipe")

    with pytest.raises(WouldOverwriteError, match="no plain file"):
        apply_changes(root, state, [Change("pipe", b"x")], overwrite=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [("A.md", "a.md"), ("x", "x"), ("stra\u00dfe", "STRASSE"), ("\u00e9", "e\u0301"), ("d", "D/e")],
)
def test_two_paths_that_are_one_somewhere_are_refused(
    root: Path, state: Path, first: str, second: str
) -> None:
    """A change that cannot be checked out on every system is not made on any."""
    before = snapshot(root)

    with pytest.raises(WouldOverwriteError, match="cannot both be written"):
        apply_changes(root, state, [Change(first, b"1"), Change(second, b"2")], overwrite=True)

    assert snapshot(root) == before


def test_a_file_changed_since_the_plan_stops_everything(root: Path, state: Path) -> None:
    """What a person agreed to overwrite is what they saw, not what came later."""
    changes = [Change("a", b"a"), Change("run.sh", b"mine\n")]
    seen = {step.change.path: step.before for step in survey(root, changes)}
    (root / "run.sh").write_bytes(b"theirs\n")

    with pytest.raises(WouldOverwriteError, match=r"run\.sh was changed by someone else"):
        apply_changes(root, state, changes, overwrite=True, seen=seen)

    assert (root / "run.sh").read_bytes() == b"theirs\n"
    assert not (root / "a").exists()


def test_a_file_that_appeared_since_the_plan_stops_everything(root: Path, state: Path) -> None:
    """No file was there counts as something seen."""
    (root / "a").write_bytes(b"theirs\n")

    with pytest.raises(WouldOverwriteError, match="a was changed"):
        apply_changes(root, state, [Change("a", b"mine")], overwrite=True, seen={"a": None})

    assert (root / "a").read_bytes() == b"theirs\n"


def test_an_edit_needs_no_consent_but_the_text_that_it_was_made_from(
    root: Path, state: Path
) -> None:
    """Of two edits made from one text, the second would lose the first."""
    base = bytes_digest(b"old index\n")
    first, second = (
        Change("docs/index.md", b"old index\n" + line, edit=True, made_from=base)
        for line in (b"first\n", b"second\n")
    )
    apply_changes(root, state, [first], overwrite=False)

    with pytest.raises(WouldOverwriteError):
        apply_changes(root, state, [second, Change("a", b"new")], overwrite=True)

    assert (root / "docs/index.md").read_bytes() == b"old index\nfirst\n"
    assert not (root / "a").exists()


def test_a_survey_says_what_would_happen(root: Path) -> None:
    """One action a change, with digests, and nothing written."""
    before = snapshot(root)

    steps = survey(
        root,
        [
            Change("new", b"x"),
            Change("run.sh", b"x"),
            Change("docs/index.md", b"old index\n"),
            Change("gone", None),
        ],
    )

    assert [step.action for step in steps] == [
        Action.CREATE,
        Action.OVERWRITE,
        Action.KEEP,
        Action.KEEP,
    ]
    assert (steps[0].before, steps[0].after) == (None, bytes_digest(b"x"))
    assert steps[1].before == bytes_digest(b"#!/bin/sh\n")
    assert snapshot(root) == before


HOLDER = """
import sys, pathlib
from pattern_ci.render import lock
with lock.held(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_writes_at_a_time(root: Path, state: Path) -> None:
    """The second one says which process holds the lock; once that is dead, the lock is free."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        before = snapshot(root)

        with pytest.raises(LockedError, match=f"process {holder.pid}"):
            apply_changes(root, state, [Change("a", b"a")], overwrite=False)
        assert snapshot(root) == before

        holder.send_signal(signal.SIGKILL)
        holder.wait()

    assert (state / "lock").read_text() == str(holder.pid)
    apply_changes(root, state, [Change("a", b"a")], overwrite=False)
    assert (root / "a").read_bytes() == b"a"


def test_a_daemon_that_was_left_behind_keeps_nobody_out(state: Path) -> None:
    """Who held the lock has come to its end, whoever has the file open still."""
    with lock.held(state) as descriptor:
        command = [sys.executable, "-c", "input()"]
        daemon = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(descriptor,))

    with daemon, lock.held(state):
        assert daemon.poll() is None
        daemon.kill()


def test_recovery_waits_for_a_change_under_way(root: Path, state: Path) -> None:
    """What another process is writing right now is not taken for a wreck."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        Place(state).staging.mkdir()

        with pytest.raises(LockedError):
            recover(root, state)

        assert Place(state).staging.exists()
        assert holder.stdin is not None
        holder.stdin.close()


OUTSIDE = (
    '{"schema_version": 1, "folders": [], "entries": [{"path": "%s", "before": null, "after": ""}]}'
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema_version": 2, "entries": [], "folders": []}',
        '{"schema_version": 1, "entries": [["a", null, null]], "folders": []}',
        OUTSIDE % "../x",
        OUTSIDE % "/x",
    ],
)
def test_a_journal_that_is_not_ours_stops_everything(root: Path, state: Path, text: str) -> None:
    """Guessing could destroy something: the person is told where the journal lies."""
    before = snapshot(root)
    state.mkdir(parents=True)
    (state / "journal").write_text(text)

    with pytest.raises(TransactionError, match="journal"):
        recover(root, state)
    with pytest.raises(TransactionError, match="journal"):
        apply_changes(root, state, [Change("a", b"a")], overwrite=False)

    assert snapshot(root) == before


def test_the_disk_answers_in_one_line(root: Path, tmp_path: Path) -> None:
    """A state folder that cannot be made is a storage error, and nothing is written."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError, match="cannot write"):
        apply_changes(root, tmp_path / "file" / "state", [Change("a", b"a")], overwrite=False)

    assert not (root / "a").exists()
