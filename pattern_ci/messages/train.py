"""What `train` says on the terminal and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pattern_ci.messages.counting import plural
from pattern_ci.messages.escaping.lines import log
from pattern_ci.messages.pattern_page import holdout_sentence
from pattern_ci.model.pattern import Mode
from pattern_ci.model.proposal import FAULTS, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pattern_ci.model.candidate import Abstention, Draft
    from pattern_ci.model.pattern import Spec
    from pattern_ci.model.proposal import Action, TrainReport

_ABSTAINED_TEXT = 3
_LOOK: Final = "look at patterns/drafts, or open pull requests with `train --pull-request`."
_DRAFTS: Final = "patterns/drafts/"
SLOTS_SHOWN: Final = 6

_SAID: Final = {
    Reason.NEW: "found for the first time",
    Reason.CHANGED: "its content changed",
    Reason.BRANCH_READY: "its branch was ready; an earlier run had stopped before this",
    Reason.BRANCH_OUTDATED: "a branch that an earlier run had left is brought up to date",
    Reason.BODY_UNFINISHED: "an earlier run had stopped before its text",
    Reason.CONFLICT: "it conflicted with the base branch and starts anew from it",
    Reason.WISHED: "somebody asked for it on the dashboard",
    Reason.NEEDED_AGAIN: "needed again, so the one that was closed lately is opened",
    Reason.BY_HAND: "the base branch has it already: {detail}",
    Reason.SUPERSEDED: "{detail} takes its place",
    Reason.NOT_NEEDED: "the history no longer supports it",
    Reason.OVER: "its pull request is over",
    Reason.LEFT_OPEN: "open, and not part of this run",
    Reason.UP_TO_DATE: "up to date",
    Reason.KNOWN: "here already: {detail}",
    Reason.MERGED: "merged before",
    Reason.IN_BASE: "in the base branch already: {detail}",
    Reason.REJECTED: "closed without merging, which rejects it for good",
    Reason.SAME_AS_REJECTED: "{detail} of its files belong to a proposal that was closed",
    Reason.REFUSED: "refused by `train.reject` in .github/pattern-ci.yml",
    Reason.EDITED: "edited, left as it is",
    Reason.UNREADABLE: "left as it is, and cannot be read: {detail}",
    Reason.IN_THE_WAY: "another file is in the way: {detail}",
    Reason.STRANGE_BRANCH: "the branch {detail} is there and not ours; delete it to let this go on",
    Reason.DUPLICATE: "another candidate of this run has the same identity",
    Reason.TOO_LITTLE: "too little to ask for a review: {detail}",
    Reason.INVALID: "the draft is not valid: {detail}",
    Reason.UNKNOWN: "what it rests on could not be read: {detail}",
    Reason.FAILED: "{detail}",
    Reason.STOPPED: "not tried after this: {detail}",
    Reason.OPEN_LIMIT: "as many pull requests are open as may be; merge or close one",
    Reason.NEW_LIMIT: "this run opens no more; the next one goes on",
}
_PARTS: Final = {
    "similarity": "similarity",
    "success_rate": "success",
    "test_coverage": "coverage",
    "schema_completeness": "schema",
}
_DOES: Final = {
    Verdict.DRAFT: ("would be drafted", "drafted"),
    Verdict.OPEN: ("a pull request would be opened", "pull request opened"),
    Verdict.REOPEN: ("its pull request would be opened again", "pull request opened again"),
    Verdict.UPDATE: ("would be updated", "updated"),
    Verdict.CLOSE: ("its pull request would be closed", "pull request closed"),
    Verdict.PRUNE: ("its branch would be deleted", "branch deleted"),
    Verdict.NONE: ("nothing to do", "nothing to do"),
    Verdict.WAIT: ("would wait", "waiting"),
    Verdict.SKIP: ("would be left out", "left out"),
}
# What ends in "pull request opened" is followed by its number; "nothing to do" is not.
_NAMES_IT: Final = (Verdict.OPEN, Verdict.REOPEN, Verdict.UPDATE, Verdict.CLOSE, Verdict.PRUNE)
_WRITES: Final = {
    "create_branch": "create the branch {branch}",
    "update_branch": "move the branch {branch}",
    "replace_branch": "start the branch {branch} anew",
    "delete_branch": "delete the branch {branch}",
    "create_pull_request": "open a pull request: {title}",
    "update_pull_request": "change pull request {number}",
    "create_issue": "open an issue: {title}",
    "update_issue": "change issue {number}",
    "create_comment": "comment on {number}",
    "dispatch_workflow": "start {workflow} on {ref}",
}

UNSIGNED = (
    "no token in {names}: this is the plan, nothing was written. Next: export a token that may "
    "write contents and pull requests, or write the drafts here with `pattern-ci train --apply`."
)
NO_REMOTE = (
    "no GitHub repository is known: this is the plan, nothing was written. Next: name one with "
    "--slug owner/name, or write the drafts here with `pattern-ci train --apply`."
)
NOT_ENABLED = (
    "`train.enabled: false` in .github/pattern-ci.yml keeps pull requests off: this is the plan, "
    "nothing was written. Next: remove that line to let them be opened."
)
DISABLED = "DISABLE_PATTERN_AUTOMATION is set, so no pull request is written."
DISABLED_NEXT = "unset it, or look at the plan with `pattern-ci train --pull-request --plan`."
NO_WORK_TREE = "{path} is a bare repository: there is no tree to write drafts to."
NO_WORK_TREE_NEXT = "run this in a clone, or open pull requests with --pull-request."


ALL_IS_LOCAL = "--all is about drafts and does not go with --pull-request."
ALL_IS_LOCAL_NEXT = "tick a candidate's box on the dashboard, or lower `train.min_confidence`."


def too_unsure(confidence: float, needed: float) -> str:
    """A candidate below the least confidence."""
    return f"confidence {confidence:.3f}, {needed:.3f} is needed"


def saves_little(saving: float, needed: float) -> str:
    """A candidate that saved too little on files that it had not seen."""
    return f"it saves {saving:.1%}, {needed:.1%} is needed"


def sentence(action: Action) -> str:
    """Why, without what: the reason of the JSON output."""
    return _SAID[action.reason].format(detail=action.detail)


def outcome(action: Action, *, planned: bool) -> str:
    """What happens or happened to a candidate, and why."""
    if action.reason in (Reason.FAILED, Reason.UNKNOWN, Reason.INVALID):
        return f"failed: {sentence(action)}"
    does = _DOES[action.verdict][0 if planned else 1]
    number = _number(action) if action.number is not None else ""
    why = "" if action.reason is Reason.NEW else f": {sentence(action)}"
    return f"{does}{number}{why}"


def _number(action: Action) -> str:
    return f" #{action.number}" if action.verdict in _NAMES_IT else f" (#{action.number})"


def traced(action: Action) -> str:
    """A decision with what it rests on, for debugging."""
    on = {
        "detail": action.detail,
        "pull request": action.pull_request,
        "tip": action.expected,
        "recorded": action.recorded,
    }
    rests = "".join(f", {name} {value}" for name, value in on.items() if value)
    return f"{action.name} {action.identity}: {action.verdict.value}, {action.reason.value}{rests}"


def what_was_read(report: TrainReport) -> str:
    """How much of which history."""
    mined = report.mined
    commits = plural(mined.commits, "commit")
    return f"{commits}, {plural(mined.files, 'file')} at {mined.rev[:12]}"


def terminal(report: TrainReport) -> list[str]:
    """The lines for a person; each is safe for a log that a workflow runner reads."""
    lines = [
        f"Read {what_was_read(report)}.",
        *(f"Not seen: {limit}" for limit in report.mined.limits),
        "",
    ]
    weak = [one for one in pairs(report) if _is_weak(report, one[0])]
    for action, draft in pairs(report):
        if (action, draft) not in weak:
            lines += _candidate(action, draft, planned=report.planned)
    lines += _too_weak(weak)
    lines += [
        f"{action.name}\n  -> {outcome(action, planned=report.planned)}\n"
        for action in others(report)
    ]
    lines += _left_alone(report.mined.abstained)
    lines += _written(report.written)
    lines += [f"Would {planned_write(write)}" for write in report.writes]
    lines += [*([""] if lines[-1] else []), f"Next: {next_step(report)}"]
    return [log(line) for line in lines]


def _is_weak(report: TrainReport, action: Action) -> bool:
    """Whether a candidate was left out of the drafts for being too weak; told in one line each."""
    return report.mode != "pull-request" and action.reason is Reason.TOO_LITTLE


def _too_weak(weak: Sequence[tuple[Action, Draft]]) -> list[str]:
    if not weak:
        return []
    count = plural(len(weak), "candidate is", "candidates are")
    rows = (f"  {draft.spec.pattern_id}: {action.detail}" for action, draft in weak)
    return [f"{count} too weak to be drafted (`--all` drafts them too):", *rows, ""]


def _written(paths: Sequence[str]) -> list[str]:
    """The files that were written; drafts have ten or more each and are counted."""
    drafts = [path for path in paths if path.startswith(_DRAFTS)]
    noun = "file" if len(drafts) == 1 else "files"
    counted = [f"Wrote {len(drafts)} {noun} below {_DRAFTS}"] if drafts else []
    return [*counted, *(f"Wrote {path}" for path in paths if path not in drafts)]


def planned_write(write: Mapping[str, Any]) -> str:
    """One recorded write in words."""
    verb = str(write["verb"])
    if verb == "commit_files":
        return f"make {write['makes']} of {len(write['files'])} files"
    said = _WRITES.get(verb)
    return said.format(**write) if said else verb.replace("_", " ")


def pairs(report: TrainReport) -> list[tuple[Action, Draft]]:
    """Each action about a draft of this run with that draft, in the order of the actions."""
    drafts = {draft.spec.identity: draft for draft in report.mined.drafts}
    return [
        (action, drafts[action.identity])
        for action in report.actions
        if action.identity in drafts and action.verdict is not Verdict.PRUNE
    ]


def others(report: TrainReport) -> list[Action]:
    """The actions about what no draft of this run is about, and about branches."""
    paired = {id(action) for action, _ in pairs(report)}
    return [action for action in report.actions if id(action) not in paired]


def _candidate(action: Action, draft: Draft, *, planned: bool) -> list[str]:
    spec = draft.spec
    parts = spec.confidence.to_dict()
    shares = ", ".join(f"{label} {parts[name]:.2f}" for name, label in _PARTS.items())
    return [
        f"{spec.pattern_id}  confidence {parts['total']:.2f} ({shares})",
        f"  {spec.summary}",
        f"  {_does(spec)}; learned from {_learned(draft)}",
        *([f"  {holdout_sentence(spec)}"] if spec.evidence.holdout else []),
        f"  -> {outcome(action, planned=planned)}",
        "",
    ]


def _does(spec: Spec) -> str:
    """What a pattern does to which files."""
    if spec.rewrite is not None:
        return f"rewrites {writes(spec)}"
    told = {
        verb: list(dict.fromkeys(slot.role for slot in spec.slots if slot.mode is mode))
        for verb, mode in (("writes", Mode.ADD), ("edits", Mode.EDIT))
    }
    return ", ".join(f"{verb} {_few(roles)}" for verb, roles in told.items() if roles)


def _learned(draft: Draft) -> str:
    if draft.spec.rewrite is not None:
        return plural(len(draft.spec.evidence.commits), "commit")
    return plural(len(draft.members), "file")


def writes(spec: Spec) -> str:
    """The roles that a pattern writes, or the files that it rewrites, the first few by name."""
    roles = list(dict.fromkeys(slot.role for slot in spec.slots))
    if not roles and spec.rewrite is not None:
        roles = list(spec.rewrite.get("files", ()))
    return _few(roles)


def _few(roles: Sequence[str]) -> str:
    more = f" and {len(roles) - SLOTS_SHOWN} more" if len(roles) > SLOTS_SHOWN else ""
    return ", ".join(roles[:SLOTS_SHOWN]) + more


def _left_alone(abstained: Sequence[Abstention]) -> list[str]:
    if not abstained:
        return []
    noun = "group was" if len(abstained) == 1 else "groups were"
    lines = [f"{len(abstained)} {noun} looked at and not drafted; nearest to a pattern:"]
    for item in nearest_first(abstained)[:_ABSTAINED_TEXT]:
        lines.append(f"  {item.role} ({plural(item.members, 'file')}): {item.reason}")
        if item.nearest_miss:
            lines.append(f"    {item.nearest_miss}")
    return lines


def nearest_first(abstained: Sequence[Abstention]) -> list[Abstention]:
    """What came nearest to a pattern first."""
    return sorted(abstained, key=lambda item: (-item.score, -item.members, item.role))


def next_step(report: TrainReport) -> str:
    """The one thing to do after this run."""
    if any(action.reason in FAULTS for action in report.actions):
        return "see what failed above, then run the same again; what is done stays done."
    if not report.mined.drafts:
        return "come back when more files have been added in the same way."
    if report.planned and report.notes:  # pull requests were asked for and are not possible
        return "see the note above; until then `pattern-ci train --apply` writes drafts here."
    if report.mode == "pull-request":
        return _next_on_github(report)
    return _next_here(report)


def _next_here(report: TrainReport) -> str:
    if not report.planned:
        return _LOOK
    if report.count(Verdict.DRAFT) or report.count(Verdict.UPDATE):
        return "`pattern-ci train --apply` writes the drafts, `--pull-request` proposes them."
    if report.actions and all(action.reason is Reason.TOO_LITTLE for action in report.actions):
        return "`pattern-ci train --apply --all` drafts them all the same."
    if any(action.reason is Reason.UP_TO_DATE for action in report.actions):
        return f"nothing new; {_LOOK}"
    return "nothing new; everything that was found is a pattern already."


def _next_on_github(report: TrainReport) -> str:
    if report.planned:
        return "`pattern-ci train --pull-request` does this; in a workflow, `apply: true`."
    if any(report.count(verdict) for verdict in (Verdict.OPEN, Verdict.REOPEN, Verdict.UPDATE)):
        return "merge what is right, close what is not; closing is remembered."
    return "nothing to do now."


def note(text: str) -> str:
    """A remark on standard error."""
    return log(f"pattern-ci: {text}")


def job_outputs(report: TrainReport, place: str) -> dict[str, str]:
    """The outputs of a workflow step, by name; a plan has done nothing and says so."""
    done = {
        name: "0" if report.planned else str(report.count(verdict))
        for name, verdict in (
            ("drafted", Verdict.DRAFT),
            ("opened", Verdict.OPEN),
            ("updated", Verdict.UPDATE),
        )
    }
    waiting = str(report.count(Verdict.WAIT))
    return {
        "candidates": str(len(report.mined.drafts)),
        **done,
        "waiting": waiting,
        "report": place,
    }


def as_json(report: TrainReport, candidates: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The published shape; `candidates` as `mine` prints them."""
    return {
        "schema_version": 1,
        "rev": report.mined.rev,
        "mode": report.mode,
        "planned": report.planned,
        "candidates": list(candidates),
        "actions": [
            {
                "identity": action.identity,
                "pattern_id": action.name,
                "action": action.verdict.value,
                "reason": sentence(action),
                "pr": action.number,
            }
            for action in report.actions
        ],
        "limits": {"open_limit": report.open_limit, "new_per_run": report.new_per_run},
        "requests": {
            "reads": report.requests.get("reads", 0),
            "writes": report.requests.get("writes", 0),
        },
        "writes": list(report.writes),
        "written": list(report.written),
        "answers": [
            {"wish": one.wish.value, "name": one.name, "done": one.done, "says": one.says}
            for one in report.answers
        ],
        "notes": list(report.notes),
        "abstained": [item.to_dict() for item in report.mined.abstained],
    }
