"""The console entry: the right verb, one line for an error, the right code."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251  # pipes and signals need a process of their own
import sys
from typing import TYPE_CHECKING

import pytest

from pattern_ci import __version__, errors, main
from pattern_ci.catalog import COMMANDS, HOOKS
from tests.mining.worlds import PROGRAM, Ran, cli, one_line_error, program, workshop

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """Without loading a command."""
    assert cli("--version") == Ran(0, f"pattern-ci {__version__}\n", "")
    assert cli("-V") == cli("--version")


def test_help_names_every_command() -> None:
    """`--help`, `-h`, `help`, and nothing at all, which is a usage error."""
    for word in ("--help", "-h", "help"):
        ran = cli(word)
        assert (ran.code, ran.err) == (0, "")
        assert all(f"  {command.name} " in ran.out for command in COMMANDS)
    assert cli() == Ran(2, cli("--help").out, "")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_explains_itself(name: str) -> None:
    """`COMMAND --help` works and is quiet otherwise; a wrong option is usage."""
    ran = cli(name, "--help")
    wrong = cli(name, "--no-such-option")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: pattern-ci {name}")
    assert (wrong.code, wrong.out) == (2, "")
    assert f"pattern-ci {name}: error:" in wrong.err


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("mien", "`mine`"),
        ("sugest", "`suggest`"),
        ("xyzzy", "`pattern-ci --help`"),
        ("--x", "--help"),
    ],
)
def test_an_unknown_command_is_answered_with_the_nearest(word: str, hint: str) -> None:
    """One line, code 2."""
    one_line_error(cli(word), 2, hint)


def test_hooks_are_found_by_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the catalogue; another name is an unknown command."""
    monkeypatch.chdir(tmp_path)

    for hook in HOOKS:
        assert cli("hook", hook.id) == Ran(0, "", "")
    assert cli("hook", "no-such-hook").code == 2
    assert cli("hook").code == 2


def test_codes_belong_to_one_category_each() -> None:
    """No two kinds of fatal error share a code, and none takes a reserved one."""
    kinds = [
        kind for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.FatalError)
        and kind is not errors.FatalError
    ]  # fmt: skip
    codes = [kind.return_code for kind in kinds]

    assert len(kinds) > 20
    assert len(set(codes)) == len(codes)
    assert {0, errors.EXIT_FINDINGS, errors.EXIT_UNEXPECTED, errors.EXIT_INTERRUPTED}.isdisjoint(
        codes
    )
    assert all(code < 126 for code in codes)


def test_an_error_says_what_why_and_next() -> None:
    """On one line, without empty parts."""
    told = errors.StorageError("What.", why="Why.", next_step="do this.")

    assert told.line == str(told) == "What. Why. Next: do this."
    assert errors.StorageError("What.").line == "What."


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (errors.StorageError("a\nb \x1b[2J \udcff."), 30, "a\\x0ab \\x1b[2J \\udcff."),
        (KeyboardInterrupt(), 130, "interrupted"),
        (errors.UsageError("##[error] ::error::x"), 2, "pattern-ci: ## [error] ::error::x"),
    ],
)
def test_whatever_an_error_holds_it_is_one_line(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, said: str
) -> None:
    """No sign in it steers a terminal or a workflow runner."""
    monkeypatch.setattr(main, "_dispatch", lambda words: (_ for _ in ()).throw(raised))

    ran = cli("mine")

    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert ran.err.startswith("pattern-ci: ")
    assert ran.err.count("\n") == 1


def test_a_fault_of_ours_is_reported_ready_to_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions, the command and the traceback; a code of its own."""
    monkeypatch.setattr(main, "_dispatch", lambda words: 1 / 0)

    ran = cli("mine", "secret-argument")

    assert (ran.code, ran.out) == (3, "")
    assert "an unexpected fault: ZeroDivisionError" in ran.err
    assert "Next: report it" in ran.err
    assert f"- pattern-ci {__version__}" in ran.err
    assert "Traceback" in ran.err
    assert "secret-argument" not in ran.err


def test_a_reader_that_has_seen_enough(repo_path: Path) -> None:
    """`| head -1`: no error, no traceback, no complaint at the end."""
    workshop(repo_path)
    shell = f"{' '.join(PROGRAM)} suggest --format json - | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {shell}"],
        cwd=repo_path, input=b"plugins/x.py\n" * 20_000, capture_output=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 1


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")  # noqa: PTH110  # a device
def test_output_to_a_full_disk(repo_path: Path) -> None:
    """The category of the disk, one line, and nothing more when the interpreter ends."""
    workshop(repo_path)
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        done = subprocess.run(
            [*PROGRAM, "mine", str(repo_path)], stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert done.returncode == 30
    assert done.stderr.decode().startswith(
        "pattern-ci: cannot write standard output: No space left"
    )
    assert done.stderr.count(b"\n") == 1


def test_an_interrupt_is_no_fault() -> None:
    """Ctrl-C while a command works: one line, 130."""
    code = (
        "import sys, time; from pattern_ci import main; "
        "main._dispatch = lambda words: (print('ready', flush=True), time.sleep(60)); "
        "sys.exit(main.main(['x']))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)

    assert child.returncode == 130
    assert err == b"pattern-ci: interrupted; nothing half-written is left.\n"


def test_both_doors_lead_to_the_same_room() -> None:
    """`python -m pattern_ci` and the console script."""
    script = os.path.join(os.path.dirname(sys.executable), "pattern-ci")  # noqa: PTH118, PTH120  # beside it
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=False)

    assert done.stdout == program("--version").out
