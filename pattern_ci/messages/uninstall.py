"""What `uninstall` says."""

from __future__ import annotations

CACHE = "cache and local state"
WRITTEN_BY_INIT = "as `init` wrote it"
OUR_ENTRY = "our entry only"
CHANGED = "was changed since `init` wrote it"
BY_HAND = "our entry cannot be taken out without touching other lines"
YOURS = "patterns are yours; delete them by hand if you no longer want them"

UNTOUCHED = "as we left it"
CLOSES = "as we left it; closes #{number}"
NOT_OURS = "no pull request of ours has it as its branch"
MOVED = "somebody else committed to it"
IS_BASE = "another pull request goes into it"
IS_DEFAULT = "it is the default branch"
MOVED_MEANWHILE = "it moved while we looked"

NOTHING = "Nothing to take away."
NEXT_PLAN = "Next: `pattern-ci uninstall --apply` does this."
NEXT_PLAN_REMOTE = "Next: `pattern-ci uninstall --remote --apply` does this."
DONE = "Done. Next: commit what changed; the program itself goes with `pip uninstall pattern-ci`."

DISABLED = "automation is switched off, so no branch on GitHub is deleted."
NEXT_ELSEWHERE = "`pattern-ci uninstall --apply` there finishes or undoes it first."
NEXT_DISABLED = "unset DISABLE_PATTERN_AUTOMATION, or leave out --remote."


def interrupted_elsewhere(folder: str) -> str:
    """Another work tree still needs what would be removed."""
    return f"{folder} holds a change to the main work tree that was interrupted."


def recovered(what: str) -> str:
    """An interrupted change was finished or undone before its journal went away."""
    return f"before that: {what}"
