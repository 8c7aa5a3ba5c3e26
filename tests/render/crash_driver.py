"""Runs one change many times, each time ended by the system at a later moment.

The change runs in a fork of this small process. Python reports each call that touches the disk
before it happens; at the k-th report the fork is killed, or the call fails, or ("meddle") somebody
else writes a file of the change. Results lie in
`<work>/<k>/` as `tree` and `.git` for a test to look at; nothing in the package knows of this.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import resource
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from pattern_ci.errors import FatalError
from pattern_ci.render.survey import survey
from pattern_ci.render.transaction import Change, apply_changes, recover

_TOUCHING = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod")
MEDDLED = "tree/docs/index.md"
THEIRS = b"theirs\n"
UNFINISHED = 99  # the fork's exit code when something else than a FatalError came out


def encode(changes: list[Change]) -> list[list[Any]]:
    """Changes as plain data."""
    return [
        [one.path, None if one.data is None else base64.b64encode(one.data).decode(), one.mode]
        for one in changes
    ]


def _decode(rows: list[list[Any]]) -> list[Change]:
    return [
        Change(path, None if data is None else base64.b64decode(data), mode)
        for path, data, mode in rows
    ]


def _interfere(how: str, moment: int, folders: tuple[str, str]) -> None:
    """Arrange for this process to be stopped, or for its calls to fail, at `moment`."""
    if how in ("xfsz", "full"):
        # Ended in the middle of writing a file, or told that it cannot grow.
        act = signal.SIG_DFL if how == "xfsz" else signal.SIG_IGN
        signal.signal(signal.SIGXFSZ, act)
        resource.setrlimit(resource.RLIMIT_FSIZE, (moment * 40, moment * 40))
        return
    count = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        ours = event == "open" and str(arguments[0]).startswith(folders)
        if how == "failing" and ours and not arguments[2] & (os.O_WRONLY | os.O_RDWR):
            return  # a full disk can still be read
        if ours or event in _TOUCHING:
            count += 1
            if how == "kill" and count == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "meddle" and count == moment:
                Path(folders[0], MEDDLED).write_bytes(THEIRS)
            if (how == "fail" and count == moment) or (how == "failing" and count >= moment):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    sys.addaudithook(hook)


def _child(job: dict[str, Any], moment: int, work: Path, state: Path) -> int:
    changes = _decode(job["changes"])
    seen = {step.change.path: step.before for step in survey(work / "tree", changes)}
    _interfere(job["how"], moment, (str(work), str(state)))
    try:
        if job["verb"] == "apply":
            apply_changes(work / "tree", state, changes, overwrite=True, seen=seen)
        else:
            recover(work / "tree", state)
    except FatalError as error:
        return error.return_code
    return 0


def run(job: dict[str, Any]) -> list[int]:
    """The exit code of each fork (negative: ended by that signal), the last one undisturbed."""
    codes = []
    for moment in range(1, job["most"] + 1):
        work = Path(job["work"]) / str(moment)
        shutil.copytree(job["pristine"], work, symlinks=True)
        state = work / ".git" / "pattern-ci"
        if job["state"]:
            state = Path(job["state"]) / str(moment)
        pid = os.fork()
        if pid == 0:
            code = UNFINISHED
            try:
                code = _child(job, moment, work, state)
            finally:
                os._exit(code)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        if codes[-1] == 0 and job["how"] in ("kill", "fail", "failing"):
            break
    return codes


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(json.load(sys.stdin))))
