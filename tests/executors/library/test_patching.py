"""Patches as git reads them, also those that were made to do harm."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from pattern_ci.errors import FatalError, SpecError
from pattern_ci.executors.library import patching, transforming
from testing.repos import git

if TYPE_CHECKING:
    from pattern_ci.model.change import Change
    from tests.executors.conftest import World


SYMLINK = """\
diff --git a/l b/l
new file mode 120000
--- /dev/null
+++ b/l
@@ -0,0 +1 @@
+/etc/passwd
\\ No newline at end of file
"""


def patched(world: World, patch: str, tree: dict[str, str | bytes | None]) -> list[Change]:
    return patching.patched(world(tree), dedent(patch))


@pytest.mark.parametrize(
    "patch",
    [
        "--- a/../out\n+++ b/../out\n@@ -0,0 +1 @@\n+x\n",
        "--- /dev/null\n+++ b/a/../../out\n@@ -0,0 +1 @@\n+x\n",
        "--- /dev/null\n+++ /etc/cron.d/x\n@@ -0,0 +1 @@\n+x\n",
        "--- /dev/null\n+++ b/.git/hooks/pre-commit\n@@ -0,0 +1 @@\n+x\n",
        "diff --git a/a b/../out\nsimilarity index 100%\nrename from a\nrename to ../out\n",
        "diff --git a/a b/../out\nsimilarity index 100%\ncopy from a\ncopy to ../out\n",
        SYMLINK,
        "diff --git a/a b/a\nindex 01..02 100644\nGIT binary patch\nliteral 3\nKcmZQzWMXE5\n",
        "nothing of the kind\n",
        "",
    ],
)
def test_a_patch_that_means_harm_or_nothing_is_refused(world: World, patch: str) -> None:
    context = world({"a": "x\n"})

    with pytest.raises(FatalError):
        patching.patched(context, patch)

    assert not (context.root.parent / "out").exists()
    assert git(context.root, "status", "--porcelain") == ""


def test_a_line_that_looks_like_a_header_is_text(world: World) -> None:
    """A comment of SQL that goes away is `--- …` in a diff."""
    patch = "--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n--- ../../etc\n+++ b/new\n x\n"

    (change,) = patched(world, patch, {"a.sql": "-- ../../etc\nx\n"})

    assert change[:3] == ("a.sql", b"++ b/new\nx\n", None)


def test_a_file_with_carriage_returns_keeps_them(world: World) -> None:
    patch = "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n one\r\n-two\r\n+2\r\n"

    (change,) = patched(world, patch, {"a": b"one\r\ntwo\r\n"})

    assert change.data == b"one\r\n2\r\n"


def test_a_missing_newline_at_the_end_stays_missing(world: World) -> None:
    end = "\\ No newline at end of file\n"
    patch = f"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n{end}+two\n{end}"

    (change,) = patched(world, patch, {"a": b"one"})

    assert change.data == b"two"


def test_a_rename_keeps_that_a_file_is_a_program(world: World) -> None:
    context = world({"old.sh": "echo 1\n"})
    (context.root / "old.sh").chmod(0o755)
    patch = "diff --git a/old.sh b/new.sh\nsimilarity index 100%\nrename from old.sh\n"

    made = patching.patched(context, f"{patch}rename to new.sh\n")

    assert {(one.path, one.data, one.mode) for one in made} == {
        ("old.sh", None, None),
        ("new.sh", b"echo 1\n", 0o755),
    }


def test_a_change_of_mode_alone_is_a_change(world: World) -> None:
    patch = "diff --git a/a.sh b/a.sh\nold mode 100644\nnew mode 100755\n"

    (change,) = patched(world, patch, {"a.sh": "echo 1\n"})

    assert (change.path, change.mode) == ("a.sh", 0o755)


def test_names_that_git_quotes_and_files_without_lines(world: World) -> None:
    patch = (
        'diff --git "a/\\303\\274 b.txt" "b/\\303\\274 b.txt"\n--- "a/\\303\\274 b.txt"\n'
        '+++ "b/\\303\\274 b.txt"\n@@ -1 +1 @@\n-x\n+y\n'
        "diff --git a/pkg/__init__.py b/pkg/__init__.py\nnew file mode 100644\n"
    )

    made = patched(world, patch, {"ü b.txt": "x\n"})

    assert [(one.path, one.data) for one in made] == [
        ("ü b.txt", b"y\n"),
        ("pkg/__init__.py", b""),
    ]


def test_a_patch_that_is_there_already_changes_nothing(world: World) -> None:
    patch = "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two\n"

    assert patched(world, patch, {"a": "two\n"}) == []


def test_settings_of_the_user_take_no_part(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """This one would give every changed file the line ends of another system."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.autocrlf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")

    (change,) = patched(world, "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two \n", {"a": "one\n"})

    assert change.data == b"two \n"


def test_a_rule_of_ast_grep_is_for_files_of_its_language(world: World) -> None:
    pytest.importorskip("ast_grep_py", reason="the extra `ast-grep` is not installed")
    context = world({"a.py": "print(x, y)\n", "b.md": "print(x)\n", "c.js": "print(x)\n"})
    step = {"ast_grep": {"language": "Python", "pattern": "print($$$A)", "fix": "log(1)"}}

    made = transforming.changes(context, step)

    assert [(one.path, one.data) for one in made] == [("a.py", b"log(1)\n")]


def test_a_language_that_ast_grep_does_not_know_is_one_clear_line(world: World) -> None:
    """Its library would end the process."""
    step = {"ast_grep": {"language": "klingon", "pattern": "x", "fix": "y"}}

    with pytest.raises(FatalError, match="knows no language 'klingon'"):
        transforming.changes(world(), step)


def test_a_rule_that_is_none_is_one_clear_line(world: World) -> None:
    with pytest.raises(SpecError):
        transforming.changes(world(), {"rule": {}})
