"""What the suggest hook says about itself: why it does not check, or does not enforce."""

from __future__ import annotations


def not_checked(line: str) -> str:
    """Something that the hook reads is there and cannot be read."""
    return f"companions are not checked: {line}"


def sweeping(count: int, limit: int) -> str:
    """So many files are staged that nothing is a warning."""
    return (
        f"pattern-suggest: {count} files are staged, and of more than {limit} in one commit nothing"
        " is enforced (a sweeping change does not tell what belongs together); smaller commits are"
        " checked."
    )
