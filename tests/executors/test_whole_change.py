"""`verify_commit` passes nothing that it did not look at, and holds nobody to what is not asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.errors import WouldOverwriteError
from pattern_ci.executors import verify_commit
from pattern_ci.executors.library import diffs
from pattern_ci.render.lock import held
from testing.repos import commit, git, write_tree

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.execution import ExecutionResult
    from tests.executors.conftest import World

# Above what is kept of the output of a program, below what is parsed.
LARGE = "".join(f"value_{number} = {number}\n" for number in range(90_000))
CHECK = [sys.executable, "-B", "check.py"]


def failed(result: ExecutionResult) -> list[str]:
    return [one.name for one in result.verification if one.passed is False]


def detail(result: ExecutionResult, name: str) -> str:
    return next(one.detail for one in result.verification if one.name == name)


def verify(world: World, tree: dict[str, Any], **inputs: Any) -> ExecutionResult:
    context = world()
    write_tree(context.root, tree)
    git(context.root, "add", "--all")
    return verify_commit.execute(context, {"scope": "staged", **inputs})


def test_a_file_that_is_larger_than_what_is_kept_of_an_output_is_read_whole(world: World) -> None:
    result = verify(world, {"big.py": f"# TODO: first\n{LARGE}# FIXME: last\ndef f(:\n"})

    assert failed(result) == ["syntax", "unfinished work"]
    assert "big.py:90003" in detail(result, "syntax")
    assert detail(result, "unfinished work") == "big.py:1: TODO; big.py:90002: FIXME"


def test_what_is_too_large_to_hold_was_not_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diffs, "MAX_BYTES", 1_000)

    result = verify(world, {"big.json": "[" + "1,\n" * 400_000 + "1]\n"})

    assert failed(result) == ["syntax", "unfinished work"]
    assert "big.json was not looked at" in result.error


def test_the_tree_holds_new_files_too_but_none_that_are_ignored(world: World) -> None:
    context = world({".gitignore": "*.out.py\n"})
    write_tree(
        context.root, {"new.py": "def f(:\n    # TODO: later\n", "a.out.py": "x = (  # TODO"}
    )

    result = verify_commit.execute(context, {"scope": "tree"})

    assert result.outputs["files"] == ["new.py"]
    assert failed(result) == ["syntax", "unfinished work"]
    assert "new.py:2: TODO" in result.error


def test_no_attribute_and_no_encoding_hides_a_line(world: World) -> None:
    utf16 = "first\r\n# TODO: second\r\n".encode("utf-16")
    tree = {".gitattributes": "*.txt -diff\n", "a.txt": "x\n# FIXME\n", "b.ps1": utf16}

    result = verify(world, {**tree, "c.bin": b"\0 TODO \n"})

    assert detail(result, "unfinished work") == "a.txt:2: FIXME; b.ps1:2: TODO"


def test_a_file_that_was_only_moved_adds_no_line(world: World) -> None:
    context = world({"old.txt": "# TODO: old\n" + "text\n" * 20})
    git(context.root, "mv", "old.txt", "new.txt")
    git(context.root, "mv", "-f", "new.txt", "newer.txt")

    result = verify_commit.execute(context, {"scope": "staged"})

    assert result.success, result.error
    assert result.outputs["files"] == ["newer.txt"]


def test_lines_are_told_of_their_own_files_beside_a_file_that_became_a_link(world: World) -> None:
    context = world({"a": "one\n", "b.txt": "one\n"})
    (context.root / "a").unlink()
    (context.root / "a").symlink_to("b.txt")
    write_tree(context.root, {"b.txt": "one\n# TODO\n"})

    result = verify_commit.execute(context, {"scope": "tree"})

    assert detail(result, "unfinished work") == "b.txt:2: TODO"


def test_tests_of_a_commit_are_those_of_that_commit(world: World) -> None:
    context = world({"check.py": "assert False, 'as it was'\n"})
    commit(context.root, {"check.py": "assert True\n"})

    before = verify_commit.execute(context, {"scope": "HEAD~1", "tests": CHECK})
    now = verify_commit.execute(context, {"scope": "HEAD", "tests": CHECK})

    assert failed(before) == ["tests"]
    assert "in a checkout of HEAD~1, as check.py differs in the work tree" in before.error
    assert (before.outputs["ran_in"], now.outputs["ran_in"]) == ("checkout", "work tree")
    assert now.success, now.error


@pytest.mark.parametrize("mended", ["check.py", "helper.py"])
def test_tests_of_what_is_staged_do_not_see_what_is_not(world: World, mended: str) -> None:
    """A file that was mended afterwards, and one that nobody added."""
    context = world()
    write_tree(context.root, {"check.py": "import helper\n"})
    git(context.root, "add", "--all")
    write_tree(context.root, {mended: "\n"})

    result = verify_commit.execute(
        context, {"tests": CHECK, "lint": [CHECK], "record": "record.yaml"}
    )

    assert failed(result) == ["tests", f"lint: {' '.join(CHECK)}"[:60]]
    assert "No module named 'helper'" in result.error
    assert not (context.root / "record.yaml").exists()


def test_a_checkout_has_history_and_stays_apart(world: World, tmp_path: Path) -> None:
    """Nothing that is done there reaches the repository, and nothing of it is left."""
    context = world({"a.txt": "1\n"})
    git(context.root, "tag", "v1")
    look = tmp_path / "look.py"
    look.write_text(
        "import subprocess as s\n"
        "def git(*words): return s.run(['git', *words], check=True, capture_output=True).stdout\n"
        "assert git('describe') == b'v1\\n'\n"
        "assert git('status', '--porcelain') == b'M  a.txt\\n', git('status', '--porcelain')\n"
        "git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qm', 'there')\n"
        f"open({str(tmp_path / 'where')!r}, 'w').write(__import__('os').getcwd())\n"
    )
    write_tree(context.root, {"a.txt": "2\n"})
    git(context.root, "add", "--all")
    git(context.root, "tag", "-a", "v1", "-fm", "v1")
    write_tree(context.root, {"a.txt": "3\n"})
    before = git(context.root, "rev-parse", "HEAD"), git(context.root, "worktree", "list")

    result = verify_commit.execute(context, {"tests": [sys.executable, str(look)]})

    assert result.success, result.error
    assert (git(context.root, "rev-parse", "HEAD"), git(context.root, "worktree", "list")) == before
    assert (context.root / "a.txt").read_text() == "3\n"
    assert not type(tmp_path)((tmp_path / "where").read_text()).exists()


def test_a_package_that_is_installed_from_the_work_tree_is_tested_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = world({"src/shop.py": "A = 1\n", "check.py": "import shop\nassert shop.A == 2\n"})
    commit(context.root, {"src/shop.py": "A = 2\n"})
    monkeypatch.setenv("PYTHONPATH", str(context.root / "src"))

    before = verify_commit.execute(context, {"scope": "HEAD~1", "tests": CHECK})
    now = verify_commit.execute(context, {"scope": "HEAD", "tests": CHECK})

    assert failed(before) == ["tests"]
    assert now.success, now.error


def test_a_checkout_stands_on_the_commit_that_is_asked_about(world: World) -> None:
    context = world()
    first = git(context.root, "rev-parse", "HEAD").strip()
    commit(context.root, {"a.txt": "1\n"})
    stands = f'test "$(git rev-parse HEAD)" = {first} && test -z "$(git status --porcelain)"'

    result = verify_commit.execute(context, {"scope": "HEAD~1", "tests": ["sh", "-c", stands]})

    assert result.success, result.error
    assert result.outputs["ran_in"] == "checkout"


def test_what_a_killed_one_left_is_taken_away_by_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not what is in use, and not what somebody else may have put there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lock = {"objects/info/alternates": "/\n", "lock": "1"}
    for name in ("pattern-ci-killed", "pattern-ci-in-use"):
        write_tree(tmp_path / name, dict(lock))
    write_tree(tmp_path / "pattern-ci-other", {"lock": "1"})
    context = world({"check.py": ""})
    commit(context.root, {"check.py": "assert False\n"})

    with held(tmp_path / "pattern-ci-in-use"):
        result = verify_commit.execute(context, {"scope": "HEAD~1", "tests": CHECK})

    assert result.success, result.error
    left = sorted(one.name for one in tmp_path.glob("pattern-ci-*"))
    assert left == ["pattern-ci-in-use", "pattern-ci-other"]


def test_a_list_that_is_longer_than_what_is_kept_of_an_output_is_read_whole(world: World) -> None:
    """Ten thousand files: as many as a first commit may well have."""
    context = world()
    folder = "x" * 100
    name = git(context.root, "hash-object", "-w", "--stdin", stdin="x\n").strip()
    rows = "".join(f"100644 {name} 0\t{folder}/{number}.txt\n" for number in range(10_000))
    git(context.root, "update-index", "--index-info", stdin=rows)

    result = verify_commit.execute(context, {"scope": "staged"})

    assert result.success, result.error
    assert len(result.outputs["files"]) == 10_000


def test_coverage_is_that_of_the_checkout(world: World) -> None:
    context = world()
    write = "open('cov.xml', 'w').write('<coverage line-rate=\"0.5\"/>')\n"
    write_tree(context.root, {"check.py": write, "cov.xml": '<coverage line-rate="1"/>'})
    git(context.root, "add", "check.py")
    write_tree(context.root, {"check.py": ""})

    wanted = {"report": "cov.xml", "minimum": 90}
    result = verify_commit.execute(context, {"tests": CHECK, "coverage": wanted})

    assert failed(result) == ["coverage"]
    assert "50.0 % of the lines" in result.error


def test_a_report_that_is_not_there_is_called_so(world: World) -> None:
    result = verify(world, {}, coverage={"report": "cov.xml", "minimum": 90})

    assert detail(result, "coverage") == "cov.xml is not there."


def test_a_record_takes_the_place_of_a_record_only(world: World) -> None:
    context = world({"a.txt": "precious\n"})
    for name in ("r.json", "r.yaml", "r.json", "r.yaml"):
        assert verify_commit.execute(context, {"scope": "HEAD", "record": name}).success

    with pytest.raises(WouldOverwriteError):
        verify_commit.execute(context, {"scope": "HEAD", "record": "a.txt"})
    assert (context.root / "a.txt").read_text() == "precious\n"

    meant = {"scope": "HEAD", "record": "a.txt", "overwrite": True}
    assert verify_commit.execute(context, meant).success
    assert "verdict: passed" in (context.root / "a.txt").read_text()


CHART = '{{- if .Values.on }}\nkind: Service\nname: {{ include "x" . }}\n{{- end }}\n'


def test_a_template_is_not_asked_for_the_syntax_that_it_will_have(world: World) -> None:
    result = verify(world, {"chart/templates/a.yaml": CHART, "b.yaml": "a: 1\n"})

    assert result.success, result.error
    assert detail(result, "syntax") == "1 looked at; not asked of templates: chart/templates/a.yaml"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "a: [${{ github.ref }}\n"),
        ("a.yaml", "a: '{{ name }}\n"),
        ("a.py", "TEXT = '''\n{% if x %}\n'''\ndef f(:\n"),
        ("a.json", '{{"a": 1}\n'),
    ],
)
def test_an_expression_makes_no_template(world: World, path: str, text: str) -> None:
    assert failed(verify(world, {path: text})) == ["syntax"]


def test_a_file_may_say_how_it_is_encoded(world: World) -> None:
    python = "# -*- coding: latin-1 -*-\nNAME = 'é'\n".encode("latin-1")
    xml = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")

    sound = verify(world, {"a.py": python, "a.xml": xml})

    assert sound.success, sound.error


@pytest.mark.parametrize(
    ("text", "why"),
    [(b"NAME = '\xe9'\n", "this is not UTF-8"), (b"# coding: nope\n", "unknown encoding: nope")],
)
def test_an_encoding_that_is_not_kept_is_a_problem(world: World, text: bytes, why: str) -> None:
    assert why in verify(world, {"a.py": text}).error
