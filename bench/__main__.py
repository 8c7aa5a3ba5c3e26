"""Run the benchmarks: `python -m bench FOLDER-OF-CLONES-OR-URL… [--only WHAT] [--output DIR]`.

Writes `results.json` and `results.md` (one table) and prints the table. A URL is cloned, bare,
into the output folder first. Scores and revisions are kept, never a repository's text.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import speed, templates
from pattern_ci import process

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHAT = ("templates", "mining", "hooks", "scale")
# Minutes, and no clone in it: only when asked for.
USUAL = WHAT[:3]


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


def table(results: dict[str, Any]) -> str:
    """One Markdown table over all benchmarks, a row a repository."""
    head = [
        "repository", "eligible", *templates.METHODS, "precision", "share", "surest quarter",
        "selection below copy", "last quarter below copy", "cold", "warm", "peak MiB",
    ]  # fmt: skip
    rows = [_row(name, found) for name, found in sorted(results["repositories"].items())]
    rows.append(_mean(rows))
    lines = [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    for name, made in results.get("hooks", {}).items():
        lines.append(f"\n{name}: {made['wall']} × check-yaml (processor time {made['cpu']} ×)")
    return "\n".join(lines) + "\n"


def _row(name: str, found: dict[str, Any]) -> list[str]:
    made, mining = found.get("templates"), found.get("mining")
    row = [name]
    if made:
        ours = made["pattern-ci"]
        row += [str(made["eligible"])]
        row += [f"{100 * made[method]['net_saving']:.1f}" for method in templates.METHODS]
        row += [f"{100 * ours['draft_precision']:.0f}", f"{100 * ours['share']:.0f}"]
        row += [f"{100 * made['surest']['draft_precision']:.0f}"]
        row += [f"{made[fold]['below']}/{made[fold]['drafts']}" for fold in templates.FOLDS]
    else:
        row += ["-"] * (len(templates.METHODS) + 6)
    if mining:
        row += [f"{mining[kind]['wall']:.2f}" for kind in ("cold", "warm")]
        row += [f"{mining['cold']['peak_mib']:.0f}"]
    else:
        row += ["-"] * 3
    return row


def _mean(rows: list[list[str]]) -> list[str]:
    made = ["mean"]
    for column in list(zip(*rows, strict=True))[1:]:
        try:
            values = [float(value) for value in column if value != "-"]
            made.append(f"{sum(values) / len(values):.1f}" if values else "-")
        except ValueError:
            pairs = [value.split("/") for value in column if value != "-"]
            made.append("/".join(str(sum(map(int, part))) for part in zip(*pairs, strict=True)))
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked and report."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("places", nargs="*", metavar="FOLDER-OR-URL")
    parser.add_argument("--only", choices=WHAT, action="append")
    parser.add_argument("--output", type=Path, default=Path("bench/out"))
    parser.add_argument("--rounds", type=int, default=3, help="runs of each mining command")
    parser.add_argument("--commits", type=int, default=100_000, help="size of the scale benchmark")
    parser.add_argument("--files", type=int, default=50_000, help="size of the scale benchmark")
    args = parser.parse_args(argv)
    chosen = args.only or list(USUAL)
    found = clones(args.places, args.output)
    if not found and not {"hooks", "scale"}.issuperset(chosen):
        sys.stderr.write("bench: no clone there. Next: name a folder that holds clones.\n")
        return 2
    results: dict[str, Any] = {
        "repositories": {path.name.removesuffix(".git"): {} for path in found}
    }
    say: Callable[[str], object] = sys.stderr.write
    if "templates" in chosen:
        say("bench: templates\n")
        for name, made in templates.run(found).items():
            results["repositories"][name]["templates"] = made
    if "mining" in chosen:
        for path in found:
            say(f"bench: mining {path.name}\n")
            made = speed.mining(path, rounds=args.rounds)
            results["repositories"][path.name.removesuffix(".git")]["mining"] = made
    if "hooks" in chosen:
        say("bench: hooks\n")
        results["hooks"] = speed.hooks()
    if "scale" in chosen:
        say(f"bench: {args.commits} commits, {args.files} files\n")
        made = speed.scale(commits=args.commits, files=args.files, rounds=args.rounds)
        results["scale"] = {"files": args.files, **made}
    args.output.mkdir(parents=True, exist_ok=True)
    text = table(results) if found else json.dumps(results, indent=2) + "\n"
    (args.output / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (args.output / "results.md").write_text(text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
