"""The door to other programs: argument lists only, never a shell."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, NamedTuple

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
    except FileNotFoundError as error:
        msg = f"{command[0]} was not found."
        raise ProcessError(msg, next_step=f"install {command[0]} or put it on PATH.") from error
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
    except FileNotFoundError as error:
        msg = f"{command[0]} was not found."
        raise ProcessError(msg, next_step=f"install {command[0]} or put it on PATH.") from error
    with child:
        assert child.stdout is not None
        assert child.stderr is not None
        rest = b""
        while chunk := child.stdout.read(CHUNK_BYTES):
            *whole, rest = (rest + chunk).split(separator)
            yield from whole
        if rest:
            yield rest
        stderr = child.stderr.read()
    if child.returncode:
        text = stderr.decode("utf-8", "replace").strip().splitlines()
        msg = f"{command[0]} ended with exit code {child.returncode}."
        raise ProcessError(msg, why=text[-1] if text else "")


def environment(**changes: str | None) -> dict[str, str]:
    """Today's environment with changes; None removes a name."""
    env = dict(os.environ)
    for name, value in changes.items():
        if value is None:
            env.pop(name, None)
        else:
            env[name] = value
    return env
