"""`worktree_lifecycle`: create, use, merge or drop, prune; no work is ever lost (VEV and CAR)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci.executors.flows import judged, refused, validate_execute_verify
from pattern_ci.executors.library import rescue, unsaved, validation, worktrees
from pattern_ci.executors.library.stakes import Look
from pattern_ci.executors.library.validation import Structure
from pattern_ci.messages import executors as messages
from pattern_ci.messages import worktrees as said
from pattern_ci.model.execution import CheckResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pattern_ci.executors.library.worktrees import Worktree
    from pattern_ci.model.execution import Context, ExecutionResult


class _Job(NamedTuple):
    """What is asked of which worktree."""

    context: Context
    branch: str
    inputs: Mapping[str, Any]

    def found(self) -> Worktree | None:
        """The worktree of the branch, if there is one."""
        trees = worktrees.listed(self.context)
        return next(
            (one for one in trees if one.branch == self.branch and worktrees.ours(one)), None
        )

    def look(self) -> Look:
        """Looks for what would be lost, with the consent that was given."""
        return Look(self.context, give_up=self.inputs.get("ignored") == worktrees.GIVE_UP)

    def remove(self, tree: Worktree) -> None:
        """Remove a worktree and its branch; a plan only notes it."""
        if not self.context.plan:
            worktrees.remove(self.context, tree)
            worktrees.delete_branch(self.context, tree.branch)

    def gone(self) -> CheckResult:
        """The check that the worktree is not there any more; not asked in a plan."""
        return CheckResult("worktree is gone", None if self.context.plan else self.found() is None)

    def absent(self) -> ExecutionResult:
        """What to answer where there is no worktree: fine for `missing_ok`, else a refusal.

        A run that was cut off may have left the branch; it goes too, when nothing is lost with it.
        A worktree that has left its branch is there, whatever is checked out in it.
        """
        place = worktrees.place(self.branch)
        for tree in worktrees.listed(self.context):
            if tree.path == place and not tree.branch:
                return refused([said.on_no_branch(self.branch, place)])
        if not self.inputs.get("missing_ok"):
            return refused([messages.no_worktree(self.branch)])
        if not self.context.plan and worktrees.left_over(self.context, self.branch):
            worktrees.delete_branch(self.context, self.branch)
        return judged({"branch": self.branch, "missing": True}, [CheckResult("gone", True)])


def execute(context: Context, inputs: Mapping[str, Any]) -> ExecutionResult:
    """Do `action` (create, run, merge, drop, prune, status) with the worktree of `branch`.

    `create` starts the branch at `base`; `run` runs `command` in it; `merge` merges the branch into
    the branch that is checked out here and drops the worktree; `drop` removes it. Uncommitted work
    or commits that are nowhere else refuse `drop`, unless `rescue: true`: then they are kept as a
    commit below `refs/pattern-ci/rescue/`, and the answer names it. Ignored files that are no
    outputs count as work, unless `ignored: drop` gives them up. To be done twice, `exist_ok`
    lets `create` pass where the branch has its worktree, and `missing_ok` lets `merge` and `drop`
    pass where it has none.
    """
    action = str(inputs["action"])
    if action not in ("prune", "status") and not inputs.get("branch"):
        return refused([messages.NO_BRANCH])
    return _ACTIONS[action](_Job(context, str(inputs.get("branch", "")), inputs))


def _create(job: _Job) -> ExecutionResult:
    path = worktrees.place(job.branch)
    if job.inputs.get("exist_ok") and job.found():
        return judged(
            {"path": path, "branch": job.branch}, [CheckResult("worktree is listed", True)]
        )

    def validate() -> list[str]:
        problems = worktrees.bad_branch(job.context, job.branch)
        if job.found():
            problems.append(messages.worktree_there(job.branch))
            return problems
        return [*problems, *validation.structure(job.context, Structure(absent=(path,)))]

    def act() -> dict[str, Any]:
        worktrees.hide(job.context)
        worktrees.add(job.context, path, job.branch, str(job.inputs.get("base", "HEAD")))
        return {"path": path, "branch": job.branch}

    def verify() -> list[CheckResult]:
        if job.context.plan:
            planned = messages.not_started(("git", "worktree", "add"))
            return [CheckResult("worktree is listed", None, planned)]
        return [CheckResult("worktree is listed", job.found() is not None, path)]

    return validate_execute_verify(validate=validate, execute=act, verify=verify)


def _run(job: _Job) -> ExecutionResult:
    tree = job.found()
    if tree is None:
        return refused([messages.no_worktree(job.branch)])
    ran = job.context.run(job.inputs["command"], cwd=tree.path)
    passed = None if ran.planned else ran.ok
    outputs = {"path": tree.path, "returncode": ran.returncode}
    return judged(outputs, [CheckResult("command", passed, messages.program(ran))])


def _merge(job: _Job) -> ExecutionResult:
    tree = job.found()
    if tree is None:
        return job.absent()
    stakes = job.look().at(tree)
    left = "" if job.inputs.get("rescue") else stakes.ignored
    problem = stakes.unmergeable or left or _not_ready(job.context)
    if problem:
        return refused([problem])
    wanted = worktrees.target(job.context, job.branch)
    if isinstance(wanted, str):
        return refused([wanted])
    taken = worktrees.overwritten(job.context, wanted)
    if taken:
        return refused([said.in_the_way(job.branch, taken)])
    kept = rescue.keep(job.context, tree, stakes.pieces) if stakes.pieces else None
    problem = worktrees.merge(job.context, job.branch, wanted)
    if problem:
        return refused([problem])
    job.remove(tree)
    return judged({"merged": job.branch, "rescued": kept}, [job.gone()])


def _not_ready(context: Context) -> str:
    """Why nothing can be merged into what is checked out here, in one line."""
    unfinished = unsaved.under_way(context.root)
    if unfinished:
        return said.under_way_here(unfinished)
    return messages.UNCOMMITTED_HERE if worktrees.dirty(context, ".") else ""


def _drop(job: _Job) -> ExecutionResult:
    tree = job.found()
    if tree is None:
        return job.absent()
    kept, stakes = None, job.look().at(tree)
    if stakes.reason and (not job.inputs.get("rescue") or stakes.unkeepable):
        return refused([stakes.unkeepable or stakes.reason])
    if stakes.reason:
        kept = rescue.keep(job.context, tree, stakes.pieces)
    job.remove(tree)
    return judged({"dropped": job.branch, "rescued": kept}, [job.gone()])


def _prune(job: _Job) -> ExecutionResult:
    """Remove every worktree of ours that holds nothing that would be lost, and dead entries."""
    worktrees.prune_entries(job.context)
    dropped, left, look = [], {}, job.look()
    for tree in _innermost_first(worktrees.listed(job.context)):
        reason = look.at(tree).reason
        if reason:
            left[tree.name] = reason
            continue
        dropped.append(tree.branch)
        look.without(tree)
        job.remove(tree)
    return judged({"dropped": dropped, "left": left}, [CheckResult("pruned", True)])


def _innermost_first(trees: list[Worktree]) -> list[Worktree]:
    """Those that may be dropped; one that lies in another goes before it."""
    ours = [tree for tree in trees if worktrees.ours(tree) and not tree.main]
    return sorted(ours, key=lambda tree: tree.path.count("/"), reverse=True)


def _status(job: _Job) -> ExecutionResult:
    look = job.look()
    trees = [
        {"path": tree.path, "branch": tree.branch, "at_risk": look.at(tree).reason or None}
        for tree in worktrees.listed(job.context)
        if not tree.main
    ]
    return judged({"worktrees": trees}, [CheckResult("listed", True)])


_ACTIONS: dict[str, Callable[[_Job], ExecutionResult]] = {
    "create": _create,
    "run": _run,
    "merge": _merge,
    "drop": _drop,
    "prune": _prune,
    "status": _status,
}
