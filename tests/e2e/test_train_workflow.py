"""A repository calls the training workflow, and GitHub shows what came of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci import yaml
from pattern_ci.catalog import RELEASE, REPOSITORY
from testing.emulate import ACTIONS, ACTIONS_TOKEN
from testing.repos import git, plugin_tree
from tests.e2e.world import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from testing.act import Run
    from tests.e2e.world import World

UNKNOWN_TOKEN = "a-token-that-nobody-knows"
SECRET_SHOWN = "***"  # what a runner prints in place of a secret
PLAN = "with:\n  apply: false\n"
APPLY = "with:\n  apply: true\n"
BY_APP = """\
with:
  app-client-id: Iv23example
secrets:
  app-private-key: ${{ secrets.APP_PRIVATE_KEY }}
"""
BY_TOKEN = """\
secrets:
  token: ${{ secrets.OWN_TOKEN }}
"""


def _outputs(run: Run) -> dict[str, str]:
    """What the workflow handed to its caller."""
    found: dict[str, str] = json.loads(run.outputs("seen")["outputs"])
    return found


def _expected(world: World, *, candidates: int, opened: int) -> dict[str, str]:
    return {
        "candidates": str(candidates),
        "opened": str(opened),
        "updated": "0",
        "waiting": "0",
        "report": REPORT.format(slug=world.repository.slug),
    }


def _assert_only_its_own_suite(world: World, pull: dict[str, Any]) -> str:
    """The branch adds one active pattern at its final place and nothing else; its id."""
    main, branch = (world.repository.tree(ref) for ref in ("main", pull["head"]["ref"]))
    added = {path: text for path, text in branch.items() if path not in main}
    assert {path: branch.get(path) for path in main} == main
    assert added
    assert all(path.startswith("patterns/") for path in added)
    assert not any("/drafts/" in path for path in added)

    (spec_path,) = (path for path in added if path.endswith(".pattern.yaml"))
    assert spec_path.startswith("patterns/specs/")
    spec = yaml.load(added[spec_path], source=spec_path).data
    assert spec["status"] == "active"
    assert pull["head"]["ref"] == f"pattern-ci/{spec['identity']}"
    for kind in ("schemas", "templates", "examples", "docs"):
        assert any(path.startswith(f"patterns/{kind}/{spec['name']}") for path in added), kind
    return str(spec["pattern_id"])


def test_a_proposal_is_made_once_and_closing_it_is_final(
    called_with: Callable[[str], World],
) -> None:
    """Pull requests appear; the same state again writes nothing; nor does it after they are
    closed and their families have grown.
    """
    world = called_with(APPLY)

    first = world.run()
    opened = world.pulls()

    assert first.code == 0, first.log
    proposed = {_assert_only_its_own_suite(world, pull) for pull in opened}
    assert len(proposed) == len(opened) >= 2
    assert {pull["base"]["ref"] for pull in opened} == {"main"}
    assert {pull["user"]["login"] for pull in opened} == {ACTIONS}
    assert _outputs(first) == _expected(world, candidates=len(opened), opened=len(opened))
    assert all(name in first.summary for name in proposed)
    assert first.summary.count("pull request opened") == len(opened)
    assert all(f"pull request opened #{pull['number']}" in first.log for pull in opened)

    branches = world.branches()
    second = world.run()

    assert second.code == 0, second.log
    assert world.proxy.seen
    assert world.proxy.writes == []
    assert (world.pulls(), world.branches()) == (opened, branches)
    assert _outputs(second) == _expected(world, candidates=len(opened), opened=0)
    assert second.summary.count("up to date") == len(opened)

    for pull in opened:
        world.repository.human_closes(pull["number"])
    for name in ("lambda_two", "mu"):
        world.push({path: str(text) for path, text in plugin_tree(name).items()})
    closed, branches = world.pulls(), world.branches()
    third = world.run()

    assert third.code == 0, third.log
    assert world.proxy.seen
    dashboard = f"/repos/{world.repository.slug}/issues/{world.dashboard()['number']}"
    assert [(one.method, one.path) for one in world.proxy.writes] == [("PATCH", dashboard)]
    assert (world.pulls(), world.branches()) == (closed, branches)
    assert _outputs(third) == _expected(world, candidates=len(opened), opened=0)
    assert third.summary.count("closed without merging") == len(opened)
    assert "learned from 12 files" in third.log


def test_a_plan_writes_nothing_and_reports_in_the_same_shape(
    called_with: Callable[[str], World],
) -> None:
    """Without `apply` GitHub is only read, and outputs and summary have the same parts."""
    world = called_with(PLAN)
    branches = world.branches()

    run = world.run()

    planned = run.summary.count("a pull request would be opened")
    assert run.code == 0, run.log
    assert planned >= 2
    assert SECRET_SHOWN not in run.log
    assert world.proxy.seen
    assert world.proxy.writes == []
    assert (world.pulls(), world.branches()) == ([], branches)
    assert _outputs(run) == _expected(world, candidates=planned, opened=0)


def test_a_caller_chooses_what_is_read(called_with: Callable[[str], World]) -> None:
    """Only what `rev` reaches is looked at."""
    world = called_with("with:\n  rev: HEAD~3\n")
    reached = git(world.clone, "rev-list", "--count", "HEAD~3").strip()

    run = world.run()

    assert run.code == 0, run.log
    assert f"Read {reached} commits" in run.log


def test_the_tool_comes_from_its_own_checkout_and_goes_before_the_tree(
    called_with: Callable[[str], World],
) -> None:
    """The version that the workflow names is checked out without credentials and installed; no
    trace of it is left where the history lies.
    """
    world = called_with(APPLY)
    world.variables["DISABLE_PATTERN_AUTOMATION"] = "1"  # only what failed is left to look at

    run = world.run()

    assert list(run.steps) == [
        "Check out pattern-ci", "Install pattern-ci", "Check out the history", "Train",
    ]  # fmt: skip
    given = {"repository": REPOSITORY, "ref": RELEASE, "persist-credentials": "false"}
    assert all(f'"{name}":"{value}"' in run.log for name, value in given.items())
    (installed,) = world.installed()
    assert "/.pattern-ci-tool" in (installed / "direct_url.json").read_text()
    assert git(world.workspace(), "status", "--porcelain", "--ignored") == ""


def test_an_app_reads_and_writes_in_place_of_the_workflow(
    called_with: Callable[[str], World],
) -> None:
    """With the client id of an App its token is used, narrowed to what the run needs."""
    world = called_with(BY_APP)

    run = world.run(token=UNKNOWN_TOKEN)

    assert run.code == 0, run.log
    assert "a pull request would be opened" in run.summary
    for name in ("permission-contents", "permission-pull-requests"):
        assert f'"{name}":"write"' in run.log
    assert '"client-id":"Iv23example"' in run.log
    assert f'"private-key":"{SECRET_SHOWN}"' in run.log


def test_a_token_that_is_handed_over_takes_the_place_of_the_workflows(
    called_with: Callable[[str], World],
) -> None:
    """The run reads with it, though the workflow's own token is good for nothing."""
    world = called_with(BY_TOKEN)

    run = world.run(token=UNKNOWN_TOKEN)

    assert run.code == 0, run.log
    assert "a pull request would be opened" in run.summary
    assert SECRET_SHOWN not in run.log


@pytest.mark.parametrize(
    ("options", "token", "disabled", "code"),
    [
        pytest.param(APPLY, UNKNOWN_TOKEN, "", 41, id="a token that GitHub refuses"),
        pytest.param(
            APPLY + "  base: gone\n", ACTIONS_TOKEN, "", 43, id="a base that is not there"
        ),
        pytest.param(APPLY, ACTIONS_TOKEN, "1", 27, id="the kill switch"),
    ],
)
def test_a_run_that_may_not_write_fails(
    called_with: Callable[[str], World], options: str, token: str, disabled: str, code: int
) -> None:
    """The job is red, ends with the code of its category and the next step, and writes nothing."""
    world = called_with(options)
    world.variables["DISABLE_PATTERN_AUTOMATION"] = disabled

    run = world.run(token=token)

    assert run.code == 1
    assert run.steps["Train"] == "failure"
    assert f"exit status {code}" in run.log
    assert "Next: " in run.log
    assert bool(world.proxy.seen) is not bool(disabled)
    assert world.proxy.writes == []
    assert world.pulls() == []
