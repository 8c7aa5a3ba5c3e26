"""The door to other programs: argument lists only, never a shell."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import IO, TYPE_CHECKING, NamedTuple

from pattern_ci.errors import ProcessError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

CHUNK_BYTES = 1 << 20


class Completed(NamedTuple):
    """What a finished program left behind: exit code, standard output and error as bytes."""

    returncode: int
    stdout: bytes
    stderr: bytes


def run(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float | None = None,
) -> Completed:
    """Run a program to its end.

    Raises ProcessError when it cannot be started or takes longer than `timeout` seconds; an exit
    code other than 0 is the caller's to judge.
    """
    try:
        done = subprocess.run(
            list(command),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise _not_started(command[0], error) from error
    except subprocess.TimeoutExpired as error:
        msg = f"{command[0]} did not finish within {timeout:g} s."
        raise ProcessError(msg) from error
    return Completed(done.returncode, done.stdout, done.stderr)


def stream(
    command: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    separator: bytes = b"\0",
) -> Iterator[bytes]:
    """Yield standard output split at `separator`, while the program runs.

    Raises ProcessError when it cannot be started or ends with an exit code other than 0: what was
    yielded until then is incomplete.
    """
    try:
        child = subprocess.Popen(
            list(command),
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise _not_started(command[0], error) from error
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        said: list[bytes] = []
        # The pipe for errors would fill up, and stop the program, while we read its output.
        drain = threading.Thread(target=said.extend, args=(child.stderr,))
        drain.start()
        try:
            yield from _split(child.stdout, separator)
        except GeneratorExit:
            child.kill()
            raise
        finally:
            # Before the pipes are closed: the thread still reads one of them.
            drain.join()
    if child.returncode:
        text = b"".join(said).decode("utf-8", "replace").strip().splitlines()
        msg = f"{command[0]} ended with exit code {child.returncode}."
        raise ProcessError(msg, why=text[-1] if text else "")


def _split(source: IO[bytes], separator: bytes) -> Iterator[bytes]:
    rest = b""
    while chunk := source.read(CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(separator)
        yield from whole
    if rest:
        yield rest


def _not_started(program: str, error: OSError) -> ProcessError:
    if isinstance(error, FileNotFoundError):
        msg = f"{program} was not found."
        return ProcessError(msg, next_step=f"install {program} or put it on PATH.")
    msg = f"{program} cannot be started: {error.strerror or error}."
    return ProcessError(msg, next_step=f"see what {program} on PATH is.")


def environment(**changes: str | None) -> dict[str, str]:
    """Today's environment with changes; None removes a name."""
    env = dict(os.environ)
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
