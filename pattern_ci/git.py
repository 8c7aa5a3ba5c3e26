"""The door to git: each function answers one question about a repository.

Streams (log, blobs) call the git program directly, because GitPython is about a hundred times
slower there; GitPython serves where a repository is handled rather than read.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pattern_ci import process
from pattern_ci.errors import (
    HistoryUnreadableError,
    NotARepositoryError,
    RevisionError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import git as git_python

# Git exports these into hooks; they would send every question to the wrong repository or index.
_HOOK_VARIABLES = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
)
# The way up is printed inside a work tree alone.
_WHERE = (
    "rev-parse", "--path-format=absolute", "--is-bare-repository", "--is-inside-work-tree",
    "--show-cdup", "--absolute-git-dir", "--git-common-dir",
)  # fmt: skip
_SAYS_UP = 3
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CONFIG = (
    "-c", "core.quotepath=off",
    "-c", "log.showSignature=false",
    "-c", "core.fsmonitor=false",
    "-c", "color.ui=false",
)  # fmt: skip
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
EMPTY_TREE_SHA256 = "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"


def without_hook_variables() -> dict[str, str]:
    """Today's environment without what would send other programs to the repository of a hook."""
    return {name: value for name, value in os.environ.items() if name not in _HOOK_VARIABLES}


def clean_environment(*, keep_index: bool = False) -> dict[str, str]:
    """The environment for a git question about a repository that we name ourselves.

    Objects that a partial clone lacks are never fetched, no lock is taken that is not needed, and
    the hook variables of git are dropped; with `keep_index` those of the commit under way stay.
    """
    env = dict(os.environ)
    if not keep_index:
        for name in _HOOK_VARIABLES:
            env.pop(name, None)
    # A replaced commit would be another history under the same id, and only in this clone.
    env.update(GIT_NO_REPLACE_OBJECTS="1", GIT_NO_LAZY_FETCH="1")
    env.update(GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0", LC_ALL="C")
    return env


class Repo(NamedTuple):
    """A repository on disk: the folder to ask in, its common git folder, its work tree if any."""

    path: Path
    git_dir: Path
    common_dir: Path
    work_tree: Path | None

    @property
    def state_dir(self) -> Path:
        """`.git/pattern-ci`, shared by all worktrees; never committed."""
        return self.common_dir / "pattern-ci"

    @property
    def tree_state_dir(self) -> Path:
        """`pattern-ci` in the git folder of this work tree alone: each recovers its own files."""
        return self.git_dir / "pattern-ci"


def command(repo: Path, *words: str) -> list[str]:
    """The argument list for a git question in `repo`."""
    return ["git", "-C", str(repo), *_CONFIG, *words]


def ask(
    repo: Path, *words: str, stdin: bytes | None = None, keep_index: bool = False
) -> process.Completed:
    """Run git in `repo` and return what it left; the exit code is the caller's to judge."""
    return process.run(
        command(repo, *words), env=clean_environment(keep_index=keep_index), stdin=stdin
    )


def text(repo: Path, *words: str, keep_index: bool = False) -> str:
    """Standard output of git as text. Raises HistoryUnreadableError when git fails."""
    done = ask(repo, *words, keep_index=keep_index)
    if done.returncode:
        raise unreadable(words, done.stderr)
    return decode(done.stdout)


def decode(raw: bytes) -> str:
    """Bytes of git as text; bytes that are not UTF-8 survive a round trip."""
    return raw.decode("utf-8", "surrogateescape")


def encode(value: str) -> bytes:
    """The bytes that `decode` came from."""
    return value.encode("utf-8", "surrogateescape")


def unreadable(words: Sequence[str], stderr: bytes) -> HistoryUnreadableError:
    """The error for a question that git did not answer; advice may follow what was fatal."""
    said = stderr.decode("utf-8", "replace").strip().splitlines()
    fatal = [line for line in said if line.startswith(("fatal: ", "error: "))]
    msg = f"git {words[0]} failed."
    why = next(iter(fatal[-1:] or said[-1:]), "")
    return HistoryUnreadableError(msg, why=why, next_step="run `git fsck` or `git fetch` there.")


def open_repo(path: Path, *, keep_index: bool = False) -> Repo:
    """Find the repository that `path` is in (bare ones and worktrees too).

    Raises NotARepositoryError when there is none.
    """
    if not path.is_dir():
        msg = f"{path} is not a folder."
        raise NotARepositoryError(msg, next_step="name the folder of a git repository.")
    done = ask(path, *_WHERE, keep_index=keep_index)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        if "dubious ownership" in said:
            msg = f"git refuses to read {path}: it belongs to another user."
            raise NotARepositoryError(
                msg, next_step=f"git config --global --add safe.directory {path}"
            )
        msg = f"{path} is not a git repository."
        raise NotARepositoryError(
            msg, next_step="run `git init` there, or name a folder that is one."
        )
    said = decode(done.stdout).removesuffix("\n")
    found = _repo(path, said)
    if found is None:  # a path that holds line ends: one question each is not ambiguous
        words = ("--absolute-git-dir", "--git-common-dir")
        git_dir, common = (Path(_folder(path, word, keep_index=keep_index)) for word in words)
        tree = _tree(path, said)
        found = Repo(tree or git_dir, git_dir, common, tree)
    return found


def open_at(path: Path, rev: str) -> tuple[Repo, str]:
    """The repository that `path` is in, and the full commit id of `rev`: one question, mostly.

    Raises what `open_repo` and `resolve` raise.
    """
    if path.is_dir() and not rev.startswith("-"):
        done = ask(path, *_WHERE, f"{rev}^{{commit}}")
        *folders, sha = decode(done.stdout).removesuffix("\n").split("\n")
        found = _repo(path, "\n".join(folders)) if _HASH.fullmatch(sha) else None
        if done.returncode == 0 and found is not None:
            return found, sha
    repo = open_repo(path)
    return repo, resolve(repo, rev)


def _repo(path: Path, said: str) -> Repo | None:
    """The repository from the answer to `_WHERE`; None where its folders cannot be told apart."""
    lines = said.split("\n")
    folders = lines[_SAYS_UP if lines[1:2] == ["true"] else _SAYS_UP - 1 :]
    if len(folders) != 2:
        return None
    git_dir, common = map(Path, folders)
    tree = _tree(path, said)
    return Repo(tree or git_dir, git_dir, common, tree)


def _tree(path: Path, said: str) -> Path | None:
    """The work tree from the answer to `_WHERE`; None in a bare repository and in a git folder."""
    bare, inside, up = said.split("\n", _SAYS_UP)[:_SAYS_UP]
    there = bare == "false" and inside == "true"
    return Path(os.path.normpath(path.resolve() / up)) if there else None


def _folder(path: Path, word: str, *, keep_index: bool) -> str:
    said = text(path, "rev-parse", "--path-format=absolute", word, keep_index=keep_index)
    return said.removesuffix("\n")


def resolve(repo: Repo, rev: str) -> str:
    """The full commit id of `rev`.

    Raises RevisionError when there is no such commit, HistoryUnreadableError when HEAD is broken.
    """
    done = ask(
        repo.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}"
    )
    if done.returncode == 0:
        return decode(done.stdout).strip()
    if rev == "HEAD" and ask(repo.path, "rev-parse", "--verify", "--quiet", rev).returncode == 0:
        msg = "HEAD names a commit that is not in the repository."
        raise HistoryUnreadableError(
            msg, next_step="run `git fsck`; `git fetch` may bring what is missing."
        )
    if rev == "HEAD":
        msg = "the repository has no commits yet."
        raise RevisionError(msg, next_step="commit something, then run this again.")
    msg = f"there is no commit {rev!r} here."
    raise RevisionError(msg, next_step="`git rev-parse` the name, or fetch it first.")


def clone_shared(source: Path, target: Path) -> None:
    """A clone with a work tree that borrows the objects of its source; for scratch folders only.

    Raises HistoryUnreadableError when git fails, for one where there is no commit yet.
    """
    words = ("clone", "--quiet", "--shared", "--no-tags", "--single-branch", "--", ".", str(target))
    text(source, *words)


def is_shallow(repo: Repo) -> bool:
    """Whether history was cut off when this was cloned."""
    return (repo.common_dir / "shallow").exists()


def is_partial(repo: Repo) -> bool:
    """Whether this is a partial clone, which may lack blobs."""
    done = ask(repo.path, "config", "--get-regexp", r"^remote\..*\.(promisor|partialclonefilter)$")
    return done.returncode == 0


def is_ancestor(repo: Repo, older: str, newer: str) -> bool:
    """Whether `older` is reachable from `newer`; False when either is not here."""
    return ask(repo.path, "merge-base", "--is-ancestor", older, newer).returncode == 0


def beyond(repo: Repo, older: str, newer: str) -> int | None:
    """How many commits `newer` has beyond `older`; None where `older` is none of its past."""
    done = ask(repo.path, "rev-list", "--left-right", "--count", f"{older}...{newer}", "--")
    counts = decode(done.stdout).split()
    return int(counts[1]) if done.returncode == 0 and counts[0] == "0" else None


def is_longer(repo: Repo, rev: str, commits: int) -> bool:
    """Whether more commits than so many are reachable from `rev`.

    Raises HistoryUnreadableError.
    """
    return int(text(repo.path, "rev-list", "--count", f"--max-count={commits + 1}", rev)) > commits


def first_parents(repo: Repo, rev: str) -> list[str]:
    """Commits of the main line up to `rev`, oldest first."""
    return text(repo.path, "rev-list", "--first-parent", "--reverse", rev, "--").split()


def reachable(repo: Repo, rev: str) -> set[str]:
    """All commits reachable from `rev`."""
    return set(text(repo.path, "rev-list", rev, "--").split())


def version() -> tuple[int, ...]:
    """Version of the git program; empty when it does not say one."""
    said = decode(process.run(["git", "version"]).stdout).split()
    numbers = said[2].split(".") if len(said) > 2 else []
    return tuple(int(number) for number in numbers[:3] if number.isdigit())


def is_detached(repo: Repo) -> bool:
    """Whether HEAD names a commit instead of a branch."""
    return ask(repo.path, "symbolic-ref", "--quiet", "HEAD").returncode != 0


def has_commits(repo: Repo) -> bool:
    """Whether HEAD leads to a commit."""
    return ask(repo.path, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode == 0


def hooks_dir(repo: Repo) -> Path:
    """Where git looks for hooks: `core.hooksPath`, or the folder that all worktrees share."""
    words = ("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    return Path(text(repo.path, *words).removesuffix("\n"))


def hook_commands(repo: Repo, event: str) -> tuple[str, ...]:
    """Commands that the configuration itself runs at this event (git 2.54 and newer)."""
    with _gitpython(repo) as opened, opened.config_reader() as reader:
        return tuple(
            str(reader.get_value(section, "command", ""))
            for section in reader.sections()
            if section.startswith('hook "')
            and event in map(str, reader.get_values(section, "event", ""))
        )


def remotes(repo: Repo) -> dict[str, str]:
    """Name and first address of every remote that has one; `insteadOf` is applied."""
    import git as git_python  # heavy; a hook never gets here

    found = {}
    with _gitpython(repo) as opened:
        for remote in opened.remotes:
            try:
                found[remote.name] = next(remote.urls)
            except (git_python.GitCommandError, StopIteration):
                continue  # a remote without an address is left over from something else
    return found


def _gitpython(repo: Repo) -> git_python.Repo:
    import git as git_python  # heavy; a hook never gets here

    return git_python.Repo(repo.work_tree or repo.git_dir)
