"""The door to other programs."""

from __future__ import annotations

import os
import sys
import time  # noqa: TID251  # a copy that would never end
from typing import TYPE_CHECKING

import pytest

from pattern_ci import process
from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from pathlib import Path


def python(code: str) -> list[str]:
    """A program that runs this code."""
    return [sys.executable, "-c", code]


def test_a_program_leaves_its_code_and_both_outputs() -> None:
    """A code other than 0 is for the caller to judge; bytes are not touched."""
    code = "import sys; sys.stdout.buffer.write(b'\\xff'); sys.stderr.write('e'); sys.exit(3)"

    assert process.run(python(code)) == (3, b"\xff", b"e")


def test_a_program_gets_what_it_is_given(tmp_path: Path) -> None:
    """Input, folder and environment; without input it reads nothing and does not wait."""
    code = "import os, sys; print(sys.stdin.read(), os.getcwd(), os.environ.get('A'))"

    done = process.run(python(code), cwd=tmp_path, env={"A": "1"}, stdin=b"in")
    bare = process.run(python(code))

    assert done.stdout.decode().split() == ["in", str(tmp_path), "1"]
    assert bare.stdout.decode().startswith(" ")


def test_words_are_never_a_shell() -> None:
    """Signs that a shell knows arrive as they are."""
    code = "import sys; print(sys.argv[1:])"

    done = process.run([*python(code), "$(id)", "; ls", "* \n"])

    assert done.stdout.decode() == "['$(id)', '; ls', '* \\n']\n"


@pytest.mark.parametrize("run", [process.run, lambda words: list(process.stream(words))])
def test_a_program_that_cannot_be_started(run: object, tmp_path: Path) -> None:
    """Not there, and there but not to be run: one line each, with the next step."""
    assert callable(run)
    (tmp_path / "plain").write_text("x\n")

    with pytest.raises(ProcessError, match="no-such-program was not found") as missing:
        run(["no-such-program"])
    with pytest.raises(ProcessError, match="cannot be started: Permission denied"):
        run([str(tmp_path / "plain")])

    assert missing.value.next_step == "install no-such-program or put it on PATH."
    assert missing.value.return_code == 33


def test_a_program_that_takes_too_long() -> None:
    """It is ended."""
    with pytest.raises(ProcessError, match=r"did not finish within 0\.2 s"):
        process.run(python("import time; time.sleep(60)"), timeout=0.2)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (b"a\0b\0", [b"a", b"b"]),
        (b"a\0b", [b"a", b"b"]),
        (b"\0\0a", [b"", b"", b"a"]),
        (b"", []),
        (b"a\nb", [b"a\nb"]),
    ],
)
def test_a_stream_is_cut_at_the_separator(text: bytes, parts: list[bytes]) -> None:
    """A last part without one counts too."""
    code = f"import sys; sys.stdout.buffer.write({text!r})"

    assert list(process.stream(python(code))) == parts


def test_parts_longer_than_a_chunk_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the reading stops."""
    monkeypatch.setattr(process, "CHUNK_BYTES", 3)
    code = "import sys; sys.stdout.write('abcdefgh\\0ij\\0' * 3)"

    assert list(process.stream(python(code))) == [b"abcdefgh", b"ij"] * 3


def test_a_stream_is_told_apart_from_its_failure() -> None:
    """What came until then is yielded, and then the error says why."""
    code = "import sys; print('half', end=''); sys.stderr.write('one\\nwhy\\n'); sys.exit(7)"
    got: list[bytes] = []

    with pytest.raises(ProcessError, match=r"ended with exit code 7\. why"):
        got.extend(process.stream(python(code)))

    assert got == [b"half"]


def test_a_program_that_complains_a_lot_does_not_hang() -> None:
    """More errors than a pipe holds, before the output."""
    code = (
        "import sys; sys.stderr.write('x' * 1_000_000); sys.stderr.flush(); print('done', end='')"
    )

    assert list(process.stream(python(code))) == [b"done"]


def test_a_stream_may_be_left_early() -> None:
    """The program is not waited for to its end of a million lines."""
    stream = process.stream(python("while True: print('y', end='\\0', flush=True)"))

    assert next(stream) == b"y"
    stream.close()  # type: ignore[attr-defined]  # it is a generator


def test_the_environment_with_changes() -> None:
    """Set, removed, the rest as it is."""
    made = process.environment(PATTERN_X="1", PATH=None)

    assert made["PATTERN_X"] == "1"
    assert "PATH" not in made
    assert "PATTERN_X" not in os.environ
    assert {name for name in os.environ if name not in made} == {"PATH"}


@pytest.mark.parametrize("copies", [1, 2, 3])
def test_work_is_spread_over_copies(copies: int) -> None:
    """Each number once, whoever does it; an answer may be larger than a pipe, and hold anything."""

    def work(number: int) -> str:
        return f"{number}\n\udcff\0" * 20_000

    found = dict(process.spread(work, 7, copies=copies))

    assert found == {number: work(number) for number in range(7)}


def test_copies_work_at_the_same_time_and_change_nothing_here() -> None:
    """Each copy is a process of its own."""
    changed: list[int] = []

    def work(number: int) -> str:
        changed.append(number)
        return str(os.getpid())

    found = dict(process.spread(work, 4, copies=2))

    assert changed == []
    assert len(set(found.values())) == 2
    assert str(os.getpid()) not in found.values()


def test_what_a_copy_could_not_do_is_done_here() -> None:
    """A copy that is killed takes nothing with it."""
    here = os.getpid()

    def work(number: int) -> str:
        if number == 2 and os.getpid() != here:
            os.kill(os.getpid(), 9)
        return str(number)

    assert dict(process.spread(work, 6, copies=2)) == {n: str(n) for n in range(6)}


@pytest.fixture(name="copies")
def _copies(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were forked here; other tests of this process may have some as well."""
    found: list[int] = []
    fork = os.fork

    def counted() -> int:
        made = fork()
        found.append(made)
        return made

    monkeypatch.setattr(os, "fork", counted)
    return found


def _assert_gone(copies: list[int]) -> None:
    assert copies
    for copy in copies:
        with pytest.raises(ChildProcessError):
            os.waitpid(copy, os.WNOHANG)


def test_a_fault_in_a_copy_is_raised_here(copies: list[int]) -> None:
    """Once, and no copy is left running."""

    def work(number: int) -> str:
        return str(10 // number)

    with pytest.raises(ZeroDivisionError):
        dict(process.spread(work, 3, copies=2))
    _assert_gone(copies)


def test_copies_end_with_the_one_who_asked(copies: list[int]) -> None:
    """Who stops listening leaves no process behind."""

    def work(number: int) -> str:
        if number > 1:
            time.sleep(60)
        return str(number)

    answers = process.spread(work, 4, copies=2)
    assert next(answers)[1] in "01"
    answers.close()  # type: ignore[attr-defined]

    _assert_gone(copies)


def test_there_is_a_core() -> None:
    """At least the one that runs this."""
    assert process.cores() >= 1


def test_work_aside_is_done_by_a_copy(monkeypatch: pytest.MonkeyPatch, copies: list[int]) -> None:
    """This process goes on meanwhile, and the answer may be larger than a pipe."""
    monkeypatch.setattr(process, "cores", lambda: 2)

    with process.aside(lambda: f"{os.getpid()} " * 20_000) as answer:
        (copy,) = copies
        assert answer() == f"{copy} " * 20_000

    _assert_gone(copies)


def test_work_aside_is_done_here_on_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy would only take turns with us."""
    monkeypatch.setattr(process, "cores", lambda: 1)

    with process.aside(lambda: str(os.getpid())) as answer:
        assert answer() == str(os.getpid())


def test_work_aside_that_a_copy_could_not_do_is_done_here(
    monkeypatch: pytest.MonkeyPatch, copies: list[int]
) -> None:
    """A copy that is killed takes nothing with it."""
    monkeypatch.setattr(process, "cores", lambda: 2)
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os.kill(os.getpid(), 9)
        return "done"

    with process.aside(work) as answer:
        assert answer() == "done"
    _assert_gone(copies)


def test_a_fault_here_ends_the_work_aside(
    monkeypatch: pytest.MonkeyPatch, copies: list[int]
) -> None:
    """Nobody waits for an answer that nobody wants."""
    monkeypatch.setattr(process, "cores", lambda: 2)

    def work() -> str:
        time.sleep(60)
        return ""

    with pytest.raises(ZeroDivisionError), process.aside(work):
        raise ZeroDivisionError
    _assert_gone(copies)
