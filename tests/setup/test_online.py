"""The doctor's rules about GitHub, on facts given as literals: one broken part, one row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pattern_ci.model.github import ActionsSettings, WorkflowRun
from pattern_ci.setup.health import examine
from pattern_ci.setup.records import BotPull, Check, History, Level, Online, Saved, Unread
from tests.setup.test_health import CALLER, FLOW, WELL

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CHECKED = BotPull(4, "pattern-ci/a", "github-actions[bot]", 2)
BARE = BotPull(3, "pattern-ci/b", "github-actions[bot]", 0)
TESTS = replace(FLOW, path=".github/workflows/ci.yml", crons=(), on_pull_requests=True)


def _run(
    age: timedelta, *, event: str = "schedule", conclusion: str | None = "success"
) -> WorkflowRun:
    return WorkflowRun(
        id=int(age.total_seconds()),
        event=event,
        status="completed",
        conclusion=conclusion,
        head_sha="a" * 40,
        created_at=NOW - age,
    )


HOUR = timedelta(hours=1)
RUNS = tuple(_run(n * 6 * HOUR) for n in range(1, 8))
GOOD = Online(
    full_name="o/r",
    default_branch="trunk",
    login="pattern-bot",
    permissions=frozenset({"push"}),
    asked_at=NOW,
    settings=ActionsSettings(default_access="read", may_open_pull_requests=True),
    pulls=(CHECKED,),
    histories=(History("w.yml", "active", RUNS),),
    saved=Saved.THERE,
)
FACTS = replace(WELL, flows=(FLOW, TESTS), online=GOOD)


def _bad(**change: object) -> list[Check]:
    facts = replace(FACTS, online=replace(GOOD, **change))  # type: ignore[arg-type]  # one field each
    return [check for check in examine(facts) if check.level is not Level.OK]


def test_a_repository_that_works_has_only_good_rows() -> None:
    """Every part that was asked has a row, and none asks for anything."""
    checks = examine(FACTS)

    assert {check.level for check in checks} == {Level.OK}
    assert [check.topic for check in checks][-5:] == [
        "github", "setting", "checks", "schedule", "dashboard",
    ]  # fmt: skip
    assert not any(check.next_step for check in checks)


@pytest.mark.parametrize(
    ("change", "level", "topic", "said", "step"),
    [
        ({"permissions": frozenset()}, "fail", "github", "may not push", "contents: write"),
        (
            {"unread": (Unread("which checks #3 has", "It is down.", "wait."),)},
            "note", "github", "not known: which checks #3 has. It is down.", "wait.",
        ),
        (
            {"settings": ActionsSettings(default_access="write", may_open_pull_requests=False)},
            "fail", "setting", "w.yml uses no other token", "approve pull requests`",
        ),
        ({"pulls": (CHECKED, BARE)}, "warn", "checks", "started on #3.", "Approve workflows"),
        (
            {"pulls": (BARE._replace(author="maintainer"),)},
            "warn", "checks", "#3", "leaves out these branches",
        ),
        (
            {"histories": (History("w.yml", None),)},
            "warn", "schedule", "GitHub has no workflow w.yml", "default branch",
        ),
        (
            {"histories": (History("w.yml", "disabled_inactivity", RUNS),)},
            "fail", "schedule", "for 60 days", "gh workflow enable w.yml",
        ),
        (
            {"histories": (History("w.yml", "disabled_manually", RUNS),)},
            "warn", "schedule", "somebody switched it off", "gh workflow enable w.yml",
        ),
        (
            {"histories": (History("w.yml", "active", RUNS[2:]),)},
            "warn", "schedule", "last ran 18 h ago, but is due every 6 h", "gh workflow run w.yml",
        ),
        (
            {
                "histories": (
                    History(
                        "w.yml",
                        "active",
                        (_run(HOUR, event="push"), _run(13 * HOUR, event="push")),
                    ),
                )
            },
            "warn", "schedule", "never ran by its schedule", "gh workflow run",
        ),
        ({"histories": (History("w.yml", "active"),)}, "note", "schedule", "not run", ""),
        (
            {"histories": (History("w.yml", "active", (_run(HOUR, event="push"),)),)},
            "note", "schedule", "not run by its schedule yet; it is due every 6 h", "",
        ),
        (
            {"saved": Saved.MISSING},
            "warn", "dashboard", "1 open pull request of ours, but", "once by hand",
        ),
        ({"saved": Saved.DAMAGED}, "warn", "dashboard", "cannot be read", "edit history"),
        ({"saved": Saved.CLOSED}, "note", "dashboard", "left alone", "reopen"),
    ],
)  # fmt: skip
def test_one_broken_part_is_one_row_with_the_next_step(
    change: dict[str, object], level: str, topic: str, said: str, step: str
) -> None:
    """Nothing but the broken part is reported, and the row says what to do."""
    bad = _bad(**change)

    assert [(check.level.value, check.topic) for check in bad] == [(level, topic)]
    assert said in bad[0].what
    assert step in bad[0].next_step


def test_a_refused_token_is_the_only_row_about_github() -> None:
    """What was not answered is not judged."""
    online = Online(problem="no.", next_step="ask.", pulls=(BARE,), saved=Saved.MISSING)
    bad = [check for check in examine(replace(FACTS, online=online)) if check.level is not Level.OK]

    assert [(check.topic, check.what) for check in bad] == [("github", "no.")]


@pytest.mark.parametrize(
    "change", [{"own_token": True}, {"workflow": "pattern-guard.yml"}], ids=["App", "guard"]
)
def test_the_setting_matters_where_it_is_used(change: dict[str, Any]) -> None:
    """Not where a caller hands over another token, nor where it opens no pull request."""
    off = ActionsSettings(default_access="read", may_open_pull_requests=False)
    caller = replace(CALLER, **change)
    facts = replace(FACTS, callers=(caller,), online=replace(GOOD, settings=off))

    assert [c.level for c in examine(facts) if c.topic == "setting"] == [Level.OK]


@pytest.mark.parametrize(
    ("state", "by_hand", "step"),
    [
        ("active", True, "`gh workflow run ci.yml --ref pattern-ci/b`"),
        ("active", False, "add `workflow_dispatch:` below `on:` in .github/workflows/ci.yml"),
        ("disabled_manually", True, "`gh workflow enable ci.yml`"),
        (None, True, "merge ci.yml into the default branch"),
    ],
)
def test_the_way_out_is_the_workflow_that_the_configuration_names(
    state: str | None, by_hand: bool, step: str
) -> None:
    """It is started, or what keeps it from being started is named."""
    facts = replace(
        FACTS,
        checks_workflow="ci.yml",
        flows=(FLOW, replace(TESTS, by_hand=by_hand)),
        online=replace(GOOD, pulls=(BARE,), checks_state=state),
    )
    (bad,) = (check for check in examine(facts) if check.level is not Level.OK)

    assert bad.topic == "checks"
    assert step in bad.next_step


def test_no_check_is_missing_where_there_are_none() -> None:
    """A repository without a workflow for pull requests is told so, without a warning."""
    facts = replace(FACTS, flows=(FLOW,), online=replace(GOOD, pulls=(BARE,)))
    (row,) = (check for check in examine(facts) if check.level is not Level.OK)

    assert (row.level, row.topic) == (Level.NOTE, "checks")
    assert "no workflow here starts on pull requests" in row.what


def test_checks_that_could_not_be_read_are_not_called_missing() -> None:
    """Not known is not none."""
    assert _bad(pulls=(BARE._replace(checks=None),)) == []


@pytest.mark.parametrize(
    ("conclusions", "level", "said"),
    [
        (["failure"], "warn", "the last run of w.yml did not succeed"),
        (["failure", "timed_out"], "warn", "none of the last 2 runs"),
        (["failure"] * 5 + ["success"], "fail", "none of the last 5 runs of w.yml succeeded"),
        (["failure"] * 4 + ["success"], "", ""),
        ([None, "cancelled", "skipped"], "", ""),
        ([None, "failure", "cancelled"], "warn", "the last run"),
    ],
)
def test_runs_that_never_succeed_are_a_fault(
    conclusions: list[str | None], level: str, said: str
) -> None:
    """Five in a row fail; fewer are looked at; what was never decided does not count."""
    runs = tuple(_run(n * HOUR, conclusion=one) for n, one in enumerate(conclusions, start=1))
    bad = _bad(histories=(History("w.yml", "active", runs),))

    assert [check.level.value for check in bad] == ([level] if level else [])
    assert all(said in check.what and "gh run view" in check.next_step for check in bad)


def test_exactly_two_intervals_are_not_late() -> None:
    """GitHub delays runs; the row changes one minute after the second interval has passed."""
    for age, late in ((12 * HOUR, False), (12 * HOUR + timedelta(minutes=1), True)):
        assert bool(_bad(histories=(History("w.yml", "active", (_run(age),)),))) is late


@pytest.mark.parametrize(
    ("token", "login", "kind"),
    [
        ("ghs_x", "github-actions[bot]", "the workflow's own token (GITHUB_TOKEN)"),
        ("ghs_x", "pattern-helper[bot]", "a token of the App pattern-helper"),
        ("ghp_x", "maintainer", "a classic personal token"),
        ("github_pat_x", "maintainer", "a fine-grained personal token"),
    ],
)
def test_the_kind_of_token_is_told(token: str, login: str, kind: str) -> None:
    """The login tells the token of a workflow from that of an App."""
    facts = replace(FACTS, token=token, online=replace(GOOD, login=login))
    row = next(check for check in examine(facts) if check.topic == "token")

    assert row.what == f"{kind} is set."
