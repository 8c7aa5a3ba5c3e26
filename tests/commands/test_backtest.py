"""`pattern-ci backtest`: the published contract, the page, what people read, and bad input."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pattern_ci.git import open_repo
from pattern_ci.mining.versions import cache_path
from pattern_ci.registry.published import published
from pattern_ci.registry.shape import problems
from testing.repos import DAY, FIRST_DAY, commit, plugin_tree
from testing.repos import git as run_git
from tests.mining.backtest.worlds import FIRST, busy
from tests.mining.worlds import checker, cli, imported, one_line_error, plugins, program, workshop

if TYPE_CHECKING:
    from pathlib import Path

    from testing.repos import Tree
    from tests.mining.worlds import Ran


@pytest.fixture
def repo(repo_path: Path) -> Path:
    """The busy history."""
    return busy(repo_path)


def said(*words: str | Path) -> Ran:
    """A run that ends well."""
    ran = cli("backtest", *words)
    assert ran.code == 0, ran
    return ran


def read(*words: str | Path) -> Any:
    """The report as data."""
    return said(*words, "--format", "json", "--no-cache").json


def test_the_contract(repo: Path, tmp_path: Path) -> None:
    """One line of JSON, and one line a prediction, each with the published keys and no others."""
    file = tmp_path / "predictions.jsonl"
    ran = said(repo, "--format", "json", "--predictions", file)

    assert ran.out.count("\n") == 1
    jsonschema.validate(ran.json, published("backtest"))
    assert problems(ran.json, published("backtest")) == []
    assert ran.json["rev"] == run_git(repo, "rev-parse", "HEAD").strip()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == ran.json["templates"]["measured"] > 3
    for line in lines:
        jsonschema.validate(line, published("backtest_prediction"))
        assert line["kept"] + line["typed"] == line["size"]
        assert len(line["predicted"]) == line["kept"] + line["deleted"]


def test_the_figures_are_the_sum_of_the_predictions(repo: Path, tmp_path: Path) -> None:
    """What the report says can be worked out from the file."""
    file = tmp_path / "predictions.jsonl"
    templates = said(repo, "--format", "json", "--predictions", file).json["templates"]
    fresh = templates["fresh"]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    size = sum(line["size"] for line in lines)

    ours = sum(max(0, line["kept"] - line["deleted"]) for line in lines)
    assert fresh["methods"]["pattern_ci"]["net_saving"] == pytest.approx(ours / size, abs=1e-4)
    copies = [line["baselines"]["copy_newest"] for line in lines]
    copied = sum(max(0, one["kept"] - one["deleted"]) for one in copies)
    assert fresh["methods"]["copy_newest"]["net_saving"] == pytest.approx(copied / size, abs=1e-4)
    drafts = [line for line in lines if line["pattern"]]
    sure = [line for line in drafts if line["surety"] >= 0.77]
    assert templates["surest"]["drafted"] == len(sure) > 0
    assert templates["calibration"]["drafts"] == len(drafts)
    shares = [line["kept"] / (line["kept"] + line["deleted"]) for line in drafts]
    told = [(one["drafts"], one["stayed"]) for one in templates["calibration"]["deciles"]]
    stayed = sum(count * share for count, share in told) / len(drafts)
    assert stayed == pytest.approx(sum(shares) / len(shares), abs=1e-4)


def test_folders_that_came_later_are_told_apart(repo_path: Path) -> None:
    """Mined before a folder was there: its files count as nothing saved, and beside it they do."""
    old = [{f"checks/part_{n}.py": checker(f"part_{n}")} for n in range(13)]
    new = [{f"later/item_{n}.py": checker(f"item_{n}")} for n in range(12)]
    last = {"checks/part_last.py": checker("part_last")}
    section = read(imported(repo_path, *old, *new, last))["templates"]["stale"][0]

    assert section["files"] == 9
    assert section["known"]["files"] == 1
    assert section["known"]["net_saving"] > section["methods"]["pattern_ci"]["net_saving"] > 0
    assert section["known"]["copy_newest"] > 0


def test_it_beats_copying_where_files_are_alike(repo: Path) -> None:
    """More than half of the text, and nearly all of it stays; the oracle is above every copy."""
    methods = read(repo)["templates"]["fresh"]["methods"]

    assert methods["pattern_ci"]["net_saving"] > 0.5
    assert methods["pattern_ci"]["precision"] > 0.9
    assert methods["copy_newest"]["net_saving"] < methods["pattern_ci"]["net_saving"]
    assert methods["random_file"]["net_saving"] < methods["copy_newest"]["net_saving"]
    assert methods["oracle_of_20"]["net_saving"] >= methods["copy_newest_renamed"]["net_saving"]


def test_the_screen(repo: Path) -> None:
    """It fits on one, starts with what it comes to and ends with what to do."""
    ran = said(repo, "--no-cache")
    lines = ran.out.splitlines()

    assert len(lines) < 45
    assert max(map(len, lines)) <= 110
    assert "files were added" in ran.out
    assert "of what it wrote stayed." in " ".join(ran.out.split())
    assert "copy the newest sibling" in ran.out
    assert "####" in ran.out
    assert "at 75 % of the history" in ran.out
    (first, *_) = (number for number, line in enumerate(lines) if line.startswith("Here patterns"))
    assert not any(line and not line.startswith("note: ") for line in lines[1:first])
    assert not {"TARMAQ", "MAP", "compressor", "Families"} & set(re.findall(r"\w+", ran.out))
    assert lines[-1].startswith("Next: ")
    assert "backtest: new files" in ran.err
    assert ran.out.isascii()


def test_terms_of_the_field_stand_below_a_heading(repo: Path) -> None:
    """Only for who asks, and the rest of the screen is the same."""
    plain = said(repo, "--no-cache").out
    ran = cli("--verbose", "backtest", repo, "--no-cache")

    head, _, details = ran.out.partition("\nIn detail (docs/backtest.md explains the terms):\n")
    assert plain.startswith(head)
    assert "TARMAQ" in details
    assert "compressor" in details
    assert "95 % interval" in details


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_the_page_stands_alone(repo: Path) -> None:
    """No script, no link, no image, nothing from elsewhere, and a policy that forbids them."""
    ran = said(repo, "--format", "html", "--no-cache")
    page = _Page()
    page.feed(ran.out)

    assert ran.out.startswith("<!DOCTYPE html>")
    assert not {"script", "link", "img", "a", "iframe", "form"} & set(page.tags)
    assert not {"src", "href", "onload"} & {name for name, _ in page.attributes}
    assert "default-src 'none'" in ran.out
    assert page.tags.count("table") >= 6
    assert "checks/{name.snake}.py" in ran.out


def test_hostile_names_stay_text(repo_path: Path) -> None:
    """In a folder's name, on the page and on the screen."""
    bad = "<img src=x onerror=alert(1)>&\x1b[31m"
    names = [f"name_{letter}x" for letter in "abcdefghij"]
    imported(repo_path, {"start": "x\n"}, *({f"{bad}/{n}.py": checker(n)} for n in names))

    page = said(repo_path, "--format", "html", "--no-cache").out
    screen = said(repo_path, "--no-cache").out

    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;&amp;" in page
    assert "\x1b" not in page + screen
    assert "x1b[31m" in screen


def test_the_same_whatever_the_seed_and_the_cache(repo: Path, tmp_path: Path) -> None:
    """Two hash seeds without a cache, one run that fills it and one that reads it."""
    made = []
    for number, (seed, words) in enumerate(
        [("1", ["--no-cache"]), ("2", ["--no-cache"]), ("3", []), ("4", [])]
    ):
        file = tmp_path / f"{number}.jsonl"
        ran = program("backtest", repo, "--format", "json", "--predictions", file, *words,
                      env={"PYTHONHASHSEED": seed})  # fmt: skip
        assert ran.code == 0, ran
        made.append((ran.out, file.read_bytes()))

    assert made[0][1]
    assert made == [made[0]] * 4


def test_without_a_cache_nothing_is_written(repo: Path) -> None:
    """And with one nothing but the cache; what `mine` cached is still right."""

    def tree() -> set[str]:
        return {str(path) for path in repo.rglob("*") if "objects" not in path.parts}

    before = tree()
    said(repo, "--no-cache")
    assert tree() == before
    mined = cli("mine", repo, "--format", "json").json
    said(repo)
    again = cli("mine", repo, "--format", "json").json
    path = cache_path(open_repo(repo))

    assert tree() - before <= {str(path), str(path.parent)}
    assert path.exists()
    assert mined | {"elapsed_s": 0} == again | {"elapsed_s": 0}


def test_a_limit_takes_the_newest_and_says_so(repo: Path) -> None:
    """Figures of the newest two are those of a run on them alone."""
    ran = said(repo, "--limit", "2", "--no-cache")
    data = read(repo, "--limit", "2")
    everything = read(repo)

    assert "The figures below are of the newest 2 files that can be;" in ran.out
    assert (data["templates"]["measured"], data["templates"]["sampled"]) == (2, True)
    assert everything["templates"]["sampled"] is False
    assert data["together"]["transactions"] == 2
    assert data["templates"]["candidates"] == everything["templates"]["candidates"]


def test_since_a_day(repo: Path) -> None:
    """Only what was added from that day on."""
    day = "2024-06-09"  # the day before FIRST + 8
    assert FIRST_DAY + (FIRST + 7) * DAY < 1_717_891_200 < FIRST_DAY + (FIRST + 8) * DAY
    data = read(repo, "--since", day)

    assert data["since"] == day
    assert data["templates"]["candidates"] == 5  # kappa_max, a note, a plugin, its test, lambda
    assert data["together"]["transactions"] == 1


def test_patterns_of_the_configuration_are_ignored(repo: Path) -> None:
    """`ignore` leaves files out of everything."""
    config: Tree = {".github/pattern-ci.yml": "version: 1\nignore: ['checks/**']\n"}
    before = read(repo)
    commit(repo, config, day=FIRST + 20)
    after = read(repo, "--rev", "HEAD~1")

    assert before["templates"]["measured"] > after["templates"]["measured"]


def test_nothing_to_measure_is_said(repo_path: Path) -> None:
    """Three commits without any family."""
    imported(repo_path, {"a.py": "x\n"}, {"b.txt": "y\n"}, {"c.md": "z\n"})
    ran = said(repo_path)
    page = said(repo_path, "--format", "html").out

    assert "there is nothing to measure" in ran.out
    assert "Next: run this again" in ran.out
    assert "there is nothing to measure" in page
    jsonschema.validate(read(repo_path), published("backtest"))


def test_a_shallow_clone_says_what_it_cannot_see(repo: Path, tmp_path: Path) -> None:
    """And measures what is there."""
    clone = tmp_path / "clone"
    run_git(tmp_path, "clone", "--quiet", "--depth=8", f"file://{repo}", str(clone))
    ran = said(clone, "--no-cache")

    assert "note: the clone is shallow" in ran.out


def test_contents_that_are_missing_are_said(repo: Path, tmp_path: Path) -> None:
    """A partial clone has no contents at all: nothing is fetched, nothing fails."""
    clone = tmp_path / "clone"
    run_git(repo, "config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{repo}",
            str(clone))  # fmt: skip
    ran = said(clone, "--no-cache")

    assert "there is nothing to measure" in ran.out
    assert "file contents that were needed are missing" in ran.out
    assert "files which moved and changed count as added" in ran.out


def test_pull_requests_are_told(repo_path: Path) -> None:
    """Where the clone has heads: on the screen, on the page and in the data."""
    repo = plugins(repo_path)
    new = plugin_tree("mu")
    run_git(repo, "checkout", "--quiet", "--detach")
    for day, start in ((50, "plugins"), (51, "tests")):
        commit(repo, {path: new[path] for path in new if path.startswith(start)}, day=day)
    run_git(repo, "update-ref", "refs/pull/7/head", "HEAD")
    run_git(repo, "checkout", "--quiet", "main")
    commit(repo, {"README.md": "# later\n"}, day=60)
    screen = said(repo, "--no-cache").out
    page = said(repo, "--format", "html", "--no-cache").out
    data = read(repo)

    head = "1 pull request of several commits, warned on the first; 1 touched further files later"
    assert head in screen
    every = cli("--verbose", "backtest", repo, "--no-cache").out
    assert "confidence 0.9, 3 times: 1 warned (100.0 %), right on 100 %" in every
    assert "confidence 0.9" not in screen
    assert head in page
    assert "refs/pull" not in screen
    jsonschema.validate(data, published("backtest"))
    assert data["warnings"]["pull_requests"] == 1


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (["--rev", "nowhere"], 11, "there is no commit 'nowhere'"),
        (["--since", "last week"], 2, "--since 'last week' is no date"),
        (["--limit", "0"], 2, "--limit 0 would measure nothing"),
    ],
)
def test_bad_words(repo_path: Path, words: list[str], code: int, part: str) -> None:
    """One line, and the exit code of its category."""
    one_line_error(cli("backtest", workshop(repo_path), *words), code, part)


def test_bad_places(tmp_path: Path) -> None:
    """No repository, and one without a commit."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "empty").mkdir()
    run_git(tmp_path / "empty", "init", "--quiet")

    one_line_error(cli("backtest", tmp_path / "plain"), 10, "not a git repository")
    one_line_error(cli("backtest", tmp_path / "none"), 10, "not a folder")
    one_line_error(cli("backtest", tmp_path / "empty"), 11, "no commits yet")


def test_a_place_that_cannot_be_written(repo_path: Path) -> None:
    """A folder is no file for predictions."""
    repo = plugins(repo_path)
    ran = cli("backtest", repo, "--no-cache", "--predictions", repo)

    assert ran.code == 30, ran
    assert "Next: " in ran.err
