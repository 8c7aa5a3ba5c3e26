"""How well errors are grouped and read: `python -m bench.signatures [--told] [--misses]`.

The logs and labels in `testing/logs` were made before the code. Group accuracy is that of
Loghub-2.0: a line counts when the lines that got its signature are just those of its group, over
all logs of the fold (`GA`), or over the logs of each tool by themselves (`GA apart`). A labelled
line that is not reported does not count, and one that should not have been reported spoils the
group it lands in. `--told` names the tool of each log beforehand.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.diagnosis.classifier import ErrorClassifier, diagnoses
from pattern_ci.diagnosis.drain import TemplateTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pattern_ci.diagnosis.found import Found
    from pattern_ci.model.diagnosis import Diagnosis

LOGS = Path(__file__).resolve().parent.parent / "testing" / "logs"
ROOT = "/repo/project"
# Tools without rows of their own when the held-out fold was measured.
UNSEEN = frozenset({"flake8", "pylint", "yamllint", "shellcheck", "javac", "perl", "cmake",
                    "actionlint", "zizmor", "prettier"})  # fmt: skip
FIELDS = ("tool", "rule", "class", "file", "line")
Where = tuple[str, int]


class Read(NamedTuple):
    """One line of a log as it was labelled and as it was diagnosed; either may be missing."""

    where: Where
    label: dict[str, Any] | None
    said: Diagnosis | None


class Score(NamedTuple):
    """Shares of 1; `fields` over labelled lines, what is not reported counts as wrong."""

    lines: int
    groups: int
    group_accuracy: float
    apart: float
    reported: float
    precision: float
    fields: dict[str, float]


def logs(fold: str) -> list[Path]:
    """Logs of a fold: `dev` or `held`."""
    return sorted(LOGS.glob(f"*/{fold}-*.log"))


def read(paths: Iterable[Path], *, told: bool) -> list[Read]:
    """Diagnose all logs as one stream of runs, so that groups span them."""
    found: list[tuple[str, Found]] = []
    labels: dict[Where, dict[str, Any]] = {}
    ignored: set[Where] = set()
    for path in paths:
        log = f"{path.parent.name}/{path.stem}"
        known = json.loads(path.with_name(f"{path.stem}.labels.json").read_text("utf-8"))
        labels |= {(log, int(number)): label for number, label in known["lines"].items()}
        ignored |= {(log, number) for number in known["ignore"]}
        text = path.read_bytes().decode()
        tool = path.parent.name if told else ""
        reading = ErrorClassifier(root=ROOT).read(text, tool=tool)
        found += [(log, one) for one in reading.found]
    said = diagnoses([one for _, one in found], TemplateTree())
    by_line: dict[Where, Diagnosis] = {}
    for (log, _), one in zip(found, said, strict=True):
        by_line.setdefault((log, one.log_line), one)
    places = sorted({*labels, *by_line} - (ignored - set(labels)))
    return [Read(place, labels.get(place), by_line.get(place)) for place in places]


def score(lines: Sequence[Read]) -> Score:
    """The figures of some lines."""
    labelled = [one for one in lines if one.label is not None]
    right = correct(lines)
    hits = dict.fromkeys(FIELDS, 0)
    for one in labelled:
        for field in FIELDS:
            hits[field] += one.said is not None and agrees(one, field)
    reported = [one for one in lines if one.said is not None]
    both = sum(one.label is not None for one in reported)
    total = max(1, len(labelled))
    return Score(
        lines=len(labelled),
        groups=len({one.label["group"] for one in labelled if one.label}),
        group_accuracy=sum(one.where in right for one in labelled) / total,
        apart=apart(lines),
        reported=both / total,
        precision=both / max(1, len(reported)),
        fields={field: hits[field] / total for field in FIELDS},
    )


def apart(lines: Sequence[Read]) -> float:
    """Group accuracy of each folder by itself, then the mean: how Loghub-2.0 treats its systems."""
    shares = []
    for tool in sorted({folder(one) for one in lines}):
        mine = [one for one in lines if folder(one) == tool]
        labelled = sum(one.label is not None for one in mine)
        shares.append(len(correct(mine)) / max(1, labelled))
    return sum(shares) / max(1, len(shares))


def folder(one: Read) -> str:
    """The tool whose log it is."""
    return one.where[0].partition("/")[0]


def correct(lines: Sequence[Read]) -> set[Where]:
    """Labelled lines whose predicted group holds the same lines as their true one."""
    truth, ours = defaultdict(set), defaultdict(set)
    for one in lines:
        if one.label is not None:
            truth[one.label["group"]].add(one.where)
        if one.said is not None:
            ours[one.said.signature].add(one.where)
    return {
        one.where
        for one in lines
        if one.label is not None
        and one.said is not None
        and truth[one.label["group"]] == ours[one.said.signature]
    }


def agrees(one: Read, field: str) -> bool:
    """Whether a diagnosis has a field as it was labelled."""
    assert one.label is not None
    assert one.said is not None
    return bool(one.said.to_dict()[field] == one.label[field])


def folds(*, told: bool) -> dict[str, list[Read]]:
    """Development, held-out, and the two halves of held-out: tools with and without rows."""
    held = logs("held")
    unseen = [path for path in held if path.parent.name in UNSEEN]
    return {
        "development": read(logs("dev"), told=told),
        "held-out": read(held, told=told),
        "held-out, tools with rows": read([p for p in held if p not in unseen], told=told),
        "held-out, unknown tools": read(unseen, told=told),
    }


def table(scores: dict[str, Score]) -> str:
    """Markdown, a row a fold."""
    head = ["logs", "lines", "groups", "GA", "GA apart", "reported", "precision", *FIELDS]
    rows = [head, ["---"] * len(head)]
    for name, one in scores.items():
        shares = (one.group_accuracy, one.apart, one.reported, one.precision, *one.fields.values())
        rows.append([name, str(one.lines), str(one.groups), *(f"{share:.3f}" for share in shares)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def by_tool(lines: Sequence[Read]) -> dict[str, Score]:
    """The same lines, a row for each folder; groups still span them."""
    right = correct(lines)
    made = {}
    for tool in sorted({folder(one) for one in lines}):
        mine = [one for one in lines if folder(one) == tool]
        labelled = [one for one in mine if one.label is not None]
        share = sum(one.where in right for one in labelled) / max(1, len(labelled))
        made[tool] = score(mine)._replace(group_accuracy=share)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.signatures", description=__doc__)
    parser.add_argument("--told", action="store_true", help="say which tool wrote each log")
    parser.add_argument("--tools", action="store_true", help="a row for each tool as well")
    parser.add_argument("--misses", choices=("dev", "held"), help="show what is wrong in a fold")
    args = parser.parse_args(argv)
    if args.misses:
        return _misses(read(logs(args.misses), told=args.told))
    made = folds(told=args.told)
    print(table({name: score(lines) for name, lines in made.items()}))
    if args.tools:
        for name in ("development", "held-out"):
            print(f"{name}\n\n{table(by_tool(made[name]))}")
    return 0


def _misses(lines: Sequence[Read]) -> int:
    right = correct(lines)
    for one in lines:
        wrong = (
            []
            if one.label is None or one.said is None
            else [f for f in FIELDS if not agrees(one, f)]
        )
        if one.where in right and not wrong:
            continue
        label = one.label["group"] if one.label else "(not labelled)"
        said = (
            f"{one.said.signature} {one.said.template!r} {one.said.message[:60]!r}"
            if one.said
            else "(not reported)"
        )
        told = " ".join(
            f"{f}={one.said.to_dict()[f]!r}≠{one.label[f]!r}"
            for f in wrong
            if one.said and one.label
        )
        mark = "group" if one.where not in right else "field"
        print(f"{mark} {one.where[0]}:{one.where[1]}  {label}  {said}  {told}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
