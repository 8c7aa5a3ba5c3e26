"""The door to what git stores: contents by id, what was there before, small patches.

Part of the door to git; everything here asks one program about many objects at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import files, git, process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def blobs(repo: git.Repo, ids: Sequence[str], *, max_bytes: int) -> dict[str, bytes]:
    """Contents by blob id; ids that are missing here or larger than `max_bytes` are left out.

    Raises HistoryUnreadableError when one that is here is damaged.
    """
    small = [
        fields[0]
        for fields in _headers(repo, list(dict.fromkeys(ids)))
        if len(fields) == 3 and fields[1] == "blob" and int(fields[2]) <= max_bytes
    ]
    if not small:
        return {}
    done = git.ask(repo.path, "cat-file", "--batch", stdin=("\n".join(small) + "\n").encode())
    if done.returncode:
        raise git.unreadable(("cat-file",), done.stderr)
    return dict(_parse_batch(done.stdout))


def blobs_before(repo: git.Repo, edits: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Blob ids of paths as they were just before commits; `edits` are pairs of commit and path.

    Left out is what was no file then, or cannot be seen here.
    """
    asked = [pair for pair in dict.fromkeys(edits) if "\n" not in pair[1]]
    if not asked:
        return {}
    # The bare id comes first: it tells of which kind ids are here.
    told = _headers(repo, [asked[0][0], *(f"{sha}^:{path}" for sha, path in asked)])[1:]
    return {
        pair: fields[0]
        for pair, fields in zip(asked, told, strict=True)
        if len(fields) == 3 and fields[1] == "blob"
    }


def _headers(repo: git.Repo, ids: Sequence[str]) -> list[list[str]]:
    """`id type size` of each object that is here, `id missing` of each that is not."""
    if not ids:
        return []
    stdin = ("\n".join(ids) + "\n").encode()
    done = git.ask(repo.path, "cat-file", "--batch-check", stdin=stdin)
    if done.returncode and git.is_partial(repo):
        done = _ask_promised_nothing(repo, "cat-file", "--batch-check", stdin=stdin)
    if done.returncode:
        raise git.unreadable(("cat-file",), done.stderr)
    return [line.split(" ") for line in done.stdout.decode("ascii", "replace").splitlines()]


def _ask_promised_nothing(repo: git.Repo, *words: str, stdin: bytes) -> process.Completed:
    """Ask the objects of a partial clone through an empty repository.

    In the clone itself git stops at the first object that was promised and is not here.
    """
    sha256 = len(stdin.split(b"\n", 1)[0]) == 64
    empty = {
        "HEAD": "ref: refs/heads/none\n",
        "refs/none": "",
        "config": "[core]\nrepositoryformatversion = 1\nbare = true\n"
        + ("[extensions]\nobjectformat = sha256\n" if sha256 else ""),
    }
    env = git.clean_environment() | {"GIT_OBJECT_DIRECTORY": str(repo.common_dir / "objects")}
    with files.scratch_folder(empty) as folder:
        return process.run(git.command(folder, "--git-dir=.", *words), env=env, stdin=stdin)


def missing(repo: git.Repo, ids: Sequence[str]) -> set[str]:
    """Those of these objects that are not in the repository."""
    return {fields[0] for fields in _headers(repo, ids) if fields[1:] == ["missing"]}


def _parse_batch(raw: bytes) -> Iterator[tuple[str, bytes]]:
    start = 0
    while start < len(raw):
        end = raw.index(b"\n", start)
        fields = raw[start:end].decode("ascii", "replace").split(" ")
        start = end + 1
        if len(fields) != 3 or fields[1] != "blob":
            continue
        size = int(fields[2])
        yield fields[0], raw[start : start + size]
        start += size + 1


def small_patches(repo: git.Repo, commits: Sequence[str], *, max_bytes: int) -> str | None:
    """Each commit's id and its patch without context, for files that it modified.

    Files above `max_bytes`, binary ones and merges are left out. None when an object that is
    needed is missing or damaged.
    """
    empty = git.EMPTY_TREE if len(commits[0]) == len(git.EMPTY_TREE) else git.EMPTY_TREE_SHA256
    words = (
        "diff-tree", "--stdin", "-r", "-p", "-U0", "--no-renames", "--diff-filter=M",
        "--no-ext-diff", "--no-textconv", "--no-color", "--no-indent-heuristic",
        "--diff-algorithm=myers", "--ignore-submodules", "--src-prefix=a/", "--dst-prefix=b/",
    )  # fmt: skip
    # What the attributes of a work tree say would make a bare clone another repository.
    env = git.clean_environment() | {"GIT_ATTR_SOURCE": empty}
    done = process.run(
        git.command(repo.path, "-c", f"core.bigFileThreshold={max_bytes}", *words),
        env=env,
        stdin=("\n".join(commits) + "\n").encode(),
    )
    return None if done.returncode else git.decode(done.stdout)
