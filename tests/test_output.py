"""The door to the terminal: nothing from others steers it, and debugging is asked for."""

from __future__ import annotations

import io
import re
import subprocess  # noqa: TID251  # a log is what a process of its own writes
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci import output
from pattern_ci.main import main
from pattern_ci.messages import explain, suggest, train
from pattern_ci.model.suggestion import Companion, Suggestion
from testing.repos import plugin_repo
from tests.messages.explanations import of_abstention, of_path, of_pattern
from tests.messages.hostile import HOSTILE
from tests.messages.pages import train_run
from tests.messages.runner import commands, outputs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pattern_ci.model.explanation import Explanation

    Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _in_a_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


def _steers(text: str) -> bool:
    return any((ord(char) < 32 and char not in "\n\t") or 127 <= ord(char) < 160 for char in text)


def _at_a_terminal(value: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_ACTIONS")
        output.failure(value)


DOORS: dict[str, Callable[[str], None]] = {
    "write": output.write,
    "line": output.line,
    "error": output.error,
    "failure, for a person": _at_a_terminal,
    "json_line": lambda value: output.json_line({value: value}),
    "json_pretty": lambda value: output.json_pretty({value: [value]}),
    "train": lambda value: output.write("\n".join(train.terminal(train_run(value)))),
    "suggest": lambda value: output.line(suggest.text(_suggestion(value))),
    "diff": output.diff,
    "explain pattern": lambda value: _explain(of_pattern(value)),
    "explain abstention": lambda value: _explain(of_abstention(value)),
    "explain path": lambda value: _explain(of_path(value)),
}


def _explain(said: Explanation) -> None:
    output.line(explain.text(said))
    output.line(explain.text(said, every=True))
    output.json_line(said.to_dict())


def _suggestion(value: str) -> Suggestion:
    companion = Companion(path=value, action="add", confidence=0.5, reason=value)
    return Suggestion(
        path=value, exists=False, pattern_id="PAT-A-001", pattern_version="1.0.0",
        confidence=0.5, text=value, unfilled=(value,), companions=(companion,),
        variables={value: value},
    )  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_nothing_that_is_printed_is_a_command(name: str, capsys: Said) -> None:
    """Whatever text a sentence holds, on both streams."""
    for value in HOSTILE:
        DOORS[name](value)
        said = "".join(capsys.readouterr())

        assert commands(said) == [], value
        assert not _steers(said), value


@pytest.mark.parametrize(
    "words",
    [
        ["\n::error::x"],
        ["suggest", "--x\n::error::y\r::error::z"],
        ["validate", "--repo", "x\n::add-mask::y"],
        ["suggest", "--repo", "\x1b[2J##[error]x", "a"],
    ],
)
def test_arguments_command_nothing(words: list[str], capsys: Said) -> None:
    """An argument comes back in the line about it, and as nothing else."""
    assert main(words) != 0
    said = "".join(capsys.readouterr())

    assert said
    assert [(found.name, found.properties) for found in commands(said)] in (
        [],
        [("error", {"title": "pattern-ci"})],
    )
    assert not _steers(said)


def test_a_crash_report_commands_nothing(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message of an unknown fault may quote anything."""
    from pattern_ci.commands import doctor

    def fail(_: object) -> int:
        msg = "x\n::add-mask::y\n##[error]z\x1b[2J"
        raise RuntimeError(msg)

    monkeypatch.setattr(doctor, "run", fail)

    assert main(["doctor"]) == 3
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert commands(said) == []


class _Screen(io.TextIOWrapper):
    """Standard output that a person looks at."""

    def isatty(self) -> bool:
        return True


def _on_screen(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    screen = _Screen(io.BytesIO(), "utf-8")
    monkeypatch.setattr(sys, "stdout", screen)
    output.diff(text)
    raw: bytes = screen.buffer.getvalue()  # type: ignore[attr-defined]  # it is a BytesIO
    return raw.decode()


DIFF = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old [red]text\n+new\n"


def test_a_diff_has_colours_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that went and that came differ, and no word of theirs is an instruction."""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    said = _on_screen(DIFF, monkeypatch)

    assert "\x1b[31m-old [red]text\x1b[0m\n" in said
    assert "\x1b[32m+new\x1b[0m\n" in said
    assert re.sub(r"\x1b\[[0-9;]*m", "", said) == DIFF


def test_colours_let_nothing_of_others_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only our own signs steer the terminal."""
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    for value in HOSTILE:
        said = _on_screen("\n".join(f"+{row}" for row in value.split("\n")), monkeypatch)

        assert not _steers(re.sub(r"\x1b\[[0-9;]*m", "", said)), value
        assert {*re.findall(r"\x1b\[[0-9;]*m", said)} == {"\x1b[32m", "\x1b[0m"}, value


def test_a_diff_is_plain_when_no_colour_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a screen as well."""
    monkeypatch.setenv("NO_COLOR", "1")

    assert _on_screen(DIFF, monkeypatch) == DIFF


def test_outputs_of_a_job_use_a_delimiter_of_their_own(tmp_path: Path) -> None:
    """Two writes share nothing that a value could know."""
    environ = {"GITHUB_OUTPUT": str(tmp_path / "out")}
    output.job_outputs({"one": "a\nb"}, environ=environ)
    output.job_outputs({"two": "c"}, environ=environ)

    text = (tmp_path / "out").read_text()
    delimiters = {line.partition("<<")[2] for line in text.splitlines() if "<<" in line}
    assert outputs(text) == {"one": "a\nb", "two": "c"}
    assert len(delimiters) == 2


def test_without_a_job_there_is_nothing_to_write() -> None:
    """A terminal has no outputs."""
    output.job_outputs({"one": "a"}, environ={})


def test_the_page_of_a_run_shows_what_failed(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is one annotation, whatever its words hold; for a person it is a line."""
    assert main(["train", "no\n::warning::such 100%"]) == 10

    out, err = capsys.readouterr()
    assert out == ""
    (found,) = commands(err)
    assert (found.name, found.properties) == ("error", {"title": "pattern-ci"})
    assert "100%" in found.data
    assert "Next: name the folder" in found.data

    monkeypatch.delenv("GITHUB_ACTIONS")
    main(["train", "nowhere"])
    assert capsys.readouterr().err.startswith("pattern-ci: ")


def test_debug_is_silent_unless_asked(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """By RUNNER_DEBUG, which GitHub sets, it is a command that hides itself in the log."""
    output.debug("git", "log")
    monkeypatch.setenv("RUNNER_DEBUG", "1")
    output.debug("git", "fetch https://x:secret@e.invalid/a 100%\n::error::x")

    out, err = capsys.readouterr()
    assert out == ""
    assert err == "::debug::git: fetch https://e.invalid/a 100%25%0A::error::x\n"
    assert [found.name for found in commands(err)] == ["debug"]


def test_verbose_says_what_is_done(
    repo_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-v` before a command: which programs ran and how long, on standard error only."""
    monkeypatch.delenv("GITHUB_ACTIONS")
    repo_path.mkdir()

    main(["validate", "--repo", str(repo_path)])
    calm = capsys.readouterr()
    main(["-v", "validate", "--repo", str(repo_path)])
    verbose = capsys.readouterr()

    assert verbose.out == calm.out
    assert calm.err == ""
    assert "pattern-ci: debug: git: " in verbose.err
    assert " ms" in verbose.err


def test_verbose_says_what_was_known_and_decided(
    repo_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training: what came from the cache, and why each candidate met its fate."""
    monkeypatch.delenv("GITHUB_ACTIONS")
    plugin_repo(repo_path)

    for known, todo in (("0", "3"), ("3", "0")):
        assert main(["--verbose", "train", str(repo_path)]) == 0
        err = capsys.readouterr().err
        assert f"pattern-ci: debug: cache: {known} results known, {todo} roles to study" in err
        assert "pattern-ci: debug: decision: PAT-TESTS-TEST-PY-001 " in err
        assert ": draft, new" in err


def test_debug_costs_a_hook_nothing() -> None:
    """Its modules are not loaded where nobody asked."""
    code = (
        "import sys\nfrom pattern_ci import output\noutput.debug('a', 'b')\n"
        "heavy = {'json', 'tempfile', 'pattern_ci.files', 'pattern_ci.messages.validate'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)

    assert done.stderr.strip() == b""
