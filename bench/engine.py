"""Benchmark of the engine, as a ratio: `python -m bench.engine [--steps N] [--rounds N]`.

What routing, logging and recording a step cost beside the work itself, divided by what a bare write
and fsync of an event costs on the same disk. Both are measured in turns, so that a busy machine or
disk shifts both. Disks and processors that have rested for some milliseconds are slower than in a
loop that does nothing else: `paced` divides by bare ones that come as seldom as those of steps.
`served` are steps that a pattern serves, `raw` are commands. Prints one JSON object; ratios are
medians over the rounds.
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
from typing import TYPE_CHECKING, Any, NamedTuple

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
STEPS: dict[str, dict[str, Any]] = {
    "served": {"metadata": {"operation_kind": "OPK-AUTO-SCAN"}},
    "raw": {"metadata": {"operation_kind": "OPK-DOCS-VALIDATE"}, "run": ["sleep", "0.003"]},
}


def world(root: Path, steps: int) -> tuple[Engine, dict[str, Plan]]:
    """A repository with telemetry, and plans of steps whose work is small and the same."""
    plans = {
        f"{name}.yaml": {
            "schema_version": 1,
            "name": name,
            "workers": 1,
            "steps": [{"id": f"s{number}", **step} for number in range(steps)],
        }
        for name, step in STEPS.items()
    }
    config = "version: 1\ntelemetry:\n  enabled: true\n"
    texts = {name: yaml.dump(plan) for name, plan in plans.items()}
    build_repo(root, {**texts, ".github/pattern-ci.yml": config})
    engine, _ = open_engine(root)
    return engine, {name: plan_at(engine, f"{name}.yaml") for name in STEPS}


def plan_at(engine: Engine, name: str) -> Plan:
    """A plan of the repository."""
    kinds = engine.router.library.kinds
    read, findings = read_plan(engine.root / name, shown=name, kinds=kinds, patterns=frozenset())
    assert read is not None, findings
    return read


class Cost(NamedTuple):
    """Seconds a step: of its work, and of all else."""

    work: float
    beside: float


def cost(engine: Engine, plan: Plan) -> Cost:
    """What a step of a plan takes."""
    worked: list[float] = []
    started = time.perf_counter()
    run_plan(engine, plan, tell=lambda _step, outcome: worked.append(outcome.result.duration_s))
    took = time.perf_counter() - started
    return Cost(sum(worked) / len(worked), (took - sum(worked)) / len(worked))


def fsync_s(folder: Path, count: int, pause_s: float = 0.0) -> float:
    """Seconds for a bare write and fsync of one line at the end of a file, one each pause."""
    descriptor = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    took = 0.0
    for _ in range(count):
        if pause_s:
            time.sleep(pause_s)
        started = time.perf_counter()
        os.write(descriptor, LINE)
        os.fsync(descriptor)
        took += time.perf_counter() - started
    os.close(descriptor)
    return took / count


def measure(*, steps: int, rounds: int) -> dict[str, Any]:
    """The ratios of each kind of step."""
    with tempfile.TemporaryDirectory(prefix="bench-engine-", dir=Path.cwd()) as name:
        root = Path(name) / "repo"
        engine, plans = world(root, steps)
        return {
            "steps": steps,
            "rounds": rounds,
            **{name: measured(engine, plan, rounds) for name, plan in plans.items()},
        }


def measured(engine: Engine, plan: Plan, rounds: int) -> dict[str, Any]:
    """Overhead, bare fsyncs and ratios of one plan, and the ratio of each round."""
    run_plan(engine, plan)  # what is loaded once is not the price of a step
    folder, steps = engine.root / ".git", len(plan.steps)
    found = []
    for _ in range(rounds):
        bare, (work, beside) = fsync_s(folder, steps), cost(engine, plan)
        found.append((beside, bare, fsync_s(folder, steps, work)))
    ratios = [beside / bare for beside, bare, _ in found]
    beside, bare, paced = (1000 * statistics.median(values) for values in zip(*found, strict=True))
    return {
        "overhead_ms": round(beside, 3),
        "fsync_ms": round(bare, 3),
        "paced_fsync_ms": round(paced, 3),
        "overhead_in_fsyncs": round(statistics.median(ratios), 2),
        "paced": round(statistics.median(one / paced for one, _, paced in found), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args(argv)
    sys.stdout.write(json.dumps(measure(steps=args.steps, rounds=args.rounds), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
