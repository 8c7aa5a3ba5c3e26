"""How long things take against well-known programs, paired in one run: ratios, never seconds."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess  # noqa: TID251  # a benchmark times whole processes
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from bench.generate import repository
from pattern_ci import clock, git

NEW_COMMITS = 10
STAGED = 20
FILES = 5_000


class Timing(NamedTuple):
    """One finished process: wall and processor seconds, peak memory in MiB."""

    wall: float
    cpu: float
    peak_mib: float


def timed(command: list[str], *, cwd: Path | None = None, stdin: bytes = b"") -> Timing:
    """Run a command once, output thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = clock.monotonic()
    with subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdin is not None
        child.stdin.write(stdin)
        child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = clock.monotonic() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timing(wall, max(cpu, usage.ru_utime + usage.ru_stime), usage.ru_maxrss / 1024)


def ratio(ours: list[Timing], theirs: list[Timing]) -> dict[str, float]:
    """Median of the pairwise ratios by wall clock; of processor time, least against least.

    Other programs on the machine only ever add to the processor time of one.
    """
    pairs = list(zip(ours, theirs, strict=True))
    return {
        "wall": round(statistics.median(a.wall / b.wall for a, b in pairs), 2),
        "cpu": round(min(a.cpu for a in ours) / min(b.cpu for b in theirs), 3),
        "peak_mib": round(max(a.peak_mib for a in ours), 1),
    }


def program(name: str) -> str:
    """A console script beside the running Python."""
    return str(Path(sys.executable).with_name(name))


def mining(clone: Path, *, rounds: int = 3) -> dict[str, Any]:
    """`mine` without a cache, with one that is ten commits old, and with nothing new.

    Against `git log --numstat`; beside it the least that any program in Python can take which asks
    git one question.
    """
    repo = git.open_repo(clone)
    line = git.first_parents(repo, git.resolve(repo, "HEAD"))
    older = line[-1 - NEW_COMMITS] if len(line) > NEW_COMMITS else line[0]
    numstat = ["git", "-C", str(clone), "log", "--numstat", "--no-renames"]
    cold: list[Timing] = []
    warm: list[Timing] = []
    again: list[Timing] = []
    floor: list[Timing] = []
    theirs: list[Timing] = []
    saved = repo.state_dir.with_name("pattern-ci.bench")
    with tempfile.TemporaryDirectory() as folder:
        mine = [program("pattern-ci"), "mine", str(clone), "--format", "json"]
        output = ["--output", str(Path(folder) / "out")]
        if repo.state_dir.exists():
            repo.state_dir.rename(saved)
        try:
            for _ in range(rounds):
                theirs.append(timed(numstat))
                shutil.rmtree(repo.state_dir, ignore_errors=True)
                cold.append(timed([*mine, *output]))
                shutil.rmtree(repo.state_dir, ignore_errors=True)
                timed([*mine, "--rev", older, *output])
                warm.append(timed([*mine, *output]))
                again.append(timed([*mine, *output]))
                floor.append(_least(clone))
        finally:
            shutil.rmtree(repo.state_dir, ignore_errors=True)
            if saved.exists():
                saved.rename(repo.state_dir)
    return {
        "commits": len(git.reachable(repo, line[-1])),
        "cold": ratio(cold, theirs),
        "warm": ratio(warm, theirs),
        "again": ratio(again, theirs),
        "floor": ratio(floor, theirs),
        "warm_of_cold": ratio(warm, cold),
        "seconds": {
            name: round(statistics.median(one.wall for one in runs), 2)
            for name, runs in (("numstat", theirs), ("cold", cold), ("warm", warm))
        },
    }


def _least(clone: Path) -> Timing:
    """The start of Python and one of git, with nothing done in either."""
    started = timed([sys.executable, "-c", "pass"])
    asked = timed(["git", "-C", str(clone), "rev-parse", "HEAD"])
    return Timing(
        started.wall + asked.wall, started.cpu + asked.cpu, max(started.peak_mib, asked.peak_mib)
    )


def scale(*, commits: int, files: int, rounds: int) -> dict[str, Any]:
    """`mining` on a generated repository of this size."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "large.git"
        repository(clone, commits=commits, files=files)
        return mining(clone, rounds=rounds)


def hooks(*, rounds: int = 15) -> dict[str, Any]:
    """The suggest hook and `suggest` in a repository of 5,000 files, against `check-yaml`."""
    from testing.repos import git as run_git
    from testing.repos import plugin_repo, write_tree

    with tempfile.TemporaryDirectory() as folder:
        root = plugin_repo(Path(folder) / "repo")
        filler = {f"src/p{n // 50:03}/data{n:05}.txt": f"{n}\n" for n in range(FILES)}
        write_tree(root, {**filler, "settings.yaml": "a: 1\n"})
        timed([program("pattern-ci"), "train", "--apply"], cwd=root)
        for draft in sorted((root / "patterns" / "drafts").glob("*")):
            shutil.copytree(draft, root / "patterns" / draft.name, dirs_exist_ok=True)
        for spec in (root / "patterns" / "specs").glob("*.yaml"):
            spec.write_text(spec.read_text().replace("status: draft", "status: active"))
        run_git(root, "add", "--all")
        run_git(root, "commit", "--quiet", "-m", "library")
        new = [f"plugins/new_{n}.py" for n in range(STAGED)]
        write_tree(root, dict.fromkeys(new, "x = 1\n"))
        run_git(root, "add", "--all")
        yaml_check = [program("check-yaml"), "settings.yaml"]
        quiet = [program("pattern-ci"), "hook", "pattern-suggest", "settings.yaml"]
        suggest = [program("pattern-ci"), "suggest", "--format", "json", *new]
        advice = [program("pattern-ci"), "hook", "pattern-suggest", *new]
        runs: dict[str, list[Timing]] = {}
        for number in range(rounds + 2):
            for name, command in (
                ("check-yaml", yaml_check), ("quiet", quiet),
                ("suggest", suggest), ("advice", advice),
            ):  # fmt: skip
                made = timed(command, cwd=root)
                if number >= 2:
                    runs.setdefault(name, []).append(made)
    return {name: ratio(runs[name], runs["check-yaml"]) for name in ("quiet", "suggest", "advice")}
