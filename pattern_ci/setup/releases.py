"""Whether the hooks can be had: pre-commit clones what `rev` names, at the first commit."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from pattern_ci import files, git, process
from pattern_ci.errors import ProcessError, SpecError
from pattern_ci.messages import doctor_online as messages
from pattern_ci.setup import precommit
from pattern_ci.setup.records import Check, HookSource, Level

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pattern_ci.setup.records import Facts

# A server that takes longer is as good as not there for somebody who waits.
TIMEOUT_S: Final = 20.0
# No server lists its commits; pre-commit fetches one all the same.
_COMMIT: Final = re.compile(r"[0-9a-f]{7,64}")


def ask_sources(root: Path) -> tuple[HookSource, ...]:
    """Ask where the hooks come from whether it has what `rev` names, as their host will."""
    try:
        named = precommit.sources(files.read_text(root / precommit.CONFIG) or "")
    except SpecError:
        return ()  # said by the rule about the file
    return tuple(_asked(root, repo, rev) for repo, rev in named)


def _asked(root: Path, repo: str, rev: str) -> HookSource:
    if _COMMIT.fullmatch(rev):
        return HookSource(repo, rev, messages.NO_LIST_OF_COMMITS)
    env = git.clean_environment()
    # Nobody sits there to type a passphrase.
    env.setdefault("GIT_SSH_COMMAND", f"{os.environ.get('GIT_SSH', 'ssh')} -o BatchMode=yes")
    words = git.command(root, "ls-remote", "--quiet", "--", repo, rev)
    try:
        done = process.run(words, env=env, timeout=TIMEOUT_S)
    except ProcessError as error:
        return HookSource(repo, rev, error.line)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return HookSource(repo, rev, said[-1] if said else messages.NO_ANSWER)
    return HookSource(repo, rev, there=bool(done.stdout.strip()))


def hook_sources(facts: Facts) -> Iterator[Check]:
    """A `rev` that is not there makes every commit fail; one that nobody could ask is a note."""
    for one in facts.hook_sources:
        if one.there:
            yield Check(Level.OK, "hooks", messages.rev_there(one.repo, one.rev))
        elif one.there is None:
            yield Check(Level.NOTE, "hooks", messages.rev_not_asked(one.repo, one.rev, one.why))
        else:
            said = messages.rev_missing(one.repo, one.rev)
            yield Check(Level.FAIL, "hooks", said, messages.NEXT_REV)
