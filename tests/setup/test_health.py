"""The doctor's rules on facts given as literals: one broken part, one row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pattern_ci.catalog import WORKFLOWS
from pattern_ci.model.github import ActionsSettings
from pattern_ci.setup.health import examine, lacking
from pattern_ci.setup.records import Caller, Clone, Facts, Flow, Hooks, Level, Online

GRANTS = {grant.scope: grant.access for grant in WORKFLOWS[0].permissions}
FLOW = Flow(path="w.yml", crons=("17 */6 * * *",), by_hand=True)
CALLER = Caller(path="w.yml", job="train", workflow="pattern-train.yml", grants=GRANTS)
WELL = Facts(
    git_version=(2, 39, 5),
    python_version=(3, 11, 7),
    where="here",
    clone=Clone(remotes=("origin",)),
    config_there=True,
    train_enabled=True,
    hooks=Hooks(
        named=frozenset({"pattern-validate", "pattern-suggest"}), installed=True, folder="hooks"
    ),
    cache_bytes=1_500_000,
    patterns=2,
    callers=(CALLER,),
    flows=(FLOW,),
    token="ghs_x",
)


def test_a_healthy_repository_has_only_good_rows() -> None:
    """Every part has a row, none of them asks for anything."""
    checks = examine(WELL)

    assert {check.level for check in checks} == {Level.OK}
    assert [check.topic for check in checks] == [
        "git", "python", "repository", "config", "hooks", "cache", "patterns", "workflow", "token",
    ]  # fmt: skip
    assert not any(check.next_step for check in checks)


@pytest.mark.parametrize(
    ("change", "level", "topic", "said", "step"),
    [
        ({"git_version": (2, 25, 1)}, "fail", "git", "2.25.1", "install git 2.31 or newer"),
        ({"git_version": ()}, "fail", "git", "not found", "install git"),
        ({"clone": Clone(commits=False)}, "warn", "repository", "no commits", "commit something"),
        ({"clone": Clone(shallow=True)}, "warn", "repository", "shallow", "--unshallow"),
        ({"clone": Clone(partial=True)}, "warn", "repository", "partial", "--filter"),
        ({"clone": Clone(bare=True)}, "warn", "repository", "bare", "work tree"),
        ({"clone": Clone(detached=True)}, "warn", "repository", "detached", "git switch"),
        ({"config_there": False}, "warn", "config", "has its default", "pattern-ci init"),
        ({"config_problems": ("f:1:1: x",)}, "fail", "config", "f:1:1: x", "correct it"),
        ({"environment_problem": "odd"}, "fail", "environment", "odd", ""),
        ({"hooks": Hooks()}, "warn", "hooks", "none of our hooks", "pattern-ci init"),
        ({"hooks": Hooks(unreadable="bad")}, "fail", "hooks", "bad", "validate-config"),
        (
            {"hooks": Hooks(named=frozenset({"pattern-validate"}), folder="/h")},
            "warn", "hooks", "/h does not run them", "pre-commit install",
        ),
        ({"cache_bytes": 2 << 30}, "warn", "cache", "2147.5 MB", "rebuilt"),
        ({"interrupted": True}, "warn", "cache", "interrupted", "pattern-ci apply"),
        ({"foreign": ("patterns/a.py",)}, "warn", "patterns", "a file that is", "like any other"),
        ({"broken_patterns": ("a", "b", "c")}, "fail", "patterns", "a (2 more)", "validate"),
        ({"callers": ()}, "warn", "workflow", "no workflow", "pattern-ci init"),
        ({"flows": (replace(FLOW, starts=False),)}, "fail", "workflow", "no `on:`", "before"),
        (
            {"callers": (replace(CALLER, grants=None),)},
            "warn", "workflow", "default", "say:\npermissions:\n  contents: write\n",
        ),
        (
            {"callers": (replace(CALLER, grants={"contents": "read", "checks": "read"}),)},
            "fail", "workflow", "does not grant `contents: write`", "permissions:",
        ),
        ({"flows": (replace(FLOW, by_hand=False),)}, "warn", "schedule", "by hand", "dispatch:"),
        ({"flows": (replace(FLOW, crons=("61 * * * *",)),)}, "warn", "schedule", "61 *", "crontab"),
        ({"automation_disabled": True}, "warn", "kill switch", "switched off", "unset"),
        ({"online": Online(problem="401")}, "fail", "github", "401", ""),
        ({"online": Online(full_name="o/r")}, "fail", "github", "may not push", "contents: write"),
    ],
)  # fmt: skip
def test_one_broken_part_is_one_row_with_the_next_step(
    change: dict[str, object], level: str, topic: str, said: str, step: str
) -> None:
    """Nothing but the broken part is reported, and the row says what to do."""
    bad = [check for check in examine(replace(WELL, **change)) if check.level is not Level.OK]  # type: ignore[arg-type]  # one field each

    assert [(check.level.value, check.topic) for check in bad] == [(level, topic)]
    assert said in bad[0].what
    assert step in bad[0].next_step


def test_the_lines_for_a_job_are_whole() -> None:
    """A block of permissions replaces another: what the job grants already stays in it."""
    caller = replace(CALLER, grants={"checks": "read", "contents": "read"})
    (row,) = (c for c in examine(replace(WELL, callers=(caller,))) if c.level is Level.FAIL)

    lines = row.next_step.splitlines()
    assert lines[:4] == [
        "let job `train` in w.yml say:", "permissions:", "  checks: read", "  contents: write",
    ]  # fmt: skip
    assert lines[4:] == [f"  {scope}: write" for scope in list(GRANTS)[1:]]


def test_a_default_that_only_reads_fails() -> None:
    """When GitHub says that the default token may only read, the missing lines are no guess."""
    settings = ActionsSettings(default_access="read", may_open_pull_requests=True)
    online = Online(full_name="o/r", permissions=frozenset({"push"}), settings=settings)
    facts = replace(WELL, callers=(replace(CALLER, grants=None),), online=online)

    assert [c.topic for c in examine(facts) if c.level is Level.FAIL] == ["workflow"]


def test_a_schedule_that_calls_nothing_of_ours_is_not_ours_to_judge() -> None:
    """Other workflows of the repository may be as they like."""
    other = Flow(path="other.yml", crons=("61 * * * *",))

    assert examine(replace(WELL, flows=(FLOW, other))) == examine(WELL)


def test_outside_a_repository_only_the_programs_are_looked_at() -> None:
    """Without a repository there is one failed row and none about what would be in it."""
    checks = examine(replace(WELL, clone=None))

    assert [check.topic for check in checks] == ["git", "python", "repository"]
    assert checks[-1].level is Level.FAIL


def test_a_token_is_never_shown() -> None:
    """The row names the kind of token, not the token."""
    for value in ("ghp_secret", "github_pat_secret", "ghs_secret", "secret"):
        row = next(c for c in examine(replace(WELL, token=value)) if c.topic == "token")

        assert "secret" not in row.what
        assert row.what.endswith("is set.")


def test_write_covers_read_and_none_covers_nothing() -> None:
    """Access levels are ordered; a scope that is not named grants nothing."""
    assert lacking({"contents": "write"}, {"contents": "read"}) == {}
    assert lacking({"contents": "read"}, {"contents": "write"}) == {"contents": "write"}
    assert lacking({"contents": "none"}, {"contents": "read"}) == {"contents": "read"}
    assert lacking({}, {"issues": "read"}) == {"issues": "read"}


def test_a_good_token_shows_where_it_leads() -> None:
    """Online, the row names repository, default branch and login."""
    online = Online(
        full_name="o/r", default_branch="trunk", login="bot[bot]", permissions=frozenset({"push"})
    )
    row = examine(replace(WELL, online=online))[-1]

    assert (row.level, row.what) == (Level.OK, "o/r, default branch trunk, seen as bot[bot].")
