"""Benchmark of the engine, as a ratio: `python -m bench.engine [--steps N] [--rounds N]`.

What routing, logging and recording a step cost beside the work itself, divided by what a bare write
and fsync of an event costs on the same disk. Both are measured in turns, so that a busy machine or
disk shifts both. A file system that has the files of a step to write takes longer for the same
fsync; `after_work` divides by a bare one that comes right behind a step. Prints one JSON object;
ratios are medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time  # noqa: TID251  # a benchmark measures
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pattern_ci import yaml
from pattern_ci.engine.opening import open_engine
from pattern_ci.engine.planning import read_plan
from pattern_ci.engine.running import run_plan
from testing.repos import build_repo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pattern_ci.engine.running import Engine
    from pattern_ci.model.plan import Plan

LINE = b"x" * 700 + b"\n"  # about what an event of a step is long
KIND = "OPK-AUTO-SCAN"


def world(root: Path, steps: int) -> tuple[Engine, Plan]:
    """A repository with telemetry, and a plan of steps whose work is small and the same."""
    plan = {
        "schema_version": 1,
        "name": "bench",
        "workers": 1,
        "steps": [
            {"id": f"s{number}", "metadata": {"operation_kind": KIND}} for number in range(steps)
        ],
    }
    config = "version: 1\ntelemetry:\n  enabled: true\n"
    build_repo(root, {"plan.yaml": yaml.dump(plan), ".github/pattern-ci.yml": config})
    engine, _ = open_engine(root)
    kinds = engine.router.library.kinds
    read, findings = read_plan(
        root / "plan.yaml", shown="plan.yaml", kinds=kinds, patterns=frozenset()
    )
    assert read is not None, findings
    return engine, read


def overhead_s(engine: Engine, plan: Plan) -> float:
    """Seconds a step that are not the work of its executor."""
    worked: list[float] = []
    started = time.perf_counter()
    run_plan(engine, plan, tell=lambda _step, outcome: worked.append(outcome.result.duration_s))
    return (time.perf_counter() - started - sum(worked)) / len(plan.steps)


def fsync_s(folder: Path, count: int) -> float:
    """Seconds for a bare write and fsync of one line at the end of a file."""
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    started = time.perf_counter()
    for _ in range(count):
        os.write(descriptor, LINE)
        os.fsync(descriptor)
    took = (time.perf_counter() - started) / count
    os.close(descriptor)
    return took


def fsync_after_work_s(engine: Engine, plan: Plan, folder: Path) -> float:
    """The same right behind each step of a plan, before the engine waits for the disk itself."""
    took: list[float] = []
    run_plan(engine, plan, tell=lambda _step, _outcome: took.append(fsync_s(folder, 1)))
    return sum(took) / len(took)


def measure(*, steps: int, rounds: int) -> dict[str, Any]:
    """The ratio of each round and their median."""
    with tempfile.TemporaryDirectory(prefix="bench-engine-", dir=Path.cwd()) as name:
        root = Path(name) / "repo"
        engine, plan = world(root, steps)
        run_plan(engine, plan)  # what is loaded once is not the price of a step
        pairs = []
        for _ in range(rounds):
            bare = fsync_s(root / ".git", steps)
            behind = fsync_after_work_s(engine, plan, root / ".git")
            pairs.append((overhead_s(engine, plan), bare, behind))
    ratios = [step / bare for step, bare, _ in pairs]
    return {
        "steps": steps,
        "rounds": rounds,
        "overhead_ms": round(1000 * statistics.median(step for step, _, _ in pairs), 3),
        "fsync_ms": round(1000 * statistics.median(bare for _, bare, _ in pairs), 3),
        "overhead_in_fsyncs": round(statistics.median(ratios), 2),
        "after_work": round(statistics.median(step / behind for step, _, behind in pairs), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args(argv)
    sys.stdout.write(json.dumps(measure(steps=args.steps, rounds=args.rounds), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
