"""The two ways to publish what was mined: drafts in the tree, or pull requests on GitHub."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import git, git_objects, git_trees
from pattern_ci.automation.bot_prs.publish import publish
from pattern_ci.automation.bot_prs.survey import Place, Settings, Survey
from pattern_ci.automation.train import local
from pattern_ci.automation.train.known import LIBRARY, Known, in_commit, in_work_tree
from pattern_ci.automation.train.proposals import propose
from pattern_ci.automation.train.redrafting import redrafted
from pattern_ci.automation.train.soundness import unsound
from pattern_ci.github.plan import PlanRecorder
from pattern_ci.messages.train_report import report_page
from pattern_ci.mining.drafting import files_for
from pattern_ci.model.bot_change import ChangeKind
from pattern_ci.model.pattern import Status
from pattern_ci.model.proposal import Action, Reason, Verdict
from pattern_ci.registry.derive import INDEX, MARKER, ROUTING, Located, derived_files
from pattern_ci.registry.facts import gather
from pattern_ci.render.transaction import Change, apply_changes, recover

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from pattern_ci.automation.train.policy import Policy
    from pattern_ci.errors import FatalError
    from pattern_ci.github.port import GitHubPort
    from pattern_ci.messages.pull_request import Web
    from pattern_ci.model.candidate import Draft, MineResult
    from pattern_ci.model.dashboard import Answer

COMPANIONS_PATH = f"{LIBRARY}/companions.json"
# Files of ours are small; one that is larger is asked for on GitHub.
_MAX_BYTES = 1 << 20
REPORT_PATH = f"{LIBRARY}/reports/pattern_candidates.md"


class Remote(NamedTuple):
    """An open door to GitHub."""

    port: GitHubPort
    place: Place
    settings: Settings
    web: Web
    now: datetime


class Outcome(NamedTuple):
    """What was done: actions, errors met, paths written here, writes planned for GitHub, notes."""

    actions: tuple[Action, ...]
    errors: tuple[FatalError, ...] = ()
    written: tuple[str, ...] = ()
    writes: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


def on_github(
    remote: Remote,
    repo: git.Repo,
    mined: MineResult,
    *,
    planned: bool,
    policy: Policy = local.ANYTHING,
) -> Outcome:
    """Decide and open pull requests; a plan makes the same calls to a recorder.

    What `policy` refuses is not even asked about; what it finds too little, the settings say.
    """
    refused = [draft for draft in mined.drafts if policy.refuses(draft.spec)]
    wanted = tuple(draft for draft in mined.drafts if draft not in refused)
    mined = _above(repo, replace(mined, drafts=wanted))
    committed = in_commit(repo, mined.rev)
    recorder = PlanRecorder(remote.port) if planned else None
    suites = {draft.spec.identity: files_for(draft, Status.ACTIVE) for draft in mined.drafts}
    survey = Survey(
        port=recorder or remote.port,
        settings=remote.settings,
        place=remote.place,
        changes=[propose(draft, web=remote.web) for draft in mined.drafts],
        now=remote.now,
        web=remote.web.home,
        rev=mined.rev,
        read_here=partial(_texts_here, repo),
        # What could not be seen might be what an open pull request was learned from.
        kinds=frozenset() if mined.limits else frozenset({ChangeKind.PATTERN}),
        merged=committed.patterns,
        # A committed draft waits for approval where it is; one that only lies in the tree does not.
        known={**committed.drafts, **_in_tree(repo).patterns},
        invalid=unsound(suites),
    )
    done = publish(survey)
    return Outcome(
        (*done.actions, *map(_left_out, refused)),
        done.errors,
        writes=tuple(recorder.writes) if recorder else (),
        answers=done.answers,
    )


def _left_out(draft: Draft) -> Action:
    return Action(
        identity=draft.spec.identity,
        name=draft.spec.pattern_id,
        verdict=Verdict.SKIP,
        reason=Reason.REFUSED,
    )


def _above(repo: git.Repo, mined: MineResult) -> MineResult:
    """What was mined, with versions above those that are committed as drafts."""
    drafts = redrafted(repo, mined.rev, mined.drafts, library=LIBRARY)
    return replace(mined, drafts=drafts)


def _texts_here(repo: git.Repo, sha: str, paths: Sequence[str]) -> Mapping[str, str | None] | None:
    """The texts of these paths at a commit; None when the clone lacks the commit or one of them."""
    if git_objects.missing(repo, [sha]):
        return None
    ids = {entry.path: entry.blob for entry in git_trees.tree(repo, sha, *paths)}
    found = git_objects.blobs(
        repo, [ids[path] for path in paths if path in ids], max_bytes=_MAX_BYTES
    )
    if any(ids[path] not in found for path in paths if path in ids):
        return None
    return {path: git.decode(found[ids[path]]) if path in ids else None for path in paths}


def in_place(
    repo: git.Repo,
    mined: MineResult,
    rules: str,
    *,
    planned: bool,
    policy: Policy = local.ANYTHING,
) -> Outcome:
    """Decide and write drafts into the tree; `rules` is the text of `companions.json`."""
    mined = _above(repo, mined)
    root = repo.work_tree
    if planned or root is None:
        steps, _ = _steps(repo, mined, policy)
        return Outcome(tuple(step.action for step in steps))
    # What an interrupted run left is finished or undone before anybody looks at the tree.
    recovered = recover(root, repo.tree_state_dir)
    steps, record = _steps(repo, mined, policy)
    wanted: local.Texts = {REPORT_PATH: report_page(mined)}
    if not local.same_rules(local.text_at(root, COMPANIONS_PATH), rules):
        wanted[COMPANIONS_PATH] = rules
    wanted |= _derived(root / LIBRARY, mined, steps)
    written = _write(root, repo.tree_state_dir, wanted, steps)
    local.write_record(repo.tree_state_dir, record, steps)
    actions = tuple(step.action for step in steps)
    return Outcome(actions, written=written, notes=(recovered,) if recovered else ())


def _steps(
    repo: git.Repo, mined: MineResult, policy: Policy
) -> tuple[list[local.Step], local.Record]:
    """What is to be done with each draft, and what earlier runs remember to have written."""
    there = _in_tree(repo)
    shelf = local.Shelf(texts={})
    if repo.work_tree:
        shelf = local.read_shelf(repo.work_tree, repo.tree_state_dir, mined.drafts, there.drafts)
        shelf = replace(shelf, broken=local.unreadable(repo.work_tree, shelf))
    steps = local.decide_local(
        mined.drafts,
        shelf,
        known={**in_commit(repo, mined.rev).patterns, **there.patterns},
        invalid=unsound({draft.spec.identity: draft.files for draft in mined.drafts}),
        policy=policy,
    )
    return steps, shelf.record


def _in_tree(repo: git.Repo) -> Known:
    return in_work_tree(repo.work_tree) if repo.work_tree else Known({}, {})


def _derived(library: Path, mined: MineResult, steps: Sequence[local.Step]) -> local.Texts:
    """The registry files that are there and ours, as they are with the drafts of this run.

    With a spec that cannot be read they stay: it would drop out of the index.
    """
    facts = gather(library, shown=LIBRARY)
    if any(suite.spec is None for suite in facts.suites):
        return {}
    changed = {step.action.identity for step in steps if step.changes}
    located = [one for one in facts.located if one.spec.identity not in changed]
    for draft in mined.drafts:
        if draft.spec.identity in changed:
            path = next(path for path in draft.files if path.endswith(".pattern.yaml"))
            located.append(Located(path, draft.spec))
    there = {INDEX: facts.index, ROUTING: facts.routing}
    return {
        f"{LIBRARY}/{name}": text
        for name, text in derived_files(located).items()
        if (file := there[name]) and file.text and file.text.startswith(MARKER)
    }


def _write(
    root: Path, state_dir: Path, wanted: local.Texts, steps: Sequence[local.Step]
) -> tuple[str, ...]:
    """All files in one transaction; what stands there already is not touched."""
    for step in steps:
        wanted = {**wanted, **step.changes}
    changes = [
        Change(path, None if text is None else text.encode("utf-8", "surrogateescape"))
        for path, text in sorted(wanted.items())
        if local.text_at(root, path) != text
    ]
    if changes:
        apply_changes(root, state_dir, changes, overwrite=True)
    return tuple(change.path for change in changes)
