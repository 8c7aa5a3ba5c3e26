"""Run the benchmarks: `python -m bench FOLDER-OF-CLONES-OR-URL… [--only PART] [--output DIR]`.

Parts, each of which can be run alone:

  backtest  everything that `pattern-ci backtest` measures, on every clone: net saving fresh and
            stale with all baselines, precision, compression bound, companions, recipes, warnings
            on pull requests (where the clone has refs/pull/*/head), families, calibration; minutes
  texts     families by text alone, and that the join they come from is exact; a minute
  mining    `mine` cold and ten commits later against `git log --numstat`; needs free cores
  hooks     the hook and `suggest` in 5,000 files against `check-yaml`; needs free cores; no clone
  scale     `mining` on a made repository of 100,000 commits and 50,000 files; only when asked for

Writes `results.json` and `results.md` (one table) and prints the table. A URL is cloned, bare,
into the output folder first. Scores and revisions are kept, never a repository's text.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import backtests, speed, texts
from bench.table import table
from pattern_ci import process

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

PARTS = ("backtest", "texts", "mining", "hooks", "scale")
# Minutes, and no clone in it: only when asked for.
USUAL = PARTS[:4]
# Without clones.
ALONE = {"hooks", "scale"}


def clones(places: Sequence[str], output: Path) -> list[Path]:
    """Repositories named by folder, by folder of clones, or by URL."""
    found: list[Path] = []
    for place in places:
        path = Path(place)
        if "://" in place or (place.endswith(".git") and not path.exists()):
            path = output / "clones" / place.rstrip("/").rpartition("/")[2]
            if not path.exists():
                process.run(["git", "clone", "--bare", "--quiet", place, str(path)])
        if is_repository(path):
            found.append(path)
        elif path.is_dir():
            found += sorted(child for child in path.iterdir() if is_repository(child))
    return found


def is_repository(path: Path) -> bool:
    """Whether this is a clone, bare or with a work tree."""
    return (path / ".git").exists() or (path / "objects").is_dir()


def by_clone(found: Sequence[Path], chosen: Sequence[str], args: Namespace) -> dict[str, Any]:
    """Every part that is about clones, by name of the clone."""
    made: dict[str, Any] = {}
    for path in found:
        one: dict[str, Any] = {}
        if "backtest" in chosen:
            say(f"backtest {path.name}")
            one |= backtests.measure(path, limit=args.limit)
        if "texts" in chosen:
            say(f"texts {path.name}")
            one["texts"] = texts.measure(path)
        if "mining" in chosen:
            say(f"mining {path.name}")
            one["mining"] = speed.mining(path, rounds=args.rounds)
        made[path.name.removesuffix(".git")] = one
    return made


def say(what: str) -> None:
    """Tell what is going on."""
    sys.stderr.write(f"bench: {what}\n")


def parsed(argv: Sequence[str] | None) -> Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("places", nargs="*", metavar="FOLDER-OR-URL")
    parser.add_argument(
        "--only", choices=PARTS, action="append", metavar="PART",
        help="may be given again; all but scale when it is not there",
    )  # fmt: skip
    parser.add_argument("--output", type=Path, default=Path("bench/out"))
    parser.add_argument(
        "--limit", type=int, default=2_000, help="newest files, commits, pull requests, of each"
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each mining command")
    parser.add_argument("--commits", type=int, default=100_000, help="size of the scale benchmark")
    parser.add_argument("--files", type=int, default=50_000, help="size of the scale benchmark")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked and report."""
    args = parsed(argv)
    chosen = args.only or list(USUAL)
    found = clones(args.places, args.output)
    if not found and not ALONE.issuperset(chosen):
        say("no clone there. Next: name a folder that holds clones.")
        return 2
    results: dict[str, Any] = {"repositories": by_clone(found, chosen, args)}
    if "backtest" in chosen:
        results["together"] = backtests.together(results["repositories"].values())
    if "hooks" in chosen:
        say("hooks")
        results["hooks"] = speed.hooks()
    if "scale" in chosen:
        say(f"{args.commits} commits, {args.files} files")
        made = speed.scale(commits=args.commits, files=args.files, rounds=args.rounds)
        results["scale"] = {"files": args.files, **made}
    return written(results, args.output)


def written(results: dict[str, Any], output: Path) -> int:
    """Both files, and the table on the screen."""
    output.mkdir(parents=True, exist_ok=True)
    text = table(results) if results["repositories"] else ""
    rest = {part: results[part] for part in ("hooks", "scale") if part in results}
    text += "".join(f"\n{part}: {json.dumps(made)}\n" for part, made in rest.items())
    (output / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (output / "results.md").write_text(text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
